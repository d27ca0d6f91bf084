"""`gateway policy test`: do the worked examples and the near misses still come out as written down?"""

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.cli.form import FORMAT
from gateway.cli.policy import FOLDER, WHOSE, UnusableInput
from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import BrokenInvariantError, GatewayError, PolicyUnreadableError
from gateway.model.terms import Json
from gateway.policy.examples import NEAR_MISSES, read_examples
from gateway.policy.mutants import GOAL, Report
from gateway.policy.mutants import mutate as mutate_all
from gateway.policy.near_file import near_misses, read_near_misses, write_near_misses
from gateway.policy.trial import Suite, Trial, try_policy

SHOWN = 20  # of what failed, in text; json has all


@dataclass(frozen=True, slots=True)
class Given:
    """The files of the policy and of its examples, and how much of the mutation to run."""

    policy: dict[str, bytes]
    examples: dict[str, bytes]
    every: int
    jobs: int


@click.command()
@FOLDER
@WHOSE
@click.option(
    "--examples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the worked examples; by default `examples` in the folder of the bundle.",
)
@click.option(
    "--write", is_flag=True, help="Write the near misses anew first: read what changes in the file with care."
)
@click.option("--mutate", is_flag=True, help="Then plant every fault of one rule, and count which of them are found.")
@click.option(
    "--every", default=1, show_default=True, type=click.IntRange(1), help="With --mutate: one fault in so many."
)
@click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="one per processor",
    type=click.IntRange(1),
    help="With --mutate: how many processes.",
)
@FORMAT
def test(
    policies: Path,
    municipality: str,
    examples: Path | None,
    form: str,
    *,
    write: bool,
    mutate: bool,
    every: int,
    jobs: int,
) -> None:
    """Decide every worked example and every near miss, and compare with what is written down.

    An example is a described case with the answer that a lawyer expects. Only examples may leave facts to
    `assumed.yaml`; the product itself never assumes a fact. A near miss is what a row or guard answers just inside and
    just outside its bounds: one condition less, another recipient, the day before.

    With --mutate, and only when all of that is as expected, every fault that somebody could make in one rule is planted
    in memory: a condition dropped, a field, recipient or role added, an approval weaker, a guard gone. The invariants,
    examples and near misses must find 99 % of those that change an answer, and `survivors.yaml` must give a reason for
    each of the others.
    """
    folder = examples or policies / "examples"
    try:
        files = read_policy_files(policies, municipality=municipality)
        policy = Policy(load_bundle(files))
        if write:
            text = write_near_misses(near_misses(policy), policy.bundle.vocabulary)
            (folder / NEAR_MISSES).write_text(text, encoding="utf-8")
        given = Given(files, read_example_files(folder), every, jobs)
        started = time.perf_counter()
        trial = _try(policy, given)
        report = _mutate(given) if mutate and trial.ok else None
    except BrokenInvariantError as error:
        click.echo(f"Error: {error.message}\n  what to do: {error.hint}", err=True)
        sys.exit(1)
    except GatewayError as error:
        raise UnusableInput(error) from error
    seconds = round(time.perf_counter() - started, 2)
    ok = trial.ok and (report is None or report.ok)
    click.echo(_as_json(trial, report, seconds) if form == "json" else _as_text(trial, report, seconds))
    sys.exit(0 if ok else 1)


def _try(policy: Policy, given: Given) -> Trial:
    if NEAR_MISSES not in given.examples:
        raise PolicyUnreadableError(f"{NEAR_MISSES}: the file is missing", hint="write it: gateway policy test --write")
    words = policy.bundle.vocabulary
    cases, stored = read_examples(given.examples, words), read_near_misses(given.examples[NEAR_MISSES], words)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("near misses", total=None)
        return try_policy(
            policy, cases, stored, tell=lambda done, total: progress.update(bar, completed=done, total=total)
        )


def _mutate(given: Given) -> Report:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("faults", total=None)
        return mutate_all(
            given.policy,
            given.examples,
            every=given.every,
            jobs=given.jobs,
            tell=lambda done, total: progress.update(bar, completed=done, total=total),
        )


def _as_json(trial: Trial, report: Report | None, seconds: float) -> str:
    told: dict[str, Json | float] = {
        "ok": trial.ok and (report is None or report.ok),
        "examples": trial.examples.to_json(),
        "near_misses": trial.near_misses.to_json(),
    }
    if report is not None:
        told |= {"mutation": report.to_json(), "mutation_share": round(report.share, 4)}
    return json.dumps({**told, "seconds": seconds}, ensure_ascii=False, indent=2)


def _as_text(trial: Trial, report: Report | None, seconds: float) -> str:
    lines = [*_suite("worked examples", trial.examples), *_suite("near misses", trial.near_misses)]
    lines += _mutation(report) if report is not None else []
    ok = trial.ok and (report is None or report.ok)
    return "\n".join([*lines, f"{'ok' if ok else 'FAILED'}: {seconds} s"])


def _suite(name: str, suite: Suite) -> list[str]:
    misses = suite.misses
    lines = [f"{name}: {suite.checked} asked, {f'{len(misses)} came out otherwise' if misses else 'all as expected'}"]
    for miss in misses[:SHOWN]:
        lines += [f"  {miss.name}", f"    expected: {miss.expected}", f"    got:      {miss.got}"]
    return [*lines, *_more(len(misses))]


def _mutation(report: Report) -> list[str]:
    counted = len(report.verdicts) - report.equivalent
    lines = [
        f"faults: {len(report.verdicts)} planted, {report.equivalent} of them change no answer",
        f"  found: {report.killed} of {counted}, {report.share:.2%} (at least {GOAL:.0%})",
    ]
    lines += [
        f"  by {name}: {count['found']}, before the others {count['first']}, alone {count['alone']}"
        for name, count in report.detectors().items()
    ]
    for kind, count in report.kinds().items():
        lines.append(f"  {kind}: {count['killed']} of {count['planted'] - count['equivalent']} found")
    for name in report.survivors[:SHOWN]:
        reason = report.reasons.get(name)
        lines += [f"  survives: {name}", f"    {reason.nl if reason else 'no reason is given in survivors.yaml'}"]
        lines += [f"    {reason.en}"] if reason else []
    lines += _more(len(report.survivors))
    return [*lines, *(f"  a reason without a survivor: {name}" for name in report.idle)]


def _more(count: int) -> list[str]:
    return [f"  and {count - SHOWN} more (--format json shows all)"] if count > SHOWN else []
