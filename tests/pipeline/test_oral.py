"""What was said by telephone: judged, logged, never stopped, reviewed, and given to whom it is about."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.audit.replay import replay_all, replay_one
from gateway.bootstrap import Gateway
from gateway.crypto.canonical import canonical
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError, NotPermittedError
from gateway.log.coverage import check_coverage
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.notices import Channels
from gateway.model.oral import ToldView
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, items, members
from gateway.model.views import PartState
from gateway.pipeline.change import withdraw_consent
from gateway.pipeline.chase import sweep
from gateway.pipeline.oral_desk import OralDesk
from gateway.rights.access import give_access
from gateway.rights.holding import Means, Obstacle, obstacles, read_holding
from tests.conftest import NOON, SetClock
from tests.databases import on_both

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
HOUR = dt.timedelta(hours=1)
CLAIM: Json = {"value": "yes", "evidence": "SIG-2026-77", "date": "2026-11-24"}


def a_call(**changed: Json) -> dict[str, Json]:
    """Return a call to AVIM about a possible victim, of an hour ago."""
    told: dict[str, Json] = {
        "case_ref": "Z-2026-1",
        "recipient": "avim",
        "via": "phone",
        "told_at": (NOON - HOUR).isoformat(),
        "ground": "exploitation_signal",
        "subjects": [a_subject()],
        "idempotency_key": "oral-0000000000000001",
    }
    return told | changed


def a_subject(role: str = "possible_victim", *fields: str, **changed: Json) -> Json:
    """Return somebody who was spoken of."""
    named: list[Json] = list(fields or ("name", "dwelling_address"))
    told: dict[str, Json] = {"role": role, "fields": named, "facts": {"indicator_recorded": CLAIM}, "provenance": "own"}
    return told | changed


def enter(gateway: Gateway, **changed: Json) -> ToldView:
    """Record a call of Sanne's and return what is kept of it."""
    return enter_as(gateway, SANNE, a_call(**changed))


def enter_as(gateway: Gateway, by: Person, call: Json) -> ToldView:
    """Record a call and return what is kept of it."""
    desk = OralDesk(gateway.tools)
    return desk.told(desk.record(call, by), by)


def detail_of(gateway: Gateway, index: int) -> dict[str, Json]:
    """Return what an entry commits to."""
    with gateway.tools.store.read() as unit:
        return gateway.tools.recorder.read(unit, index)[1]


@pytest.mark.parametrize("by", [FLEUR, OTTO])
def test_who_does_not_call_records_no_call(gateway: Gateway, by: Person) -> None:
    """The officers supervise; a call is entered by whoever made it, of the team."""
    with pytest.raises(NotPermittedError):
        enter_as(gateway, by, a_call())


def test_one_form_is_one_call(gateway: Gateway) -> None:
    """Twice the same is once; the same form for another call is refused, and changes nothing."""
    first, size = enter(gateway), gateway.team.log_summary().entries
    assert enter(gateway).id == first.id
    with pytest.raises(DuplicateRequestError):
        enter(gateway, via="112")
    assert gateway.team.log_summary().entries == size


@on_both
def test_a_call_is_one_entry_judged_as_of_its_moment_and_no_message(gateway: Gateway) -> None:
    """A decision with the recipient's commitment and no payload; nothing in the outbox, no value in the detail."""
    view, before = enter(gateway), gateway.team.log_summary().entries
    with gateway.tools.store.read() as unit:
        leaf, detail, kept = gateway.tools.recorder.read(unit, view.leaf_index)
        assert check_coverage(unit, start=0, size=before).problem is None
        assert replay_one(unit, gateway.tools.recorder, view.leaf_index).ok
    assert (leaf.type, leaf.outcome, leaf.payload) == (LeafType.DECISION, "permit", None)
    assert leaf.recipient is not None
    assert kept.recipient_salt is not None
    assert (detail["kind"], detail["told"]) == ("oral", {"s1": ["dwelling_address", "name"]})
    assert (detail["beyond"], detail["date"]) == ({}, "2026-11-24")
    assert gateway.partners.inbox("avim", now=NOON) == []
    assert (view.beyond, view.told_at, view.review_due) == ({}, NOON - HOUR, NOON + 24 * HOUR)


