"""Verifies a whole log apart and says what it took: `python -m gateway.bench.verification URL VKEY JOBS`.

A process of its own, because the most memory that a process ever held cannot be read back for a part of its life.
"""

import json
import resource
import subprocess
import sys
from functools import partial

from gateway.bench.processes import memory
from gateway.bench.rounds import CPU, WALL, Reading
from gateway.errors import LogTamperedError
from gateway.log.audit import verify_log
from gateway.log.ranges import jobs_for
from gateway.store.log_view import open_log

RATE = "per_second"  # of CPU time: what else the machine does does not count
CLOCK = "per_second_on_the_wall"
PEAK = "peak"


def verify_apart(url: str, vkey: str, jobs: int = 1) -> Reading:
    """Return entries per second of CPU and on the wall, microseconds of each per entry, and the peak memory in MB.

    With several jobs CPU is that of all of them, and the memory that of the largest process.
    """
    command = [sys.executable, "-m", "gateway.bench.verification", url, vkey, str(jobs)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own program
    reading: dict[str, float] = json.loads(told)
    return reading


def _verify(url: str, vkey: str, jobs: str) -> Reading:
    with jobs_for(int(jobs), partial(open_log, url)) as shared, open_log(url) as log:
        spent = _spent()
        report = verify_log(log, vkey=vkey, jobs=shared)
    spent = _spent() - spent  # of the others too, now that they have ended
    if not report.ok:
        raise LogTamperedError("the bench's own log does not verify", hint="this is a fault in the program")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return {
        WALL: report.seconds / report.entries * 1e6,
        CPU: spent / report.entries * 1e6,
        RATE: report.entries / spent,
        CLOCK: report.entries_per_second,
        PEAK: max(memory("self", "VmHWM"), children),
    }


def _spent() -> float:
    """Return the seconds of CPU of this process and of those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_verify(*sys.argv[1:])))
