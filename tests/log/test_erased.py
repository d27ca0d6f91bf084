"""Which entries erasures explain: the newest erasure proves the whole set, and older ones prove nothing any more."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from gateway.crypto.commitments import commit_bytes, new_salt
from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.appender import Log
from gateway.log.erased import Erased, read_erased, record_erasure
from gateway.log.recorder import Entry, Recorder
from gateway.model.leaf import LeafType
from gateway.store.ports import Unit
from gateway.store.records import ErasedSet
from gateway.store.writer import SqlStore
from tests.log.sample_log import ORIGIN, SIGNER
from tests.refusals import refused

AT = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
RECORDER = Recorder(bytes(range(32)))
BUNDLE = "sha256:" + "1" * 64
OWN = "own affairs"


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return a store whose log signs."""
    return SqlStore(engine, Log(SIGNER, ORIGIN).open_batch)


def erase(store: SqlStore, *indexes: int) -> int:
    """Record an erasure of these entries."""
    return store.write(
        lambda unit: record_erasure(unit, RECORDER, indexes, {"basis": "x"}, tag=OWN, bundle=BUNDLE, at=AT)
    )


def explained(store: SqlStore) -> Erased:
    """Return the set as the log confirms it."""
    with store.read() as unit:
        return read_erased(unit, RECORDER)


def kept(store: SqlStore) -> ErasedSet:
    """Return the row."""
    with store.read() as unit:
        row = unit.erasures.explained()
    assert row is not None
    return row


@given(st.lists(st.sets(st.integers(0, 300)), max_size=4))
def test_a_set_holds_what_was_put_in_and_nothing_else(some: list[set[int]]) -> None:
    """Whatever is added, in any order and again."""
    erased = Erased()
    for indexes in some:
        erased = erased.with_more(indexes)
    whole = set().union(*some)
    assert {index for index in range(320) if index in erased} == whole
    assert len(erased) == len(whole)


@pytest.mark.parametrize(
    ("indexes", "bits"),
    [((), b""), ((3,), b"\x08"), ((3, 4), b"\x18"), ((7, 8), b"\x80\x01"), ((17, 0), b"\x01\0\x02")],
)
def test_a_set_is_as_long_as_its_highest_entry(indexes: tuple[int, ...], bits: bytes) -> None:
    """Golden: an erasure commits to these bytes, and whoever has the set must come to the same ones."""
    assert Erased().with_more(indexes).bits == bits


def test_before_the_first_erasure_nothing_is_explained(store: SqlStore) -> None:
    """An empty set, not an error: most gateways never erase anything for years."""
    assert len(explained(store)) == 0


@pytest.mark.parametrize("bits", [b"", b"\x08\x01", b"\x0a\x00"])
def test_a_set_that_somebody_changed_is_refused(store: SqlStore, bits: bytes) -> None:
    """One bit more would hide that a detail was destroyed without an erasure."""
    index = erase(store, 3)
    store.write(lambda unit: unit.erasures.explain(ErasedSet(index, kept(store).salt, bits)))
    with refused(LogTamperedError, "the erased is not what the log entry commits to"):
        explained(store)


def test_a_set_of_before_the_newest_erasure_is_refused(store: SqlStore) -> None:
    """Whoever puts an older row back takes away what a later erasure explains."""
    erase(store, 3)
    older = kept(store)
    erase(store, 4)
    store.write(lambda unit: unit.erasures.explain(older))
    with refused(LogTamperedError, "older than the newest erasure"):
        explained(store)


def test_a_set_whose_erasure_cannot_be_opened_is_refused(store: SqlStore) -> None:
    """The entry that commits to it must be there: of the gateway's own affairs nothing is erased."""
    erase(store, 3)

    def destroy(unit: Unit) -> None:
        key = unit.cases.key(tag=OWN)
        assert key is not None
        unit.cases.destroy(key.case_id)

    store.write(destroy)
    with refused(NotFoundError, "this entry was erased"):
        explained(store)


def test_a_row_that_names_an_entry_of_another_kind_is_refused(store: SqlStore) -> None:
    """Another entry commits to no set."""
    erase(store, 3)

    def other(unit: Unit) -> int:
        case_id, key = RECORDER.case(unit, tag=OWN)
        entry = Entry(LeafType.KEY, "rotated", BUNDLE, {"kind": "key"})
        return RECORDER.record(unit, entry, case_id=case_id, case_key=key, at=AT)

    index = store.write(other)
    store.write(lambda unit: unit.erasures.explain(ErasedSet(index, kept(store).salt, b"\x08")))
    with refused(LogTamperedError, "not what the log entry commits to"):
        explained(store)


def test_the_newest_erasure_proves_all_of_them(store: SqlStore) -> None:
    """Each adds to the set, also entries beyond it; what is in between stays unexplained."""
    first = erase(store, 0, 9)
    second = erase(store, 4, 300)
    erased = explained(store)
    assert [index for index in range(310) if index in erased] == [0, 4, 9, 300]
    assert kept(store).leaf_index == second > first
    assert explained(store) == erased
    with store.read() as unit:
        assert RECORDER.read(unit, second)[1]["kind"] == "erasure"  # what an officer reads it by


def test_which_entries_belonged_together_cannot_be_tested_afterwards(store: SqlStore) -> None:
    """The salt of an older erasure is gone, so not even the right guess of its set can be confirmed."""
    first = erase(store, 0, 9)
    with store.read() as unit:
        told = RECORDER.read(unit, first)[1]["erased"]
    old = kept(store).salt
    right = Erased().with_more([0, 9]).bits
    assert commit_bytes("erased", old, right) == told
    erase(store, 4)
    assert kept(store).salt != old
    assert commit_bytes("erased", kept(store).salt, right) != told
    assert commit_bytes("erased", new_salt(), right) != told