@pytest.mark.control("DPIA-13")
def test_what_was_told_beyond_the_policy_is_recorded_and_shown_to_the_officers(gateway: Gateway) -> None:
    """It is not stopped, and not hidden: which fields, and why the policy withholds them."""
    view = enter(gateway, subjects=[a_subject("possible_victim", "name", "work_name", "residence_status")])
    assert view.beyond == {"s1": ("residence_status", "work_name")}
    assert set(view.reasons) == {"residence_status", "work_name"}
    line = OralDesk(gateway.tools).lines(FLEUR)[0]
    assert (line.id, line.beyond) == (view.id, 2)
    with pytest.raises(NotPermittedError):
        OralDesk(gateway.tools).lines(SANNE)


def test_what_waits_for_an_approval_that_nobody_gave_is_beyond_the_policy(gateway: Gateway) -> None:
    """On the telephone no second person approved; and without an address nobody's holdings can be looked up."""
    view = enter(
        gateway,
        recipient="dudok-wonen",
        ground="serious_nuisance",
        subjects=[a_subject("tenant", "name", "finding_code", facts={})],
    )
    assert view.beyond == {"s1": ("finding_code", "name")}
    assert detail_of(gateway, view.leaf_index)["told"] == {"s1": ["finding_code", "name"]}


def test_an_officers_look_leaves_a_trace(gateway: Gateway) -> None:
    """As with any request; the team's own does not."""
    view = enter(gateway)
    size = gateway.team.log_summary().entries
    OralDesk(gateway.tools).told(view.id, BRAM)
    assert gateway.team.log_summary().entries == size
    OralDesk(gateway.tools).told(view.id, FLEUR)
    assert gateway.team.log_summary().entries == size + 1


def test_another_request_is_no_call(gateway: Gateway) -> None:
    """Nor is an id that nobody has."""
    sent = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 5, "protect_victim")).encode(), SANNE)
    for known in (sent.id, "f" * 32):
        with pytest.raises(NotFoundError):
            OralDesk(gateway.tools).told(known, SANNE)


@on_both
def test_a_second_person_reviews_it_within_a_day(gateway: Gateway) -> None:
    """Never whoever called; and until then the case is not erased."""
    view = enter(gateway)
    with pytest.raises(NotPermittedError):
        gateway.team.review(view.id, view.part_id, good=True, by=SANNE)
    tools = gateway.tools
    means = Means(tools.recorder, frozenset(), tools.lifetime)
    with tools.store.read() as unit:
        holding = read_holding(unit, tag=tools.lookup.case("Z-2026-1"))
        assert holding is not None
        assert Obstacle.REVIEW_DUE in obstacles(unit, holding, means, NOON)
        assert holding.recipients() == {"avim": 1}
        assert [one.part_id for one in unit.reviews.open()] == [view.part_id]
    gateway.team.review(view.id, view.part_id, good=True, by=BRAM)
    assert OralDesk(tools).told(view.id, SANNE).reviewed
    with tools.store.read() as unit:
        holding = read_holding(unit, tag=tools.lookup.case("Z-2026-1"))
        assert holding is not None
        assert unit.reviews.open() == []
        assert Obstacle.REVIEW_DUE not in obstacles(unit, holding, means, NOON)


def test_a_bad_review_leads_to_the_telephone(gateway: Gateway) -> None:
    """Nothing was sent, so no recall is sent: the page says to phone."""
    view = enter(gateway)
    shown = gateway.team.review(view.id, view.part_id, good=False, by=BRAM)
    part = next(part for part in shown.parts if part.id == view.part_id)
    assert (part.state, part.to_phone) == (PartState.RECALLED, True)
    assert len(shown.parts) == 1
    assert OralDesk(gateway.tools).told(view.id, SANNE).recalled


