"""Reads what mutmut found: each planted fault, what became of it, and where it stands in the source.

mutmut keeps, per source file, a `.meta` file (mutant -> exit code of the tests), and a copy of the source with every
variant of each function, whose lines the `.spans` file tells.
"""

import ast
import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.stats import status_by_exit_code

FOUND = {"killed", "timeout"}
"""A test failed, or ran so much longer that the fault would stop the tests."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted fault: what became of it, and the changed lines, each without its indentation."""

    file: str
    line: int
    was: str
    now: str
    status: str


def read(project: Path, package: str) -> list[Mutant]:
    """Return every mutant of a package such as `log`, in order of place; none when mutmut has not run."""
    found: list[Mutant] = []
    mutants = project / "mutants"
    for meta in sorted((mutants / "gateway" / package).rglob("*.py.meta")):
        found += _of_file(project, meta, meta.relative_to(mutants).as_posix().removesuffix(".meta"))
    return sorted(found, key=lambda mutant: (mutant.file, mutant.line, mutant.now))


def _of_file(project: Path, meta: Path, file: str) -> Iterator[Mutant]:
    codes = json.loads(meta.read_text())["exit_code_by_key"]
    variants = meta.with_suffix("").read_text().split("\n")
    spans = json.loads(meta.with_suffix(".spans").read_text())["spans"] if codes else {}
    lines = _definitions(ast.parse((project / file).read_text()))
    for key, code in codes.items():
        name = key.rpartition(".")[2]
        function = name.rpartition("__mutmut_")[0]
        original = f"{function}__mutmut_orig"
        before, after = (
            [line.replace(called, function) for line in variants[first - 1 : last]]
            for called, (first, last) in ((original, spans[original]), (name, spans[name]))
        )
        offset, was, now = _difference(before, after)
        yield Mutant(file, lines[function] + offset, was, now, status_by_exit_code[code])


def _difference(before: list[str], after: list[str]) -> tuple[int, str, str]:
    """Return how far below its `def` a function was changed, the lines there, and what they became."""
    changes = [
        change for change in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]  # fmt: skip
    _, start, _, new_start, _ = changes[0]
    _, _, stop, _, new_stop = changes[-1]
    begins = next(place for place, line in enumerate(before) if line.lstrip().startswith(("def ", "async def ")))
    return start - begins, _one_line(before[start:stop]), _one_line(after[new_start:new_stop])


def _one_line(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())


def _definitions(module: ast.Module) -> dict[str, int]:
    """Return the line of each function's `def`, under mutmut's name for it: `x_name`, or `xǁClassǁname`."""
    lines: dict[str, int] = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            lines[f"x_{node.name}"] = node.lineno
        elif isinstance(node, ast.ClassDef):
            lines |= {f"xǁ{node.name}ǁ{one.name}": one.lineno for one in node.body if isinstance(one, ast.FunctionDef)}
    return lines
