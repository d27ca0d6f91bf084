"""A request that changes something after a refusal on its case says so to officers and approvers; nothing stops it."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy import Delete, Engine, Update, delete, select, update

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import NotPermittedError
from gateway.model.decision import Outcome
from gateway.model.people import Person
from gateway.model.terms import Json, members
from gateway.model.views import ChangeView, DisclosureView, Paper, PartState
from gateway.pipeline.desk import TeamDesk
from gateway.store.schema import case_key, detail, disclosure, metadata
from tests.builders import NO
from tests.conftest import NOON
from tests.databases import on_both
from tests.pipeline.gateway_at_work import Between

pytestmark = on_both

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
DAY = NOON.date()
CASE = 41


def sent(gateway: Gateway, request: dict[str, Json], by: Person = SANNE) -> DisclosureView:
    """Submit under a key of its own, and check that it is found again as it was shown."""
    request["idempotency_key"] = f"after-refusal-{len(gateway.team.log_entries(0, 1000)):04}"
    shown = gateway.team.submit(json.dumps(request).encode(), by)
    assert gateway.team.follow(shown.id, by) == shown
    return shown


def subject(request: dict[str, Json], place: int = 0) -> dict[str, Json]:
    """Return one subject of a request, to change it."""
    subjects = request["subjects"]
    assert isinstance(subjects, list)
    return members(subjects[place])


def refused(gateway: Gateway, **facts: str) -> DisclosureView:
    """Submit a request to a landlord that the policy refuses: nobody established anything."""
    view = sent(gateway, cases.landlord(DAY, CASE, **{"illegality_established": "unknown", **facts}))
    assert view.outcome is Outcome.DENY
    return view


def only(view: DisclosureView) -> ChangeView:
    """Return the one change of a request."""
    assert len(view.after_refusal) == 1
    return view.after_refusal[0]


@pytest.mark.control("DPIA-08")
def test_a_fact_that_is_stated_otherwise_after_a_refusal_is_recorded_and_not_refused(gateway: Gateway) -> None:
    """It names the earlier request, its entry and the fact, never a value or a document."""
    earlier = refused(gateway)
    later = sent(gateway, cases.landlord(DAY, CASE))
    assert later.outcome is Outcome.NEEDS_APPROVAL
    assert earlier.leaf_index is not None
    assert only(later) == ChangeView(earlier.id, earlier.leaf_index, facts=(("illegality_established", Paper.SAME),))


@pytest.mark.parametrize(
    ("evidence", "day", "paper"),
    [
        ("report RVB-2026-9001", DAY, Paper.SAME),
        ("report RVB-2026-9001", DAY - dt.timedelta(days=1), Paper.OTHER),
        ("report RVB-2026-9002", DAY, Paper.OTHER),
    ],
)
def test_whether_another_document_came_with_it_is_told(
    gateway: Gateway, evidence: str, day: dt.date, paper: Paper
) -> None:
    """A newly dated report is an honest correction; the same paper with another answer asks for a question."""
    refused(gateway, illegality_established="no")
    request = cases.landlord(DAY, CASE)
    facts = members(subject(request)["facts"])
    facts["illegality_established"] = {"value": "yes", "evidence": evidence, "date": day.isoformat()}
    assert only(sent(gateway, request)).facts == (("illegality_established", paper),)


def test_a_fact_that_is_left_out_after_a_refusal_is_a_change(gateway: Gateway) -> None:
    """Silence is an answer too."""
    refused(gateway, subject_minor="yes")
    request = cases.landlord(DAY, CASE, illegality_established="unknown")
    del members(subject(request)["facts"])["subject_minor"]
    assert only(sent(gateway, request)).facts == (("subject_minor", Paper.NONE),)


def test_another_ground_role_or_purpose_is_recorded(gateway: Gateway) -> None:
    """Each by the word that the earlier request used."""
    refused(gateway)
    request = cases.landlord(DAY, CASE)
    request["ground"], request["purpose"] = "serious_nuisance", "end_nuisance"
    subject(request)["role"] = "tenant"
    change = only(sent(gateway, request))
    assert (change.ground, change.roles) == ("illegal_sex_work", (("facilitator", "tenant"),))
    assert change.purpose is None  # another ground has other purposes
    again = cases.landlord(DAY, CASE, illegality_established="unknown")
    again["purpose"] = "end_illegal_use"
    changed = {change.leaf_index: change for change in sent(gateway, again).after_refusal}
    assert changed[1] == ChangeView(changed[1].earlier, 1, purpose="prevent_recurrence")


def test_another_number_for_the_same_subject_hides_nothing(gateway: Gateway) -> None:
    """The requester chooses the numbers; who is left over is compared in order, and a new subject is no change."""
    refused(gateway)
    request = cases.landlord(DAY, CASE, illegality_established="unknown")
    subject(request)["ref"], subject(request)["role"] = "x9", "tenant"
    assert only(sent(gateway, request)).roles == (("facilitator", "tenant"),)
    more = cases.landlord(DAY, CASE, illegality_established="unknown")
    subjects = more["subjects"]
    assert isinstance(subjects, list)
    subjects.append({**subject(request), "ref": "s2"})
    changes = sent(gateway, more).after_refusal
    assert 1 not in {change.leaf_index for change in changes}


def test_calling_police_data_ones_own_after_a_refusal_is_recorded(gateway: Gateway) -> None:
    """The origin of a datum is a fact that stops it; only an origin that was named can be contradicted elsewhere."""
    first = cases.landlord(DAY, CASE)
    subject(first)["provenance"] = "police"
    assert sent(gateway, first).outcome is Outcome.DENY
    assert only(sent(gateway, cases.landlord(DAY, CASE))).facts == (("source_wpg", Paper.NONE),)


def test_another_recipient_of_the_same_kind_is_recorded(gateway: Gateway) -> None:
    """Going round the landlords with one case is seen, also when nothing else is different."""
    refused(gateway)
    other = cases.landlord(DAY, CASE, recipient="gooi-wonen", illegality_established="unknown")
    change = only(sent(gateway, other))
    assert change == ChangeView(change.earlier, change.leaf_index, recipient="dudok-wonen")


def test_to_another_kind_of_recipient_only_what_contradicts_is_recorded(gateway: Gateway) -> None:
    """Help after a refusal is another request; the same person in another role, or a fact turned round, is not."""
    refused(gateway, illegality_established="no")
    harmless = cases.landlord(DAY, CASE, illegality_established="unknown")
    harmless |= {"recipient": "juridische-handhaving", "ground": "enforcement", "purpose": "impose_measure"}
    assert sent(gateway, harmless).after_refusal == ()
    turned = cases.landlord(DAY, CASE)
    turned |= {"recipient": "juridische-handhaving", "ground": "enforcement", "purpose": "impose_measure"}
    subject(turned)["role"] = "owner"
    change = next(one for one in sent(gateway, turned).after_refusal if one.leaf_index == 1)
    assert (change.recipient, change.ground, change.purpose) == (None, None, None)
    assert change.roles == (("facilitator", "owner"),)
    assert change.facts == (("illegality_established", Paper.SAME),)


def test_nothing_is_recorded_without_a_refusal_or_a_difference(gateway: Gateway) -> None:
    """A permit is not a refusal, another case is another case, and the same again is the same."""
    sent(gateway, cases.help_with_consent(DAY, CASE, "offer_help"))
    request = cases.help_with_consent(DAY, CASE, "offer_help")
    members(subject(request)["facts"])["subject_minor"] = {"value": "unknown"}
    assert sent(gateway, request).after_refusal == ()
    refused(gateway)
    assert sent(gateway, cases.landlord(DAY, CASE, illegality_established="unknown")).after_refusal == ()
    assert sent(gateway, cases.landlord(DAY, CASE + 1)).after_refusal == ()
    assert gateway.team.changed_lines(OTTO) == []


def test_a_part_that_a_person_refused_counts_as_a_refusal(gateway: Gateway) -> None:
    """Else one would try the next colleague with another story."""
    first = sent(gateway, cases.landlord(DAY, CASE))
    assert sent(gateway, cases.landlord(DAY, CASE, name_needed="yes")).after_refusal == ()
    gateway.team.refuse(first.id, first.parts[0].id, NO, BRAM)
    change = only(sent(gateway, cases.landlord(DAY, CASE, name_needed="yes")))
    assert (change.earlier, change.facts) == (first.id, (("name_needed", Paper.OTHER),))


def test_a_release_that_was_recalled_after_its_review_counts_as_a_refusal(gateway: Gateway) -> None:
    """The policy let it go; a colleague said afterwards that it should not have."""
    first = sent(gateway, cases.urgent(DAY, CASE, "protect_victim"))
    other = cases.urgent(DAY, CASE, "protect_victim")
    members(subject(other)["facts"])["subject_minor"] = {
        "value": "yes",
        "evidence": "report RVB-2026-9001",
        "date": DAY.isoformat(),
    }
    assert sent(gateway, other).after_refusal == ()
    gateway.team.review(first.id, first.parts[0].id, False, BRAM)
    change = only(sent(gateway, other))
    assert (change.earlier, change.facts) == (first.id, (("subject_minor", Paper.OTHER),))


def test_a_reduced_request_counts_for_what_was_withheld(gateway: Gateway) -> None:
    """Also when the rest of it left."""
    first = sent(gateway, cases.help_and_name(DAY, CASE, "offer_help"))
    assert first.outcome is Outcome.PERMIT_REDUCED
    request = cases.help_and_name(DAY, CASE, "offer_help")
    subject(request)["role"] = "possible_victim"
    assert only(sent(gateway, request)).roles == (("sex_worker", "possible_victim"),)


@pytest.mark.control("DPIA-12")
def test_an_urgent_hand_over_on_a_refused_case_leaves_at_once(gateway: Gateway) -> None:
    """It is compared, without the roles: an urgent signal names other people anyway."""
    refused(gateway, subject_minor="no")
    urgent = cases.urgent(DAY, CASE, "protect_victim")
    shown = sent(gateway, urgent)
    assert [part.state for part in shown.parts] == [PartState.RELEASED]
    assert shown.after_refusal == ()


DAMAGES: dict[str, Update | Delete] = {
    "unreadable": update(detail).values(box=b"damaged"),
    "not what was committed to": update(detail).values(salt=b"\0" * 32),
    "gone": delete(detail),
}


@pytest.mark.control("DPIA-12")
@pytest.mark.parametrize("damage", DAMAGES)
def test_an_earlier_request_that_cannot_be_opened_stops_nothing_and_is_named(
    gateway: Gateway, engine: Engine, damage: str
) -> None:
    """Whatever happened to the old detail, today's hand-over leaves; the officer hears that nobody compared."""
    earlier = refused(gateway)
    with engine.begin() as connection:
        connection.execute(DAMAGES[damage].where(detail.c.idx == earlier.leaf_index))
    shown = sent(gateway, cases.urgent(DAY, CASE, "protect_victim"))
    assert [part.state for part in shown.parts] == [PartState.RELEASED]
    assert earlier.leaf_index is not None
    assert only(shown) == ChangeView(earlier.id, earlier.leaf_index, readable=False)


