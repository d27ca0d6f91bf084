"""`gateway backup`, `restore` and `accept-loss`: keeping the state, putting it back, and going on after a loss."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from gateway.casework import cases_back
from gateway.cli.form import FORMAT
from gateway.config.settings import Settings
from gateway.errors import LogForkError, LogTamperedError
from gateway.keep.check import BackupReport
from gateway.keep.check import Progress as Tell
from gateway.keep.loss import Acceptance
from gateway.model.terms import Json
from gateway.store.engine import is_served
from gateway.store.sole_process import claim
from gateway.upkeep import accept_missing, check_backup, make_backup, restore_backup

BACK = "erased cases that are back: {}. Run `gateway rights erase-again` before the gateway starts"
DECISION = "Where the decision is on file: its number, not a name."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@FORMAT
def backup(file: Path, form: str) -> None:
    """Write an encrypted backup of the database to FILE, and verify it. The gateway may go on working.

    FILE must not exist. The passphrase is in the file that GATEWAY_BACKUP_PASSPHRASE_FILE names. The keys are not in
    the backup: keep the keyring, its passphrase and the backup's passphrase elsewhere, each apart.

    A backup holds the keys of the cases as they were. So a case is erased for good only when every backup from before
    is destroyed too. The first line of a backup says when it was made: head -n 1 FILE.
    """
    settings = Settings.from_env(os.environ)
    with _checked(form), _progress() as progress:
        report = make_backup(settings, file, progress)
    _tell(report, form, {}, "the backup is written and verified")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Verify FILE and write nothing.")
@click.option("--accept-loss", is_flag=True, help="Go on although newer entries are lost; needs --decision.")
@click.option("--decision", help=DECISION)
@FORMAT
def restore(file: Path, only_check: bool, accept_loss: bool, decision: str | None, form: str) -> None:
    """Put the backup in FILE back into an empty database. Everything is verified before and after.

    Put the keys back first (GATEWAY_KEYS), and stop the gateway. A backup that is older than what this gateway signed
    is refused: partners hold proofs of what is missing. With --accept-loss and --decision the gateway goes on, and the
    log says so; the privacy officer decides.

    A restored backup brings back what was erased since it was made: erase those cases again.
    """
    if accept_loss is not (decision is not None) or (only_check and accept_loss):
        raise click.UsageError("--accept-loss and --decision go together, and not with --check")
    settings = Settings.from_env(os.environ)
    accepted: Acceptance | None = None
    with _checked(form), _progress() as progress:
        if only_check:
            report = check_backup(settings, file, progress)
        else:
            with _alone(settings):
                report, accepted = restore_backup(settings, file, progress, decision=decision)
    more: dict[str, Json] = {"restored": report.ok and not only_check}
    back = len(cases_back(settings)) if report.ok and not only_check else 0
    if back:
        more["erased_cases_back"] = back
    if accepted is not None:
        more["accepted"] = accepted.to_json()
    _tell(report, form, more, "the backup is in order" if only_check else "the backup is restored and verified")
    if accepted is not None and form == "text":
        _tell_accepted(accepted)
    if back and form == "text":
        click.echo(BACK.format(back))


@click.command(name="accept-loss")
@click.option("--decision", required=True, help=DECISION)
@FORMAT
def accept_loss(decision: str, form: str) -> None:
    """Go on with a log that lacks entries which this gateway signed.

    Only when no newer database or backup exists. Partners hold proofs of the missing entries; the log will have other
    entries in their places, and says so. The privacy officer decides. The checkpoint that was remembered is kept in
    GATEWAY_HOME as evidence: do not delete it.
    """
    settings = Settings.from_env(os.environ)
    with _alone(settings):
        accepted = accept_missing(settings, decision)
        back = len(cases_back(settings))
    if form == "json":
        click.echo(json.dumps({**accepted.to_json(), **({"erased_cases_back": back} if back else {})}))
        return
    _tell_accepted(accepted)
    if back:
        click.echo(BACK.format(back))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keep other gateways away from a database in a file; a server's database has a lock of its own."""
    held = None if is_served(settings.database_url) else claim(settings.home / "gateway.lock")
    try:
        yield
    finally:
        if held is not None:
            held.close()


@contextmanager
def _checked(form: str) -> Iterator[None]:
    """Turn what a check found into exit code 1; an error of use or reading stays 2."""
    try:
        yield
    except (LogForkError, LogTamperedError) as error:
        problem = f"{error.message}: {error.hint}"
        click.echo(
            json.dumps({"ok": False, "problem": problem}) if form == "json" else f"NOT done: {problem}",
            err=form == "text",
        )
        sys.exit(1)


@contextmanager
def _progress() -> Iterator[Tell]:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


def _tell(report: BackupReport, form: str, more: dict[str, Json], done: str) -> None:
    if form == "json":
        click.echo(json.dumps({**report.to_json(), **more}))
    elif report.ok:
        click.echo(f"{done}: made {report.created}, {report.entries} log entries, {report.rows} rows")
        click.echo(f"root {report.root}")
    else:
        click.echo(f"the backup is NOT in order: {report.problem}", err=True)
    if not report.ok:
        sys.exit(1)


def _tell_accepted(accepted: Acceptance) -> None:
    signed = "an unknown number of" if accepted.signed is None else str(accepted.signed)
    click.echo(f"the log goes on with {accepted.size} of the {signed} entries that were signed")
    click.echo(f"entry {accepted.entry} says so; the checkpoint that was remembered is kept as {accepted.evidence}")
