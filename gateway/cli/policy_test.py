"""`gateway policy test`: do the worked examples and the near misses still come out as written down?"""

import json
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.policy import FOLDER, FORMAT, UnusableInput
from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import GatewayError, PolicyUnreadableError
from gateway.policy.examples import NEAR_MISSES, read_examples
from gateway.policy.near_file import near_misses, read_near_misses, write_near_misses
from gateway.policy.trial import Suite, Trial, try_policy

SHOWN = 20  # of what failed, in text; json has all


@click.command()
@FOLDER
@click.option(
    "--examples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the worked examples; by default `examples` in the folder of the bundle.",
)
@click.option(
    "--write", is_flag=True, help="Write the near misses anew first: read what changes in the file with care."
)
@FORMAT
def test(policies: Path, examples: Path | None, form: str, *, write: bool) -> None:
    """Decide every worked example and every near miss, and compare with what is written down.

    An example is a described case with the answer that a lawyer expects. Only examples may leave facts to
    `assumed.yaml`; the product itself never assumes a fact. A near miss is what a row or guard answers just inside and
    just outside its bounds: one condition less, another recipient, the day before.
    """
    folder = examples or policies / "examples"
    started = time.perf_counter()
    try:
        policy = Policy(load_bundle(read_policy_files(policies)))
        words = policy.bundle.vocabulary
        if write:
            (folder / NEAR_MISSES).write_text(write_near_misses(near_misses(policy), words), encoding="utf-8")
        files = read_example_files(folder)
        if NEAR_MISSES not in files:
            raise PolicyUnreadableError(f"{NEAR_MISSES}: the file is missing", hint="write it: policy test --write")
        cases, stored = read_examples(files, words), read_near_misses(files[NEAR_MISSES], words)
    except GatewayError as error:
        raise UnusableInput(error) from error
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("near misses", total=None)
        trial = try_policy(
            policy, cases, stored, tell=lambda done, total: progress.update(bar, completed=done, total=total)
        )
    seconds = round(time.perf_counter() - started, 2)
    click.echo(_json(trial, seconds) if form == "json" else _text(trial, seconds))
    sys.exit(0 if trial.ok else 1)


def _json(trial: Trial, seconds: float) -> str:
    told = {"ok": trial.ok, "examples": trial.examples.to_json(), "near_misses": trial.near_misses.to_json()}
    return json.dumps({**told, "seconds": seconds}, ensure_ascii=False, indent=2)


def _text(trial: Trial, seconds: float) -> str:
    lines = [*_suite("worked examples", trial.examples), *_suite("near misses", trial.near_misses)]
    return "\n".join([*lines, f"{'ok' if trial.ok else 'FAILED'}: {seconds} s"])


def _suite(name: str, suite: Suite) -> list[str]:
    misses = suite.misses
    lines = [f"{name}: {suite.checked} asked, {f'{len(misses)} came out otherwise' if misses else 'all as expected'}"]
    for miss in misses[:SHOWN]:
        lines += [f"  {miss.name}", f"    expected: {miss.expected}", f"    got:      {miss.got}"]
    if len(misses) > SHOWN:
        lines.append(f"  and {len(misses) - SHOWN} more (--format json shows all)")
    return lines