def test_a_signal_that_was_told_holds_its_case(gateway: Gateway) -> None:
    """As one that was sent: what could warn an exploiter waits until AVIM lifts it."""
    view = enter(gateway)
    tags = [gateway.tools.lookup.case("Z-2026-1")]
    with gateway.tools.store.read() as unit:
        assert unit.circumstances.held(tags)
    gateway.team.lift_hold(view.id, SANNE)
    with gateway.tools.store.read() as unit:
        assert not unit.circumstances.held(tags)


def test_a_call_is_no_refusal_that_a_later_request_changes(gateway: Gateway) -> None:
    """What was told beyond the policy had been said; a request afterwards is not marked for it. The reverse is."""
    enter(gateway, case_ref="Z-2026-5", subjects=[a_subject("reporter", "name")])
    sent = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 5, "protect_victim")).encode(), SANNE)
    assert sent.after_refusal == ()


def test_withdrawn_consent_leads_to_the_telephone(gateway: Gateway) -> None:
    """What was told on the strength of a consent is taken back by phone."""
    claims: Json = {"indicator_recorded": CLAIM, "consent_explicit": {**members(CLAIM), "evidence": "TOE-2026-1"}}
    view = enter(gateway, subjects=[a_subject("reporter", "name", facts=claims)])
    assert view.beyond == {}
    withdraw_consent(gateway.tools, view.id, SANNE, NOON)
    assert OralDesk(gateway.tools).told(view.id, SANNE).recalled


@pytest.mark.control("DPIA-18")
def test_who_asks_what_is_held_hears_that_it_was_told_by_phone(gateway: Gateway) -> None:
    """To whom, when, and which kinds of data (GDPR article 15)."""
    view, tools = enter(gateway), gateway.tools
    access = tools.store.write(
        lambda unit: give_access(
            unit,
            tools.recorder,
            tag=tools.lookup.case("Z-2026-1"),
            by="os:test",
            decision="B-2026-1",
            bundle=tools.policy.bundle.digest,
            at=NOON,
        )
    )
    assert access is not None
    part = members(items(members(items(access.contents["requests"])[0])["parts"])[0])
    assert part["by_telephone"] == {"to": "avim", "entry": view.leaf_index}
    told = [members(members(one)["detail"]) for one in items(access.contents["log"])]
    assert told[0]["told"] == {"s1": ["dwelling_address", "name"]}


def forge(gateway: Gateway, view: ToldView, change: Mapping[str, Json]) -> int:
    """Log a copy of a call's entry, changed."""
    tools = gateway.tools
    detail = detail_of(gateway, view.leaf_index) | dict(change)
    case_id, case_key = tools.store.write(lambda unit: tools.recorder.case(unit, tag=tools.lookup.case("Z-2026-1")))
    entry = Entry(LeafType.DECISION, "permit", tools.policy.bundle.digest, detail, recipient="avim")
    return tools.store.write(
        lambda unit: tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=NOON)
    )


