"""The real application behind a real HTTP server that dies when a request was carried out, before it is answered."""

import os
import signal
import socket
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from gateway.bootstrap import Materials, build
from gateway.config.settings import Settings
from gateway.demo.setting import DEMO_PEOPLE
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.stress.work import Running, Voice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Fatal:
    """Hands every request on; kills the process when one that was to be the last has been carried out."""

    def __init__(self, app: "WSGIApplication", last: str) -> None:
        """`last` is how the path of a POST or GET ends, as `POST /approval`; empty for none."""
        self._app = app
        self._method, _, self._ending = last.partition(" ")

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Carry out the request, and answer it if this is not the last one."""
        answer = list(self._app(environ, start))
        if environ["REQUEST_METHOD"] == self._method and environ["PATH_INFO"].endswith(self._ending):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def serve_http(
    settings: Settings, materials: Materials, pipe: socket.socket, *, began: float, port: int, last: str
) -> None:
    """Serve until killed, or until the test goes away."""
    address = replace(settings, public_url=f"http://127.0.0.1:{port}")
    gateway = build(address, clock=Running(began), materials=materials)
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE), session_key=bytes(32))
    server = make_server("127.0.0.1", port, Fatal(app, last), threaded=True)
    Voice(pipe)(ready=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while pipe.recv(1):
        pass
    os._exit(0)
