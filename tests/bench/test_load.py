"""The load generator tells what came back, and the kernel's count of CPU holds children too."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from gateway.bench.load import Order, drive, percentile, send
from gateway.bench.processes import cpu_seconds
from gateway.errors import TemporaryDeliveryError

DAY = "2026-11-24"


class Counting(BaseHTTPRequestHandler):
    """Answers every third request with a refusal, keeps connections open, and counts."""

    protocol_version = "HTTP/1.1"
    guard = threading.Lock()
    seen: ClassVar[list[dict[str, object]]] = []
    busy = 0
    most = 0

    def do_POST(self) -> None:
        """Answer as the staff API does."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = type(self)
        with kind.guard:
            kind.seen.append({"body": json.loads(body), "token": self.headers["X-CSRFToken"]})
            kind.busy += 1
            kind.most = max(kind.most, kind.busy)
            refused = len(kind.seen) % 3 == 0
        time.sleep(0.002)
        with kind.guard:
            kind.busy -= 1
        told = json.dumps({} if refused else {"outcome": "permit"}).encode()
        self.send_response(400 if refused else 201)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HangingUp(Counting):
    """Closes the connection instead of answering."""

    def do_POST(self) -> None:
        """Hang up."""
        self.close_connection = True


@contextmanager
def served(handler: type[Counting]) -> Iterator[str]:
    """Run a server with this handler; yield its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_that_hangs_up_is_no_figure() -> None:
    """The run fails instead of counting what did not come."""
    with served(HangingUp) as url, pytest.raises(TemporaryDeliveryError, match="hung up"):
        drive(Order(url, {}, DAY, 1, 4, 2, 60))


def test_a_generator_that_fails_is_no_figure() -> None:
    """Also in its own process."""
    with pytest.raises(TemporaryDeliveryError, match="failed"):
        send(Order("http://127.0.0.1:1", {}, DAY, 1, 4, 2, 60))


def test_every_request_is_sent_once_and_answers_are_told_apart() -> None:
    """30 requests by 4 clients: 20 accepted and released, 10 refused, never more than 4 at once."""
    Counting.seen, Counting.most = [], 0
    with served(Counting) as url:
        load = send(Order(url, {"X-CSRFToken": "t"}, DAY, 100, 30, 4, 60))
    assert load.answers == {"201": 20, "400": 10}
    assert (load.created, load.releases) == (20, 20)
    assert load.per_second == pytest.approx(20 / load.seconds)
    assert 0 < load.p50 <= load.p99
    keys = {str(one["body"]["idempotency_key"]) for one in Counting.seen}  # type: ignore[index]
    assert len(keys) == len(Counting.seen) == 30
    assert {one["token"] for one in Counting.seen} == {"t"}
    assert 1 < Counting.most <= 4


def test_the_load_ends_in_time() -> None:
    """After its seconds nothing new is sent, and what is under way is waited for."""
    Counting.seen = []
    with served(Counting) as url:
        load = drive(Order(url, {}, DAY, 1, 1000, 4, 0.0))
    assert sum(load.answers.values()) == len(Counting.seen) == 4


def test_a_percentile_is_one_of_the_values() -> None:
    """The smallest that so many do not exceed."""
    values = [float(value) for value in range(100, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (50, 99, 7)


def test_the_cpu_of_a_server_holds_that_of_its_children() -> None:
    """A process that only waits for a busy child has the child's CPU."""
    spin = "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ninput()"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"done\n"
        assert cpu_seconds(parent.pid) >= 0.28
        parent.communicate(b"\n")
