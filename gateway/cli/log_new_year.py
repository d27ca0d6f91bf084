"""`gateway log new-year`: closes the log of a year and begins the next."""

import json
import os
from contextlib import nullcontext

import click

from gateway.cli.form import FORMAT
from gateway.cli.operator import operator
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.store.engine import is_served
from gateway.store.sole_process import claim
from gateway.upkeep import begin_year


@click.command(name="new-year")
@FORMAT
def new_year(form: str) -> None:
    """Close the log of the year that is over, and begin the next one with its own key.

    Make the key ahead with `gateway keys new-year YEAR`, and give it to every witness and partner. Then, in the new
    year, stop the gateway, run this and start the gateway again (on PostgreSQL it may go on, if it was started after
    the key was made). Where GATEWAY_WITNESSES names witnesses, they must sign the final checkpoint first. Until all is
    right the old log goes on; run this again after whatever stopped it.
    """
    settings = Settings.from_env(os.environ)
    with nullcontext() if is_served(settings.database_url) else claim(settings.home / "gateway.lock"):
        done = begin_year(settings, by=operator(), clock=utc_now)
    if form == "json":
        click.echo(json.dumps(done.to_json()))
    else:
        click.echo(f"closed `{done.closed.origin}` with {done.closed.size} entries; keep its final checkpoint:\n")
        click.echo(done.note)
        click.echo(f"begun `{done.begun}` with entry {done.first}")
