"""Starts and stops a real gateway process for the demo and the tests."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from gateway.errors import TemporaryDeliveryError

PATIENCE = 60.0  # seconds until a start counts as failed


@contextmanager
def running(home: Path, *, port: int, environ: dict[str, str] | None = None) -> Iterator[str]:
    """Run `gateway serve --demo` on loopback with its state in `home`; yield its URL, and stop it afterwards.

    :raises TemporaryDeliveryError: it did not answer in time; its messages are in `home`/server.log.
    """
    command = [sys.executable, "-m", "gateway", "serve", "--demo", "--port", str(port)]
    with serving(command, home, port=port, environ={**(environ or {}), "GATEWAY_HOME": str(home)}):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(command: Sequence[str], home: Path, *, port: int, environ: Mapping[str, str]) -> Iterator[int]:
    """Run a server that answers /readyz on this port; yield its process id, and stop it afterwards.

    :raises TemporaryDeliveryError: it did not answer in time; its messages are in `home`/server.log.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "server.log").open("ab") as messages:
        process = subprocess.Popen(  # noqa: S603  # our own programs, no shell
            command, env={**os.environ, **environ}, stdout=messages, stderr=messages
        )
        try:
            _wait(f"http://127.0.0.1:{port}", process, home)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Return a port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass  # it does not listen yet
        time.sleep(0.1)
    raise TemporaryDeliveryError("the server did not start", hint=f"read {home / 'server.log'}")
