"""The HTTP face of a witness, as plain WSGI: `POST /add-checkpoint` and `GET /latest-checkpoint/<log>`.

The second is our own: C2SP leaves open how anyone asks a witness for its newest checkpoint. `<log>` is the first 16 hex
digits of SHA-256 over the log's origin; the answer is the note with the witness's cosignature, or 404.
"""

import http
from collections.abc import Iterable
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from gateway.witness.cosigning import Answer, Witness
from gateway.witness.submission import LARGEST

ADD, LATEST = "/add-checkpoint", "/latest-checkpoint/"


def create_app(witness: Witness) -> WSGIApplication:
    """Return the application; any WSGI server with threads may run it, in one process."""

    def respond(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = _answer(witness, environ)
        content = answer.text.encode()
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start(f"{answer.status} {http.HTTPStatus(answer.status).phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]

    return respond


def _answer(witness: Witness, environ: WSGIEnvironment) -> Answer:
    path = environ.get("PATH_INFO", "")
    match environ["REQUEST_METHOD"]:
        case "POST" if path == ADD:
            return witness.add_checkpoint(_read(environ))
        case "GET" | "HEAD" if path.startswith(LATEST):
            note = witness.latest(path.removeprefix(LATEST))
            return Answer(404, "there is no such checkpoint\n") if note is None else Answer(200, note)
        case _:
            return Answer(404, "there is nothing here\n")


def _read(environ: WSGIEnvironment) -> bytes:
    """Return the body, or one byte more than is allowed of a longer one."""
    stream: InputStream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        return stream.read(min(int(length), LARGEST + 1))
    # Without a length only a server that ends the stream itself can be read from.
    return stream.read(LARGEST + 1) if environ.get("wsgi.input_terminated") else b""
