"""Partners' keys and enrolments, on both databases."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.store.ports import Unit
from gateway.store.records import EnrolmentState
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, CONFIRMATION, ENROLMENT, GRANT, PARTNER_KEY

pytestmark = on_both
LATER = AT + dt.timedelta(days=1)


def test_a_key_is_kept_for_good_and_belongs_to_one_partner(store: SqlStore) -> None:
    """The same key twice is refused, whoever it is for; the newest stands first."""

    def job(unit: Unit) -> None:
        unit.append(b"leaf")
        unit.partner_keys.add(PARTNER_KEY)
        unit.partner_keys.add(replace(PARTNER_KEY, kid="kid-2", since=LATER, until=LATER, revoked=AT))
        unit.partner_keys.add(replace(PARTNER_KEY, kid="kid-3", partner="avim"))

    store.write(job)
    with store.read() as unit:
        assert [key.kid for key in unit.partner_keys.of_partner("belle")] == ["kid-2", "kid-1"]
        assert unit.partner_keys.get("kid-1") == PARTNER_KEY
        assert unit.partner_keys.get("kid-9") is None
    with pytest.raises(DuplicateRequestError):
        store.write(lambda unit: unit.partner_keys.add(replace(PARTNER_KEY, partner="avim")))


def test_every_change_of_a_key_raises_the_revision(store: SqlStore) -> None:
    """So that whoever is deciding decides again."""
    seen = []

    def job(unit: Unit) -> None:
        unit.append(b"leaf")
        seen.append(unit.circumstances.revision())
        unit.partner_keys.add(PARTNER_KEY)
        seen.append(unit.circumstances.revision())
        unit.partner_keys.end("kid-1", LATER)
        seen.append(unit.circumstances.revision())
        unit.partner_keys.revoke("kid-1", AT)
        seen.append(unit.circumstances.revision())

    store.write(job)
    assert seen == [0, 1, 2, 3]
    with store.read() as unit:
        assert unit.partner_keys.get("kid-1") == replace(PARTNER_KEY, until=LATER, revoked=AT)


def test_an_enrolment_waits_until_something_became_of_it(store: SqlStore) -> None:
    """The same request is taken once; what no longer waits is not changed."""

    def job(unit: Unit) -> None:
        unit.append(b"leaf")
        unit.enrolments.add(replace(ENROLMENT, id="e2", digest="sha256:3", at=LATER))
        unit.enrolments.add(ENROLMENT)

    store.write(job)
    with store.read() as unit:
        assert [found.id for found in unit.enrolments.pending()] == ["e1", "e2"]
        assert unit.enrolments.get("e1") == ENROLMENT
        with pytest.raises(NotFoundError):
            unit.enrolments.get("e9")
    with pytest.raises(DuplicateRequestError):
        store.write(lambda unit: unit.enrolments.add(replace(ENROLMENT, id="e3")))
    store.write(lambda unit: unit.enrolments.change_state("e1", EnrolmentState.CONFIRMED))
    with pytest.raises(DuplicateRequestError):
        store.write(lambda unit: unit.enrolments.change_state("e1", EnrolmentState.REFUSED))
    with store.read() as unit:
        assert [found.id for found in unit.enrolments.pending()] == ["e2"]
        assert unit.enrolments.get("e1").state is EnrolmentState.CONFIRMED


def test_a_person_confirms_an_enrolment_once(store: SqlStore) -> None:
    """The database itself refuses a second time."""

    def job(unit: Unit) -> None:
        unit.append(b"leaf")
        unit.append(b"leaf")
        unit.enrolments.add(ENROLMENT)
        unit.enrolments.confirm(replace(CONFIRMATION, person="demo:meryem", leaf_index=1))
        unit.enrolments.confirm(CONFIRMATION)

    store.write(job)
    with store.read() as unit:
        assert [said.person for said in unit.enrolments.confirmations("e1")] == ["demo:otto", "demo:meryem"]
        assert unit.enrolments.confirmations("e1")[0] == CONFIRMATION
    with pytest.raises(DuplicateRequestError):
        store.write(lambda unit: unit.enrolments.confirm(CONFIRMATION))


def test_all_tokens_of_one_partner_are_dropped(store: SqlStore) -> None:
    """Those of others stay."""

    def job(unit: Unit) -> None:
        for owner in ("belle", "avim"):
            unit.door.add_token(f"sha256:{owner}", replace(GRANT, partner=owner))
        unit.door.forget_tokens_of("belle")

    store.write(job)
    with store.read() as unit:
        assert unit.door.token_grant("sha256:belle", now=AT) is None
        assert unit.door.token_grant("sha256:avim", now=AT) == replace(GRANT, partner="avim")
