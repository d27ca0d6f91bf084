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

    It has no witness but those that GATEWAY_WITNESSES in `environ` names.

    :raises TemporaryDeliveryError: it did not answer in time; its messages are in `home`/server.log.
    """
    command = [sys.executable, "-m", "gateway", "serve", "--demo", "--no-witness", "--port", str(port)]
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
            answering(f"http://127.0.0.1:{port}/readyz", process, home / "server.log", status=200)
            yield process.pid
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, kindly first."""
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


def answering(url: str, process: subprocess.Popen[bytes], messages: Path, *, status: int) -> None:
    """Wait until a server answers with this status.

    :raises TemporaryDeliveryError: it ended, or does not answer in time.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(url, timeout=2).status_code == status:
                return
        except requests.ConnectionError:
            pass  # it does not listen yet
        time.sleep(0.05)
    raise TemporaryDeliveryError("the server did not start", hint=f"read {messages}")
