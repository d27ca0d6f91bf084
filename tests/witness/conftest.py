"""A witness's home, made once and copied for each test: stretching a passphrase is slow on purpose."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.witness_key import WitnessKey, open_witness_key
from gateway.witness.app import create_app
from gateway.witness.cosigning import Witness
from gateway.witness.home import AUTOMATIC_KEY, Home
from tests.conftest import SetClock
from tests.log.sample_log import VKEY

NAME = "fg.example/witness"
PASSPHRASE, REVIEW_PASSPHRASE = b"invented, for the machine", b"invented, for the officer"


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a witness for Tessera's published test key."""
    path = tmp_path_factory.mktemp("witness") / "home"
    Home.make(path, NAME, [VKEY], passphrase=PASSPHRASE, review_passphrase=REVIEW_PASSPHRASE, strong=False)
    return path


@pytest.fixture(scope="session")
def cosigner(made_home: Path) -> Cosigner:
    """Return the automatic key."""
    return open_witness_key(made_home / AUTOMATIC_KEY, PASSPHRASE, use=WitnessKey.AUTOMATIC)


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Home:
    """Return a witness's home of its own for this test."""
    return Home.read(Path(shutil.copytree(made_home, tmp_path / "witness")))


@pytest.fixture
def told() -> list[str]:
    """Return where a witness's words go."""
    return []


@pytest.fixture
def witness(home: Home, cosigner: Cosigner, clock: SetClock, told: list[str]) -> Iterator[Witness]:
    """Return a witness that has cosigned nothing yet."""
    at_work = Witness(home, cosigner, clock=clock, tell=told.append)
    yield at_work
    at_work.close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def loopback() -> Iterator[Callable[[WSGIApplication], str]]:
    """Return a function that serves an application on a free port of loopback and returns its address."""
    servers: list[WSGIServer] = []

    def start(app: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve(loopback: Callable[[WSGIApplication], str]) -> Callable[[Witness], str]:
    """Return a function that serves a witness and returns its address."""
    return lambda at_work: loopback(create_app(at_work))


@pytest.fixture
def strange(loopback: Callable[[WSGIApplication], str]) -> Callable[[int, bytes], str]:
    """Return a function that serves one and the same answer and returns its address."""

    def start(status: int, content: bytes) -> str:
        def respond(_: WSGIEnvironment, begin: StartResponse) -> list[bytes]:
            begin(f"{status} Invented", [("Content-Length", str(len(content))), ("Location", "http://127.0.0.1:1/")])
            return [content]

        return loopback(respond)

    return start
