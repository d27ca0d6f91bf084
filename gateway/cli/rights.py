"""`gateway rights`: what people may ask about their own data. For the privacy officer; nothing personal is printed."""

import json
import os
import sys
from pathlib import Path

import click

from gateway.casework import access_case, erase_again, erase_case, preview_erasure
from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.operator import operator
from gateway.cli.rights_correct import correct
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError
from gateway.keep.cleanup import Cleanup, clean_database
from gateway.model.terms import Json, is_reference
from gateway.rights.access import HELD
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Refusal

LARGE_TABLES = click.option(
    "--large", is_flag=True, help="Also rewrite large tables; everybody waits meanwhile, so choose a quiet hour."
)
WORDS = {
    "entries": "log entries lose their detail, salt and key",
    "requests": "requests",
    "parts": "parts of requests, with their approval digests",
    "judgements": "approvals, advice and reviews",
    "messages": "sealed messages",
    "receipts": "receipts",
}
UNCLEAN = (
    "Destroyed, but deleted bytes may still stand in the database's files ({places}).\n"
    "Run `gateway rights clean` again when no backup or long query is running{large}."
)

NOT_REMEMBERED = (
    "The erasure could not be noted in erased.cases in GATEWAY_HOME: a restored backup would bring it back unseen."
)


@click.group(cls=WholeLines)
def rights() -> None:
    """Answer what people ask about their own data."""


rights.add_command(correct)


CASE = click.option(
    "--case",
    "case_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="A file with the case's reference; - reads standard input. Without it you are asked.",
)


