"""`gateway witness cosign`: the officer's own statement "reviewed up to n", shown before it is signed."""

import json
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.passphrase import FILE, ask_passphrase
from gateway.config.clock import utc_now
from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.crypto.sealed_file import create
from gateway.crypto.witness_key import WitnessKey, open_witness_key
from gateway.errors import ConfigError, KeyUnavailableError, NotFoundError
from gateway.witness.client import fetch_latest
from gateway.witness.home import REVIEWED_KEY, Home
from gateway.witness.memory import load
from gateway.witness.review import Proposal, propose, state
from gateway.witness.submission import LARGEST


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--home", required=True, type=click.Path(file_okay=False, path_type=Path), help="Your witness's folder.")
@click.option("--from", "url", help="The address of your own witness, to take its newest checkpoint from.")
@click.option("--log", "origin", help="The log's name, when you watch more than one.")
@click.option("--key", type=FILE, help=f"The key of your reviews; default: {REVIEWED_KEY} in the folder.")
@click.option("--out", type=FILE, help="The file for the signed note; default: it is printed. Nothing is overwritten.")
@click.option("--yes", is_flag=True, help="You have read what it says and confirm it.")
@click.option("--passphrase-file", type=FILE, help="A file with the passphrase of the key; without it you are asked.")
@FORMAT
def cosign(
    file: Path | None,
    home: Path,
    url: str | None,
    origin: str | None,
    key: Path | None,
    out: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    form: str,
) -> None:
    """State that you reviewed the log up to a checkpoint, and sign that with the key that is for nothing else.

    The checkpoint is that of FILE (a note, or a request with its proof), or the newest of your own witness: at --from,
    else in this folder. Your witness must have cosigned it. No network is needed with a FILE.
    """
    watched = Home.read(home)
    if out is not None and out.exists():
        raise ConfigError(f"{out.name} exists already", hint="choose another file with --out")
    proposal = propose(watched, _given(watched, file, url, origin))
    _show(proposal)
    if not yes:
        click.confirm("Bevestigt u dit? Do you confirm this?", abort=True, err=True)
    asked = ask_passphrase(passphrase_file, confirm=False, what="passphrase of the key of your reviews")
    reviewer = open_witness_key(key or home / REVIEWED_KEY, asked, use=WitnessKey.REVIEWED)
    note = state(watched, proposal, reviewer, at=utc_now())
    if out is not None:
        _write(out, note)
    if form == "json":
        told = {"log": proposal.checkpoint.origin, "size": proposal.checkpoint.size, "new": proposal.new, "note": note}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif out is None:
        click.echo(note, nl=False)
    else:
        click.echo(f"signed: reviewed up to {proposal.checkpoint.size}, in {out}")


def _given(home: Home, file: Path | None, url: str | None, origin: str | None) -> str:
    if file is not None:
        try:
            return file.read_bytes()[: LARGEST + 1].decode()
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError(f"{file.name} is not a note", hint="choose a file with a signed checkpoint") from exc
    chosen = _chosen(home, origin)
    if url is not None:
        return fetch_latest(url, chosen)
    witness = CosignatureVerifier.from_text(home.witness)
    newest = load(home.memory_file(chosen), chosen, trust=home.trust(), witness=witness).newest
    if newest is None:
        raise NotFoundError("your witness has cosigned nothing of this log yet", hint="wait until the gateway has sent")
    return newest.note


def _chosen(home: Home, origin: str | None) -> str:
    origins = home.origins()
    if origin is None and len(origins) == 1:
        return origins[0]
    if origin is None or origin not in origins:
        raise ConfigError("it is not clear which log", hint=f"name one with --log: {', '.join(origins)}")
    return origin


def _show(proposal: Proposal) -> None:
    words = proposal.words()
    click.echo(f"{words.nl}\n\n{words.en}\n", err=True)


def _write(path: Path, note: str) -> None:
    try:
        create(path, note.encode())
    except KeyUnavailableError as exc:
        raise ConfigError(f"{path.name} cannot be written", hint="look at its folder, or leave --out away") from exc
