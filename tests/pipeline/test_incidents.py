"""Incidents of a control day: for the team alone, sealed, without names, and gone after a week or with their case."""

import datetime as dt

import pytest
from sqlalchemy import text

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import InvalidRequestError, NotFoundError, NotPermittedError
from gateway.keep.retention import purge
from gateway.model.people import Person
from gateway.pipeline.incidents import KEPT, IncidentDesk
from gateway.rights.erase import Erasure
from gateway.store.engine import open_engine
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.intake.test_report import INCIDENT, LINES
from tests.rights.cases import erase_one, live, reference

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE


@pytest.mark.parametrize("person", [FLEUR, OTTO, Person("demo:niemand", "Niemand", frozenset())])
def test_who_is_not_of_the_team_sees_makes_and_deletes_none(gateway: Gateway, person: Person) -> None:
    """Neither the list nor one of which the id is known."""
    desk = IncidentDesk(gateway.tools)
    known = desk.take_over(LINES, SANNE)
    for ask in (
        lambda: desk.take_over(LINES, person),
        lambda: desk.all(person),
        lambda: desk.find(known, person),
        lambda: desk.drop(known, person),
    ):
        with pytest.raises(NotPermittedError):
            ask()


def test_what_is_not_there_is_not_found(gateway: Gateway) -> None:
    """Also what can be no id."""
    desk = IncidentDesk(gateway.tools)
    for wrong in ("0" * 32, "", "Fatima"):
        with pytest.raises(NotFoundError):
            desk.find(wrong, SANNE)
        with pytest.raises(NotFoundError):
            desk.drop(wrong, SANNE)


def test_a_report_with_a_name_is_kept_nowhere(gateway: Gateway) -> None:
    """The refusal is the whole of it."""
    desk = IncidentDesk(gateway.tools)
    with pytest.raises(InvalidRequestError):
        desk.take_over(f"{LINES}naam: Fatima Verzonnen", SANNE)
    assert desk.all(SANNE) == []


@on_both
def test_a_colleague_of_the_team_sees_it_and_only_its_maker_deletes_it(gateway: Gateway, settings: Settings) -> None:
    """As it was told, the newest first; it makes no entry of the log, and the database holds nothing of it in clear."""
    desk, size = IncidentDesk(gateway.tools), gateway.team.log_summary().entries
    first = desk.take_over(LINES, SANNE)
    second = desk.take_over(LINES.replace("112", "113"), BRAM)
    found = desk.all(MERYEM)
    assert {one.id for one in found} == {first, second}
    kept = desk.find(first, BRAM)
    assert (kept.content, kept.mine, kept.expires) == (INCIDENT, False, NOON + KEPT)
    assert desk.find(first, SANNE).mine
    assert gateway.team.log_summary().entries == size
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM incident")).all())
    engine.dispose()
    for word in ("RVB-2026", "1211AB", "Z-2026", "facilitator", "UIT-01"):
        assert word not in rows
    with pytest.raises(NotPermittedError):
        desk.drop(first, BRAM)
    desk.drop(first, SANNE)
    assert [one.id for one in desk.all(SANNE)] == [second]


def test_it_is_gone_after_a_week(gateway: Gateway, clock: SetClock) -> None:
    """Nobody finds it any more, and retention deletes it with its key."""
    desk = IncidentDesk(gateway.tools)
    known = desk.take_over(LINES, SANNE)
    clock.now = NOON + KEPT - dt.timedelta(seconds=1)
    assert desk.find(known, SANNE).id == known
    assert purge(gateway.tools.store, clock.now).incidents == 0
    clock.now = NOON + KEPT
    with pytest.raises(NotFoundError):
        desk.find(known, SANNE)
    purged = purge(gateway.tools.store, clock.now)
    assert purged.incidents == 1
    assert purged.traces


@pytest.mark.control("DPIA-01")
def test_an_erased_case_takes_its_incidents_along(gateway: Gateway) -> None:
    """Another case's stay."""
    live(gateway, 1)
    desk = IncidentDesk(gateway.tools)
    desk.take_over(LINES.replace("Z-2026-0417", reference(1)), SANNE)
    other = desk.take_over(LINES, SANNE)
    assert isinstance(erase_one(gateway, 1), Erasure)
    assert [one.id for one in desk.all(SANNE)] == [other]
