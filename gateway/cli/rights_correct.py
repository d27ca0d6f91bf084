"""`gateway rights correct`: sends corrected values to exactly who received the wrong ones (GDPR articles 16 and 19)."""

import json
import os
import sys
from pathlib import Path

import click

from gateway.bootstrap import build
from gateway.cli.form import FORMAT
from gateway.cli.operator import operator
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError
from gateway.model.terms import is_reference
from gateway.pipeline.correct import correct as correct_all
from gateway.pipeline.correct import read_corrections

WORDS = {
    "corrected": "gets the corrected value",
    "recalled": "may no longer get it: its message is recalled",
    "stopped": "had not fetched it yet: its message was stopped; submit it again",
    "telephone": "has it by an urgent message, and the value may not go in writing: telephone",
}


@click.command()
@click.option(
    "--file",
    "path",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help='A list of {"request", "ref", "data"} with new values; - reads standard input. Destroy the file afterwards.',
)
@click.option("--decision", required=True, help="Where the decision is on file: its number, not a name.")
@FORMAT
def correct(path: Path, decision: str, form: str) -> None:
    """Correct what was sent: decided again, minimised, sealed, logged, and sent to exactly who received the field.

    Nothing of the values is printed or kept here. It may be run while the gateway works.
    """
    if not is_reference(decision):
        raise InvalidRequestError(
            "the decision's reference must be one line of at most 100 characters", hint="give its number, not a name"
        )
    settings = Settings.from_env(os.environ)
    try:
        body = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as exc:
        raise InvalidRequestError("the file with the corrections cannot be read", hint="look at it") from exc
    wanted = read_corrections(body, limit=settings.body_limit)
    gateway = build(settings)
    try:
        done = correct_all(gateway.tools, wanted, decision=decision, by=operator(), at=gateway.tools.clock())
    finally:
        gateway.tools.store.close()
    if form == "json":
        click.echo(json.dumps({"ok": True, **done.to_json()}))
        return
    kinds = {"corrected": done.sent, "recalled": done.recalled, "stopped": done.stopped, "telephone": done.phone}
    for kind, lines in kinds.items():
        for partner, message in lines:
            click.echo(f"{partner} {WORDS[kind]} (message {message})")