def test_replay_finds_a_call_that_names_too_little_as_beyond_the_policy(gateway: Gateway) -> None:
    """Whoever leaves out what was told too much, or adds to it, is found."""
    view = enter(gateway)
    with gateway.tools.store.read() as unit:
        assert replay_all(unit, gateway.tools.recorder, progress=lambda _done, _total: None).ok
    for change in ({"told": {"s1": ["name", "work_name"]}}, {"beyond": {"s1": ["name"]}}):
        index = forge(gateway, view, change)  # type: ignore[arg-type]
        with gateway.tools.store.read() as unit:
            assert replay_one(unit, gateway.tools.recorder, index).problems


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"ground": "haast"}, "ground"),
        ({"told_at": (NOON + HOUR).isoformat()}, "told_at"),
        ({"told_at": "2024-11-24T11:00:00+00:00"}, "told_at"),
        ({"told_at": "2026-11-24T11:00:00"}, "told_at"),
        ({"told_at": 1}, "told_at"),
        ({"via": "fax"}, "via"),
        ({"case_ref": "zaak van Jan"}, "case_ref"),
        ({"recipient": "Jan Jansen"}, "recipient"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"subjects": []}, "subjects"),
        ({"subjects": [1]}, "subjects.s1.role"),
        ({"subjects": [a_subject("dader")]}, "subjects.s1.role"),
        ({"subjects": [a_subject("suspect", "haarkleur")]}, "subjects.s1.fields"),
        ({"subjects": [a_subject(provenance="kroeg")]}, "subjects.s1.provenance"),
        ({"subjects": [a_subject(facts={"avim_hold": CLAIM})]}, "subjects.s1.facts"),
        ({"subjects": [a_subject(facts={"subject_minor": {"value": "misschien"}})]}, "subjects.s1.facts.subject_minor"),
        (
            {"subjects": [a_subject(facts={"subject_minor": {"value": "yes", "evidence": "van horen zeggen"}})]},
            "subjects.s1.facts.subject_minor.evidence",
        ),
        (
            {"subjects": [a_subject(facts={"subject_minor": {**members(CLAIM), "date": "2027-01-01"}})]},
            "subjects.s1.facts.subject_minor.date",
        ),
    ],
)
def test_another_form_is_refused_by_path_and_repeats_nothing(
    gateway: Gateway, changed: dict[str, Json], path: str
) -> None:
    """And nothing was logged."""
    size = gateway.team.log_summary().entries
    with pytest.raises(InvalidRequestError) as caught:
        enter(gateway, **changed)
    assert path in caught.value.fields
    assert "Jan" not in str(caught.value.fields)
    assert gateway.team.log_summary().entries == size


def test_an_unknown_origin_and_unknown_facts_are_allowed_and_release_less(gateway: Gateway) -> None:
    """Unknown means no; that is not a fault of the form."""
    view = enter(
        gateway, subjects=[a_subject(facts={"indicator_recorded": {"value": "unknown"}}, provenance="unknown")]
    )
    assert view.beyond == {"s1": ("dwelling_address", "name")}


def test_the_approvers_hear_of_it_at_once_and_again_when_it_grows_late(gateway: Gateway, clock: SetClock) -> None:
    """Without content, in the sweep of every minute; and no more once somebody looked."""
    gateway = replace(gateway, tools=replace(gateway.tools, channels=Channels(email=True, approvers=True)))
    view = enter(gateway)

    def notices() -> int:
        with gateway.tools.store.read() as unit:
            return len(unit.notices.due(clock.now, 99))

    assert notices() == 0
    for hours, many in ((0.1, 1), (5, 1), (6.2, 2), (24.3, 3)):
        clock.now = NOON + hours * HOUR
        sweep(gateway.tools)
        assert notices() == many
    gateway.team.review(view.id, view.part_id, good=True, by=BRAM)
    clock.now += 12 * HOUR
    sweep(gateway.tools)
    assert notices() == 3


def test_no_value_stands_anywhere_in_what_is_kept(gateway: Gateway) -> None:
    """The form has no place for one: a value in place of a field's name is refused, as is one beside it."""
    with pytest.raises(InvalidRequestError):
        enter(gateway, subjects=[a_subject("suspect", "Verzonnen Naam")])
    view = enter(gateway, subjects=[members(a_subject()) | {"data": {"name": "Verzonnen Naam"}}])
    assert b"Verzonnen" not in canonical(detail_of(gateway, view.leaf_index))


@pytest.mark.parametrize("role", [StaffRole.SUPERVISOR, StaffRole.MANAGER])
def test_the_team_and_the_manager_enter_calls(gateway: Gateway, role: StaffRole) -> None:
    """Whoever of them called."""
    by = next(person for person in DEMO_PEOPLE if person.has(role))
    assert enter_as(gateway, by, a_call()).by_name == by.name
