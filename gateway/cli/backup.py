"""`gateway backup`, `restore` and `accept-loss`: keeping the state, putting it back, and going on after a loss."""

import json
import os
from typing import IO

import click

from gateway.bootstrap import accept_missing
from gateway.config.settings import Settings
from gateway.store.engine import is_served
from gateway.store.sole_process import claim

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command(name="accept-loss")
@click.option("--decision", required=True, help="Where the decision is on file: its number, not a name.")
@FORMAT
def accept_loss(decision: str, form: str) -> None:
    """Go on with a log that lacks entries which this gateway signed.

    Only when no newer database or backup exists. Partners hold proofs of the missing entries; the log will have other
    entries in their places, and says so. The privacy officer decides. The checkpoint that was remembered is kept in
    GATEWAY_HOME as evidence: do not delete it.
    """
    settings = Settings.from_env(os.environ)
    held = claim_state(settings)
    try:
        accepted = accept_missing(settings, decision)
    finally:
        if held is not None:
            held.close()
    if form == "json":
        click.echo(json.dumps(accepted.to_json()))
        return
    signed = "an unknown number of" if accepted.signed is None else str(accepted.signed)
    click.echo(f"the log goes on with {accepted.size} of the {signed} entries that were signed")
    click.echo(f"entry {accepted.entry} says so; the checkpoint that was remembered is kept as {accepted.evidence}")


def claim_state(settings: Settings) -> IO[bytes] | None:
    """Keep other gateways away from a database in a file; raise ConfigError when one works on it."""
    return None if is_served(settings.database_url) else claim(settings.home / "gateway.lock")
