"""Incidents and doubts as rows: nobody finds what is over, and what goes takes its key along."""

import datetime as dt
from dataclasses import replace

from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, DOUBT, INCIDENT, KEY

pytestmark = on_both
LATER = INCIDENT.expires


def test_an_incident_is_found_until_it_is_over(store: SqlStore) -> None:
    """To the second; then it is deleted, and told to whoever overwrites its bytes."""
    store.write(lambda unit: unit.incidents.add(INCIDENT))
    before = LATER - dt.timedelta(seconds=1)
    with store.read() as unit:
        assert unit.incidents.get("i1", now=before) == INCIDENT
        assert unit.incidents.get("i2", now=before) is None
        assert unit.incidents.get("i1", now=LATER) is None
        assert unit.incidents.open(now=LATER) == []
    assert store.write(lambda unit: unit.incidents.forget_expired(before)) == []
    assert store.write(lambda unit: unit.incidents.forget_expired(LATER)) == [INCIDENT]
    assert store.write(lambda unit: unit.incidents.forget_expired(LATER)) == []


def test_the_newest_stands_first_and_a_case_takes_its_own_along(store: SqlStore) -> None:
    """Another case's stay."""
    newer = replace(INCIDENT, id="i2", case_tag="other", created_at=AT + dt.timedelta(hours=1))
    for one in (INCIDENT, newer):
        store.write(lambda unit, one=one: unit.incidents.add(one))  # type: ignore[misc]  # a default
    with store.read() as unit:
        assert unit.incidents.open(now=AT) == [newer, INCIDENT]
    store.write(lambda unit: unit.incidents.forget_case("case tag"))
    with store.read() as unit:
        assert unit.incidents.open(now=AT) == [newer]
    store.write(lambda unit: unit.incidents.remove("i2"))
    with store.read() as unit:
        assert unit.incidents.open(now=AT) == []


def test_a_doubt_is_listed_and_goes_with_the_requests_of_its_case(store: SqlStore) -> None:
    """An erasure leaves nothing that names a request."""
    store.write(lambda unit: unit.append(b"leaf"))
    store.write(lambda unit: unit.cases.add_key(KEY))
    store.write(lambda unit: unit.disclosures.add(DISCLOSURE))
    store.write(lambda unit: unit.incidents.add_doubt(DOUBT))
    with store.read() as unit:
        assert unit.incidents.doubts(5) == [DOUBT]
        assert unit.incidents.doubts(0) == []
    store.write(lambda unit: unit.erasures.destroy_requests(DISCLOSURE.case_id))
    with store.read() as unit:
        assert unit.incidents.doubts(5) == []
