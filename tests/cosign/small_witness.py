"""A witness of a few lines, apart from our own: it can also be slow, wrong, or another's."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.encoding import unb64
from gateway.errors import LogTamperedError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import verify_consistency

Reply = tuple[int, dict[str, str], str]


class SmallWitness:
    """Cosigns what continues the newest checkpoint it cosigned (C2SP tlog-witness), unless `odd` answers for it."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        """Make a key; nothing was seen yet."""
        self.key = Cosigner.generate("w.example")
        self.clock = clock
        self.newest = ""  # the note as cosigned
        self.asked: list[int] = []  # the size of each checkpoint that it was asked to sign
        self.odd: Callable[[str, str], Reply | None] = lambda _method, _body: None
        self.gate = threading.Event()  # closed: it does not answer
        self.gate.set()
        self.entered = threading.Semaphore(0)  # released for each request to sign
        self.url = ""

    def answer(self, method: str, body: str) -> Reply:
        """Return status, headers and text."""
        if method == "POST":
            head, _, note = body.partition("\n\n")
            self.asked.append(Checkpoint.from_note(note).size)
            self.entered.release()
        self.gate.wait(60)
        odd = self.odd(method, body)
        if odd is not None:
            return odd
        if method == "GET":
            return (200, {}, self.newest) if self.newest else (404, {}, "")
        return self._add(head.split("\n"), note)

    def sees(self, note: str) -> str:
        """Cosign whatever it is shown; return its line."""
        line = self.key.cosign(note.rpartition("\n\n")[0] + "\n", self.clock())
        self.newest = note + line
        return line

    def _add(self, head: list[str], note: str) -> Reply:
        old, new = int(head[0].removeprefix("old ")), Checkpoint.from_note(note)
        known = Checkpoint.from_note(self.newest) if self.newest else None
        if old != (known.size if known else 0):
            return 409, {"Content-Type": "text/x.tlog.size"}, f"{known.size if known else 0}\n"
        if known and known.size == new.size and known.root != new.root:
            return 409, {"Content-Type": "text/x.tlog.size"}, f"{known.size}\n"
        try:
            if known:
                verify_consistency(old, new.size, [unb64(line) for line in head[1:]], known.root, new.root)
        except LogTamperedError:
            return 422, {}, ""
        return 200, {}, self.sees(note)


@contextmanager
def serving(witness: SmallWitness) -> Iterator[SmallWitness]:
    """Let it listen on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the library's name
            self._reply("GET", "")

        def do_POST(self) -> None:
            self._reply("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, method: str, body: str) -> None:
            status, headers, text = witness.answer(method, body)
            content = text.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    witness.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield witness
    finally:
        witness.gate.set()
        server.shutdown()
        server.server_close()
