"""Taking a message back, and correcting it, by a person of the team: a leaf says who and why, four eyes where asked."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError, NotPermittedError
from gateway.model.notices import MessageKind
from gateway.model.people import Person
from gateway.model.terms import items, members
from gateway.model.timeline import Over, RecallReason
from gateway.model.views import PartState
from gateway.pipeline.follow_desk import FollowDesk
from tests.conftest import NOON
from tests.databases import on_both
from tests.pipeline.a_link import PHONE, Sent
from tests.pipeline.test_recalls import acknowledge, fetch, helped, opened, submit

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
DAY = NOON.date()
WRONG = RecallReason.WRONG_RECIPIENT


def size(gateway: Gateway) -> int:
    """Return the number of entries of the log."""
    return gateway.team.log_summary().entries


@pytest.mark.parametrize("person", [FLEUR, OTTO])
def test_officers_do_not_recall_or_correct(gateway: Gateway, person: Person) -> None:
    """They advise and supervise; nothing is logged of the attempt."""
    view, _ = helped(gateway)
    desk, before = FollowDesk(gateway.tools), size(gateway)
    with pytest.raises(NotPermittedError):
        desk.recall(view.id, view.parts[0].id, WRONG, person)
    with pytest.raises(NotPermittedError):
        desk.correctable(view.id, view.parts[0].id, person)
    with pytest.raises(NotPermittedError):
        desk.correct(view.id, view.parts[0].id, "s1", {"alias": "Anders"}, decision="N-1", by=person)
    assert size(gateway) == before


def test_a_part_is_only_of_its_own_request(gateway: Gateway) -> None:
    """An id of another request's part opens nothing, and neither does what is no id."""
    view, _ = helped(gateway)
    other = submit(gateway, cases.help_with_consent(DAY, 2, "offer_help"))
    desk = FollowDesk(gateway.tools)
    for disclosure, part in (
        (view.id, other.parts[0].id),
        (other.id, view.parts[0].id),
        (view.id, "x"),
        ("0" * 32,) * 2,
    ):
        with pytest.raises(NotFoundError):
            desk.recall(disclosure, part, WRONG, BRAM)
        with pytest.raises(NotFoundError):
            desk.correctable(disclosure, part, BRAM)
        with pytest.raises(NotFoundError):
            desk.correct(disclosure, part, "s1", {"alias": "Anders"}, decision="N-1", by=BRAM)


@on_both
@pytest.mark.control("DPIA-15")
def test_a_recall_goes_to_who_has_the_message_and_the_log_knows_who_asked_and_why(gateway: Gateway) -> None:
    """One leaf for the taking back, one for the sealed recall; the reason is a word of the closed list."""
    view, original = helped(gateway)
    before = size(gateway)
    FollowDesk(gateway.tools).recall(view.id, view.parts[0].id, WRONG, SANNE)
    assert size(gateway) == before + 2
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, before)
    assert detail == {
        "kind": "withdrawal",
        "part": view.parts[0].id,
        "reason": "wrong_recipient",
        "by": SANNE.id,
        "by_name": SANNE.name,
    }
    after = gateway.team.follow(view.id, SANNE)
    assert [(part.kind, part.state) for part in after.parts] == [
        (MessageKind.DISCLOSURE, PartState.RECALLED),
        (MessageKind.RECALL, PartState.RELEASED),
    ]
    claims = opened(gateway, "belle", fetch(gateway, "belle", str(after.parts[1].message_id)))
    assert claims["recalls"] == opened(gateway, "belle", original)["jti"]
    assert gateway.team.verify_log().ok
    with pytest.raises(NotPermittedError):  # once is enough
        FollowDesk(gateway.tools).recall(view.id, view.parts[0].id, WRONG, SANNE)


def test_an_urgent_hand_over_is_not_undone_by_whoever_made_it(gateway: Gateway) -> None:
    """It protects somebody: a second person takes it back, and nobody's wish stops it before that."""
    view = submit(gateway, cases.urgent(DAY, 5, "protect_victim"))
    desk = FollowDesk(gateway.tools)
    with pytest.raises(NotPermittedError):
        desk.recall(view.id, view.parts[0].id, RecallReason.NOT_NEEDED, SANNE)
    assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.RELEASED
    desk.recall(view.id, view.parts[0].id, RecallReason.NOT_ALLOWED, BRAM)
    assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.VOIDED


