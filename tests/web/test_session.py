"""A cookie that was verified before is trusted for exactly its own bytes and no longer than any other."""

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from gateway.web.session import COOKIES, Csrf, Sessions


class Hand:
    """A clock that is turned by hand, in seconds since the epoch."""

    def __init__(self, at: float) -> None:
        """Begin at a moment."""
        self.at = at

    def __call__(self) -> float:
        """Return the time."""
        return self.at


def an_app(now: Hand | None = None) -> Flask:
    """Return an app that writes into its session and tells what is in it."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = b"k" * 32
    app.session_interface = Sessions(app) if now is None else Sessions(app, now=now)

    @app.get("/write")
    def write() -> str:
        session["list"] = ["one"]
        return ""

    @app.get("/spoil")
    def spoil() -> str:
        session["list"].append("spoilt")
        return ""

    @app.get("/read")
    def read() -> list[str]:
        found: list[str] = session.get("list", [])
        return found

    return app


def signed(client: FlaskClient) -> str:
    """Return the cookie that the app signed."""
    client.get("/write")
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def read(client: FlaskClient, cookie: str) -> object:
    """Return what the app finds in this cookie."""
    client.set_cookie("session", cookie)
    return client.get("/read").json


def test_no_other_bytes_than_the_verified_ones_are_trusted() -> None:
    """Each character changed, added or left out makes another text, which is verified by itself."""
    client = an_app().test_client()
    cookie = signed(client)
    assert read(client, cookie) == ["one"]
    for other in (cookie[:-1], cookie + "A", "x" + cookie[1:], cookie.swapcase(), cookie[:-2] + "__"):
        assert read(client, other) == []
    assert read(client, cookie) == ["one"]


def test_a_verified_cookie_ages_like_any_other() -> None:
    """The last second of its life counts, and neither the next nor one before it was signed."""
    first = an_app()
    cookie = signed(first.test_client())
    serializer = Sessions(first).get_signing_serializer(first)
    signed_at = int(serializer.loads(cookie, return_timestamp=True)[1].timestamp())
    life = int(first.permanent_session_lifetime.total_seconds())
    clock = Hand(signed_at)
    client = an_app(clock).test_client()
    found = []
    for at in (signed_at, signed_at + life, signed_at + life + 1, signed_at - 1, signed_at + 1):
        clock.at = at
        found.append(read(client, cookie))
    assert found == [["one"], ["one"], [], [], ["one"]]


def test_what_one_request_does_to_its_session_no_other_sees() -> None:
    """The same cookie may come at the same time from two pages."""
    client = an_app().test_client()
    cookie = signed(client)
    assert read(client, cookie) == ["one"]
    client.get("/spoil")
    assert read(client, cookie) == ["one"]


def test_refused_cookies_are_not_kept() -> None:
    """Whoever sends rubbish fills no memory, and what is kept has an end."""
    app = an_app()
    client = app.test_client()
    assert isinstance(app.session_interface, Sessions)
    for number in range(20):
        read(client, f"rubbish.{number}")
    kept = app.session_interface._verified.cache_info()  # noqa: SLF001  # no page shows it
    assert (kept.currsize, kept.maxsize) == (0, COOKIES)


def test_a_token_in_the_header_or_in_the_form_is_asked_of_every_post() -> None:
    """Without one, or with one that is not this session's, nothing is taken."""
    app = an_app()
    Csrf(app)

    @app.post("/do")
    def do() -> str:
        return "done"

    @app.get("/token")
    def token_of_page() -> str:
        return str(generate_csrf())

    client = app.test_client()
    token = client.get("/token").text
    assert client.post("/do", headers={"X-CSRFToken": token}).text == "done"
    assert client.post("/do", data={"csrf_token": token}).text == "done"
    other = app.test_client().get("/token").text
    for given in (None, "", "rubbish", other):
        headers = {} if given is None else {"X-CSRFToken": given}
        assert client.post("/do", headers=headers).status_code == 400
        assert client.post("/do", data={} if given is None else {"csrf_token": given}).status_code == 400
    assert client.post("/do", headers={"X-CSRFToken": other}, data={"csrf_token": token}).status_code == 400
