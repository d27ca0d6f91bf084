"""Forks gateways on demand from a process that has read everything and opened nothing, so that a kill costs little.

A gateway that is killed two hundred times must start two hundred times; imports, argon2id and the policy bundle would
take four seconds each time. This process does them once. It has one thread and no connection, so a fork of it is a
gateway that was just started. It speaks over one socket: a job in, the child's process id out.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gateway.bootstrap import Materials, read_materials
from gateway.config.settings import Settings
from gateway.crypto.keyring import KEYRING
from gateway.demo.setting import demo_environment, prepare
from gateway.log.seen import SEEN
from tests.stress.servant import serve
from tests.stress.web_server import serve_http
from tests.stress.work import NOON, work

LARGEST = 1 << 20  # bytes of one job
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Job:
    """What a child does: `role` is work, settle, serve or http, on the keys in `home` and the database at `url`."""

    role: str
    home: str
    url: str
    began: float  # time.monotonic() at which the clock of all children says noon
    retries: list[tuple[str, int]] = field(default_factory=list)  # (kind, number) begun before and not acknowledged
    first: int = 0  # the first case number that was never used
    port: int = 0  # where http listens
    last: str = ""  # the request that http carries out and does not answer, because it is killed


def stress_settings(home: Path, url: str) -> Settings:
    """Return the settings of a demo gateway with its keys in `home` and its database at `url`."""
    environ = {"GATEWAY_HOME": str(home), "GATEWAY_DATABASE_URL": url}
    return Settings.from_env({**environ, **demo_environment(environ, url="http://127.0.0.1:8080")})


def begin_elsewhere(home: Path, url: str) -> None:
    """Let a home that was prepared with its own database begin on another one, which is new."""
    (home / SEEN).unlink()  # it remembers the log of the first
    prepare(stress_settings(home, url), clock=lambda: NOON)  # as all children have it


class Nursery:
    """The test's side: asks for children, and waits for them."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Start the process that forks; `environ` is added to its environment."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stress.nursery", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=PROJECT,
            env={**os.environ, **(environ or {})},
        )
        theirs.close()

    def start(self, job: Job) -> "Child":
        """Return a new child that does the job."""
        ours, theirs = socket.socketpair()
        socket.send_fds(self._control, [json.dumps(asdict(job)).encode()], [theirs.fileno()])
        theirs.close()
        return Child(self._ask(), ours, self._wait)

    def _wait(self, pid: int) -> int:
        self._control.send(str(pid).encode())
        return self._ask()

    def _ask(self) -> int:
        answer = self._control.recv(64)
        if not answer:
            raise AssertionError("the nursery ended; its messages stand above")
        return int(answer)

    def close(self) -> None:
        """End the process that forks; its children end with their sockets."""
        self._control.close()
        self._process.wait()


class Child:
    """One forked gateway, seen from the test."""

    def __init__(self, pid: int, pipe: socket.socket, wait: Callable[[int], int]) -> None:
        """Hold the child's process id and the socket on which it tells what happened, one JSON object a line."""
        self.pid = pid
        self.pipe = pipe
        self._wait = wait
        self._rest = b""
        self._ended = False

    def say(self, told: object) -> None:
        """Send the child an order."""
        self.pipe.sendall(json.dumps(told).encode() + b"\n")

    def hear(self, patience: float | None) -> list[dict[str, object]]:
        """Return the whole lines that came within so many seconds (None: wait for at least one, or the end)."""
        self.pipe.settimeout(patience)
        try:
            data = self.pipe.recv(1 << 16)
        except (TimeoutError, BlockingIOError):
            return []
        except ConnectionResetError:  # it died with an order unread
            data = b""
        self._ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines]

    @property
    def ended(self) -> bool:
        """Say whether the child closed its socket, as it does when it dies."""
        return self._ended

    def kill(self) -> list[dict[str, object]]:
        """Kill it with SIGKILL; return what it still told. A line cut off by the kill was not told."""
        os.kill(self.pid, signal.SIGKILL)
        return self.bury()[1]

    def bury(self) -> tuple[int, list[dict[str, object]]]:
        """Wait for its end; return its exit status (negative: the signal that killed it) and what it still told."""
        status = self._wait(self.pid)
        told: list[dict[str, object]] = []
        while not self._ended:
            told += self.hear(None)
        self.pipe.close()
        return status, told

    def end(self) -> None:
        """Let it end by itself: it does when nobody is left to give orders."""
        self.pipe.close()
        self._wait(self.pid)


def _run(job: Job, settings: Settings, materials: Materials, pipe: socket.socket) -> None:
    match job.role:
        case "work" | "settle":
            anew = job.role == "work"
            work(settings, materials, pipe, began=job.began, retries=job.retries, first=job.first, anew=anew)
        case "serve":
            serve(settings, materials, pipe, began=job.began)
        case "http":
            serve_http(settings, materials, pipe, began=job.began, port=job.port, last=job.last)
        case _:
            raise AssertionError(job.role)


def main(control: socket.socket) -> None:
    """Fork a child for each job until the test goes away."""
    shelf: dict[bytes, Materials] = {}
    while True:
        message, handles, _, _ = socket.recv_fds(control, LARGEST, 1)
        if not message:
            return
        if not handles:  # a process id: wait for it
            _, status = os.waitpid(int(message), 0)
            control.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        told = json.loads(message)
        job = Job(**{**told, "retries": [tuple(retry) for retry in told["retries"]]})
        settings = stress_settings(Path(job.home), job.url)
        keyring = (settings.keys / KEYRING).read_bytes()
        if keyring not in shelf:
            shelf[keyring] = read_materials(settings)
            gc.freeze()
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                control.close()
                _run(job, settings, shelf[keyring], socket.socket(fileno=handles[0]))
                code = 0
            except BaseException:  # noqa: BLE001  # a child of a fork must never go on in its parent's place
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(handles[0])
        control.send(str(pid).encode())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
