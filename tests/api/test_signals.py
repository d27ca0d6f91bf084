"""The partners' signals over HTTP: one answer for whatever they are about."""

import pytest

from gateway.errors import DuplicateRequestError, InvalidRequestError, NotPermittedError
from tests.api.dict_desk import DictDesk, a_program, an_app

PATH = "/api/v1/signals"
BODY = '{"code": "question", "question": "call_us", "idempotency_key": "sixteen-letters-"}'


def test_without_a_good_token_nothing_is_taken_in() -> None:
    """Also a signal is sent in somebody's name."""
    desk = DictDesk()
    client = an_app(desk).test_client()
    for headers in ({}, {"Authorization": "Bearer " + "x" * 43}):
        answer = client.post(PATH, data=BODY, content_type="application/json", headers=headers)
        assert answer.status_code == 401
    assert desk.signals == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken_in(content_type: str) -> None:
    """A form of another site cannot send one; nor may anything stand in the address."""
    desk = DictDesk()
    program = a_program(desk)
    assert program.send("POST", PATH, data=BODY, content_type=content_type).status_code == 400
    headers = program.headers("POST", PATH)
    answer = program.app.test_client().post(
        f"{PATH}?note=x", data=BODY, content_type="application/json", headers=headers
    )
    assert answer.status_code == 400
    assert program.get(PATH).status_code == 405
    assert desk.signals == []


def test_a_token_for_the_inbox_alone_sends_no_signal() -> None:
    """Scopes are apart: a program that only fetches cannot speak."""
    desk = DictDesk()
    answer = a_program(desk, scope="inbox").send("POST", PATH, data=BODY, content_type="application/json")
    assert (answer.status_code, desk.signals) == (403, [])


@pytest.mark.parametrize(
    ("refusal", "status"), [(InvalidRequestError, 400), (NotPermittedError, 403), (DuplicateRequestError, 409)]
)
def test_a_refusal_is_about_the_form_the_kind_or_the_key_alone(refusal: type[InvalidRequestError], status: int) -> None:
    """None of these depends on a case."""
    desk = DictDesk(refusal=refusal("no", hint="h"))
    answer = a_program(desk).send("POST", PATH, data=BODY, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_the_answer_is_the_same_to_the_byte() -> None:
    """Body and headers; the desk knows who sent it."""
    desk = DictDesk()
    app = an_app(desk)
    answers = [
        a_program(desk, name, app=app).send("POST", PATH, data=body, content_type="application/json")
        for name in ("avim", "dudok-wonen")
        for body in (BODY, BODY.replace("call_us", "key_lost"))
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.get_data() for answer in answers} == {b'{"status":"received"}'}
    assert len({str(answer.headers) for answer in answers}) == 1
    assert answers[0].headers["API-Version"]
    assert [sender for sender, _ in desk.signals] == ["avim", "avim", "dudok-wonen", "dudok-wonen"]


def test_a_partner_that_sends_too_many_is_told_to_wait_and_no_other_is() -> None:
    """30 in a minute for each partner, wherever it calls from."""
    desk = DictDesk()
    app = an_app(desk)
    first, second = (a_program(desk, name, app=app) for name in ("avim", "dudok-wonen"))
    statuses = [first.send("POST", PATH, data=BODY, content_type="application/json").status_code for _ in range(32)]
    assert statuses == [202] * 30 + [429] * 2
    assert second.send("POST", PATH, data=BODY, content_type="application/json").status_code == 202
