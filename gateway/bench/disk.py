"""What the disk can do: appends of one size to a file, each made durable before the next."""

import os
import tempfile
import time
from pathlib import Path

from gateway.bench.rounds import CPU, WALL, Case, Reading

APPENDS = 60  # in one bout


def durable_appends(name: str, folder: Path, size: int) -> Case:
    """Return a case that appends `size` bytes to a file in `folder` and waits for fdatasync, again and again.

    It reads `per_second` besides: no program that commits one at a time on this file system can commit more often.
    """
    data = os.urandom(size)

    def bout() -> Reading:
        with tempfile.NamedTemporaryFile(dir=folder, buffering=0) as file:
            began, spent = time.perf_counter(), time.process_time()
            for _ in range(APPENDS):
                file.write(data)
                os.fdatasync(file.fileno())
            wall, cpu = time.perf_counter() - began, time.process_time() - spent
        return {WALL: wall / APPENDS * 1e6, CPU: cpu / APPENDS * 1e6, "per_second": APPENDS / wall}

    return Case(name, bout)
