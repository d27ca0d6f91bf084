"""`gateway audit`: takes logged decisions again. Prints no personal data: indexes, counts and commitments only."""

import json
import os
import sys
from contextlib import ExitStack
from functools import partial

import click
from rich.console import Console
from rich.progress import Progress

from gateway.audit.parts import helpers_for
from gateway.audit.reader import Replay
from gateway.audit.replay import replay_all, replay_one
from gateway.cli.bars import bar
from gateway.cli.form import FORMAT, JOBS
from gateway.cli.on_demand import WholeLines
from gateway.config.settings import Settings
from gateway.log.recorder import Recorder
from gateway.opening import keyring_file, open_view

SHOWN = 20  # lines of each kind in text; json has all


@click.group(cls=WholeLines)
def audit() -> None:
    """Look into what was decided, without naming anybody."""


@audit.command()
@click.argument("index", type=click.IntRange(min=0), required=False)
@click.option("--all", "everything", is_flag=True, help="Every decision and release of the log.")
@JOBS
@FORMAT
def replay(index: int | None, everything: bool, jobs: int, form: str) -> None:
    """Take the decision of entry INDEX, or all of them, again, and compare it bit for bit with what was logged.

    Each is taken under the policy that its entry names, as it is stored, with the facts of its own encrypted detail;
    so this needs the keyring. What was erased is counted, and its commitment shown: nobody can open it. Exit code 1
    when one comes out otherwise, or its policy is missing.
    """
    if (index is None) is not everything:
        raise click.UsageError("give one index, or --all")
    settings = Settings.from_env(os.environ)
    recorder = Recorder(keyring_file(settings).load().kek)
    opening = partial(open_view, settings)
    with ExitStack() as stack:
        # First: the processes are forked, before a database is open and the bar has its thread.
        helpers = stack.enter_context(helpers_for(jobs if index is None else 1, opening, recorder))
        bars = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        unit = stack.enter_context(opening())
        if index is None:
            report = replay_all(unit, recorder, progress=bar(bars, "entries"), helpers=helpers)
        else:
            report = replay_one(unit, recorder, index)
    click.echo(json.dumps(report.to_json()) if form == "json" else "\n".join(_lines(report)))
    sys.exit(0 if report.ok else 1)


def _lines(report: Replay) -> list[str]:
    done = report.decisions + report.releases
    lines = [
        f"{report.decisions} decisions and {report.releases} releases come out as they were logged "
        f"({report.distinct} different queries)",
        f"{len(report.erased)} were erased: nobody can open their commitments",
    ]
    lines += [f"  entry {index}: {commitment}" for index, commitment in list(report.erased.items())[:SHOWN]]
    if not report.ok:
        lines.append(f"{len(report.problems)} do NOT come out as they were logged")
        lines += [f"  entry {index}: {problem}" for index, problem in list(report.problems.items())[:SHOWN]]
    lines.append(
        f"{report.entries} entries in {report.seconds:.2f} s ({done / max(report.seconds, 1e-9):,.0f} replays/s)"
    )
    return lines
