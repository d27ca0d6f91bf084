"""`gateway letter`: the letter of a link that the staff interface gave, on the machine of whoever asked for it."""

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import TextIO

import click

from gateway.errors import InvalidRequestError
from gateway.letter.letter import Letter, letter_pdf
from gateway.model.terms import Json

LINK = re.compile(r"https?://[^\s#]+/ophalen#[A-Za-z0-9_-]{43}")
REFERENCE = re.compile(r"[0-9a-f]{8}")


@click.command()
@click.option(
    "--link",
    "answer",
    type=click.File("r", encoding="utf-8"),
    default="-",
    help="the answer of POST …/link (default: standard input)",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="where the PDF goes")
@click.option("--municipality", default="Hilversum", show_default=True, help="who writes")
@click.option("--phone", default="14 035", show_default=True, help="the number that a reader may call")
def letter(answer: TextIO, out: Path, municipality: str, phone: str) -> None:
    """Make the letter to a private person from the answer of POST …/link. Print it, then delete the file."""
    given = _read(answer.read())
    pdf = letter_pdf(Letter(given[0], given[1], municipality, phone, given[2]))
    # Readable by its maker alone: whoever has the file has the link.
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pdf)
    click.echo("the letter is made; print it and delete the file")


def _read(text: str) -> tuple[str, dt.datetime, str]:
    """Return link, last moment and reference; raise InvalidRequestError without repeating any of it."""
    try:
        told: Json = json.loads(text)
        values = [str(told[name]) for name in ("link", "until", "reference")] if isinstance(told, dict) else []
        link, until, reference = values
        moment = dt.datetime.fromisoformat(until)
    except (ValueError, KeyError):
        link, reference, moment = "", "", dt.datetime(1, 1, 1)  # noqa: DTZ001  # refused below
    if not LINK.fullmatch(link) or not REFERENCE.fullmatch(reference) or moment.tzinfo is None:
        raise InvalidRequestError(
            "this is not the answer of …/link", hint="give the JSON as it came; a link cannot be made twice"
        )
    return link, moment, reference
