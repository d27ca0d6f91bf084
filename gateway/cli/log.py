"""`gateway log`: verify, prove, checkpoint, export and fsck. Reading needs no passphrase and no running gateway."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.bars import bar
from gateway.cli.form import FORMAT, JOBS
from gateway.cli.on_demand import OnDemand
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.cosign.trust import read_witnesses
from gateway.errors import GatewayError, NotFoundError
from gateway.log.audit import LogReport
from gateway.log.checkpoint import NUMBER, Checkpoint, Verifiers
from gateway.log.coverage import Coverage, check_coverage
from gateway.log.exports import export_years, fsck_years
from gateway.log.origin import year_of
from gateway.log.ranges import Jobs, jobs_for
from gateway.log.staple import prove_under
from gateway.log.tiles import fsck
from gateway.log.witnessed import Witnessed
from gateway.log.years import NEWEST, verify_years
from gateway.opening import last_seen, open_view, verifier_keys
from gateway.store.log_view import open_log
from gateway.store.volume_ports import Book

ELSEWHERE = {"new-year": ("gateway.cli.log_new_year", "Close the log of the year that is over, and begin the next.")}
"""It writes; what only reads the log does not wait for what it needs."""


@click.group(cls=OnDemand, elsewhere=ELSEWHERE)
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
    vkeys, url = verifier_keys(settings), settings.database_url
    with ExitStack() as stack:
        # First: the processes are forked, before a database is open and the bar has its thread.
        shared = stack.enter_context(jobs_for(jobs, partial(open_log, url)))
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        unit = stack.enter_context(open_view(settings))
        before = None if since is None else _verified_before(since, unit.book, vkeys)
        report: LogReport = verify_years(
            unit.book,
            vkeys=vkeys,
            seen=last_seen(settings).read,
            since=before,
            jobs=lambda number: shared if number == NEWEST else Jobs(jobs, partial(open_log, url, number)),
            progress=bar(progress, "entries"),
        )
        covered: Coverage | None = None
        if report.ok:  # else nothing can be held against it
            start, told = report.since or 0, bar(progress, "coverage")
            covered = check_coverage(unit, start=start, size=report.entries, progress=told)
            report = replace(report, ok=covered.ok, problem=covered.problem)
    _tell(report, form, covered)


def _verified_before(since: str, book: Book, vkeys: Sequence[str]) -> Checkpoint:
    if NUMBER.fullmatch(since):
        try:
            table, index = book.place_of(int(since) - 1)
            note = table.checkpoint(index + 1)
        except NotFoundError:
            note = None
        if note is None:
            raise click.UsageError(f"the database keeps no checkpoint of size {since}")
    else:
        try:
            note = Path(since).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise click.UsageError("the file of --since cannot be read as a checkpoint") from exc
    try:
        return Verifiers(vkeys).verify(note)
    except GatewayError as exc:
        raise click.UsageError("what --since names is not a checkpoint signed by this log's key") from exc


@log.command(name="prove")
@click.argument("index", type=click.IntRange(min=0))
@FORMAT
def prove_entry(index: int, form: str) -> None:
    """Print the proof that entry INDEX is in the log (C2SP tlog-proof).

    INDEX counts from the gateway's very first entry, as everywhere; the proof counts from the first one of that year.
    The checkpoint in it is the oldest that the witnesses of GATEWAY_WITNESSES have seen, as partners get it; without
    witnesses, or before they have seen the entry, the newest one.
    """
    settings, now = Settings.from_env(os.environ), utc_now()
    witnessed = Witnessed(read_witnesses(settings.witnesses, verifier_keys(settings)))
    with open_view(settings) as unit:
        volume, place = unit.book.place_of(index)
        volume.leaf(place)
        proof = prove_under(volume, place, witnessed.note_for(unit, index, now))
    click.echo(json.dumps({"index": index, "proof": proof}) if form == "json" else proof, nl=form == "json")


@log.command()
@FORMAT
def checkpoint(form: str) -> None:
    """Print the latest signed checkpoint (C2SP signed note), with what witnesses have signed under it so far.

    How far each witness of GATEWAY_WITNESSES has seen the log is told beside it (as text: on standard error).
    """
    settings = Settings.from_env(os.environ)
    witnessed = Witnessed(read_witnesses(settings.witnesses, verifier_keys(settings)))
    with open_view(settings) as unit:
        size, first = unit.log.head().size, unit.log.first
        note, progress = witnessed.newest_note(unit, utc_now()), witnessed.progress(unit, utc_now())
    vkeys = {vkey.partition("+")[0]: vkey for vkey in verifier_keys(settings)}
    origin = Checkpoint.from_note(note).origin if note else next(iter(vkeys))
    _tell_of_a_year_that_is_over(origin)
    if form == "text":
        click.echo(note, nl=False)
        for each in progress:
            when = f", at {each.at:%Y-%m-%dT%H:%M:%SZ}" if each.at else ""
            click.echo(f"witness {each.name} has seen {max(0, each.size - first)} of {size} entries{when}", err=True)
        return
    seen = [
        {
            "name": each.name,
            "size": max(0, each.size - first),
            "at": f"{each.at:%Y-%m-%dT%H:%M:%SZ}" if each.at else None,
        }
        for each in progress
    ]
    told = {"size": size, "checkpoint": note, "verifier_key": vkeys.get(origin, ""), "witnesses": seen}
    click.echo(json.dumps(told))


def _tell_of_a_year_that_is_over(origin: str) -> None:
    year = year_of(origin)
    if year is not None and year < utc_now().year:
        click.echo(f"this is still the log of {year}: close it with `gateway log new-year --help`", err=True)


@log.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@FORMAT
def export(directory: Path, form: str) -> None:
    """Write the log as C2SP tlog-tiles into DIRECTORY, for any tool that reads them.

    Over an earlier export only what came since is written. Entry bundles are for the privacy officer: they tell when
    decisions were taken, and how many. When there are logs of several years, each goes into a folder of its own in
    DIRECTORY, named after its year.
    """
    with open_view(Settings.from_env(os.environ)) as unit:
        count = export_years(unit.book, directory)
    click.echo(json.dumps({"entries": count}) if form == "json" else f"exported {count} entries")


@log.command(name="fsck")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vkey", multiple=True, help="A log's verifier key; default: those in log.vkey in GATEWAY_KEYS.")
@click.option("--foreign", is_flag=True, help="Another program's log: its entries are hashed, but not read.")
@JOBS
@FORMAT
def fsck_export(directory: Path, vkey: tuple[str, ...], foreign: bool, jobs: int, form: str) -> None:
    """Verify an export without the database: of one log, or the folders of several years."""
    keys = vkey or verifier_keys(Settings.from_env(os.environ))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        told = bar(progress, "entries")
        report: LogReport = (
            fsck(directory, vkey=keys[0], jobs=jobs, ours=False, progress=told)
            if foreign
            else fsck_years(directory, vkeys=keys, jobs=jobs, progress=told)
        )
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
