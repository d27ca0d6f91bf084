"""`gateway witness`: the privacy officer's own program. It needs none of the gateway's settings, keys or database."""

import json
import sys
from pathlib import Path
from wsgiref.types import WSGIApplication

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.passphrase import FILE, ask_passphrase
from gateway.cli.ports import refuse_taken
from gateway.cli.witness_cosign import cosign
from gateway.cli.witness_evidence import evidence
from gateway.config.clock import utc_now
from gateway.crypto.witness_key import WitnessKey, open_witness_key
from gateway.witness.app import create_app
from gateway.witness.cosigning import Witness
from gateway.witness.home import AUTOMATIC_KEY, REVIEWED_KEY, Home

HOME = click.option(
    "--home", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder of your witness."
)
LOG = click.option(
    "--log", "logs", required=True, multiple=True, metavar="VKEY", help="The verifier key of a log (its log.vkey)."
)
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, help="A file with the passphrase of the automatic key; without it you are asked."
)
REVIEW_PASSPHRASE = click.option(
    "--review-passphrase-file", type=FILE, help="The same for the key of your own reviews; better typed than kept."
)
THREADS = 4  # requests at once; the signing itself is one at a time


@click.group(cls=WholeLines)
def witness() -> None:
    """Watch a disclosure log as the privacy officer, on a machine of your own: docs/witness.md."""


witness.add_command(cosign)
witness.add_command(evidence)


@witness.command()
@HOME
@click.option("--name", required=True, help="The name of your witness, such as fg.hilversum.example/witness.")
@LOG
@PASSPHRASE
@REVIEW_PASSPHRASE
@FORMAT
def init(
    home: Path,
    name: str,
    logs: tuple[str, ...],
    passphrase_file: Path | None,
    review_passphrase_file: Path | None,
    form: str,
) -> None:
    """Make your witness: a folder with two keys, one that cosigns by itself and one for your own reviews.

    Get the log's key in person, or by a road that its administrator does not hold. Both keys are sealed, each under a
    passphrase of its own.
    """
    made = Home.make(
        home,
        name,
        logs,
        passphrase=ask_passphrase(passphrase_file, confirm=True, what="passphrase of the automatic key"),
        review_passphrase=ask_passphrase(
            review_passphrase_file,
            confirm=True,
            what="another passphrase, for your own reviews",
            option="--review-passphrase-file",
        ),
    )
    trust = made.for_partners().to_text()
    if form == "json":
        told = {"home": str(home), "witness": made.witness, "reviewed": made.reviewed, "logs": list(made.logs)}
        click.echo(json.dumps({**told, "trust_policy": trust}))
        return
    click.echo(f"your witness is in {home}\n")
    click.echo(f"its key, which cosigns by itself:\n  {made.witness}")
    click.echo(f'the key with which you say "reviewed up to n":\n  {made.reviewed}\n')
    click.echo("the trust policy for every partner and for the gateway's administrator (trust.policy):\n")
    click.echo("".join(f"  {line}\n" for line in trust.splitlines()))
    click.echo("what to do next:")
    click.echo(f"  1. move {REVIEWED_KEY} to a stick or another machine; `cosign --key` reads it from there")
    click.echo(f"  2. gateway witness serve --home {home}")
    click.echo("  3. give the address and the trust policy to the administrator, and the trust policy to each partner")
    click.echo("  4. never put back a backup of this folder: docs/witness.md says what to do when it is lost")


@witness.command()
@HOME
@LOG
@FORMAT
def add_log(home: Path, logs: tuple[str, ...], form: str) -> None:
    """Watch one more log, such as that of a new year, or a log's next key. Stop `serve` before, start it after."""
    watched = Home.read(home)
    for vkey in logs:
        watched = watched.add_log(vkey)
    trust = watched.for_partners().to_text()
    if form == "json":
        click.echo(json.dumps({"logs": list(watched.logs), "trust_policy": trust}))
    else:
        click.echo("the trust policy for every partner from now on:\n")
        click.echo("".join(f"  {line}\n" for line in trust.splitlines()))


@witness.command()
@HOME
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True, help="The gateway knows it, so no other one is taken for it.")
@PASSPHRASE
def serve(home: Path, host: str, port: int, passphrase_file: Path | None) -> None:
    """Run the witness until Ctrl-C: it cosigns each checkpoint that continues the one before, and refuses the rest.

    Let only the gateway reach it: the size of the log tells how busy the team is.
    """
    found = Home.read(home)
    refuse_taken(host, port)
    asked = ask_passphrase(passphrase_file, confirm=False, what="passphrase of the automatic key")
    cosigner = open_witness_key(home / AUTOMATIC_KEY, asked, use=WitnessKey.AUTOMATIC)
    at_work = Witness(found, cosigner, clock=utc_now, tell=_tell)
    click.echo(f"The witness `{cosigner.name}` serves on http://{host}:{port}  (stop with Ctrl-C)")
    for origin in found.origins():
        click.echo(f"  watches the log `{origin}`, cosigned up to {at_work.size_of(origin)} entries")
    sys.stdout.flush()

    def load(_: str) -> WSGIApplication:
        return create_app(at_work)

    Server(
        target="gateway.witness",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve(target_loader=load)
    at_work.close()


def _tell(line: str) -> None:
    click.echo(line, err=True)
