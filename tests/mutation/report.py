"""Writes docs/mutation.md from what mutmut found, and refuses when a fault that no test notices has no reason.

Used by `make mutation`. The reasons stand in survivors.toml, by file and change, because numbers and lines move.
"""

import hashlib
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.mutation.results import FOUND, Mutant, read

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "mutation.md"
REASONS = PROJECT / "tests" / "mutation" / "survivors.toml"
PACKAGES = ("decide", "minimise", "log")
LEAST = 90.0
"""Percent of the planted faults that the tests must find in each package."""

Change = tuple[str, str, str]
"""File, what stood there, what was planted."""

HEAD = """# Planted faults

`make mutation` plants one fault at a time in `gateway/decide`, `gateway/minimise` and `gateway/log`: mutmut changes an
operator, a constant, an argument or a sentence, and runs the tests of these packages against it. A fault that no test
finds is listed below with the reason why it may stay. The command fails when one has no reason, when a reason has lost
its fault, or when less than {least:.0f} % is found. It takes an hour or more, so `make check` does without.
Constants of a module, decorated functions and the arguments of `len` and `isinstance` are not changed by mutmut.

Last run on {date}, with {tool}. A timeout counts as found: the tests ran many times longer than they should.

| package | faults | found by a failing test | by a timeout | not found | found | SHA-256 of its sources |
|---|---|---|---|---|---|---|
"""
MIDDLE = """
## Faults that no test finds

Equal: the changed program does the same for every input that can reach it.

"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the faults of one package."""

    package: str
    mutants: Sequence[Mutant]

    @property
    def percent(self) -> float:
        """Return how many of a hundred were found; 0 when nothing was planted."""
        found = sum(mutant.status in FOUND for mutant in self.mutants)
        return 100 * found / len(self.mutants) if self.mutants else 0.0

    def row(self, digest: str) -> str:
        """Return the package's row of the page."""
        count = Counter(mutant.status for mutant in self.mutants)
        rest = len(self.mutants) - count["killed"] - count["timeout"]
        figures = (len(self.mutants), count["killed"], count["timeout"], rest, f"{self.percent:.1f} %")
        return f"| {self.package} | {' | '.join(map(str, figures))} | `{digest[:16]}` |\n"


def digest(project: Path, package: str) -> str:
    """Return the SHA-256 over the names and bytes of a package's files."""
    state = hashlib.sha256()
    folder = project / "gateway" / package
    for path in sorted(folder.rglob("*.py")):
        for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()):
            state.update(len(part).to_bytes(8, "big") + part)
    return state.hexdigest()


def reasons(text: str) -> dict[Change, str]:
    """Return the reason for each change that survivors.toml explains."""
    return {
        (one["file"], was, now): one["reason"]
        for one in tomllib.loads(text).get("survivor", [])
        for was, now in one["changes"]
    }


def problems(tallies: Iterable[Tally], explained: Mapping[Change, str]) -> list[str]:
    """Return what is wrong: too little found, a mutant not tried, a survivor without reason, a reason without one."""
    told: list[str] = []
    left: set[Change] = set()
    for tally in tallies:
        if tally.percent < LEAST:
            told.append(f"{tally.package}: only {tally.percent:.1f} % is found")
        for mutant in tally.mutants:
            change = (mutant.file, mutant.was, mutant.now)
            if mutant.status in FOUND:
                continue
            left.add(change)
            if change not in explained:
                told.append(
                    f"{mutant.file}:{mutant.line} ({mutant.status}) has no reason: {mutant.was} -> {mutant.now}"
                )
    return told + [f"{file}: a reason without its fault: {was} -> {now}" for file, was, now in explained.keys() - left]


def page(
    tallies: Sequence[Tally], explained: Mapping[Change, str], *, rows: Iterable[str], date: str, tool: str
) -> str:
    """Return docs/mutation.md."""
    parts = [HEAD.format(least=LEAST, date=date, tool=tool), *rows, MIDDLE]
    survivors = [mutant for tally in tallies for mutant in tally.mutants if mutant.status not in FOUND]
    by_reason: dict[str, list[Mutant]] = {}
    for mutant in survivors:
        by_reason.setdefault(explained.get((mutant.file, mutant.was, mutant.now), "no reason yet"), []).append(mutant)
    for reason, mutants in by_reason.items():
        parts.append(f"### {reason}\n\n")
        parts += [f"- `{one.file}:{one.line}`\n  ```\n  - {one.was}\n  + {one.now}\n  ```\n" for one in mutants]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def main() -> int:
    """Write the page, tell what is wrong, and return the exit code."""
    tallies = [Tally(package, read(PROJECT, package)) for package in PACKAGES]
    explained = reasons(REASONS.read_text())
    rows = [tally.row(digest(PROJECT, tally.package)) for tally in tallies]
    PAGE.write_text(
        page(tallies, explained, rows=rows, date=time.strftime("%Y-%m-%d"), tool=f"mutmut {version('mutmut')}")
    )
    wrong = problems(tallies, explained)
    sys.stdout.write("".join(f"{line}\n" for line in [*rows, *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
