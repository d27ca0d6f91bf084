"""What operations ask of a whole gateway: it tells whether it is ready, and nobody how much was disclosed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import ConfigError, LogUnavailableError
from gateway.store.engine import open_engine
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON
from tests.databases import on_both

TOKEN = "0123456789abcdef" * 4
SANNE = DEMO_PEOPLE[0]


def a_client(gateway: Gateway, *, token: str | None = None) -> FlaskClient:
    """Return a client of the whole application."""
    gateway = replace(gateway, metrics_token=None if token is None else token.encode())
    return create_app(gateway, DemoSignIn(DEMO_PEOPLE)).test_client()


def submit(gateway: Gateway, number: int) -> None:
    """Submit a request that is denied."""
    body = json.dumps(cases.landlord(NOON.date(), number, illegality_established="unknown")).encode()
    gateway.team.submit(body, SANNE)


def figures(gateway: Gateway, client: FlaskClient) -> list[str]:
    """Return the lines of /metrics."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    return answer.get_data(as_text=True).splitlines()


@on_both
def test_a_store_that_does_not_answer_is_not_ready(gateway: Gateway, database: str) -> None:
    """503 and two words: neither the reason nor the address."""
    client = a_client(gateway)
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE head RENAME TO head_gone"))
    engine.dispose()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.data) == (503, b"not ready\n")
    assert client.get("/healthz").data == b"ok\n"


def test_readiness_does_not_tell_how_much_was_disclosed(gateway: Gateway) -> None:
    """The number of entries grows on a control day; the public must not see that."""
    client = a_client(gateway)
    before = client.get("/readyz")
    submit(gateway, 1)
    after = client.get("/readyz")
    assert (before.status_code, before.data) == (after.status_code, after.data) == (200, b"ready\n")
    assert before.headers["Content-Length"] == after.headers["Content-Length"]


def test_without_the_setting_there_are_no_figures(gateway: Gateway) -> None:
    """404, as for any other address that does not exist."""
    client = a_client(gateway)
    answers = [client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}) for path in ("/metrics", "/nowhere")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"]
)
def test_without_the_token_there_are_no_figures(gateway: Gateway, header: str) -> None:
    """No, an empty, a shorter, a longer and another token are all 401; so is one in the address."""
    client = a_client(gateway, token=TOKEN)
    answer = client.get(f"/metrics?access_token={TOKEN}", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert b"gateway_" not in answer.data
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("content", [None, "", "short", f" {TOKEN[:31]}\n"])
def test_a_token_that_can_be_guessed_stops_the_start(settings: Settings, tmp_path: Path, content: str | None) -> None:
    """Fail closed: a missing or short token is an error, and the message does not repeat it."""
    path = tmp_path / "metrics.token"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        build(replace(settings, metrics_token_file=path))
    assert not content or content.strip() not in f"{caught.value} {caught.value.hint}"


def test_the_token_is_read_from_its_file(settings: Settings, tmp_path: Path) -> None:
    """White space around it does not count."""
    path = tmp_path / "metrics.token"
    path.write_text(f"{TOKEN}\n")
    gateway = build(replace(settings, metrics_token_file=path))
    assert gateway.metrics_token == TOKEN.encode()
    assert TOKEN not in repr(gateway)
    gateway.tools.store.close()


@on_both
def test_decisions_commits_and_requests_are_counted(gateway: Gateway) -> None:
    """Each decision once, also when the same request comes again; commits and requests by pattern."""
    client = a_client(gateway, token=TOKEN)
    before = figures(gateway, client)
    assert 'gateway_decisions_total{outcome="deny"} 0.0' in before
    for number in (1, 2, 2):
        submit(gateway, number)
    client.get("/verstrekkingen/0123")
    client.open("/api/v1/inbox", method="INVENTED")
    after = figures(gateway, client)
    assert 'gateway_decisions_total{outcome="deny"} 2.0' in after
    assert "gateway_commit_jobs_count 2.0" in after
    requested = 'gateway_requests_total{method="GET",route="/verstrekkingen/<disclosure_id>",status_class="3xx"} 1.0'
    assert requested in after
    assert 'gateway_requests_total{method="other",route="none",status_class="4xx"} 1.0' in after
    assert not [line for line in after if "INVENTED" in line or "0123" in line]


@on_both
def test_what_could_not_be_recorded_is_counted(gateway: Gateway, database: str) -> None:
    """An alarm can be set on it: the figure must stay zero."""
    client = a_client(gateway, token=TOKEN)
    assert "gateway_append_failures_total 0.0" in figures(gateway, client)
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE detail RENAME TO detail_gone"))
    engine.dispose()
    with pytest.raises(LogUnavailableError):
        submit(gateway, 1)
    after = figures(gateway, client)
    assert "gateway_append_failures_total 1.0" in after
    assert 'gateway_decisions_total{outcome="deny"} 0.0' in after
