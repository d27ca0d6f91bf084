"""`gateway retention`: deletes what was kept long enough. A gateway at work does so by itself, every hour."""

import os
import sys

import click

from gateway.casework import run_retention
from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.rights import LARGE_TABLES, files_told, tell, told_of
from gateway.config.settings import Settings
from gateway.model.terms import Json


@click.group(cls=WholeLines)
def retention() -> None:
    """Delete what was kept long enough."""


@retention.command()
@LARGE_TABLES
@FORMAT
def run(large: bool, form: str) -> None:
    """Delete signals of more than 30 days ago, sessions and drafts that are over, and have their bytes overwritten.

    The gateway may work meanwhile. Exits with 1 when deleted bytes may still stand in the database's files.
    """
    purged, cleanup = run_retention(Settings.from_env(os.environ), large=large)
    counts: dict[str, Json] = {"signals": purged.signals, "drafts": purged.drafts, "incidents": purged.incidents}
    told: dict[str, Json] = {"ok": cleanup.ok, **counts, "files": files_told(cleanup)}
    tell(form, told, [*(f"{what} deleted: {count}" for what, count in counts.items()), *told_of(cleanup)])
    sys.exit(0 if cleanup.ok else 1)
