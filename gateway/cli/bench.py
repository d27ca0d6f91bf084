"""`gateway bench`: what the gateway costs, each figure beside a floor measured in the same rounds."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gateway.bench.findings import Findings
from gateway.bench.machine import machine
from gateway.bench.report import as_page, as_text
from gateway.bench.suites import SUITES
from gateway.bench.task import Task
from gateway.cli.form import FORMAT
from gateway.config.clock import utc_now


@click.command()
@click.argument("name", required=False, type=click.Choice(list(SUITES)))
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="How often each case is run.")
@click.option(
    "--entries",
    type=click.IntRange(min=1000),
    default=100_000,
    show_default=True,
    help="How many entries the largest log of the bench `audit` has; its peer is pymerkle, where it is installed.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the page docs/performance.md here; only when all benches run.",
)
@FORMAT
def bench(name: str | None, rounds: int, entries: int, write: Path | None, form: str) -> None:
    """Measure NAME, or everything: median, lowest and highest over interleaved rounds, and the ratio to a floor."""
    if write is not None and name is not None:
        raise click.UsageError("--write is for all benches at once, or the page would lose the others")
    where = machine()
    found: dict[str, Findings] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for one in [name] if name else SUITES:
            bar = progress.add_task(one, total=None)

            def tell(case: str, done: int, total: int, bar: object = bar, one: str = one) -> None:
                progress.update(bar, description=f"{one}: {case}", completed=done, total=total)  # type: ignore[arg-type]  # rich's id of a bar

            found[one] = SUITES[one].run(Task(rounds, entries, tell))
            progress.remove_task(bar)
    if write is not None:
        write.write_text(as_page(found, where, rounds=rounds, at=utc_now().date()), encoding="utf-8")
    if form == "json":
        rows = [{"bench": one, **row.to_json()} for one, findings in found.items() for row in findings.rows]
        left_out = [reason for findings in found.values() for reason in findings.left_out]
        click.echo(json.dumps({"rows": rows, "left_out": left_out, "machine": where}, ensure_ascii=False))
    else:
        click.echo(as_text(found, where))