def test_at_most_twenty_earlier_requests_are_compared(gateway: Gateway) -> None:
    """A long case must not keep anybody waiting."""
    for _ in range(22):
        refused(gateway)
    assert [change.leaf_index for change in sent(gateway, cases.landlord(DAY, CASE)).after_refusal] == [
        *range(22, 2, -1)
    ]


def test_a_refusal_that_came_in_just_before_is_compared_too(gateway: Gateway) -> None:
    """What is compared is what stands in the store at the commit, not when the request was read."""
    between = Between(gateway.tools.store)

    def in_between() -> None:
        refused(gateway)

    between.act = in_between
    request = cases.landlord(DAY, CASE)
    request["idempotency_key"] = "after-refusal-raced"
    shown = TeamDesk(replace(gateway.tools, store=between)).submit(json.dumps(request).encode(), SANNE)
    assert only(shown).facts == (("illegality_established", Paper.SAME),)


def test_officers_list_the_requests_and_nobody_else_does(gateway: Gateway) -> None:
    """Newest first, with what changed; looking at one is an entry of the log."""
    refused(gateway)
    first = sent(gateway, cases.landlord(DAY, CASE))
    second = sent(gateway, cases.landlord(DAY, CASE, subject_minor="unknown"))
    for officer in (OTTO, FLEUR, MERYEM):
        lines = gateway.team.changed_lines(officer)
        assert [(line.id, line.changes) for line in lines] == [
            (second.id, second.after_refusal),
            (first.id, first.after_refusal),
        ]
    for person in (SANNE, BRAM):
        with pytest.raises(NotPermittedError):
            gateway.team.changed_lines(person)
    gateway.team.follow(first.id, OTTO)
    assert gateway.team.log_entries(0, 100)[-1].type == "access"


