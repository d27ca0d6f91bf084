"""`gateway policy simulate`: what a policy would have decided otherwise. Counts only."""

import datetime as dt
import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.bars import bar
from gateway.cli.form import FORMAT
from gateway.config.clock import utc_now
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.crypto.lookup import LookupKey
from gateway.log.recorder import Recorder
from gateway.opening import keyring_file, open_view
from gateway.policy.load import load_policy
from gateway.policy.simulate import Simulation
from gateway.policy.simulate import simulate as run


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--draft", help="The draft of coming law to lay over it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to decide on; default: today.")
@FORMAT
def simulate(directory: Path, draft: str | None, on: dt.datetime | None, form: str) -> None:
    """Ask every past question again under the policy in DIRECTORY, and count what would come out otherwise.

    The questions are those of the log, with the facts as they were established then; so this needs the keyring. Of
    erased cases the counts are used that they left. A count may be small: keep what is printed on the officer's own
    machine. Nothing is stored or released.
    """
    settings = Settings.from_env(os.environ)
    policy = load_policy(read_policy_files(directory, municipality=settings.municipality, draft=draft))
    keyring = keyring_file(settings).load()
    with Progress(console=Console(stderr=True), transient=True) as bars, open_view(settings) as unit:
        done = run(
            unit,
            Recorder(keyring.kek),
            LookupKey(keyring.lookup_key),
            policy,
            on=on.date() if on else utc_now().date(),
            progress=bar(bars, "entries"),
        )
    click.echo(json.dumps(done.to_json()) if form == "json" else "\n".join(_lines(done)))


def _lines(done: Simulation) -> list[str]:
    decided = done.open + done.erased
    lines = [
        f"{done.changed} of {decided} past answers would come out otherwise on {done.on}; "
        f"{done.erased} are of erased cases"
    ]
    for (recipient, ground, role), change in sorted(done.cells.items()):
        if not change.changed:
            continue
        lines.append(f"{recipient} / {ground} / {role}: {change.changed} of {change.decided}")
        lines += [f"  {count} x {before} -> {after}" for (before, after), count in sorted(change.outcomes.items())]
        lines += [f"  + {name}: {count}" for name, count in sorted(change.gained.items())]
        lines += [f"  - {name}: {count}" for name, count in sorted(change.lost.items())]
    if done.unreadable:
        lines.append(f"{done.unreadable} entries were altered and could not be asked: `gateway audit replay --all`")
    lines.append(f"policy {done.bundle}; {done.seconds:.2f} s")
    return lines
