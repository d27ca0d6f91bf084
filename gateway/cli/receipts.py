"""`gateway receipts`: which receipts are missing. Needs no passphrase; it shows no case number and no data."""

import json
import os
import sys

import click

from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.model.notices import Missing
from gateway.opening import open_view
from gateway.pipeline.chase import find_owed
from gateway.receipt.overdue import Patience
from gateway.store.notice_ports import NoticeState

WORDS = {
    Missing.UNANSWERED: "did not say that the message arrived",
    Missing.UNDESTROYED: "did not say in time that the message was destroyed",
    Missing.NOT_FOR_US: "says that the message is not for it",
}


@click.group(cls=WholeLines)
def receipts() -> None:
    """Receipts that partners owe."""


@receipts.command()
@FORMAT
def overdue(form: str) -> None:
    """List the receipts that are missing, the urgent first, and the notices that could not be sent.

    A running gateway reminds the partner and tells the team (GATEWAY_RECEIPTS_DUE). Exit code 1: something is missing.
    """
    settings = Settings.from_env(os.environ)
    with open_view(settings) as unit:
        lines = find_owed(unit, Patience.from_text(settings.notices.receipts_due), utc_now())
        lost = unit.notices.counts()[NoticeState.GIVEN_UP]
    if form == "json":
        told = {"ok": not lines, "overdue": [line.to_json() for line in lines], "notices_given_up": lost}
        click.echo(json.dumps(told))
    else:
        for line in lines:
            urgent = "URGENT, telephone now: " if line.urgent else ""
            since = f"request {line.disclosure_id}, since {line.since:%F %R} UTC"
            click.echo(f"{urgent}{line.partner} {WORDS[line.what]} ({since})")
        click.echo(f"{len(lines)} receipts are overdue; notices that could not be sent: {lost}")
    sys.exit(1 if lines else 0)
