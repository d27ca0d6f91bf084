"""The partners' routes: closed without a token, and each partner sees its own messages only."""

import datetime as dt
import json

import pytest

from gateway.api.problem import problem_response
from gateway.crypto.commitments import digest
from tests.api.dict_desk import ENVELOPE, ISSUER_KEY, MINE, THEIRS, DictDesk, a_program, an_app

CLOSED = ["/api/v1/inbox", f"/api/v1/inbox/{MINE}"]


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "DPoP x"])
def test_without_a_good_token_nothing_is_shown(path: str, header: str) -> None:
    """No token, an empty one, a wrong one and another scheme are all 401, with the scheme to use."""
    answer = an_app(DictDesk()).test_client().get(path, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    error = 'error="invalid_token", ' if header else ""
    assert answer.headers["WWW-Authenticate"] == f'DPoP {error}algs="Ed25519 EdDSA ES256"'


def test_a_receipt_without_a_token_is_not_kept() -> None:
    """Also writing is closed."""
    desk = DictDesk()
    answer = an_app(desk).test_client().post(f"/api/v1/inbox/{MINE}/receipts", json={"receipt": "a.b.c"})
    assert (answer.status_code, desk.receipts) == (401, [])


def test_what_cannot_be_a_token_is_not_looked_up() -> None:
    """Whatever somebody puts there stays out of the database: even a digest of it could be guessed."""
    desk = DictDesk()
    for text in ("999999011", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "é"):
        program = a_program(desk)
        kept = desk.tokens.popitem()[1]
        desk.tokens[digest(text.encode())] = kept
        program.token = text
        headers = program.headers("GET", "/api/v1/inbox")
        headers["Authorization"] = headers["Authorization"].encode().decode("latin-1")
        assert an_app(desk).test_client().get("/api/v1/inbox", headers=headers).status_code == 401


def test_a_token_in_the_url_is_not_looked_at() -> None:
    """RFC 6750 section 2.3 allows it, we do not: URLs end up in logs."""
    program = a_program(DictDesk())
    headers = program.headers("GET", "/api/v1/inbox")
    del headers["Authorization"]
    path = f"/api/v1/inbox?access_token={program.token}"
    assert program.app.test_client().get(path, headers=headers).status_code == 401


def test_a_token_ends_after_ten_minutes() -> None:
    """It is good for its ten minutes and not a second longer."""
    desk = DictDesk()
    program = a_program(desk)
    desk.now += dt.timedelta(seconds=599)
    assert program.get("/api/v1/inbox").status_code == 200
    desk.now += dt.timedelta(seconds=1)
    assert program.get("/api/v1/inbox").status_code == 401


def test_a_token_of_a_partner_that_was_switched_off_is_void() -> None:
    """Switching a partner off works at once."""
    desk = DictDesk()
    program = a_program(desk)
    desk.deactivate("avim")
    assert program.get("/api/v1/inbox").status_code == 401


def test_anothers_message_and_an_absent_one_get_the_same_answer() -> None:
    """A partner cannot learn that another partner's message exists, whatever the desk says."""
    program = a_program(DictDesk())
    answers = [program.get(f"/api/v1/inbox/{message}") for message in (THEIRS, "f" * 32, "x")]
    answers += [
        program.send("POST", f"/api/v1/inbox/{message}/receipts", json={"receipt": "a.b.c"})
        for message in (THEIRS, "f" * 32)
    ]
    assert {(answer.status_code, answer.data, str(answer.headers)) for answer in answers} == {
        (404, answers[0].data, str(answers[0].headers))
    }


@pytest.mark.parametrize("body", ["{}", "[]", '"x"', '{"receipt": 1}', '{"receipt": "a", "more": 1}', "{", ""])
def test_a_receipt_of_another_form_is_refused(body: str) -> None:
    """Exactly one member, a text."""
    desk = DictDesk()
    answer = a_program(desk).send("POST", f"/api/v1/inbox/{MINE}/receipts", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"], desk.receipts) == (400, "invalid_request", [])


def test_what_no_witness_has_seen_is_to_be_asked_for_again() -> None:
    """503 with the time to ask again (RFC 9110 section 10.2.3), and for nobody else's message: that is absent."""
    program = a_program(DictDesk(unwitnessed=True))
    answer = program.get(f"/api/v1/inbox/{MINE}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.get_json()["code"] == "not_witnessed"
    assert program.get(f"/api/v1/inbox/{THEIRS}").status_code == 404


def test_each_partner_lists_its_own_messages() -> None:
    """The list has ids, times in UTC and states."""
    desk = DictDesk()
    for name, message in (("avim", MINE), ("dudok-wonen", THEIRS)):
        answer = a_program(desk, name).get("/api/v1/inbox")
        assert answer.get_json() == {
            "messages": [{"id": message, "sent_at": "2026-11-24T12:00:00Z", "state": "waiting"}]
        }
        assert answer.headers["API-Version"] == "1.0.0"


def test_a_message_comes_in_its_envelope() -> None:
    """The four members of the contract."""
    answer = a_program(DictDesk()).get(f"/api/v1/inbox/{MINE}")
    assert answer.mimetype == "application/json"
    assert set(answer.get_json()) == {"message", "leaf", "proof", "opening"}
    assert answer.get_data(as_text=True) == ENVELOPE.to_json()


def test_a_receipt_is_answered_with_its_place_in_the_log() -> None:
    """201 and the leaf's index."""
    desk = DictDesk()
    answer = a_program(desk).send("POST", f"/api/v1/inbox/{MINE}/receipts", json={"receipt": "a.b.c"})
    assert (answer.status_code, answer.get_json(), desk.receipts) == (201, {"leaf_index": 7}, ["a.b.c"])


def test_the_checkpoint_is_the_note_as_it_is() -> None:
    """Not one byte of a signed note may change on the way; an empty log has none."""
    desk = DictDesk()
    program = a_program(desk)
    answer = program.get("/log/checkpoint")
    assert (answer.mimetype, answer.data) == ("text/plain", desk.note.encode())
    desk.note = ""
    assert program.get("/log/checkpoint").status_code == 404


def test_the_public_sees_the_checkpoint_of_before_today_and_no_token_shows_more() -> None:
    """Without a token the day's; with a bad one nothing, so that nobody takes an old one for the newest."""
    desk = DictDesk(public_note="log\n0\nroot\n\n\u2014 log sig\n")
    client = an_app(desk).test_client()
    assert client.get("/log/checkpoint").data == desk.public_note.encode()
    assert client.get("/log/checkpoint", headers={"Authorization": "DPoP x"}).status_code == 401
    desk.public_note = ""
    assert client.get("/log/checkpoint").status_code == 404


def test_the_public_keys_need_no_token() -> None:
    """Verification keys are public, and hold no private half."""
    answer = an_app(DictDesk()).test_client().get("/.well-known/jwks.json")
    assert answer.mimetype == "application/jwk-set+json"
    assert [key["kid"] for key in json.loads(answer.data)["keys"]] == [ISSUER_KEY.kid]
    assert b'"d"' not in answer.data


def test_every_route_names_its_roles() -> None:
    """A route without roles is a route that nobody decided about; these are the public ones."""
    app = an_app(DictDesk())
    roles = {rule.rule: getattr(app.view_functions[rule.endpoint], "roles", None) for rule in app.url_map.iter_rules()}
    public = {
        "/oauth/token",
        "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json",
        "/openapi.json",
    }
    assert {path for path, role in roles.items() if role == {"public"}} == public
    assert roles.pop("/log/checkpoint") == {"partner", "public"}
    assert all(role == {"partner"} for path, role in roles.items() if path not in public)


def test_a_problem_document_has_these_bytes() -> None:
    """RFC 9457; an empty hint is left out."""
    answer = problem_response(404, title="Not found", detail="there is no such message", code="not_found")
    assert answer.content_type == "application/problem+json"
    assert answer.data == (
        b'{"type": "about:blank", "title": "Not found", "status": 404, '
        b'"detail": "there is no such message", "code": "not_found"}'
    )
    hinted = problem_response(400, title="t", detail="d", code="c", hint="do this")
    assert json.loads(hinted.data)["hint"] == "do this"
