"""`gateway holdings`: which dwellings belong to a partner. The file is read strictly, and no message repeats of it."""

import csv
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from gateway.bootstrap import build
from gateway.cli.on_demand import WholeLines
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError
from gateway.pipeline.change import import_holdings

COLUMNS = ["postcode", "number", "addition", "bag_id"]
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_HINT = "correct the file; nothing was changed"

Dwelling = tuple[str, int, str, str]


@click.group(cls=WholeLines)
def holdings() -> None:
    """Tell the gateway which dwellings a partner owns; only keyed hashes are kept."""


@holdings.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", "partner_id", required=True, help="The partner's id in partners.yaml.")
def import_file(file: Path, partner_id: str) -> None:
    """Replace a partner's dwellings by those of a CSV FILE with columns postcode, number, addition, bag_id."""
    dwellings = read_dwellings(file)
    gateway = build(Settings.from_env(os.environ))
    with closing(gateway.tools.store):
        count = import_holdings(gateway.tools, partner_id, dwellings)
    click.echo(f"kept {count} keyed hashes for {len(dwellings)} dwellings of {partner_id}")


def read_dwellings(file: Path) -> list[Dwelling]:
    """Return the dwellings of a CSV file in UTF-8, all or none.

    :raises InvalidRequestError: a line has not the agreed form; the message gives its number and nothing of it.
    """
    try:
        with file.open(newline="", encoding="utf-8") as rows:
            return list(_read(csv.reader(rows, strict=True)))
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise InvalidRequestError("the file cannot be read as CSV in UTF-8", hint=_HINT) from exc


def _read(rows: Iterator[list[str]]) -> Iterator[Dwelling]:
    if next(rows, None) != COLUMNS:
        raise InvalidRequestError("the first line is not postcode,number,addition,bag_id", hint="add that line")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(COLUMNS):
            raise InvalidRequestError(f"line {line} has not four values", hint=_HINT)
        postcode, number, addition, bag_id = row
        if not _NUMBER.fullmatch(number):
            raise InvalidRequestError(f"line {line} has no house number", hint=_HINT)
        yield postcode, int(number), addition, bag_id
