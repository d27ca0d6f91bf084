"""Verifies a whole log in a process of its own and says what it took: `python -m gateway.bench.verification URL VKEY`.

A process of its own, because the most memory that a process ever held cannot be read back for a part of its life.
"""

import json
import subprocess
import sys
import time

from gateway.bench.processes import memory
from gateway.bench.rounds import CPU, WALL, Reading
from gateway.errors import LogTamperedError
from gateway.log.audit import verify_log
from gateway.store.engine import open_engine
from gateway.store.writer import SqlStore

RATE = "per_second"  # of CPU time: what else the machine does does not count
CLOCK = "per_second_on_the_wall"
PEAK = "peak"


def verify_apart(url: str, vkey: str) -> Reading:
    """Return entries per second of CPU and on the wall, microseconds of each per entry, and the peak memory in MB."""
    command = [sys.executable, "-m", "gateway.bench.verification", url, vkey]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own program
    reading: dict[str, float] = json.loads(told)
    return reading


def _verify(url: str, vkey: str) -> Reading:
    store = SqlStore(open_engine(url, read_only=True), None)
    with store.read() as unit:
        spent = time.process_time()
        report = verify_log(unit.log, vkey=vkey)
        spent = time.process_time() - spent
    if not report.ok:
        raise LogTamperedError("the bench's own log does not verify", hint="this is a fault in the program")
    return {
        WALL: report.seconds / report.entries * 1e6,
        CPU: spent / report.entries * 1e6,
        RATE: report.entries / spent,
        CLOCK: report.entries_per_second,
        PEAK: memory("self", "VmHWM"),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_verify(*sys.argv[1:])))
