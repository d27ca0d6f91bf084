"""What a proof tells its holder of the entries beside theirs: hashes that cannot be guessed, however much is known.

A proof hands out the hash of the entry next to one's own. A partner who knows everything about that decision (who, on
which ground, in which minute, with which outcome and policy) must not be able to confirm it: each entry commits to its
detail with 32 secret random bytes, and has a random id.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.bench.commit import ORIGIN
from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import SALT, commit_bytes
from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.log.audit import prove
from gateway.log.leaf import decode, encode
from gateway.log.merkle import leaf_hash
from gateway.log.proof import Proof
from gateway.log.recorder import Entry, Recorder
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
BUNDLE = "sha256:" + "1" * 64
DETAIL: dict[str, Json] = {
    "kind": "decision",
    "recipient": "avim",
    "ground": "exploitation_signal",
    "role": "possible_victim",
}
OWN: dict[str, Json] = {"kind": "decision", "recipient": "belle"}
GUESSES = 2000


def _record(store: SqlStore) -> None:
    """Two entries: the neighbour's decision, and the one of whoever asks for a proof."""
    recorder = Recorder(bytes(32))

    def job(unit: Unit) -> None:
        case_id, key = recorder.case(unit, tag="a case")
        for detail in (DETAIL, OWN):
            recorder.record(
                unit, Entry(LeafType.DECISION, "permit", BUNDLE, detail), case_id=case_id, case_key=key, at=AT
            )

    store.write(job)


@pytest.fixture
def store(engine: Engine) -> Iterator[SqlStore]:
    """Return a log of two entries, written as the gateway writes them."""
    store = SqlStore(engine, Log(NoteSigner.generate(ORIGIN), ORIGIN).open_batch)
    _record(store)
    yield store
    store.close()


def _neighbour(store: SqlStore) -> bytes:
    """Return the hash of entry 0 as the holder of entry 1 finds it in their proof."""
    with store.read() as unit:
        (neighbour,) = Proof.from_text(prove(unit.log, 1)).hashes
    return neighbour


def _guess(*, identity: str, salt: bytes) -> bytes:
    """Return the hash of the neighbour's entry, all of it known but what is random."""
    commitment = commit_bytes("detail", salt, canonical(DETAIL))
    leaf = Leaf(LeafType.DECISION, identity, AT.strftime("%Y-%m-%dT%H:%MZ"), "permit", BUNDLE, commitment)
    return leaf_hash(encode(leaf))


def test_a_neighbour_whose_every_fact_is_known_cannot_be_confirmed(store: SqlStore) -> None:
    """Not by leaving the salt out, not with an empty or a guessed one; not even when the id leaked."""
    neighbour = _neighbour(store)
    with store.read() as unit:
        identity = decode(unit.log.leaf(0)).id
    salts = [b"", bytes(SALT), b"\xff" * SALT, *(secrets.token_bytes(SALT) for _ in range(GUESSES))]
    assert all(_guess(identity=identity, salt=salt) != neighbour for salt in salts)


def test_without_its_secrets_it_would_be_confirmed(store: SqlStore) -> None:
    """With id and salt the very hash comes out: so the other test guesses the right entry, and fails if salts go."""
    with store.read() as unit:
        kept = unit.cases.detail(0)
        assert kept is not None
        identity, salt = decode(unit.log.leaf(0)).id, kept.salt
    assert _guess(identity=identity, salt=salt) == _neighbour(store)
    assert _guess(identity=identity, salt=bytes(32)) != _neighbour(store)


def test_equal_entries_have_nothing_in_common(store: SqlStore) -> None:
    """Each has 128 random bits of id and 256 of salt of its own, so no two entries can be told to be about the same."""
    _record(store)
    with store.read() as unit:
        first, second = (decode(unit.log.leaf(index)) for index in (0, 2))
        salts = {kept.salt for index in range(4) if (kept := unit.cases.detail(index)) is not None}
    assert replace(first, id=second.id, detail=second.detail) == second
    assert first.id != second.id
    assert first.detail != second.detail
    assert len(bytes.fromhex(first.id)) >= 16
    assert len(salts) == 4
    assert {len(salt) for salt in salts} == {SALT}
    assert SALT >= 16
