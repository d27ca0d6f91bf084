"""Erasing a case: refused with a way forward, or all of it gone at once, while every old proof still verifies."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import InvalidRequestError, NotFoundError
from gateway.log.audit import verify_log
from gateway.log.erased import read_erased
from gateway.log.leaf import decode
from gateway.log.tally import read_counts
from gateway.model.leaf import LeafType
from gateway.pipeline.tools import LIFETIME
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Order, Refusal, traces
from gateway.rights.holding import Obstacle, read_holding
from gateway.store import schema
from gateway.store.ports import Unit
from gateway.web.messages import LEAF_OUTCOMES
from tests.audit.lived import harm
from tests.conftest import SetClock
from tests.databases import on_both
from tests.refusals import refused
from tests.rights.cases import (
    BRAM,
    DAY,
    DECISION,
    FLEUR,
    SANNE,
    erase_one,
    erased,
    fetch,
    live,
    looked,
    reference,
    rows,
    still_verifies,
    submit,
    withdraw_consent,
)
from tests.stress.work import receipt_of

GROWING = {"leaf", "node", "head", "checkpoint", "detail", "case_key", "tally", "erased", "withdrawal", "revision"}
"""Tables that an erasure adds to, or that a withdrawn consent did."""


def stops(found: Erasure | Refusal) -> set[Obstacle]:
    """Return what stands in the way; an erasure that is allowed is none of these tests' answers."""
    assert isinstance(found, Refusal)
    return set(found.obstacles)


@pytest.mark.parametrize("decision", ["", " ", "two\nlines", "x" * 101, "bell\x07"])
def test_nothing_is_erased_without_a_decision_on_file(decision: str) -> None:
    """The reference says where somebody's decision is; a name or a story is not one."""
    with refused(InvalidRequestError, "one line of at most 100 characters"):
        Order("0" * 64, Basis.TERM_OVER, decision, "os:test")


def test_a_case_that_nobody_knows_is_nothing_to_erase(gateway: Gateway, engine: Engine) -> None:
    """A mistyped reference must not look like an erasure: it is refused, and nothing is written."""
    live(gateway, 1)
    before = rows(engine)
    done = erase_one(gateway, 2)
    assert isinstance(done, Refusal)
    assert done.obstacles == {}
    assert "Look whether the case number is right" in done.reasons[0].en
    assert rows(engine) == before


@pytest.mark.control("DPIA-12")
@pytest.mark.parametrize("withdraw", [False, True])
def test_an_urgent_hand_over_is_never_stopped_by_an_erasure(gateway: Gateway, *, withdraw: bool) -> None:
    """It must be fetched, reviewed and freed by AVIM first; no option takes that away."""
    view = submit(gateway, cases.urgent(DAY, 1, "protect_victim"))
    part = view.parts[0].id

    def left() -> set[Obstacle]:
        found = stops(looked(gateway, 1, withdraw=withdraw))
        assert stops(erase_one(gateway, 1, withdraw=withdraw)) == found
        return found

    assert left() == {Obstacle.HELD, Obstacle.REVIEW_DUE, Obstacle.URGENT_WAITS}
    fetch(gateway, "avim", view)
    assert left() == {Obstacle.HELD, Obstacle.REVIEW_DUE}
    gateway.team.review(view.id, part, True, BRAM)
    assert left() == {Obstacle.HELD}
    gateway.team.lift_hold(view.id, SANNE)
    assert erased(gateway, 1).recipients == {"avim": 1}


def test_an_urgent_message_that_nobody_can_open_any_more_may_be_withdrawn(gateway: Gateway, clock: SetClock) -> None:
    """After thirty days a partner's kit refuses it; then it is a message that was not fetched, as any other."""
    view = submit(gateway, cases.urgent(DAY, 1, "protect_victim"))
    gateway.team.lift_hold(view.id, SANNE)
    gateway.team.review(view.id, view.parts[0].id, True, BRAM)
    assert stops(looked(gateway, 1, withdraw=True)) == {Obstacle.URGENT_WAITS}
    clock.now += LIFETIME
    assert stops(looked(gateway, 1)) == {Obstacle.NOT_FETCHED}
    assert erased(gateway, 1, withdraw=True).entry is not None


def test_a_message_whose_ground_cannot_be_read_counts_as_urgent(gateway: Gateway, settings: Settings) -> None:
    """In doubt help goes first."""
    submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    assert stops(looked(gateway, 1)) == {Obstacle.NOT_FETCHED}
    harm(settings, ["UPDATE detail SET salt = zeroblob(32)"])
    assert stops(looked(gateway, 1, withdraw=True)) == {Obstacle.URGENT_WAITS}


def test_what_was_altered_is_erased_all_the_same(gateway: Gateway, settings: Settings) -> None:
    """An erasure is a right; an altered detail must not stop it once its message was delivered."""
    live(gateway, 1)
    harm(settings, ["UPDATE detail SET salt = zeroblob(32) WHERE idx > 0"])
    assert erased(gateway, 1).counts["entries"] == 3


