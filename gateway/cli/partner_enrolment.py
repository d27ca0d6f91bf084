"""`gateway partner enrol`: the partner's half of an enrolment."""

import json
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.model.terms import Json
from gateway.partner.enrolment import answer

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("challenge", type=FILE)
@click.option("--key", "key_file", required=True, type=FILE, help="Your <id>.keys.json; the request stands beside it.")
@FORMAT
def enrol(challenge: Path, key_file: Path, form: str) -> None:
    """Open the municipality's CHALLENGE, and show the number to read out by phone.

    Two people of the municipality ask you for the number. Call them at a telephone number that you know already. Your
    keys count once both typed the same number. partner.yaml and issuer.jwks.json are written beside your keys unless
    they are there; use them only when the number was right.
    """
    told = answer(challenge, key_file)
    if form == "json":
        written = list[Json]([str(path) for path in told.written])
        shown: dict[str, Json] = {"id": told.partner_id, "number": told.number, "issuer": told.issuer}
        click.echo(json.dumps({**shown, "gateway": told.gateway, "written": written}))
        return
    click.echo(f"the number to read out by phone · het nummer om voor te lezen:\n\n  {told.number}\n")
    click.echo(f"to the two people who ask for it at {told.issuer}; wait until both say that it is right")
    for path in told.written:
        click.echo(f"wrote {path}")
    if not (key_file.parent / "trust.policy").exists():
        click.echo(f"still needed: trust.policy, from the privacy officer, in {key_file.parent}")