@rights.command(epilog="Reasons: " + "; ".join(f"{basis.value} = {basis.article}" for basis in Basis))
@CASE
@click.option("--basis", required=True, type=click.Choice([basis.value for basis in Basis]), help="Why; see below.")
@click.option("--decision", required=True, help="Where the decision is on file: its number, not a name.")
@click.option("--withdraw", is_flag=True, help="First withdraw what waits for approval or was not fetched yet.")
@click.option("--dry-run", is_flag=True, help="Only tell in counts what would be destroyed.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@LARGE_TABLES
@FORMAT
def erase(
    case_file: Path | None,
    basis: str,
    decision: str,
    withdraw: bool,
    dry_run: bool,
    yes: bool,
    large: bool,
    form: str,
) -> None:
    """Erase a case: everything about it is destroyed, and one log entry says that it was, on which ground.

    The case's reference is asked for, or read from a file or standard input. It is no argument, because arguments stand
    in the shell's history and in the list of processes. The gateway may go on working.

    The log stays whole: every proof that a partner holds still verifies. Nothing can be erased while AVIM holds the
    case, an urgent message waits, or its review is still due. Backups from before still hold the case.

    Exit code 1: nothing was erased and why, or bytes may still stand in the database's files.
    """
    reference = _reference(case_file)
    settings = Settings.from_env(os.environ)
    _check(decision)
    found = preview_erasure(settings, reference, withdraw=withdraw)
    if dry_run and isinstance(found, Erasure):
        tell(form, {"ok": True, "erased": False, "dry_run": True, **_counts(found)}, _lines(found))
        return
    if isinstance(found, Erasure) and not yes:
        click.echo("\n".join(_lines(found)), err=form == "json")
        click.confirm("Destroy this for good?", abort=True, err=True)
    if dry_run and isinstance(found, Refusal):
        _refuse(found, None, form)
    done, cleanup = erase_case(
        settings, reference, basis=Basis(basis), decision=decision, by=operator(), withdraw=withdraw, large=large
    )
    if isinstance(done, Refusal):
        _refuse(done, cleanup, form)
        return
    told: dict[str, Json] = {"ok": cleanup.ok, "erased": True, "entry": done.entry, **Basis(basis).to_json()}
    lines = [
        *_lines(done, "Destroyed:"),
        f"Entry {done.entry} of the log says so: {Basis(basis).article}.",
        *told_of(cleanup),
    ]
    tell(form, {**told, **_counts(done), "files": files_told(cleanup)}, lines)
    sys.exit(0 if cleanup.ok else 1)


@rights.command()
@CASE
@click.option("--decision", required=True, help="Where the request is on file: its number, not a name.")
@click.option(
    "--out",
    required=True,
    type=click.Path(allow_dash=True, path_type=Path),
    help="A new folder, which only you can read; - prints to the terminal.",
)
def access(case_file: Path | None, decision: str, out: Path) -> None:
    """Give all that is held about a case, opened, for whoever answers a request for access (GDPR article 15).

    It is personal: give nothing of others, and destroy the folder when the answer was given. The log says that it was
    read, once for each request on the case. What messages held is not kept here: their recipients have it.
    """
    reference = _reference(case_file)
    _check(decision)
    folder = None if str(out) == "-" else out
    if folder is not None:
        _make(folder)  # first: what was read and could not be written would stand in the log for nothing
    found = access_case(Settings.from_env(os.environ), reference, decision=decision, by=operator())
    if found is None:
        if folder is not None:
            folder.rmdir()
        _refuse(Refusal(), None, "text")
        return
    if found.held:
        click.echo(f"{HELD.nl}\n{HELD.en}", err=True)
    contents = json.dumps({"case": reference, **found.contents}, ensure_ascii=False, indent=2)
    if folder is None:
        click.echo(contents)
        return
    with os.fdopen(os.open(folder / "case.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{contents}\n")
    click.echo("\n".join(f"  {count:6} {what}" for what, count in found.counts.items()))
    click.echo(f"written to case.json in the new folder; entries of the log that say so: {len(found.entries)}")


@rights.command(name="erase-again")
@click.option("--decision", required=True, help="Where the decision is on file: its number, not a name.")
@click.option("--withdraw", is_flag=True, help="First withdraw what waits for approval or was not fetched yet.")
@LARGE_TABLES
@FORMAT
def again(decision: str, withdraw: bool, large: bool, form: str) -> None:
    """Erase again every case that a restored backup brought back, each for the reason of then.

    `erased.cases` in GATEWAY_HOME tells which: random numbers that mean nothing without a database that has the case.
    """
    settings = Settings.from_env(os.environ)
    outcomes, cleanup = erase_again(settings, decision=decision, by=operator(), withdraw=withdraw, large=large)
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    erased = len(outcomes) - len(refused)
    ok = cleanup.ok and not refused
    reasons = list(dict.fromkeys(reason for one in refused for reason in one.reasons))
    lines = [f"cases erased again: {erased}; refused: {len(refused)}"]
    lines += [f"  {reason.nl}\n  {reason.en}" for reason in reasons]
    told: dict[str, Json] = {"ok": ok, "erased": erased, "refused": len(refused), "files": files_told(cleanup)}
    told["reasons"] = [reason.to_json() for reason in reasons]
    tell(form, told, [*lines, *told_of(cleanup)])
    sys.exit(0 if ok else 1)


@rights.command()
@LARGE_TABLES
@FORMAT
def clean(large: bool, form: str) -> None:
    """Have the database overwrite what was deleted, after an erasure that was interrupted or could not finish."""
    cleanup = clean_database(Settings.from_env(os.environ), large=large)
    tell(form, {"ok": cleanup.ok, "files": files_told(cleanup)}, told_of(cleanup))
    sys.exit(0 if cleanup.ok else 1)


def _reference(case_file: Path | None) -> str:
    if case_file is None:
        text: str = click.prompt("Case reference", err=True)
    else:
        try:
            text = sys.stdin.read() if str(case_file) == "-" else case_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise InvalidRequestError("the file with the case's reference cannot be read", hint="look at it") from exc
    if not is_reference(text.strip()):
        raise InvalidRequestError("a case's reference is one line", hint="give one case at a time, as Z-2026-0417")
    return text.strip()


def _check(decision: str) -> None:
    if not is_reference(decision):
        raise InvalidRequestError(
            "the decision's reference must be one line of at most 100 characters", hint="give its number, not a name"
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except OSError as exc:
        raise InvalidRequestError(
            "the folder exists already or cannot be made", hint="name a new one: nothing is ever replaced"
        ) from exc


def _refuse(refusal: Refusal, cleanup: Cleanup | None, form: str) -> None:
    if form == "json":
        told: dict[str, Json] = {
            "ok": False,
            "erased": False,
            "obstacles": {one.value: often for one, often in refusal.obstacles.items()},
            "reasons": [reason.to_json() for reason in refusal.reasons],
        }
        click.echo(json.dumps(told if cleanup is None else {**told, "files": files_told(cleanup)}))
    else:
        click.echo("NOT done; nothing was changed.", err=True)
        for reason in refusal.reasons:
            click.echo(f"  {reason.nl}\n  {reason.en}", err=True)
        if cleanup is not None and not cleanup.ok:
            click.echo("\n".join(told_of(cleanup)), err=True)
    sys.exit(1)


def tell(form: str, told: dict[str, Json], lines: list[str]) -> None:
    """Print the one or the other form."""
    click.echo(json.dumps(told) if form == "json" else "\n".join(lines))


def _counts(done: Erasure) -> dict[str, Json]:
    return {"counts": dict[str, Json](done.counts), "recipients": dict[str, Json](done.recipients)}


def files_told(cleanup: Cleanup) -> Json:
    """Return what became of the bytes, for programs."""
    left: list[Json] = [*cleanup.cleaned.left]
    clean = cleanup.cleaned.ok and not cleanup.found
    told: dict[str, Json] = {"clean": clean, "left": left, "searched": cleanup.searched, "found": cleanup.found}
    return told if cleanup.remembered else {**told, "remembered": False}


def _lines(done: Erasure, first: str = "This would be destroyed:") -> list[str]:
    lines = [first, *(f"  {count:6} {WORDS[what]}" for what, count in done.counts.items())]
    if done.recipients:
        lines.append("These received a message; tell them that it was erased here (GDPR article 19):")
        lines += [f"  {count:6} to {partner}" for partner, count in done.recipients.items()]
    return lines


def told_of(cleanup: Cleanup) -> list[str]:
    """Return what became of the bytes, in words."""
    lines = [] if cleanup.remembered else [NOT_REMEMBERED]
    if not cleanup.cleaned.ok or cleanup.found:
        places = ", ".join([*cleanup.cleaned.left, *(["the file"] if cleanup.found else [])])
        tables = bool(cleanup.found) or any(place not in {"wal", "pg_wal"} for place in cleanup.cleaned.left)
        return [*lines, UNCLEAN.format(places=places, large=", with --large at a quiet hour" if tables else "")]
    if not cleanup.searched:
        return [*lines, "The database has overwritten what was deleted."]
    return [*lines, f"The database's files were searched for {cleanup.searched} pieces of it: none is left."]