@pytest.mark.parametrize(
    ("request_of", "obstacle"),
    [
        (lambda: cases.landlord(DAY, 1), Obstacle.WAITS_FOR_APPROVAL),
        (lambda: cases.help_with_consent(DAY, 1, "offer_help"), Obstacle.NOT_FETCHED),
    ],
)
def test_what_waits_is_erased_only_when_it_is_withdrawn_in_so_many_words(
    gateway: Gateway, engine: Engine, request_of: Callable[[], dict[str, object]], obstacle: Obstacle
) -> None:
    """Without the option it is refused and nothing changes; with it the log says it was voided, then all is gone."""
    view = submit(gateway, request_of())  # type: ignore[arg-type]  # any JSON
    before = rows(engine)
    assert stops(erase_one(gateway, 1)) == {obstacle}
    assert rows(engine) == before
    size = gateway.team.log_summary().entries
    done = erased(gateway, 1, withdraw=True)
    with gateway.tools.store.read() as unit:
        leaves = [decode(unit.log.leaf(index)) for index in range(size, unit.log.head().size)]
        assert [(leaf.type, leaf.outcome) for leaf in leaves] == [
            (LeafType.RECALL, "voided"),
            (LeafType.ERASURE, "erased"),
        ]
        assert unit.cases.detail(size) is None
        assert size in read_erased(unit, gateway.tools.recorder)
    assert leaves[0].prev == (view.parts[0].leaf_index or view.leaf_index)
    assert done.recipients == {}


def test_every_reason_has_words_and_a_way_forward_in_two_languages() -> None:
    """Whoever is refused must know what to do."""
    for obstacle in Obstacle:
        assert len(obstacle.reason.nl.split()) > 8
        assert len(obstacle.reason.en.split()) > 8
    for basis in Basis:
        assert basis.article.startswith("GDPR ")
        assert basis.text.nl != basis.text.en


@pytest.mark.control("DPIA-01")
@on_both
def test_all_of_a_case_goes_and_nothing_of_another(gateway: Gateway, engine: Engine) -> None:
    """No row of any table that is not the log's names it any more, not even as a hash; other cases keep every row."""
    other = live(gateway, 1)
    before = rows(engine)
    gone = live(gateway, 2)
    withdraw_consent(gateway, gone)
    with gateway.tools.store.read() as unit:
        holding = read_holding(unit, tag=gateway.tools.lookup.case(reference(2)))
        assert holding is not None
        pieces = [piece.hex() for piece in traces(holding)] + [repr(piece)[2:-1] for piece in traces(holding)]
    done = erased(gateway, 2)
    after = rows(engine)
    assert done.counts == {"entries": 6, "requests": 1, "parts": 2, "judgements": 0, "messages": 2, "receipts": 1}
    assert done.recipients == {"belle": 1}
    for table, found in after.items():
        if table not in GROWING:
            assert found == before[table], table
    assert len(after["case_key"]) == len(before["case_key"])
    assert len(after["detail"]) == len(before["detail"]) + 1  # of the erasure itself, under the gateway's own affairs
    assert set(before["detail"]) <= set(after["detail"])
    everything = "".join(itertools.chain.from_iterable(after.values()))
    assert not [piece for piece in pieces if piece in everything]
    still_verifies(gateway, other)
    still_verifies(gateway, gone)
    with gateway.tools.store.read() as unit:
        assert verify_log(unit.log, vkey=gateway.tools.log_vkey).ok
        assert list(read_counts(unit, gateway.tools.recorder, gateway.tools.lookup))


@on_both
def test_the_erasure_is_an_entry_that_names_basis_and_decision_and_no_case(gateway: Gateway) -> None:
    """Who looks into the gateway's own affairs reads why, by whom and which decision; nothing leads to a person."""
    live(gateway, 1)
    done = erased(gateway, 1)
    assert done.entry is not None
    with gateway.tools.store.read() as unit:
        leaf, detail, _ = gateway.tools.recorder.read(unit, done.entry)
    assert (leaf.type, leaf.outcome, leaf.prev, leaf.payload) == (LeafType.ERASURE, "erased", None, None)
    assert detail.pop("erased") != ""
    assert detail == {
        "kind": "erasure",
        "basis": "term_over",
        "article": "GDPR 5(1)(e)",
        "decision": DECISION,
        "by": "os:test",
    }


@on_both
def test_a_second_erasure_says_there_is_nothing_and_the_reference_may_be_used_again(gateway: Gateway) -> None:
    """The same reference later gets a new key, and is then a case as any other."""
    first = live(gateway, 1)
    with gateway.tools.store.read() as unit:
        key = unit.cases.key(tag=gateway.tools.lookup.case(reference(1)))
    erased(gateway, 1)
    assert erase_one(gateway, 1) == Refusal()
    second = live(gateway, 1)
    with gateway.tools.store.read() as unit:
        new = unit.cases.key(tag=gateway.tools.lookup.case(reference(1)))
    assert key is not None
    assert new is not None
    assert (new.case_id, new.wrapped) != (key.case_id, key.wrapped)
    assert second.index > first.index
    erased(gateway, 1)
    for lived in (first, second):
        still_verifies(gateway, lived)


