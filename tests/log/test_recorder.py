"""Recording: the leaf names nobody, its detail opens only at its place and under its case's key, and can be erased."""

import datetime as dt
import re
import secrets
from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete, update

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.commitments import commit, open_commitment
from gateway.errors import CannotOpenError, LogForkError, LogTamperedError, NotFoundError
from gateway.log.appender import Log
from gateway.log.leaf import decode, encode
from gateway.log.recorder import Entry, Recorder
from gateway.log.witnessed import Witnessed
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json
from gateway.store import schema
from gateway.store.ports import Unit
from gateway.store.records import Detail
from gateway.store.writer import SqlStore
from tests.log.sample_log import DECISION, ORIGIN, RECIPIENT, SIGNER
from tests.log.volumes import fill_volumes, store_of
from tests.refusals import refused

AT = dt.datetime(2026, 11, 24, 13, 5, 59, tzinfo=dt.timezone(dt.timedelta(hours=1)))
RECORDER = Recorder(bytes(range(32)))
BUNDLE = "sha256:" + "1" * 64
PAYLOAD = "sha256:" + "3" * 64
ENTRY = Entry(LeafType.DECISION, "permit", BUNDLE, {"who": "Vera Verzonnen"})
RELEASE = replace(ENTRY, type=LeafType.RELEASE, recipient=RECIPIENT, payload=PAYLOAD, prev=0)


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return a store whose log signs."""
    return SqlStore(engine, Log(SIGNER, ORIGIN).open_batch)


def test_a_fork_stops_what_is_not_urgent_and_nothing_else(store: SqlStore) -> None:
    """A victim of trafficking does not wait for a log to be looked into."""
    witnessed = Witnessed()
    witnessed.stop(LogForkError("a witness has seen another log", hint="call the privacy officer"))
    stopped = Recorder(bytes(range(32)), witnessed)

    def record(unit: Unit, entry: Entry) -> int:
        case_id, key = stopped.case(unit, tag="case")
        return stopped.record(unit, entry, case_id=case_id, case_key=key, at=AT)

    with refused(LogForkError, "a witness has seen another log"):
        store.write(lambda unit: record(unit, ENTRY))
    assert store.write(lambda unit: record(unit, replace(ENTRY, urgent=True))) == 0


def keep(unit: Unit, *entries: Entry, tag: str = "case") -> list[int]:
    """Record entries under the case with this tag."""
    case_id, key = RECORDER.case(unit, tag=tag)
    return [RECORDER.record(unit, entry, case_id=case_id, case_key=key, at=AT) for entry in entries]


def read(store: SqlStore, index: int, recorder: Recorder = RECORDER) -> tuple[Leaf, dict[str, Json], Detail]:
    """Read one entry back."""
    with store.read() as unit:
        return recorder.read(unit, index)


def test_an_erased_detail_is_gone_and_its_leaf_stays(store: SqlStore, engine: Engine) -> None:
    """The leaf still proves that and when an entry was made."""
    store.write(lambda unit: keep(unit, ENTRY, ENTRY))
    with engine.begin() as connection:
        connection.execute(delete(schema.detail).where(schema.detail.c.idx == 0))
    with refused(NotFoundError, "this entry was erased"):
        read(store, 0)
    with store.read() as unit:
        assert decode(unit.log.leaf(0)).outcome == "permit"
    assert read(store, 1)[1] == ENTRY.detail


def test_erasing_the_key_of_a_case_erases_all_its_details_and_no_others(store: SqlStore, engine: Engine) -> None:
    """Nothing of the case can be opened any more, by anyone."""
    store.write(lambda unit: keep(unit, ENTRY, ENTRY))
    store.write(lambda unit: keep(unit, ENTRY, tag="another case"))
    with engine.begin() as connection:
        connection.execute(delete(schema.case_key).where(schema.case_key.c.tag == "case"))
    for index in (0, 1):
        with refused(NotFoundError, "this case was erased"):
            read(store, index)
    assert read(store, 2)[1] == ENTRY.detail


def test_details_that_changed_places_do_not_open(store: SqlStore, engine: Engine) -> None:
    """A detail is bound to its leaf, though both lie under one case key."""
    store.write(lambda unit: keep(unit, ENTRY, replace(ENTRY, detail={"who": "Bram Bedacht"})))
    box = read(store, 1)[2].box
    with engine.begin() as connection:
        connection.execute(update(schema.detail).where(schema.detail.c.idx == 0).values(box=box))
    with refused(CannotOpenError):
        read(store, 0)


def test_case_keys_that_changed_places_do_not_open(store: SqlStore, engine: Engine) -> None:
    """A wrapped key is bound to its case."""
    store.write(lambda unit: [keep(unit, ENTRY), keep(unit, ENTRY, tag="another case")])
    with store.read() as unit:
        foreign = unit.cases.key(tag="another case")
    assert foreign is not None
    with engine.begin() as connection:
        mine = update(schema.case_key).where(schema.case_key.c.tag == "case")
        connection.execute(mine.values(wrapped=foreign.wrapped))
    with refused(CannotOpenError):
        read(store, 0)
    with refused(CannotOpenError), store.read() as unit:
        RECORDER.case(unit, tag="case")


def test_another_gateways_key_opens_no_case(store: SqlStore) -> None:
    """Case keys are wrapped by the key that the recorder holds."""
    store.write(lambda unit: keep(unit, ENTRY))
    with refused(CannotOpenError):
        read(store, 0, Recorder(bytes(32)))


@pytest.mark.parametrize("value", [{"who": "Bram Bedacht"}, ["Vera Verzonnen"]])
def test_a_detail_other_than_the_leaf_commits_to_is_refused(store: SqlStore, engine: Engine, value: Json) -> None:
    """Whoever holds the case key still cannot change what was said."""
    store.write(lambda unit: keep(unit, ENTRY))
    _replace_box(store, engine, canonical(value))
    with refused(LogTamperedError, "not what the log entry commits to"):
        read(store, 0)


def test_a_detail_that_is_no_object_is_refused_though_the_leaf_commits_to_it(store: SqlStore) -> None:
    """A detail has members; something else was never written by this program."""
    salt = secrets.token_bytes(32)

    def forge(unit: Unit) -> None:
        case_id, key = RECORDER.case(unit, tag="case")
        leaf = Leaf(LeafType.DECISION, "0" * 32, "2026-11-24T12:05Z", "permit", BUNDLE, commit("detail", salt, []))
        index = unit.append(encode(leaf))
        unit.cases.add_detail(Detail(index, case_id, salt, None, seal_box(b"[]", key=key, aad=b"detail/0")))

    store.write(forge)
    with refused(LogTamperedError, "the detail of entry 0 has no known form"):
        read(store, 0)


def _replace_box(store: SqlStore, engine: Engine, plaintext: bytes) -> None:
    """Seal other words under the case's own key, as one who holds it could."""
    with store.read() as unit:
        _, key = RECORDER.case(unit, tag="case")
    with engine.begin() as connection:
        connection.execute(update(schema.detail).values(box=seal_box(plaintext, key=key, aad=b"detail/0")))


