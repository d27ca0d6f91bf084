"""Starts a PostgreSQL of its own in a temporary folder, for tests, demo and benchmark; never for real cases."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.demo.server import free_port
from gateway.errors import ConfigError, TemporaryDeliveryError

OWNER = "postgres"  # PostgreSQL refuses to run as root, and so do we (DESIGN section 10)
ROLE = "gateway"
PATIENCE = 60.0  # seconds until a start counts as failed


def find_postgres() -> Path | None:
    """Return the folder with PostgreSQL's programs, the newest version first; None when there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(found).parent] if found else [])]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server on a free loopback port with its own data folder; yield its URL, ending in a slash.

    It keeps its durable defaults (fsync, synchronous_commit), so that what is shown on it holds in life.

    :raises ConfigError: there is no PostgreSQL on this machine.
    :raises TemporaryDeliveryError: it did not start.
    """
    programs = find_postgres()
    if programs is None:
        raise ConfigError("PostgreSQL is not on this machine", hint="apt-get install postgresql")
    owner = pwd.getpwnam(OWNER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="gateway-postgres-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    port = free_port()
    try:
        # Trust is for loopback in a folder of our own; --no-sync spares only the making of the empty cluster.
        _run(
            [programs / "initdb", "-D", data, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
            owner,
            folder,
        )
        server = _start(
            [
                *(programs / "postgres", "-D", data, "-p", str(port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100"),
            ],
            owner,
            folder,
        )
        try:
            _wait(programs, port, server)
            yield f"postgresql://{ROLE}@127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.SIGQUIT)  # "immediate": the folder goes anyway
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: str, name: str) -> str:
    """Make an empty database on a server that `postgres_server` yielded; return its URL."""
    programs = find_postgres()
    if programs is None:
        raise ConfigError("PostgreSQL is not on this machine", hint="apt-get install postgresql")
    subprocess.run([programs / "createdb", "--maintenance-db", f"{server}postgres", name], check=True)  # noqa: S603  # no shell
    return f"{server}{name}"


def _start(command: list[str | Path], owner: pwd.struct_passwd, folder: Path) -> subprocess.Popen[bytes]:
    messages = (folder / "messages").open("ab")
    with messages:
        return subprocess.Popen(  # noqa: S603  # PostgreSQL's own programs, no shell
            command,
            user=owner.pw_uid,
            group=owner.pw_gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
        )


def _run(command: list[str | Path], owner: pwd.struct_passwd, folder: Path) -> None:
    if _start(command, owner, folder).wait() != 0:
        raise TemporaryDeliveryError("PostgreSQL could not make its data folder", hint=_last(folder))


def _wait(programs: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    ask: list[str | Path] = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        if subprocess.run(ask, check=False).returncode == 0:  # noqa: S603  # no shell
            return
        time.sleep(0.05)
    raise TemporaryDeliveryError("PostgreSQL did not start", hint="is another one using this port?")


def _last(folder: Path) -> str:
    lines = (folder / "messages").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"
