"""`gateway policy explain`: one rule of the policy in plain Dutch and English, with its conditions, law and days."""

import datetime as dt
import json
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.policy import FOLDER, WHOSE, UnusableInput
from gateway.config.clock import utc_now
from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import GatewayError
from gateway.policy.rule import find_rule, lines, to_json


@click.command()
@click.argument("rule")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="As it reads on this day; today when left out.")
@FOLDER
@WHOSE
@click.option("--draft", metavar="NAME", help="Lay this draft of coming law over the policy.")
@FORMAT
def explain(
    rule: str, day: dt.datetime | None, policies: Path, municipality: str, draft: str | None, form: str
) -> None:
    """Explain RULE, such as WC-1 or F-HOLD.

    To whom it lets go what, about whom, on which conditions and evidence, after whose approval, on which law, and since
    when; of a guard, what it stops and what can be done meanwhile. Exit 2 when there is no such rule.
    """
    on = day.date() if day else utc_now().date()
    try:
        bundle = load_bundle(read_policy_files(policies, municipality=municipality, draft=draft))
        found = find_rule(bundle, rule, on=on)
    except GatewayError as error:
        raise UnusableInput(error) from error
    if form == "json":
        click.echo(json.dumps(to_json(found, on=on), ensure_ascii=False, indent=2))
        return
    told = lines(found)
    for language in ("nl", "en"):
        if not found.holds_on(on):
            click.echo(f"Niet van kracht op {on}." if language == "nl" else f"Not in force on {on}.")
        for depth, text in told:
            click.echo("  " * depth + (text.nl if language == "nl" else text.en))
        if language == "nl":
            click.echo()
