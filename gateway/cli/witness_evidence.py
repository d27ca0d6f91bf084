"""`gateway witness evidence`: what a witness kept against a log, and the check that anyone can make of one file."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.errors import LogTamperedError, SignatureInvalidError, WitnessStateError
from gateway.log.checkpoint import Checkpoint
from gateway.model.terms import Json
from gateway.witness.evidence import Evidence, Kind, examine
from gateway.witness.evidence_folder import EvidenceFolder, read_evidence
from gateway.witness.home import Home
from gateway.witness.memory import load
from gateway.witness.words import ANSWERED, SHOWS, TO_DO


@click.group(cls=WholeLines, invoke_without_command=True)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="The folder of your witness.")
@FORMAT
@click.pass_context
def evidence(context: click.Context, home: Path | None, form: str) -> None:
    """List what your witness kept against a log: what each file shows, and what to do. `verify` checks one file."""
    if context.invoked_subcommand is not None:
        return
    if home is None:
        raise click.UsageError("name the folder of your witness with --home")
    rows = list(_rows(Home.read(home)))
    if form == "json":
        click.echo(json.dumps({"evidence": rows}, ensure_ascii=False))
        return
    if not rows:
        click.echo("nothing was kept: your witness saw no contradiction")
        click.echo("niets bewaard: uw getuige zag geen tegenspraak")
    for row in rows:
        click.echo(f"{row['time']}  {row['kind']}  {row['file']}")
        for told in (row.get("shows"), row.get("to_do")):
            if isinstance(told, dict):
                click.echo(f"  nl: {told['nl']}\n  en: {told['en']}")


@evidence.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--log", "logs", multiple=True, metavar="VKEY", help="The log's key, as you know it from elsewhere.")
@FORMAT
def verify(file: Path, logs: tuple[str, ...], form: str) -> None:
    """Check one FILE by nothing but itself: does it prove that the log's key signed two histories? Exit 0 if it does.

    Compare the key that it names with the one you know, or give that with --log.
    """
    kept = read_evidence(file)
    problem, kind = "", None
    try:
        kind, seen, sent = examine(kept)
        if logs and not set(kept.logs) <= set(logs):
            problem = "it is about another log's key than yours"
    except (SignatureInvalidError, LogTamperedError) as error:
        problem = error.message
    proved = kind is not None and kind.proves and not problem
    if form == "json":
        told: dict[str, Json] = {"ok": proved, "kind": kind and kind.value, "logs": list(kept.logs)}
        click.echo(json.dumps(told | ({"problem": problem} if problem else {})))
    elif problem or kind is None:
        click.echo(f"this file proves nothing: {problem}", err=True)
    else:
        click.echo(f"nl: {SHOWS[kind].nl}\nen: {SHOWS[kind].en}")
        _show("before", seen)
        _show("after ", sent)
        click.echo("signed by: " + "\n           ".join(kept.logs))
    sys.exit(0 if proved else 1)


def _show(what: str, checkpoint: Checkpoint) -> None:
    click.echo(f"{what}:    {checkpoint.size} entries, root {checkpoint.root.hex()}")


def _rows(home: Home) -> Iterator[dict[str, Json]]:
    for origin in home.origins():
        for path in EvidenceFolder(home.evidence_folder(origin)).files():
            try:
                kept = read_evidence(path)
                kind, _, sent = examine(kept)
            except (SignatureInvalidError, LogTamperedError):
                yield {"file": str(path), "log": origin, "time": "?", "kind": "unreadable", "answered": False}
                continue
            shown = ANSWERED if kind is Kind.UNPROVED and _is_answered(home, sent) else SHOWS[kind]
            yield _row(path, origin, kept, kind) | {"shows": shown.to_json(), "answered": shown is ANSWERED}


def _row(path: Path, origin: str, kept: Evidence, kind: Kind) -> dict[str, Json]:
    time = kept.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"file": str(path), "log": origin, "time": time, "kind": kind.value, "to_do": TO_DO[kind].to_json()}


def _is_answered(home: Home, sent: Checkpoint) -> bool:
    """Say whether the witness later cosigned just this checkpoint."""
    witness = CosignatureVerifier.from_text(home.witness)
    try:
        memory = load(home.memory_file(sent.origin), sent.origin, trust=home.trust(), witness=witness)
    except WitnessStateError:
        return False
    same = memory.of_size(sent.size)
    return same is not None and same.checkpoint == sent
