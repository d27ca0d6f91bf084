"""Drafts: sealed under a key of their own, their owner's alone, and gone when sent, deleted or over."""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import CannotOpenError, NotFoundError
from gateway.keep.retention import purge
from gateway.model.draft import Abandoned, DraftContent
from gateway.model.terms import Json, Truth
from gateway.pipeline.drafts import DraftDesk
from tests.conftest import NOON, SetClock

SANNE, BRAM = DEMO_PEOPLE[0], DEMO_PEOPLE[1]
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
CHOSEN = ("dudok-wonen", "illegal_sex_work", "prevent_recurrence", ["facilitator"])
NAME = "Vera Verzonnen-Ongezien"


@pytest.fixture
def drafts(gateway: Gateway) -> DraftDesk:
    """Return the desk of drafts on a real gateway."""
    return DraftDesk(gateway.tools)


def named(content: DraftContent) -> DraftContent:
    """Type a name."""
    return replace(content, typed=(("s1-data-name", NAME),), done=("s1-gegevens",))


def abandoned(gateway: Gateway) -> list[Abandoned]:
    """Return the counts."""
    with gateway.tools.store.read() as unit:
        return list(unit.drafts.abandoned())


@pytest.mark.parametrize("draft_id", ["", "Vera", "f" * 32, "../" + "0" * 29])
def test_what_is_no_draft_is_not_found(drafts: DraftDesk, draft_id: str) -> None:
    """Neither is anything said about why."""
    with pytest.raises(NotFoundError):
        drafts.find(draft_id, SANNE)
    with pytest.raises(NotFoundError):
        drafts.save(draft_id, named, SANNE)


def test_another_person_finds_no_draft_of_mine(drafts: DraftDesk, gateway: Gateway) -> None:
    """Not to see, change, send or delete, and an attempt counts nothing; the id alone is worth nothing."""
    draft_id = drafts.begin(*CHOSEN, SANNE)
    for attempt in (drafts.find, lambda one, by: drafts.save(one, named, by)):
        with pytest.raises(NotFoundError):
            attempt(draft_id, BRAM)
    drafts.drop(draft_id, BRAM)
    drafts.submitted(draft_id, BRAM)
    assert drafts.mine(BRAM) == []
    assert drafts.find(draft_id, SANNE).content.typed == ()
    assert abandoned(gateway) == []


def test_a_draft_is_found_until_it_is_over_and_then_no_more(drafts: DraftDesk, clock: SetClock) -> None:
    """What was typed comes back as typed; saving it does not make it live longer."""
    draft_id = drafts.begin(*CHOSEN, SANNE)
    clock.now += DAY - SECOND
    saved = drafts.save(draft_id, named, SANNE)
    assert drafts.find(draft_id, SANNE) == saved
    assert saved.content.typed == (("s1-data-name", NAME),)
    assert saved.expires == NOON + DAY
    assert (len(saved.content.seed), len(saved.content.key) >= 16) == (32, True)
    clock.now += SECOND
    with pytest.raises(NotFoundError):
        drafts.find(draft_id, SANNE)
    with pytest.raises(NotFoundError):
        drafts.save(draft_id, named, SANNE)
    assert drafts.mine(SANNE) == []


def test_drafts_draw_their_own_id_key_and_seed(drafts: DraftDesk) -> None:
    """Nothing of one can be guessed from another."""
    found = [drafts.find(drafts.begin(*CHOSEN, SANNE), SANNE) for _ in range(3)]
    assert len({draft.id for draft in found}) == 3
    assert len({draft.content.key for draft in found}) == 3
    assert len({draft.content.seed for draft in found}) == 3


@pytest.mark.control("DPIA-01")
def test_the_database_holds_nothing_typed_and_a_moved_box_does_not_open(drafts: DraftDesk, settings: Settings) -> None:
    """Only whose it is and on which ground; a box in another person's or another draft's row opens for nobody."""
    mine, other = drafts.begin(*CHOSEN, SANNE), drafts.begin(*CHOSEN, BRAM)
    drafts.save(mine, named, SANNE)
    with closing(sqlite3.connect(settings.home / "gateway.sqlite")) as connection:
        held = repr(connection.execute("SELECT * FROM draft").fetchall())
        assert SANNE.id in held
        assert not any(word in held for word in (NAME, "dudok-wonen", "facilitator"))
        connection.execute("UPDATE draft SET box = (SELECT box FROM draft WHERE id = ?) WHERE id = ?", (mine, other))
        connection.execute("UPDATE draft SET owner = ? WHERE id = ?", (BRAM.id, mine))
        connection.commit()
    for draft_id in (mine, other):
        with pytest.raises(CannotOpenError):
            drafts.find(draft_id, BRAM)
    whole = drafts.begin(*CHOSEN, BRAM)
    assert [draft.id for draft in drafts.mine(BRAM)] == [whole]


def test_what_was_deleted_or_ran_out_counts_as_abandoned_once_and_what_was_sent_does_not(
    drafts: DraftDesk, gateway: Gateway, clock: SetClock
) -> None:
    """By month and ground; the draft itself is gone each time, and so are its bytes from then on."""
    ids = [drafts.begin(*CHOSEN, SANNE) for _ in range(3)]
    drafts.drop(ids[0], SANNE)
    drafts.drop(ids[0], SANNE)
    drafts.submitted(ids[1], SANNE)
    assert [draft.id for draft in drafts.mine(SANNE)] == [ids[2]]
    assert abandoned(gateway) == [Abandoned("2026-11", "illegal_sex_work", 1)]
    assert purge(gateway.tools.store, clock.now + DAY - SECOND).drafts == 0
    purged = purge(gateway.tools.store, clock.now + DAY)
    assert purged.drafts == 1
    assert ids[2].encode() in purged.traces
    assert abandoned(gateway) == [Abandoned("2026-11", "illegal_sex_work", 2)]


def test_a_dwelling_is_looked_up_with_this_recipient_only(drafts: DraftDesk) -> None:
    """Yes, no, or unknown when it has no dwellings here; None where that decides nothing, or it is no address."""
    content = drafts.find(drafts.begin(*CHOSEN, SANNE), SANNE).content
    assert drafts.owned(content, {**cases.ADDRESS}) is Truth.YES
    assert drafts.owned(content, {"postcode": "1299ZZ", "number": 999}) is Truth.NO
    assert drafts.owned(content, {"postcode": "nergens", "number": 1}) is None
    avim = replace(content, recipient="avim", ground="exploitation_signal", purpose="protect_victim")
    assert drafts.owned(avim, {**cases.ADDRESS}) is None


def test_a_part_is_checked_by_the_rules_of_the_whole(drafts: DraftDesk) -> None:
    """Each fault under the path that the whole request would give it; what is not there yet is none."""
    assert drafts.faults(None, {}, {}) == {}
    good: dict[str, Json] = {"value": "yes", "evidence": "report RVB-2026-112", "date": "2026-11-20"}
    assert drafts.faults("Z-2026-0417", {"illegality_established": good}, {"finding_code": "GEB-1"}) == {}
    found = drafts.faults(
        "nee",
        {"illegality_established": good | {"date": "2026-11-31"}, "subject_minor": {"value": "no", "evidence": ""}},
        {"dwelling_address": {"postcode": "x", "number": 1}, "nuisance_summary": "bel 0612345678"},
    )
    assert sorted(found) == [
        "case_ref",
        "subjects.0.data.dwelling_address",
        "subjects.0.data.nuisance_summary",
        "subjects.0.facts.illegality_established.date",
        "subjects.0.facts.subject_minor.evidence",
    ]
    assert "0612345678" not in str(found)
