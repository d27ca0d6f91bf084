"""`gateway demo`: the main job from end to end, without a browser."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.config.clock import utc_now
from gateway.demo.run import run_demo


@click.command()
@click.option("--keep", is_flag=True, help="Leave database, keys and partners' folders in GATEWAY_HOME (./var).")
@FORMAT
def demo(keep: bool, form: str) -> None:
    """Do the main job with invented cases and check every step; exit 0 only if all went as they should."""
    home = Path(os.environ.get("GATEWAY_HOME", "var")).resolve() if keep else Path(tempfile.mkdtemp(prefix="gateway-"))
    say = click.echo if form == "text" else _silent
    try:
        account = run_demo(home, say, utc_now().date())
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
    if form == "json":
        click.echo(json.dumps(account.to_json()))
    else:
        right = sum(step["ok"] is True for step in account.steps)
        click.echo(f"\n{right} of {len(account.steps)} steps went as they should.")
        if keep:
            click.echo(f"The state is in {home}; try: GATEWAY_HOME={home} gateway log verify")
    sys.exit(0 if account.ok else 1)


def _silent(_line: str) -> None:
    """Say nothing: the account is printed as JSON at the end."""
