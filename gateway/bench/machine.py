"""The machine in a few words, without what names it or whose it is: no host name, no user, no path."""

import os
import platform
import re
import shutil
import sqlite3
import ssl
import subprocess
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps each version's programs here, off the path


def machine() -> dict[str, str]:
    """Return what a reader needs to weigh the figures, and the load average of the last minute."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(),
        "OpenSSL of Python": ssl.OPENSSL_VERSION,
        "load average (1 min)": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)$", CPUINFO.read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else "unknown"


def _postgresql() -> str:
    installed = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    program = shutil.which("postgres") or (str(installed[-1]) if installed else None)
    if program is None:
        return "not installed"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\d+(\.\d+)*", told)
    return found[0] if found else "unknown"