def test_the_approver_reads_it_with_what_waits(gateway: Gateway) -> None:
    """Before approving, not afterwards."""
    refused(gateway)
    waiting = sent(gateway, cases.landlord(DAY, CASE))
    seen = gateway.team.follow(waiting.id, BRAM)
    assert seen.parts[0].may_approve
    assert seen.after_refusal == waiting.after_refusal


def test_a_preview_tells_what_would_be_recorded_and_records_nothing(gateway: Gateway) -> None:
    """Whoever is about to change a story knows that it will be seen."""
    refused(gateway)
    before = gateway.team.log_summary().entries
    preview = gateway.team.preview(json.dumps(cases.landlord(DAY, CASE)).encode(), SANNE)
    assert only(preview).facts == (("illegality_established", Paper.SAME),)
    assert gateway.team.log_summary().entries == before
    assert gateway.team.preview(json.dumps(cases.landlord(DAY, CASE + 1)).encode(), SANNE).after_refusal == ()


@pytest.mark.control("DPIA-01")
def test_nothing_of_it_stands_outside_the_encrypted_detail_and_erasure_takes_it(
    gateway: Gateway, engine: Engine
) -> None:
    """The tables hold a mark and no word of what changed; without the case's key only the mark remains."""
    refused(gateway)
    sent(gateway, cases.landlord(DAY, CASE))
    with engine.connect() as connection:
        marks = connection.execute(select(disclosure.c.after_refusal).order_by(disclosure.c.leaf_index)).scalars().all()
        stored = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in metadata.sorted_tables
            if table.name != "policy_bundle"  # the policy itself has every word of it
            for row in connection.execute(select(table))
            for value in row
        )
    assert marks == [0, 1]
    for word in (b"illegality_established", b"Z-2026-41", b"illegal_sex_work"):
        assert word not in stored
    with engine.begin() as connection:
        connection.execute(delete(case_key))
    (line,) = gateway.team.changed_lines(OTTO)
    assert line.changes == ()
    assert sent_anew(gateway).after_refusal == ()


def sent_anew(gateway: Gateway) -> DisclosureView:
    """Submit on the same case after it was erased: it is a new case."""
    request = cases.landlord(DAY, CASE)
    request["idempotency_key"] = "after-refusal-anew"
    return gateway.team.submit(json.dumps(request).encode(), SANNE)
