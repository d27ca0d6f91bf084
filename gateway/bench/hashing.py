"""What OpenSSL itself can hash: the bound of verifying a log, which hashes every entry once and one node for each.

`openssl speed` and not hashlib in a loop: calling hashlib costs more than hashing so few bytes, so a loop would bound
Python and not the work (research: it came out slower than the verification that it was to bound).
"""

import re
import shutil
import subprocess

from gateway.bench.rounds import Case, Reading

NODE = 65  # bytes: 0x01 and two hashes (RFC 9162 section 2.1.1)
SECONDS = "1"  # of each of the two measurements of a bout
PROGRAM = "openssl"


def hashing_bound(name: str, entry: int) -> Case | None:
    """Return a case that reads `per_second`: leaves of `entry` bytes with their nodes in a second of CPU time.

    None without the program.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        return None

    def bout() -> Reading:
        seconds = sum(1 / _hashes_per_second(program, size) for size in (1 + entry, NODE))
        return {"per_second": 1 / seconds}

    return Case(name, bout)


def _hashes_per_second(program: str, size: int) -> float:
    """Return how many messages of this size OpenSSL hashes in a second of CPU time."""
    command = [program, "speed", "-mr", "-seconds", SECONDS, "-bytes", str(size), "sha256"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # found on the path
    found = re.search(r"^\+F:\d+:sha256:([0-9.]+)$", told, re.MULTILINE)
    if found is None:
        raise ValueError("openssl speed answers in a form that is not known")
    return float(found[1]) / size
