"""Walks through a guide as its reader would: runs the commands that it shows, and compares what they print.

In a block ```console``` a line that begins with `$ ` is typed, and the lines after it are what comes out. A block
```diff``` is a change that the reader makes in a file. In an expected line, `…` stands for what differs each
time (a digest, a number of seconds); a line of nothing but `…` stands for any lines.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_CHANGES = (
    r"(?<=sha256:)[0-9a-f]{64}",
    r"(?<=\+)[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}",
    r"(?<=/)[0-9a-f]{8}(?=\.note)",
    r"[0-9.]+(?= s$)",
    r"(?<=entries in ).*",
    r"[0-9,]+(?= (?:cells|combinations|asked))",
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?=: DENY)",
)
"""What differs from one time to the next: digests, keys, file names made of them, seconds, sizes, today."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command and its output as the guide shows them, or a change to make."""

    kind: str
    text: str
    expected: tuple[str, ...] = ()


def steps(guide: str) -> Iterator[Step]:
    """Yield what the reader does, in order."""
    for kind, body in _BLOCK.findall(guide):
        if kind == "diff":
            yield Step(kind, body)
            continue
        command, shown = "", list[str]()
        for line in body.splitlines():
            if line.startswith("$ "):
                if command:
                    yield Step(kind, command, tuple(shown))
                command, shown = line[2:], []
            else:
                shown.append(line)
        yield Step(kind, command, tuple(shown))


def renewed(guide: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Return the guide with what its commands print now; digests, keys, dates and seconds as `…`.

    For whoever changes a command: read the difference, and shorten long outputs by hand.
    """

    def again(block: re.Match[str]) -> str:
        for step in steps(block[0]):
            printed = run(step, folder, environ)
            told.append("".join(f"$ {step.text}\n" if step.kind == "console" else step.text) + _blurred(printed))
        text = "".join(told)
        told.clear()
        return f"```{block[1]}\n{text}```"

    told: list[str] = []
    return _BLOCK.sub(again, guide)


def _blurred(printed: str) -> str:
    for pattern in _CHANGES:
        printed = re.sub(pattern, "…", printed, flags=re.MULTILINE)
    return printed


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Say whether the output is what the guide shows."""
    parts = []
    for line in expected:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".+?".join(re.escape(part) for part in line.rstrip().split("…")) + r" *\n")
    return re.fullmatch("".join(parts), printed) is not None


def run(step: Step, folder: Path, environ: Mapping[str, str]) -> str:
    """Do one step in this folder and return what it printed, on either stream; a change prints nothing."""
    if step.kind == "diff":
        command = ["git", "apply", "--unidiff-zero", "--whitespace=nowarn", "-"]
        subprocess.run(command, cwd=folder, input=step.text, text=True, check=True)
        return ""
    # The commands are those of our own guide; a shell, because that is what the reader types them into.
    done = subprocess.run(  # noqa: S602
        step.text,
        cwd=folder,
        env=dict(environ),
        shell=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout
