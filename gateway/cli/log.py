"""`gateway log`: verify, prove, checkpoint, export and fsck. Reading needs no passphrase and no running gateway."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.bootstrap import last_seen, open_reader, verifier_key, verifier_keys
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.cosign.trust import read_witnesses
from gateway.errors import GatewayError
from gateway.log.audit import LogReport, prove, verify_log
from gateway.log.checkpoint import NUMBER, Checkpoint
from gateway.log.coverage import Coverage, check_coverage
from gateway.log.ranges import jobs_for
from gateway.log.tiles import export_tiles, fsck
from gateway.log.witnessed import Witnessed
from gateway.store.log_view import open_log
from gateway.store.ports import LogTable

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)

JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="one for each core",
    help="How many processes verify a large log; a small one needs none.",
)


@click.group()
def log() -> None:
    """Read and verify the disclosure log."""


@log.command()
@click.option("--since", metavar="FILE|SIZE", help="A checkpoint that was verified before: its file, or its size.")
@JOBS
@FORMAT
def verify(since: str | None, jobs: int, form: str) -> None:
    """Recompute the whole log from its entries and compare every hash and checkpoint.

    Also compares it with the newest checkpoint that this gateway remembers signing (log.seen in GATEWAY_HOME), and
    looks whether any entry is dated more than five minutes before one that stands before it. Then every entry is held
    against what rests on it: messages, receipts, details and policies ("coverage"). No passphrase is needed.

    With --since only what was added after a checkpoint is verified in full. What that checkpoint counts is NOT read
    again: neither its entries nor the stored hashes below the few that give its root, which must be the same as then.
    So an entry that was altered or lost there since is not found; the whole log should be verified now and then. FILE
    is a signed checkpoint that you kept yourself. With SIZE the database's own checkpoint is taken: whoever holds the
    log's key and the database can have replaced that.
    """
    settings = Settings.from_env(os.environ)
    vkey = verifier_key(settings)
    with ExitStack() as stack:
        # First: the processes are forked, before a database is open and the bar has its thread.
        shared = stack.enter_context(jobs_for(jobs, partial(open_log, settings.database_url)))
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        unit = stack.enter_context(open_reader(settings).read())
        before = None if since is None else _verified_before(since, unit.log, vkey)
        report = verify_log(
            unit.log,
            vkey=vkey,
            seen=last_seen(settings).read,
            since=before,
            jobs=shared,
            progress=_bar(progress, "entries"),
        )
        covered: Coverage | None = None
        if report.ok:  # else nothing can be held against it
            start, told = 0 if before is None else before.size, _bar(progress, "coverage")
            covered = check_coverage(unit, start=start, size=report.entries, progress=told)
            report = replace(report, ok=covered.ok, problem=covered.problem)
    _tell(report, form, covered)


def _bar(progress: Progress, of: str) -> Callable[[int, int], None]:
    task = progress.add_task(of, total=None)
    return lambda done, total: progress.update(task, completed=done, total=total)


def _verified_before(since: str, table: LogTable, vkey: str) -> Checkpoint:
    if NUMBER.fullmatch(since):
        note = table.checkpoint(int(since))
        if note is None:
            raise click.UsageError(f"the database keeps no checkpoint of size {since}")
    else:
        try:
            note = Path(since).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise click.UsageError("the file of --since cannot be read as a checkpoint") from exc
    try:
        return Checkpoint.verify(note, vkey)
    except GatewayError as exc:
        raise click.UsageError("what --since names is not a checkpoint signed by this log's key") from exc


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
    """Print the latest signed checkpoint (C2SP signed note), with what witnesses have signed under it so far.

    How far each witness of GATEWAY_WITNESSES has seen the log is told beside it (as text: on standard error).
    """
    settings = Settings.from_env(os.environ)
    witnessed = Witnessed(read_witnesses(settings.witnesses, verifier_keys(settings)))
    with closing(open_reader(settings)) as store, store.read() as unit:
        size = unit.log.head().size
        note, progress = witnessed.newest_note(unit, utc_now()), witnessed.progress(unit, utc_now())
    if form == "text":
        click.echo(note, nl=False)
        for each in progress:
            when = f", at {each.at:%Y-%m-%dT%H:%M:%SZ}" if each.at else ""
            click.echo(f"witness {each.name} has seen {each.size} of {size} entries{when}", err=True)
        return
    seen = [
        {"name": each.name, "size": each.size, "at": f"{each.at:%Y-%m-%dT%H:%M:%SZ}" if each.at else None}
        for each in progress
    ]
    told = {"size": size, "checkpoint": note, "verifier_key": verifier_key(settings), "witnesses": seen}
    click.echo(json.dumps(told))


@log.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@FORMAT
def export(directory: Path, form: str) -> None:
    """Write the log as C2SP tlog-tiles into DIRECTORY, for any tool that reads them.

    Over an earlier export only what came since is written. Entry bundles are for the privacy officer: they tell when
    decisions were taken, and how many.
    """
    with open_reader(Settings.from_env(os.environ)).read() as unit:
        count = export_tiles(unit.log, directory)
    click.echo(json.dumps({"entries": count}) if form == "json" else f"exported {count} entries")


@log.command(name="fsck")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vkey", help="The log's verifier key; default: log.vkey in GATEWAY_KEYS.")
@click.option("--foreign", is_flag=True, help="Another program's log: its entries are hashed, but not read.")
@JOBS
@FORMAT
def fsck_export(directory: Path, vkey: str | None, foreign: bool, jobs: int, form: str) -> None:
    """Verify an export without the database."""
    key = vkey or verifier_key(Settings.from_env(os.environ))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        report = fsck(directory, vkey=key, jobs=jobs, ours=not foreign, progress=_bar(progress, "entries"))
    _tell(report, form)


def _tell(report: LogReport, form: str, covered: Coverage | None = None) -> None:
    if form == "json":
        also = {} if covered is None else {"coverage": covered.to_json()}
        click.echo(json.dumps({**report.to_json(), **also}))
    elif report.ok:
        since = "" if report.since is None else f" since the {report.since} that were verified before"
        click.echo(f"the log is complete and unaltered{since}: {report.entries} entries, root {report.root}")
        click.echo(f"verified in {report.seconds:.2f} s ({report.entries_per_second:,.0f} entries/s)")
        if covered is not None:
            click.echo(
                f"releases: {covered.releases}; with their message: {covered.matched} (without receipt yet: "
                f"{covered.without_receipt}), voided before they left: {covered.voided}, erased: {covered.erased}, "
                f"not to be told without the keys: {covered.indeterminate}"
            )
    else:
        click.echo(f"the log is NOT in order: {report.problem}", err=True)
    sys.exit(0 if report.ok else 1)
