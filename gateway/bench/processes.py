"""CPU time and memory of another process, as the kernel counts them; CPU with all that it started."""

import os
from collections.abc import Sequence
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process, its living descendants, and those it has waited for."""
    return sum(_own_ticks(one) for one in family(pid)) / _TICKS


def family(pid: int) -> list[int]:
    """Return a process and its living descendants."""
    found = [pid]
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def _own_ticks(pid: int) -> int:
    # Fields 14 to 17 of proc(5): utime, stime, cutime, cstime. The name before them may hold spaces and brackets.
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def memory(pid: int | str, what: str = "VmRSS") -> float:
    """Return the megabytes (10^6 bytes) that a process holds now, or at most ever held with VmHWM."""
    return _kilobytes(PROC / str(pid) / "status", what) * 1024 / 1e6


def together(family: Sequence[int]) -> float:
    """Return the megabytes that a family of processes holds together, whatever runs beside it.

    What they wrote is divided by how many of them share it. Of what was read of files, such as libraries, the most that
    one of them has is counted: the others have the same files, and programs outside the family may have them as well.
    """
    rollups = [PROC / str(pid) / "smaps_rollup" for pid in family]
    written = sum(_kilobytes(file, "Pss_Anon") for file in rollups)
    of_files = max(_kilobytes(file, "Rss") - _kilobytes(file, "Anonymous") for file in rollups)
    return (written + of_files) * 1024 / 1e6


def _kilobytes(file: Path, what: str) -> int:
    return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(f"{what}:"))
