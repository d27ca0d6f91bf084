"""On SQLite one process writes: a second gateway on the same state refuses to start."""

import fcntl
from pathlib import Path
from typing import IO

from gateway.errors import ConfigError


def claim(path: Path) -> IO[bytes]:
    """Lock `path` for as long as the returned file stays open; the system frees it when the process ends.

    :raises ConfigError: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = path.open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        held.close()
        raise ConfigError(
            "another gateway already works on this state",
            hint="stop the other one, choose another GATEWAY_HOME, or use PostgreSQL",
        ) from exc
    return held