def test_what_was_destroyed_is_not_asked_to_be_destroyed(gateway: Gateway) -> None:
    """Its recipient signed that; the page says so instead of offering the button."""
    view, envelope = helped(gateway)
    acknowledge(gateway, "belle", envelope, "opened")
    acknowledge(gateway, "belle", envelope, "destroyed")
    desk = FollowDesk(gateway.tools)
    assert desk.history(view.id, SANNE).taking_back[view.parts[0].id].over is Over.DESTROYED
    with pytest.raises(DuplicateRequestError):
        desk.recall(view.id, view.parts[0].id, WRONG, SANNE)


def test_who_opened_a_link_is_telephoned(gateway: Gateway) -> None:
    """No message reaches a private person: the recall is noted, and the page says whom to call."""
    sent = Sent(gateway)
    desk = FollowDesk(gateway.tools)
    assert desk.history(sent.id, SANNE).taking_back[sent.part_id].over is None
    key = sent.letter()
    sent.open(key, sent.code(), PHONE)
    assert desk.history(sent.id, SANNE).taking_back[sent.part_id].over is Over.LINK_OPENED
    desk.recall(sent.id, sent.part_id, WRONG, BRAM)
    part = sent.part()
    assert (part.state, part.to_phone) == (PartState.RECALLED, True)


def test_a_correction_asks_only_what_left_and_reaches_who_has_it(gateway: Gateway) -> None:
    """The fields of this message, no others; the new value goes in a message of its own."""
    view, _ = helped(gateway)
    part = view.parts[0].id
    desk = FollowDesk(gateway.tools)
    asked = desk.correctable(view.id, part, SANNE)
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, view.parts[0].leaf_index or 0)
    ((ref, role, names),) = asked.subjects
    assert list(names) == items(members(detail["released"])[ref])
    assert (asked.recipient, role) == ("belle", view.subjects[0].role)
    assert desk.correct(view.id, part, ref, {"alias": "Anders"}, decision="AVG-2026-7", by=SANNE) == []
    after = gateway.team.follow(view.id, SANNE)
    assert [one.kind for one in after.parts] == [MessageKind.DISCLOSURE, MessageKind.CORRECTION]
    kinds = [event.what for event in desk.history(view.id, SANNE).events]
    assert kinds == ["decision", "release", "fetched_by_program", "corrected", "correction_sealed"]


@pytest.mark.parametrize(
    ("data", "decision"),
    [
        ({}, "N-1"),
        ({"alias": "Anders"}, ""),
        ({"alias": "Anders"}, "two\nlines"),
        ({"birth_date": "1990-01-01"}, "N-1"),
    ],
)
def test_a_correction_of_nothing_or_of_what_did_not_leave_is_refused(
    gateway: Gateway, data: dict[str, str], decision: str
) -> None:
    """And without a place on file; nothing is logged or sent."""
    view, _ = helped(gateway)
    before = size(gateway)
    with pytest.raises(InvalidRequestError):
        FollowDesk(gateway.tools).correct(
            view.id, view.parts[0].id, "s1", json.loads(json.dumps(data)), decision=decision, by=SANNE
        )
    assert size(gateway) == before


def test_what_needed_a_second_person_is_corrected_by_a_second_person(gateway: Gateway) -> None:
    """The requester may not send new data alone where the first ones could not go alone."""
    view = submit(gateway, cases.landlord_too_much(DAY, 3))
    (part,) = view.parts
    gateway.team.approve(view.id, part.id, part.digest, BRAM)
    fetch(gateway, "dudok-wonen", str(gateway.team.follow(view.id, SANNE).parts[0].message_id))
    desk = FollowDesk(gateway.tools)
    with pytest.raises(NotPermittedError):
        desk.correctable(view.id, part.id, SANNE)
    with pytest.raises(NotPermittedError):
        desk.correct(view.id, part.id, "s1", {"finding_date": "2026-11-20"}, decision="N-1", by=SANNE)
    assert desk.correctable(view.id, part.id, BRAM).recipient == "dudok-wonen"
