"""The load generator: keep-alive clients on raw sockets, in a process of its own so that its CPU is not the server's.

One thread serves all clients, because a thread each would compete with the server for the cores that are measured.
`python -m gateway.bench.load` reads an Order as JSON and prints a Load as JSON.
"""

import datetime as dt
import json
import math
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from gateway.bench.mix import Mix, is_release
from gateway.errors import TemporaryDeliveryError

PATH = "/api/v1/disclosure-requests"
PATIENCE = 60.0  # seconds without any answer until the run counts as failed
CHUNK = 65536
CREATED = 201


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: requests `first` to `first + count` of the day's mix, by `clients`, for `seconds` at most."""

    url: str
    headers: Mapping[str, str]
    day: str
    first: int
    count: int
    clients: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What came back: answers by status, how many released something, and times in milliseconds as clients saw them."""

    seconds: float
    answers: Mapping[str, int]
    releases: int
    p50: float
    p99: float

    @property
    def created(self) -> int:
        """Return how many requests were accepted."""
        return self.answers.get(str(CREATED), 0)

    @property
    def per_second(self) -> float:
        """Return accepted requests per second."""
        return self.created / self.seconds


def send(order: Order) -> Load:
    """Run the generator in its own process; raise TemporaryDeliveryError when it does not come to an end."""
    command = [sys.executable, "-m", "gateway.bench.load"]
    done = subprocess.run(  # noqa: S603  # our own program, no shell
        command, input=json.dumps(asdict(order)), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise TemporaryDeliveryError("the load generator failed", hint=done.stderr[-200:].strip())
    return Load(**json.loads(done.stdout))


class _Client:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._started = 0.0

    def ask(self, message: bytes) -> None:
        """Send a request."""
        self._received = b""
        self._started = time.perf_counter()
        self.socket.sendall(message)

    def answer(self) -> tuple[int, bytes, float] | None:
        """Read on; return (status, body, seconds) once the answer is whole."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise TemporaryDeliveryError("the server hung up", hint="look at its messages")
        self._received += chunk
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return None
        status, length = _head(head)
        if len(body) < length:
            return None
        return status, body, time.perf_counter() - self._started


def _head(head: bytes) -> tuple[int, int]:
    first, *lines = head.split(b"\r\n")
    headers = {name.strip().lower(): value for name, _, value in (line.partition(b":") for line in lines)}
    return int(first.split(b" ")[1]), int(headers[b"content-length"])


def messages(order: Order) -> Iterator[bytes]:
    """Yield the exact bytes of every request."""
    mix = Mix(dt.date.fromisoformat(order.day))
    named = {"Host": urlsplit(order.url).netloc, "Content-Type": "application/json", **order.headers}
    start = f"POST {PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in named.items())
    for number in range(order.first, order.first + order.count):
        body = mix.body(number)
        yield f"{start}Content-Length: {len(body)}\r\n\r\n".encode() + body


def drive(order: Order) -> Load:
    """Send everything and wait for every answer; raise TemporaryDeliveryError when the server stops answering."""
    place = urlsplit(order.url)
    waiting = deque(messages(order))
    times: list[float] = []
    answers: list[tuple[int, bytes]] = []
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        clients = [_Client((place.hostname or "", place.port or 80)) for _ in range(min(order.clients, order.count))]
        for client in clients:
            stack.callback(client.socket.close)
            selector.register(client.socket, selectors.EVENT_READ, client)
        started = time.perf_counter()
        busy = 0
        for client in clients:
            client.ask(waiting.popleft())
            busy += 1
        while busy:
            ready = selector.select(PATIENCE)
            if not ready:
                raise TemporaryDeliveryError("the server stopped answering", hint="look at its messages")
            for key, _ in ready:
                answer = key.data.answer()
                if answer is None:
                    continue
                answers.append(answer[:2])
                times.append(answer[2])
                if waiting and time.perf_counter() - started < order.seconds:
                    key.data.ask(waiting.popleft())
                else:
                    busy -= 1
        seconds = time.perf_counter() - started
    releases = sum(is_release(json.loads(body)) for status, body in answers if status == CREATED)
    kinds = Counter(str(status) for status, _ in answers)
    return Load(seconds, dict(kinds), releases, percentile(times, 50) * 1000, percentile(times, 99) * 1000)


def percentile(values: Sequence[float], rank: int) -> float:
    """Return the smallest value that `rank` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * rank / 100) - 1)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(drive(Order(**json.load(sys.stdin))))))
