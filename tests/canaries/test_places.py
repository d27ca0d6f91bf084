"""Each place is read in a way that finds what is planted there."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from gateway.bootstrap import Gateway
from gateway.log.recorder import Entry
from gateway.metrics import Metrics
from gateway.model.leaf import LeafType
from tests.canaries import opened
from tests.canaries.birds import PLANTED
from tests.canaries.places import Exchange, digests, dump, execute, files, postgres_folder, processes
from tests.canaries.search import Channel, Searcher
from tests.canaries.terminal import Terminal
from tests.conftest import NOON
from tests.databases import POSTGRESQL

VALUE = PLANTED.value
PAGE = f"<title>{VALUE}</title><a href='/x?y={quote(VALUE)}'>{VALUE}</a>".replace("'", '"')


def leaky(planted: Searcher, channels: list[Channel]) -> set[str]:
    """Return the names of the channels in which the planted canary is found."""
    return {channel.name for channel in channels if planted.leaks([channel])}


def test_files_and_their_names_are_read(planted: Searcher, tmp_path: Path) -> None:
    """At any depth; a file that was known before the day began is left out."""
    folder = tmp_path / "place"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "content").write_text(f"... {VALUE} ...")
    known = digests(folder)
    (folder / f"{PLANTED.parts[0]}.csv").write_text("harmless")
    assert leaky(planted, list(files(folder))) == {"file place/deep/content", "file names in place"}
    assert leaky(planted, list(files(folder, known=known))) == {"file names in place"}


def test_a_row_is_found_in_the_database_file_its_journal_and_its_rows(planted: Searcher, tmp_path: Path) -> None:
    """While the connection is open it stands in the write-ahead log only; after it is closed, in the file."""
    path = tmp_path / "place" / "gateway.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x BLOB)")
        connection.execute("INSERT INTO t VALUES (?)", [VALUE.encode()])
        assert "file place/gateway.sqlite-wal" in leaky(planted, list(files(path.parent)))
        assert leaky(planted, [dump(f"sqlite:///{path}")]) == {"rows of the database"}
    assert leaky(planted, list(files(path.parent))) == {"file place/gateway.sqlite"}


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_row_is_found_in_the_servers_files_journal_rows_and_messages(planted: Searcher, database: str) -> None:
    """In the journal at once, in the table's file after a checkpoint; a value that is compressed, in its rows."""
    folder = postgres_folder(database)
    known = digests(folder)
    execute(database, "CREATE TABLE t (x text)")
    execute(database, "INSERT INTO t VALUES (:x)", x=VALUE)
    execute(database, "INSERT INTO t VALUES (:x)", x=VALUE * 10_000)
    execute(database, "CHECKPOINT")
    found = leaky(planted, list(files(folder, known=known)))
    assert any("/data/pg_wal/" in name for name in found)
    assert any("/data/base/" in name for name in found)
    assert leaky(planted, [dump(database)]) == {"rows of the database"}
    with pytest.raises(Exception, match="does not exist"):
        execute(database, f'SELECT 1 FROM "{PLANTED.parts[0]}"')  # noqa: S608  # a careless statement, on purpose
    messages = f"file {folder.name}/messages"
    assert messages in leaky(planted, list(files(folder, known=known)))


@pytest.mark.parametrize("where", ["arguments", "environment"])
def test_arguments_and_environment_of_processes_are_read(planted: Searcher, tmp_path: Path, where: str) -> None:
    """Anyone on the machine may see the first, the same account the second."""
    words = [VALUE] if where == "arguments" else []
    environ = {"GATEWAY_HOME": str(tmp_path), **({"X": VALUE} if where == "environment" else {})}
    program = "import sys; print('here', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert leaky(planted, processes(tmp_path)) == {f"process {process.pid}"}
        process.communicate()


class _Page(BaseHTTPRequestHandler):
    """Answers with the planted canary everywhere."""

    def do_GET(self) -> None:
        """Send the page."""
        app = Flask("leaky")
        app.secret_key = "invented"
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Disposition", f'attachment; filename="{PLANTED.parts[0]}.html"')
        # Long enough for Flask to compress it.
        self.send_header("Set-Cookie", f"session={serializer.dumps({'x': VALUE * 10})}")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def answer() -> Iterator[requests.Response]:
    """Return an answer of a server that leaks everywhere."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield requests.get(f"http://127.0.0.1:{server.server_address[1]}/", timeout=10)
    server.shutdown()
    server.server_close()
    thread.join()


def test_body_title_links_headers_and_cookies_of_an_answer_are_read(
    planted: Searcher, answer: requests.Response
) -> None:
    """Each by itself: what may stand in the body may not stand in the title."""
    channels = list(Exchange("place", "/", answer, frozenset({PLANTED.name})).channels())
    kinds = ("body", "title", "links", "headers", "cookie")
    assert {channel.name for channel in channels} == {f"{kind} of 200 place" for kind in kinds}
    assert leaky(planted, channels) == {f"{kind} of 200 place" for kind in kinds[1:]}
    assert len(leaky(planted, list(Exchange("place", "/", answer).channels()))) == len(kinds)


def test_what_a_command_shows_is_read(planted: Searcher, tmp_path: Path) -> None:
    """On both outputs; a trace as well."""
    kept: list[Channel] = []
    with closing(Terminal({}, kept)) as terminal:
        terminal.run("partner", "keygen", "--out", str(tmp_path / VALUE), "--id", "belle")
        terminal.run("screen", str(tmp_path / VALUE / "absent"))
        terminal.run("policy", "--help")
    assert [planted.leaks([channel]) != [] for channel in kept] == [True, True, False]


def test_details_and_leaves_are_opened(planted: Searcher, gateway: Gateway) -> None:
    """The keys at hand open what is encrypted, and the leaf is read as it is."""
    tools = gateway.tools

    def plant(unit: object) -> None:
        case_id, key = tools.recorder.case(unit, tag="0" * 64)  # type: ignore[arg-type]  # the store's own unit
        entry = Entry(LeafType.ACCESS, "read", tools.policy.bundle.digest, {"kind": "access", "by": VALUE})
        tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=NOON)  # type: ignore[arg-type]

    tools.store.write(plant)
    assert len(leaky(planted, opened.details(gateway))) == 1
    assert leaky(planted, opened.leaves(gateway)) == set()


def test_a_figure_with_a_value_in_it_is_found(planted: Searcher) -> None:
    """As a careless label would show it."""
    metrics = Metrics()
    metrics.answered(route=f"/verstrekkingen/{VALUE}", method="GET", status=404, seconds=0.1)
    assert leaky(planted, [Channel("metrics", metrics.text())]) == {"metrics"}
