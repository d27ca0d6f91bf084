"""`gateway policy keygen`, `sign` and `activate`: two different approvers sign a policy before it decides anything."""

import json
import os
from contextlib import nullcontext
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.operator import operator
from gateway.cli.passphrase import PASSPHRASE, ask_passphrase
from gateway.cli.policy import WHOSE
from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.config.settings import Settings
from gateway.config.signature_files import write_signature
from gateway.crypto.approver_key import make_approver_key, open_approver_key
from gateway.crypto.notes import key_id
from gateway.errors import ConfigError, NotActivatedError
from gateway.opening import open_view
from gateway.policy.readiness import ready
from gateway.policy.statement import Statement
from gateway.store.engine import is_served
from gateway.store.sole_process import claim
from gateway.upkeep import activate_policy

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file for your key.")
@click.option("--name", required=True, help="How the log's officers know you: a staff id or short name, no spaces.")
@PASSPHRASE
@FORMAT
def keygen(out: Path, name: str, passphrase_file: Path | None, form: str) -> None:
    """Make your own key as an approver of the policy, on your own machine.

    The key stays with you, sealed under your passphrase. Give the line that is printed to the administrator, in person:
    it belongs in the file of GATEWAY_POLICY_APPROVERS.
    """
    vkey = make_approver_key(out, name, ask_passphrase(passphrase_file, confirm=True))
    if form == "json":
        click.echo(json.dumps({"key": str(out), "vkey": vkey}))
    else:
        click.echo(f"your key is in {out}; this line belongs in the list of approvers:\n{vkey}")


@click.command()
@click.argument("directory", type=FOLDER)
@click.option("--key", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Your key.")
@click.option("--sequence", required=True, type=click.IntRange(min=1), help="The number it gets: one more than now.")
@click.option(
    "--previous", help="The digest of the policy before it; default: the active one of this gateway's database."
)
@click.option(
    "--issuer",
    envvar="GATEWAY_ISSUER",
    default="disclosure-gateway.hilversum.example",
    show_default=True,
    show_envvar=True,
    help="The gateway that it is for.",
)
@WHOSE
@PASSPHRASE
@FORMAT
def sign(
    directory: Path,
    key: Path,
    sequence: int,
    previous: str | None,
    issuer: str,
    municipality: str,
    passphrase_file: Path | None,
    form: str,
) -> None:
    """Sign the policy in DIRECTORY, as an approver. It must be ready: read, proved, and as its examples say.

    Your signature goes into a file of the folder `signatures` beside the policy. It covers every byte of the policy,
    its number and the policy before it, so nothing of these can change afterwards.
    """
    files = read_policy_files(directory, municipality=municipality)
    digest = ready(files, read_example_files(directory / "examples")).bundle.digest
    statement = Statement(issuer, sequence, digest, _previous(sequence) if previous is None else previous)
    signer = open_approver_key(key, ask_passphrase(passphrase_file, confirm=False))
    path = write_signature(directory, key_id(signer.name, signer.public).hex(), signer.sign(statement.text()))
    if form == "json":
        told = {"sequence": sequence, "digest": digest, "previous": statement.previous, "issuer": issuer}
        click.echo(json.dumps({**told, "by": signer.name, "file": str(path)}))
    else:
        click.echo(f"`{signer.name}` has signed this, in {path}:\n\n{statement.text()}")


@click.command()
@click.argument("directory", type=FOLDER)
@FORMAT
def activate(directory: Path, form: str) -> None:
    """Make the policy in DIRECTORY the active one. Two different approvers must have signed it as the next number.

    Stop the gateway before, on SQLite, and restart every gateway afterwards: the policy decides from the next start on.
    When anything is not in order nothing changes. Activation is an entry in the log.
    """
    settings = Settings.from_env(os.environ)
    with nullcontext() if is_served(settings.database_url) else claim(settings.home / "gateway.lock"):
        done = activate_policy(settings, directory, by=operator())
    if form == "json":
        told = {"sequence": done.sequence, "digest": done.digest, "leaf_index": done.leaf_index}
        click.echo(json.dumps({**told, "approvers": list(done.approvers)}))
    else:
        click.echo(f"policy {done.sequence} is active from the next start on: {done.digest}")
        click.echo(f"signed by {' and '.join(done.approvers)}; entry {done.leaf_index} of the log says so")


def _previous(sequence: int) -> str:
    if sequence == 1:
        return ""
    try:
        with open_view(Settings.from_env(os.environ)) as unit:
            newest = unit.bundles.newest()
    except ConfigError as error:
        raise _untold() from error
    if newest is None or newest.sequence != sequence - 1:
        raise _untold()
    return newest.digest


def _untold() -> NotActivatedError:
    return NotActivatedError(
        "it is not known which policy this one follows",
        hint="say so with --previous sha256:…, the digest of the active one",
    )
