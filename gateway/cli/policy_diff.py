"""`gateway policy diff`: what one policy gives and another does not, in words."""

import json
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.policy import WHOSE, UnusableInput
from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import GatewayError
from gateway.policy.difference import compare
from gateway.policy.difference_words import differences_in_words, differences_to_json

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("before", metavar="A", type=_FOLDER)
@click.argument("after", metavar="B", type=_FOLDER)
@WHOSE
@click.option("--draft", metavar="NAME", help="Lay this draft of coming law over B.")
@FORMAT
def diff(before: Path, after: Path, municipality: str, draft: str | None, form: str) -> None:
    """Say what the policy in folder B gives otherwise than the one in folder A.

    For each epoch, recipient kind, ground and role: which fields are gained or lost, in more or in fewer cases, or go
    after another approval, with one situation in which that is so. Not a comparison of texts: it is exact over every
    combination of facts. `gateway policy diff policies policies --draft wrs` shows what coming law would do.
    """
    try:
        old = load_bundle(read_policy_files(before, municipality=municipality))
        new = load_bundle(read_policy_files(after, municipality=municipality, draft=draft))
    except GatewayError as error:
        raise UnusableInput(error) from error
    epochs = compare(old, new)
    if form == "json":
        click.echo(json.dumps(differences_to_json(epochs, old, new), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(differences_in_words(epochs, old, new)))