def test_a_leaf_names_nobody(store: SqlStore) -> None:
    """Only commitments and digests stand in it; recipient and words are behind salts of this leaf alone."""
    store.write(lambda unit: keep(unit, ENTRY, RELEASE, RELEASE))
    with store.read() as unit:
        leaves = [unit.log.leaf(index) for index in range(3)]
    assert not [word for word in (b"Verzonnen", RECIPIENT.encode()) if word in b"".join(leaves)]
    first, second = decode(leaves[1]), decode(leaves[2])
    assert first.id != second.id
    assert first.detail != second.detail
    assert first.recipient != second.recipient


def test_an_entry_comes_back_as_it_was_recorded(store: SqlStore) -> None:
    """Every member of the leaf, to the minute and in UTC, and the whole detail."""
    assert store.write(lambda unit: keep(unit, ENTRY, RELEASE)) == [0, 1]
    leaf, detail, kept = read(store, 1)
    assert detail == RELEASE.detail
    assert re.fullmatch("[0-9a-f]{32}", leaf.id)
    assert leaf == Leaf(
        type=LeafType.RELEASE,
        id=leaf.id,
        time="2026-11-24T12:05Z",
        outcome="permit",
        bundle=BUNDLE,
        detail=commit("detail", kept.salt, detail),
        payload=PAYLOAD,
        recipient=leaf.recipient,
        prev=0,
    )
    assert leaf.recipient is not None
    assert kept.recipient_salt is not None
    open_commitment(leaf.recipient, purpose="recipient", salt=kept.recipient_salt, value=RECIPIENT)


def test_an_entry_about_no_recipient_commits_to_none(store: SqlStore) -> None:
    """There is no salt without something to hide."""
    store.write(lambda unit: keep(unit, ENTRY))
    leaf, _, kept = read(store, 0)
    assert (leaf.recipient, leaf.payload, leaf.prev, kept.recipient_salt) == (None, None, None, None)


def test_the_stored_detail_opens_for_another_program_with_the_case_key(store: SqlStore) -> None:
    """Golden: the place `detail/<index>` and canonical JSON are a stored format."""
    store.write(lambda unit: keep(unit, ENTRY))
    _, _, kept = read(store, 0)
    with store.read() as unit:
        case_id, key = RECORDER.case(unit, tag="case")
        assert RECORDER.case_key(unit, case_id) == key
    assert kept.case_id == case_id
    assert open_box(kept.box, key=key, aad=b"detail/0") == b'{"who":"Vera Verzonnen"}'


def test_a_case_keeps_its_key_and_two_cases_share_nothing(store: SqlStore) -> None:
    """The tag finds the case again; a new tag is a new case with a random id and a key of its own."""
    first = store.write(lambda unit: RECORDER.case(unit, tag="case"))
    assert store.write(lambda unit: RECORDER.case(unit, tag="case")) == first
    second = store.write(lambda unit: RECORDER.case(unit, tag="another case"))
    assert re.fullmatch("[0-9a-f]{32}", first[0])
    assert first[0] != second[0]
    assert first[1] != second[1]
    with store.read() as unit:
        kept = unit.cases.key_of(first[0])
    assert kept is not None
    assert kept.tag == "case"
    assert first[1] not in kept.wrapped


def test_what_follows_an_entry_of_an_older_volume_says_so_in_its_detail_alone(engine: Engine) -> None:
    """A leaf points at entries of its own volume; the index over all of them stands where nobody else reads it."""
    fill_volumes(engine, [[[encode(DECISION)] * 3], [[encode(DECISION)]]])
    years = store_of(engine)
    older, own = years.write(lambda unit: keep(unit, replace(ENTRY, prev=2), replace(ENTRY, prev=3)))
    leaf, detail, _ = read(years, older)
    assert (leaf.prev, detail) == (None, {**ENTRY.detail, "prev": 2})
    leaf, detail, _ = read(years, own)
    assert (leaf.prev, detail) == (0, ENTRY.detail)
    years.close()
