"""The servers that the end-to-end bench compares: ours on each database, and two peers, each in its own process."""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.bench.load import Load, Order, send
from gateway.bench.peers.app import DATABASE, TOKEN
from gateway.bench.processes import cpu_seconds
from gateway.bench.rounds import CPU, WALL, Case, Reading
from gateway.demo.server import free_port, serving
from gateway.demo.setting import DEMO_PEOPLE
from gateway.demo.staff import Desk
from gateway.errors import TemporaryDeliveryError
from gateway.store.engine import open_engine
from gateway.store.writer import SqlStore
from gateway.wsgi import THREADS

MOST = 4000  # requests in one bout, at most
FIRST = 100_000
"""The number of an arm's first request. A year and five digits can make a valid BSN, which no case number may hold."""
UNLIMITED = "1000000 per second"


@dataclass
class Arm:
    """A running server. `store` lets the bench count what ours committed together; peers have none."""

    name: str
    url: str
    pid: int
    day: str
    headers: Mapping[str, str] = field(repr=False)
    store: SqlStore | None = None
    _next: int = FIRST

    def load(self, *, clients: int, seconds: float, count: int = MOST) -> Load:
        """Send requests that were not sent before; raise TemporaryDeliveryError when one is refused."""
        load = send(Order(self.url, self.headers, self.day, self._next, count, clients, seconds))
        self._next += count
        if load.created != sum(load.answers.values()):
            raise TemporaryDeliveryError(f"{self.name} refused requests", hint=str(dict(load.answers)))
        return load

    def case(self, *, clients: int, seconds: float) -> Case:
        """Return the case of this server under so many clients."""

        def bout() -> Reading:
            groups, spent = self._groups(), cpu_seconds(self.pid)
            load = self.load(clients=clients, seconds=seconds)
            spent, groups = cpu_seconds(self.pid) - spent, self._groups() - groups
            return {
                WALL: load.seconds / load.created * 1e6,
                CPU: spent / load.created * 1e6,
                "per_second": load.per_second,
                "p50": load.p50,
                "p99": load.p99,
                "group": load.created / groups if groups else 1.0,
            }

        return Case(case_name(self.name, clients), bout)

    def _groups(self) -> int:
        """Return how many transactions appended to the log so far: each left one checkpoint."""
        if self.store is None:
            return 0
        with self.store.read() as unit:
            return sum(1 for _ in unit.log.checkpoints())


def case_name(arm: str, clients: int) -> str:
    """Return the name of an arm under so many clients."""
    return f"{arm}_{clients}_clients"


@contextmanager
def ours(name: str, home: Path, *, day: str, database: str | None = None) -> Iterator[Arm]:
    """Run `gateway serve --demo` as it ships, but for the limit on requests from one address."""
    port = free_port()
    url = database or f"sqlite:///{home / 'gateway.sqlite'}"
    environ = {"GATEWAY_HOME": str(home), "GATEWAY_RATE_LIMIT": UNLIMITED, "GATEWAY_DATABASE_URL": url}
    command = [sys.executable, "-m", "gateway", "serve", "--demo", "--no-witness", "--port", str(port)]
    with serving(command, home, port=port, environ=environ) as pid:
        place = f"http://127.0.0.1:{port}"
        store = SqlStore(open_engine(url), None)
        try:
            yield Arm(name, place, pid, day, Desk(place, DEMO_PEOPLE[0]).headers(), store)
        finally:
            store.close()


@contextmanager
def peer(name: str, home: Path, *, day: str) -> Iterator[Arm]:
    """Run the peer that `gateway.bench.peers.app` makes under this name, on the same server with as many threads."""
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", f"gateway.bench.peers.app:{name}"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", str(THREADS)),
        *("--no-ws", "--log-level", "warning"),
    ]
    environ = {DATABASE: str(home / "peer.sqlite"), TOKEN: token}
    with serving(command, home, port=port, environ=environ) as pid:
        yield Arm(name, f"http://127.0.0.1:{port}", pid, day, {"Authorization": f"Bearer {token}"})
