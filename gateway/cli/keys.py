"""`gateway keys` and `gateway holdings`: the gateway's own keys, and which dwellings belong to a partner."""

import csv
import os
from pathlib import Path

import click

from gateway.bootstrap import build, generate_keys
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError
from gateway.pipeline.change import import_holdings

COLUMNS = ["postcode", "number", "addition", "bag_id"]


@click.group()
def keys() -> None:
    """Make the gateway's own keys. Partners make theirs with `gateway partner keygen`."""


@keys.command()
def generate() -> None:
    """Make the signing, log and wrapping keys, sealed under the passphrase; never replaces any."""
    settings = Settings.from_env(os.environ)
    generate_keys(settings)
    click.echo(f"made the keyring, log.vkey and issuer.jwks.json in {settings.keys}")


@click.group()
def holdings() -> None:
    """Tell the gateway which dwellings a partner owns; only keyed hashes are kept."""


@holdings.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", "partner_id", required=True, help="The partner's id in partners.yaml.")
def import_file(file: Path, partner_id: str) -> None:
    """Replace a partner's dwellings by those of a CSV FILE with columns postcode, number, addition, bag_id."""
    with file.open(newline="", encoding="utf-8") as rows:
        reader = csv.DictReader(rows)
        if reader.fieldnames != COLUMNS:
            raise InvalidRequestError("the first line is not postcode,number,addition,bag_id", hint="add that line")
        dwellings = []
        for line, row in enumerate(reader, start=2):
            if not row["number"].isdecimal():
                raise InvalidRequestError(
                    f"line {line} has no house number", hint="correct the file; nothing was changed"
                )
            dwellings.append((row["postcode"], int(row["number"]), row["addition"], row["bag_id"]))
    count = import_holdings(build(Settings.from_env(os.environ)).tools, partner_id, dwellings)
    click.echo(f"kept {count} keyed hashes for {len(dwellings)} dwellings of {partner_id}")