@on_both
def test_pages_and_partners_meet_what_was_erased_as_what_never_was(gateway: Gateway) -> None:
    """No list breaks on it; the request and the message are not found, in the same words as an unknown one."""
    gone = live(gateway, 1)
    live(gateway, 2)
    erased(gateway, 1)
    now = gateway.tools.clock()
    for person in (SANNE, BRAM, FLEUR):
        assert gateway.team.lines(person) is not None
        with refused(NotFoundError, "no such disclosure request"):
            gateway.team.follow(gone.request, person)
    assert len(gateway.partners.inbox("belle", now=now)) == 1
    absent = []
    for message in (gone.message, "0" * 32):
        with refused(NotFoundError) as caught:
            gateway.partners.envelope("belle", message, now=now)
        receipt = receipt_of(gateway, "belle", message, gone.envelope.message)
        with refused(NotFoundError) as late:
            gateway.partners.acknowledge("belle", message, receipt, now=now)
        absent.append((caught.value.message, caught.value.hint, late.value.message, late.value.hint))
    assert absent[0] == absent[1]
    entries = gateway.team.log_entries(0, 100)
    assert len(entries) == gateway.team.log_summary().entries
    assert entries[-1].outcome == "erased"
    assert {"erased", "exported"} <= LEAF_OUTCOMES.keys()  # in Dutch on the officers' page


def test_that_a_consent_was_withdrawn_outlives_the_case_and_when_does_not(gateway: Gateway, engine: Engine) -> None:
    """Forgetting it would let the same consent be used again; its moment would point at an entry of the case."""
    lived = live(gateway, 1)
    withdraw_consent(gateway, lived)
    erased(gateway, 1)
    with engine.connect() as connection:
        assert [at for _, at in connection.execute(select(schema.withdrawal))] == [""]
    again = cases.help_with_consent(DAY, 1, "offer_help") | {"idempotency_key": "another-key-of-1"}
    assert submit(gateway, again).outcome.value == "deny"


def test_replay_counts_what_was_erased_and_finds_what_was_destroyed_otherwise(
    gateway: Gateway, settings: Settings
) -> None:
    """A detail that is gone is explained by an erasure, or is a finding; so is a set that somebody changed."""
    live(gateway, 1)
    other = live(gateway, 2)
    erased(gateway, 1)

    def found() -> tuple[int, dict[int, str]]:
        with gateway.tools.store.read() as unit:
            report = replay_all(unit, gateway.tools.recorder, progress=lambda _done, _total: None)
        return len(report.erased), report.problems

    assert found() == (2, {})
    harm(settings, ["DELETE FROM detail WHERE idx = :index"], index=other.index)
    erasures, problems = found()
    assert erasures == 2
    assert list(problems) == [other.index]
    assert "no erasure explains" in problems[other.index]
    harm(settings, ["UPDATE erased SET bits = x'ffffffff'"])
    _, problems = found()
    assert any("not what the log entry commits to" in told for told in problems.values())


COUNTER = itertools.count(100)


@hypothesis(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), unique=True), st.integers(0, 3))
def test_any_cases_in_any_order_leave_the_rest_as_it_was(gateway: Gateway, chosen: list[int], double: int) -> None:
    """Root, proofs and the details of other cases stay, whatever is erased; two requests on one case go together."""
    lived = [live(gateway, next(COUNTER)) for _ in range(4)]
    numbers = [one.number for one in lived]
    second = cases.help_and_name(DAY, numbers[double], "offer_help")
    more = submit(gateway, second | {"idempotency_key": f"the-second-request-{numbers[double]}"})
    fetch(gateway, "belle", more)
    tools = gateway.tools

    def details(unit: Unit) -> dict[int, object]:
        return {index: unit.cases.detail(index) for index in range(unit.log.head().size)}

    with tools.store.read() as unit:
        before = details(unit)
        leaves = list(unit.log.leaves(0, unit.log.head().size))
        mine = {
            number: set(unit.cases.indexes_of(key.case_id))
            for number in numbers
            if (key := unit.cases.key(tag=tools.lookup.case(reference(number))))
        }
    for one in chosen:
        erased(gateway, numbers[one])
    gone = set().union(*(mine[numbers[one]] for one in chosen)) if chosen else set()
    with tools.store.read() as unit:
        after = details(unit)
        assert {index: kept for index, kept in after.items() if index < len(leaves)} == {
            index: None if index in gone else kept for index, kept in before.items()
        }
        assert list(unit.log.leaves(0, len(leaves))) == leaves
        assert verify_log(unit.log, vkey=tools.log_vkey).ok
        explained = read_erased(unit, tools.recorder)
        assert {index for index in after if after[index] is None} == {i for i in after if i in explained}
        assert not replay_all(unit, tools.recorder, progress=lambda _done, _total: None).problems
    for each in lived:
        still_verifies(gateway, each)
