"""The kit speaks to a gateway over real HTTP: signs in, lists, fetches, acknowledges, and trusts no answer blindly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, Response, redirect
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from gateway.errors import NotFoundError, PermanentDeliveryError, TemporaryDeliveryError
from gateway.partner.client import LARGEST, GatewayClient
from gateway.partner.config import KitConfig
from tests.api.dict_desk import ENVELOPE, ISSUER, KEYS, MINE, NOON, THEIRS, DictDesk, an_app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the app on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_client(url: str) -> Iterator[GatewayClient]:
    """Return AVIM's client."""
    config = KitConfig("avim", url, ISSUER, Path("k"), Path("t"), Path("i"))
    client = GatewayClient(config, KEYS["avim"][1], clock=lambda: NOON)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def a_gateway(desk: DictDesk) -> Iterator[GatewayClient]:
    """Return a client of a real gateway over this desk."""
    holder = Flask("holder", static_folder=None)
    with served(holder) as url:
        holder.wsgi_app = an_app(desk, public_url=url).wsgi_app  # type: ignore[method-assign]  # the port is known now
        with a_client(url) as client:
            yield client


@contextmanager
def an_odd_gateway(answer: Callable[[], ResponseReturnValue]) -> Iterator[GatewayClient]:
    """Return a client of a gateway that gives a token and then this answer to everything."""
    app = Flask("odd", static_folder=None)
    app.add_url_rule("/oauth/token", "token", lambda: {"access_token": "t", "token_type": "DPoP"}, methods=["POST"])
    app.add_url_rule("/<path:path>", "odd", lambda path: answer())
    with served(app) as url, a_client(url) as client:
        yield client


def test_an_unknown_key_gets_no_token() -> None:
    """The gateway's refusal is permanent: a person must look."""
    desk = DictDesk()
    desk.deactivate("avim")
    with a_gateway(desk) as client, pytest.raises(PermanentDeliveryError, match="invalid_client"):
        client.inbox()


def test_nobody_listening_is_temporary() -> None:
    """Try again later."""
    with a_client("http://127.0.0.1:9") as client, pytest.raises(TemporaryDeliveryError):
        client.inbox()


def test_anothers_message_is_not_there() -> None:
    """The kit sees what the gateway shows: nothing."""
    with a_gateway(DictDesk()) as client, pytest.raises(NotFoundError):
        client.envelope(THEIRS)


@pytest.mark.parametrize("message_id", ["../../x", "", "A" * 32, "0" * 31])
def test_an_id_that_is_no_id_never_becomes_a_url(message_id: str) -> None:
    """It would also become a file name."""
    with a_client("http://127.0.0.1:9") as client, pytest.raises(PermanentDeliveryError):
        client.envelope(message_id)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: {"messages": [{"id": "../../etc/passwd", "state": "waiting"}]}, PermanentDeliveryError),
        (lambda: {"messages": [{"id": MINE, "state": "\x1b[2J"}]}, PermanentDeliveryError),
        (lambda: {"messages": {}}, PermanentDeliveryError),
        (lambda: Response("<html>"), PermanentDeliveryError),
        (lambda: Response("[]"), PermanentDeliveryError),
        (lambda: Response("x" * (LARGEST + 1)), PermanentDeliveryError),
        (lambda: redirect("https://evil.example/", 307), PermanentDeliveryError),
        (lambda: ({"code": "log_unavailable"}, 503), TemporaryDeliveryError),
        (lambda: ({"code": "too_many_requests"}, 429), TemporaryDeliveryError),
    ],
)
def test_an_odd_answer_is_not_believed(answer: Callable[[], ResponseReturnValue], error: type[Exception]) -> None:
    """Paths, control characters, other forms, floods and redirects stop at the client."""
    with an_odd_gateway(answer) as client, pytest.raises(error):
        client.inbox()


def test_an_envelope_of_another_form_is_refused() -> None:
    """Four members, no more and no fewer."""
    with an_odd_gateway(lambda: {"message": "x"}) as client, pytest.raises(PermanentDeliveryError):
        client.envelope(MINE)


def test_a_password_in_netrc_is_never_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests would put it in the place of the token, and the sign-in would fail."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with a_gateway(DictDesk()) as client:
        assert [message.id for message in client.inbox()] == [MINE]


def test_a_partner_lists_fetches_and_acknowledges() -> None:
    """The whole way with one token."""
    desk = DictDesk()
    with a_gateway(desk) as client:
        assert [(message.id, message.state) for message in client.inbox()] == [(MINE, "waiting")]
        assert client.envelope(MINE) == ENVELOPE
        assert client.send_receipt(MINE, "a.b.c") == 7
    assert desk.receipts == ["a.b.c"]
    assert len(desk.tokens) == 1
