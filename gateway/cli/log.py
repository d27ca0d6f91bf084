"""`gateway log`: verify, prove, checkpoint, export and fsck. Reading needs no passphrase and no running gateway."""

import json
import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.bootstrap import last_seen, open_reader, verifier_key
from gateway.config.settings import Settings
from gateway.log.audit import LogReport, prove, verify_log
from gateway.log.tiles import export_tiles, fsck

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group()
def log() -> None:
    """Read and verify the disclosure log."""


@log.command()
@FORMAT
def verify(form: str) -> None:
    """Recompute the whole log from its entries and compare every hash and checkpoint.

    Also compares it with the newest checkpoint that this gateway remembers signing (log.seen in GATEWAY_HOME).
    """
    settings = Settings.from_env(os.environ)
    vkey = verifier_key(settings)
    with Progress(console=Console(stderr=True), transient=True) as progress, open_reader(settings).read() as unit:
        task = progress.add_task("entries", total=None)
        report = verify_log(
            unit.log,
            vkey=vkey,
            seen=last_seen(settings).read,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    _tell(report, form)


@log.command(name="prove")
@click.argument("index", type=click.IntRange(min=0))
@FORMAT
def prove_entry(index: int, form: str) -> None:
    """Print the proof that entry INDEX is in the log (C2SP tlog-proof)."""
    with open_reader(Settings.from_env(os.environ)).read() as unit:
        unit.log.leaf(index)
        proof = prove(unit.log, index)
    click.echo(json.dumps({"index": index, "proof": proof}) if form == "json" else proof, nl=form == "json")


@log.command()
@FORMAT
def checkpoint(form: str) -> None:
    """Print the latest signed checkpoint (C2SP signed note)."""
    settings = Settings.from_env(os.environ)
    with open_reader(settings).read() as unit:
        head = unit.log.head()
    told = {"size": head.size, "checkpoint": head.checkpoint, "verifier_key": verifier_key(settings)}
    click.echo(json.dumps(told) if form == "json" else head.checkpoint, nl=form == "json")


@log.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@FORMAT
def export(directory: Path, form: str) -> None:
    """Write the log as C2SP tlog-tiles into DIRECTORY, for any tool that reads them."""
    with open_reader(Settings.from_env(os.environ)).read() as unit:
        count = export_tiles(unit.log, directory)
    click.echo(json.dumps({"entries": count}) if form == "json" else f"exported {count} entries")


@log.command(name="fsck")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vkey", help="The log's verifier key; default: log.vkey in GATEWAY_KEYS.")
@FORMAT
def fsck_export(directory: Path, vkey: str | None, form: str) -> None:
    """Verify an export without the database."""
    _tell(fsck(directory, vkey=vkey or verifier_key(Settings.from_env(os.environ))), form)


def _tell(report: LogReport, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(report.to_json()))
    elif report.ok:
        click.echo(f"the log is complete and unaltered: {report.entries} entries, root {report.root}")
        click.echo(f"verified in {report.seconds:.2f} s ({report.entries_per_second:,.0f} entries/s)")
    else:
        click.echo(f"the log is NOT in order: {report.problem}", err=True)
    sys.exit(0 if report.ok else 1)
