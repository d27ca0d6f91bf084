"""Runs the public vectors, the foreign clients and the whole domain; ends with one line of JSON: figures per suite.

Used by `make conformance`. A suite is a test module, "tests/vectors/test_wycheproof_ed25519.py" being "wycheproof
ed25519"; a test may name another with `record_property("suite", "node jose")`. Exit 0 only if something ran and passed,
and nothing failed. What a test tells of how much it compared (`record_property("figure", ...)`) stands above that line.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET  # the file is written by pytest a moment before

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/vectors", "tests/interop", "tests/kit/test_recipes.py")
OUTCOMES = ("passed", "failed", "skipped")

Figures = dict[str, int]


def suite_of(case: ET.Element) -> str:
    """Return the suite that a test belongs to; a module that was skipped as a whole has only a name."""
    for stated in case.iter("property"):
        if stated.get("name") == "suite":
            return stated.get("value", "unnamed")
    modules = [
        part for part in (case.get("classname") or case.get("name") or "").split(".") if part.startswith("test_")
    ]
    return modules[0].removeprefix("test_").replace("_", " ") if modules else "collection"


def figures_of(case: ET.Element) -> list[str]:
    """Return what a test told of how much it compared: `record_property("figure", "... 123 answers, 4 s")`."""
    return [stated.get("value", "") for stated in case.iter("property") if stated.get("name") == "figure"]


def outcome_of(case: ET.Element) -> str:
    """Return passed, failed or skipped; an error in a fixture is a failure."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def summarise(cases: Iterable[ET.Element]) -> dict[str, int | dict[str, Figures]]:
    """Return `{"passed", "failed", "skipped", "suites": {name: the same three}}`."""
    suites: dict[str, Figures] = {}
    for case in cases:
        suites.setdefault(suite_of(case), dict.fromkeys(OUTCOMES, 0))[outcome_of(case)] += 1
    totals = {outcome: sum(figures[outcome] for figures in suites.values()) for outcome in OUTCOMES}
    return {**totals, "suites": dict(sorted(suites.items()))}


def main() -> int:
    """Run the suites, show pytest's own output, print the last line, and return the exit code."""
    folders = [folder for folder in FOLDERS if (PROJECT / folder).exists()]
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "junit.xml"
        # Another choice than that of `make test`, which leaves out what takes minutes.
        family = "junit_family=xunit1"  # the other family takes no properties of a test
        words = ["-q", "-rs", "-m", "not stress", "-o", family, f"--junitxml={report}"]
        command = [sys.executable, "-m", "pytest", *words, *folders]
        code = subprocess.run(command, cwd=PROJECT, check=False).returncode if folders else 5
        # junit of our own pytest run: not input from elsewhere
        cases = list(ET.parse(report).getroot().iter("testcase")) if report.exists() else []  # noqa: S314
    summary = summarise(cases)
    sys.stdout.writelines(f"{suite_of(case)}: {figure}\n" for case in cases for figure in figures_of(case))
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0 if code == 0 and summary["passed"] and not summary["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
