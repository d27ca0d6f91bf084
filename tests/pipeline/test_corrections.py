"""Corrections: to exactly who received the field, decided again; a value known to be wrong does not leave or stay."""

import json
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.errors import InvalidRequestError
from gateway.model.notices import MessageKind
from gateway.model.partner import Commitment
from gateway.model.terms import Json, items, members
from gateway.model.views import PartState
from gateway.pipeline.correct import Corrected, correct, read_corrections
from tests.conftest import NOON
from tests.pipeline.test_recalls import DAY, SANNE, fetch, helped, opened, submit

DECISION = "AVG-2026-7"


def run(gateway: Gateway, disclosure_id: str, **data: Json) -> Corrected:
    """Correct these fields of the first subject."""
    body = json.dumps([{"request": disclosure_id, "ref": "s1", "data": data}]).encode()
    return correct(gateway.tools, read_corrections(body, limit=9999), decision=DECISION, by="os:test", at=NOON)


def test_a_field_that_nobody_received_is_corrected_nowhere(gateway: Gateway) -> None:
    """Belle never had a birth date: she must not get one by a correction; nothing is logged either."""
    view, _ = helped(gateway)
    size = gateway.team.log_summary().entries
    for data in ({"birth_date": "1990-01-01"}, {"no_such_field": "x"}):
        with pytest.raises(InvalidRequestError):
            run(gateway, view.id, **data)
    assert gateway.team.log_summary().entries == size


@pytest.mark.parametrize("body", ["{}", "[]", "[1]", '[{"request": "a"}]', '[{"request": 1, "ref": "s1", "data": {}}]'])
def test_what_is_no_list_of_corrections_is_refused(body: str) -> None:
    """Before anything is looked up."""
    with pytest.raises(InvalidRequestError):
        read_corrections(body.encode(), limit=9999)


def test_a_value_that_a_request_could_not_have_is_refused(gateway: Gateway) -> None:
    """The same reading and screening: a field keeps its form, and no identifier hides in it."""
    view, _ = helped(gateway)
    values: tuple[Json, ...] = ("", 7, {"x": "y"})
    for value in values:
        with pytest.raises(InvalidRequestError):
            run(gateway, view.id, alias=value)


def test_what_was_not_fetched_is_stopped_and_its_partner_learns_nothing(gateway: Gateway) -> None:
    """A value known to be wrong does not leave; who submits again sends the right one."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    done = run(gateway, view.id, alias="Anders")
    assert [partner for partner, _ in done.stopped] == ["belle"]
    assert (done.sent, done.recalled) == ((), ())
    assert gateway.partners.inbox("belle", now=NOON) == []


@pytest.mark.control("DPIA-06")
def test_a_correction_goes_to_who_has_the_field_with_that_field_alone(gateway: Gateway) -> None:
    """Sealed, signed, logged, naming the message that it corrects; replayed like any other release."""
    view, original = helped(gateway)
    done = run(gateway, view.id, alias="Anders")
    told = opened(gateway, "belle", original)
    assert done.sent == (("belle", told["jti"]),)
    after = gateway.team.follow(view.id, SANNE)
    part = next(part for part in after.parts if part.kind is MessageKind.CORRECTION)
    assert (part.about, part.state) == (told["jti"], PartState.RELEASED)
    claims = opened(gateway, "belle", fetch(gateway, "belle", str(part.message_id)))
    assert claims["corrects"] == told["jti"]
    (subject,) = items(claims["subjects"])
    assert members(subject)["data"] == {"alias": "Anders"}
    assert gateway.team.verify_log().ok
    assert [line.state for line in gateway.partners.inbox("belle", now=NOON)] == ["delivered", "delivered"]


def test_who_may_no_longer_get_the_right_value_may_not_keep_the_wrong_one(gateway: Gateway) -> None:
    """The agreement ended: nothing of the new value goes, and the earlier message is recalled."""
    view, _ = helped(gateway)
    ended = Commitment("OVK-OLD", DAY.replace(year=2020), DAY.replace(year=2021))
    belle = replace(gateway.tools.partners["belle"], agreement=ended)
    tools = replace(gateway.tools, partners={**gateway.tools.partners, "belle": belle})
    done = run(replace(gateway, tools=tools), view.id, alias="Anders")
    assert ([partner for partner, _ in done.recalled], done.sent) == (["belle"], ())
    kinds = {part.kind: part.state for part in gateway.team.follow(view.id, SANNE).parts}
    assert kinds == {MessageKind.DISCLOSURE: PartState.RECALLED, MessageKind.RECALL: PartState.RELEASED}


def test_an_urgent_message_is_never_stopped_by_a_correction(gateway: Gateway) -> None:
    """It waits for its recipient, and the correction stands behind it."""
    view = submit(gateway, cases.urgent(DAY, 9, "protect_victim"))
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, view.parts[0].leaf_index or 0)
    assert "alias" in items(members(detail["released"])["s1"])
    done = run(gateway, view.id, alias="Anders")
    assert [partner for partner, _ in done.sent] == ["avim"]
    assert [line.state for line in gateway.partners.inbox("avim", now=NOON)] == ["waiting", "waiting"]
