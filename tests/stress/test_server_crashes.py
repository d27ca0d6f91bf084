"""PostgreSQL itself is killed, one of its processes or all of them, while the gateway works and lives on."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from gateway.demo.postgres import OWNER, create_database, postgres_server
from tests.machine import need_postgres
from tests.stress.life import PATIENCE, Life
from tests.stress.nursery import Nursery, begin_elsewhere
from tests.stress.tally import TALLY
from tests.stress.test_kills import settle

pytestmark = pytest.mark.stress

CHANCE = secrets.SystemRandom()
CRASHES = 4  # of each kind


class Server:
    """A PostgreSQL of this test's own, which can be killed and started again on what it left."""

    def __init__(self, url: str) -> None:
        """Find its process and how it was started."""
        self.url = url
        with psycopg.connect(f"{url}postgres") as connection:
            found = connection.execute("SHOW data_directory").fetchone()
        assert found is not None
        self._data = Path(found[0])
        self._again: subprocess.Popen[bytes] | None = None
        words = Path(f"/proc/{self._postmaster()}/cmdline").read_bytes().split(b"\0")
        self._command = [word.decode() for word in words if word]

    def _postmaster(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def kill_backend(self) -> None:
        """Kill one process that serves the gateway: PostgreSQL then ends all others and recovers by itself."""
        with psycopg.connect(f"{self.url}postgres") as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'gateway'").fetchall()
        assert rows
        os.kill(CHANCE.choice(rows)[0], signal.SIGKILL)

    def kill(self) -> None:
        """Kill every process of the server at once."""
        parent = self._postmaster()
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for pid in (parent, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._again is not None:
            self._again.wait()
        else:  # a dead child of ours that nobody waited for looks alive to the next server
            os.waitpid(parent, 0)

    def start(self) -> None:
        """Start it again on what it left, until it answers."""
        owner = pwd.getpwnam(OWNER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._again is None or self._again.poll() is not None:  # an old process may still hold its memory
                self._again = subprocess.Popen(
                    self._command,
                    user=owner.pw_uid,
                    group=owner.pw_gid,
                    extra_groups=[] if os.geteuid() == 0 else None,
                    cwd=self._data,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            if self.answers():
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL does not start after a crash")

    def answers(self) -> bool:
        """Say whether it takes connections."""
        try:
            psycopg.connect(f"{self.url}postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def wait(self) -> None:
        """Wait until it has recovered."""
        end = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < end, "PostgreSQL does not recover"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop what was started again."""
        if self._again is not None and self._again.poll() is None:
            self._again.send_signal(signal.SIGQUIT)
            self._again.wait()


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a PostgreSQL that no other test uses."""
    need_postgres()
    with postgres_server() as url:
        server = Server(url)
        yield server
        server.stop()


@pytest.fixture
def life(server: Server, prepared_home: Path, tmp_path: Path, nursery: Nursery) -> Life:
    """Return a fresh log on it."""
    home = shutil.copytree(prepared_home, tmp_path / "home")
    (home / "seen").mkdir()
    url = create_database(server.url, "crashes")
    begin_elsewhere(home, url)
    return Life(home, url, home / "seen", nursery)


def crash_backend(server: Server) -> None:
    """One process of the server dies."""
    server.kill_backend()
    time.sleep(0.2)  # until the server has noticed
    server.wait()


def crash_server(server: Server) -> None:
    """The whole server dies and is started again."""
    server.kill()
    time.sleep(CHANCE.uniform(0, 0.5))
    server.start()


@pytest.mark.parametrize("crash", [crash_backend, crash_server])
def test_a_gateway_outlives_the_crashes_of_its_database(
    server: Server, life: Life, crash: Callable[[Server], None]
) -> None:
    """Callers hear that it does not answer, or that it is not certain; then all goes on, without a restart."""
    child = life.start("work")
    for number in range(CRASHES):
        assert life.listen(child, PATIENCE, until="did", times=CHANCE.randint(4, 15), watching=False), number
        crash(server)
        TALLY.kills += 1
        assert life.listen(child, PATIENCE, until="did", times=5, watching=False), f"it does not go on: {number}"
        assert not child.ended
        assert life.examine() == [], number
    assert life.refusals, "no caller noticed that the database was killed"
    assert {refusal["code"] for refusal in life.refusals} == {"log_unavailable"}
    life.kill(child)
    assert settle(life) == []
