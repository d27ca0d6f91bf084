"""Which cases were erased, remembered outside the database: a restored backup that brings them back is noticed.

A line is the random id of a case and the basis. An id was made by chance and stands nowhere but in the database, so it
means nothing to whoever has no database or backup with that case still in it. The case's reference or its tag would.
"""

import os
import re
from pathlib import Path

from gateway import telemetry
from gateway.errors import ConfigError
from gateway.rights.basis import Basis

ERASED_CASES = "erased.cases"  # the file's name in GATEWAY_HOME
_LINE = re.compile(r"([0-9a-f]{32}) ([a-z_]{1,32})")


class ErasedCases:
    """The file with erased cases."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path

    def read(self) -> dict[str, Basis]:
        """Return the basis of each case; a line that a crash cut off is left out, and a missing file is empty.

        :raises ConfigError: the file cannot be read.
        """
        try:
            lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return {}
        except OSError as exc:
            raise ConfigError(
                f"{ERASED_CASES} in GATEWAY_HOME cannot be read, so nobody can tell whether erased cases are back",
                hint="make it a file that the gateway can read, or put it back from its copy",
            ) from exc
        known = {basis.value: basis for basis in Basis}
        found = (_LINE.fullmatch(line) for line in lines)
        return {line[1]: known[line[2]] for line in found if line and line[2] in known}

    def add(self, case_id: str, basis: Basis) -> bool:
        """Remember a case durably, once its erasure is; return whether that could be done, and tell operations."""
        try:
            # A line break first: what a crash cut off stays a line of its own.
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                os.write(file, f"\n{case_id} {basis.value}\n".encode())
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as exc:
            telemetry.failure("erasure_not_remembered", exc)
            return False
        return True
