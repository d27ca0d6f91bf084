"""CPU time and memory of another process, as the kernel counts them; CPU with all that it started."""

import os
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


def share(pid: int) -> float:
    """Return the megabytes of a process when each page is divided by how many share it: these add up over a family."""
    return _kilobytes(PROC / str(pid) / "smaps_rollup", "Pss") * 1024 / 1e6


def _kilobytes(file: Path, what: str) -> int:
    told = dict(line.split(":", 1) for line in file.read_text().splitlines() if f"{what}:" in line)
    return int(told[what].split()[0])
