"""`gateway screen`: what in a text would stop it from leaving. It needs no configuration and stores nothing."""

import json
from pathlib import Path
from typing import cast

import click
import yaml

from gateway.cli.form import FORMAT
from gateway.intake.screening import screen as find

_YAML = frozenset({".yaml", ".yml"})
Note = tuple[int | str, str]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@FORMAT
def screen(file: Path, form: str) -> None:
    """Screen FILE: a text, or a YAML list of {id, text}. Offsets count characters; what was found is not shown."""
    told = [(name, find(text)) for name, text in _notes(file)]
    if form == "json":
        rows = [
            {
                "id": name,
                "spans": [
                    {"start": one.start, "end": one.end, "category": one.category, "action": "block"} for one in found
                ],
            }
            for name, found in told
        ]
        click.echo(json.dumps(rows))
        return
    for name, found in told:
        for one in found:
            click.echo(f"{name}: characters {one.start} to {one.end} hold {one.category}: block")
    if not any(found for _, found in told):
        click.echo("nothing found; screening is an aid, not a guarantee")


def _notes(file: Path) -> list[Note]:
    """Return the notes of a file; a plain text is one note with id 1."""
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise click.UsageError("the file cannot be read as UTF-8 text") from exc
    try:
        notes = _listed(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        notes = None  # most plain texts are no YAML
    if notes is None and file.suffix.lower() in _YAML:
        raise click.UsageError("the file is not a YAML list of {id, text}")
    return [(1, text)] if notes is None else notes


def _listed(value: object) -> list[Note] | None:
    if not isinstance(value, list):
        return None
    notes: list[Note] = []
    for item in cast("list[object]", value):
        if not isinstance(item, dict):
            return None
        name, text = item.get("id"), item.get("text")
        if isinstance(name, bool) or not isinstance(name, int | str) or not isinstance(text, str):
            return None
        notes.append((name, text))
    return notes
