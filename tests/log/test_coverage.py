"""What rests on the log is held against it without a key: swapped, added, lost and erased rows are told apart."""

import shutil
import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.bench.commit import ORIGIN
from gateway.bench.releases import AT, BUNDLE, RECIPIENT, commit_release
from gateway.crypto.commitments import digest
from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.log.coverage import BLOCK, Coverage, check_coverage
from gateway.log.erased import record_erasure
from gateway.log.leaf import decode
from gateway.log.recorder import Entry, Recorder
from gateway.log.sequence import KEEP
from gateway.model.leaf import LeafType
from gateway.model.views import PartState
from gateway.store.engine import migrate, open_engine
from gateway.store.ports import Unit
from gateway.store.records import StoredBundle, StoredReceipt
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.log.volumes import SIGNERS, store_of
from tests.refusals import advises

FILES = b"an invented bundle"  # of which BUNDLE is the digest
KEK = bytes(32)
RELEASES = (2, 4, 6, 8)
"""Entry 0 is the policy; each release follows its decision. Then a receipt for 2, and 8 is voided: 9 and 10."""


def fill(store: SqlStore) -> None:
    """Make four releases, a receipt and a withdrawal."""
    recorder = Recorder(KEK)

    def begin(unit: Unit) -> None:
        case_id, key = recorder.case(unit, tag="own")
        index = recorder.record(unit, Entry(LeafType.POLICY, "x", BUNDLE, {}), case_id=case_id, case_key=key, at=AT)
        unit.bundles.add(StoredBundle(1, BUNDLE, "", FILES, "", AT, index))

    def go_on(unit: Unit) -> None:
        rows = {row.leaf_index: row for row in unit.outbox.of_partner(RECIPIENT)}
        case_id, key = recorder.case(unit, tag="own")
        answer = Entry(LeafType.RECEIPT, "opened", BUNDLE, {}, prev=2)
        index = recorder.record(unit, answer, case_id=case_id, case_key=key, at=AT)
        unit.outbox.add_receipt(StoredReceipt(index, rows[2].message_id, "opened", AT, "eyJ.receipt"))
        voided = Entry(LeafType.RECALL, "voided", BUNDLE, {}, prev=8)
        recorder.record(unit, voided, case_id=case_id, case_key=key, at=AT)
        unit.outbox.change_state(rows[8].message_id, PartState.VOIDED)

    store.write(begin)
    for _ in RELEASES:
        commit_release(store, recorder)
    store.write(go_on)


def erasure(store: SqlStore, *indexes: int) -> None:
    """Record that these entries were erased."""
    store.write(lambda unit: record_erasure(unit, Recorder(KEK), indexes, {}, tag="own", bundle=BUNDLE, at=AT))


def coverage(store: SqlStore, start: int = 0) -> Coverage:
    """Return the coverage of the whole log."""
    with store.read() as unit:
        return check_coverage(unit, start=start, size=unit.log.head().size)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NoteSigner]:
    """Make the database once; a test alters a copy, as its administrator could."""
    path = tmp_path_factory.mktemp("coverage") / "log.sqlite"
    engine, signer = open_engine(f"sqlite:///{path}"), NoteSigner.generate(ORIGIN)
    migrate(engine)
    store = SqlStore(engine, Log(signer, ORIGIN).open_batch)
    fill(store)
    store.close()
    return path, signer


@pytest.fixture
def copied(original: tuple[Path, NoteSigner], tmp_path: Path) -> Path:
    """Return a copy of the database."""
    return Path(shutil.copy(original[0], tmp_path / "log.sqlite"))


def _alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)  # a stranger's connection keeps no foreign keys
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _opened(path: Path, original: tuple[Path, NoteSigner]) -> SqlStore:
    return SqlStore(open_engine(f"sqlite:///{path}"), Log(original[1], ORIGIN).open_batch)


ERASE = ("DELETE FROM detail WHERE idx IN (3, 4)", "DELETE FROM outbox WHERE leaf_index = 4")
SWAP = "UPDATE outbox SET {0} = (SELECT {0} FROM outbox WHERE leaf_index = 4) || 'x' WHERE leaf_index = 2"

CASES: dict[str, tuple[str, str]] = {
    "message of another": (SWAP.format("message"), "message in the outbox at entry 2 is not the one that was logged"),
    "partner of another": ("UPDATE outbox SET partner = 'woonin' WHERE leaf_index = 2", "kept for another partner"),
    "opening of another": ("UPDATE detail SET recipient_salt = zeroblob(32) WHERE idx = 2", "kept for another partner"),
    "opening gone": ("UPDATE detail SET recipient_salt = NULL WHERE idx = 2", "kept for another partner"),
    "message gone": ("DELETE FROM outbox WHERE leaf_index = 6", "the release at entry 6 has no message in the outbox"),
    "message without release": (
        "UPDATE outbox SET leaf_index = 3 WHERE leaf_index = 6",
        "at entry 3, which is no release",
    ),
    "message without entry": ("UPDATE outbox SET leaf_index = 99 WHERE leaf_index = 6", "the table `outbox` has a row"),
    "message before all": ("UPDATE outbox SET leaf_index = -1 WHERE leaf_index = 6", "the table `outbox` has a row"),
    "detail without entry": ("UPDATE detail SET idx = 99 WHERE idx = 6", "the table `detail` has a row"),
    "detail gone": (
        "DELETE FROM detail WHERE idx = 5",
        "the detail of entry 5 is gone, and no erasure explains it",
    ),
    "key gone": ("DELETE FROM case_key WHERE case_id IN (SELECT case_id FROM detail WHERE idx = 6)", "key of its case"),
    "receipt gone": ("DELETE FROM receipt", "the receipt that was logged at entry 9 is not kept"),
    "receipt of another": (
        "UPDATE receipt SET message_id = (SELECT message_id FROM outbox WHERE leaf_index = 4)",
        "the receipt that is kept at entry 9 is not the one",
    ),
    "receipt of nothing": (
        "UPDATE receipt SET message_id = 'none'",
        "the receipt that is kept at entry 9 is not the one",
    ),
    "receipt altered": ("UPDATE receipt SET state = 'received'", "the receipt that is kept at entry 9 is not the one"),
    "receipt invented": ("UPDATE receipt SET leaf_index = 5", "the receipt that is kept at entry 5 is not the one"),
    "receipt without entry": ("UPDATE receipt SET leaf_index = 99", "the table `receipt` has a row"),
    "policy replaced": ("UPDATE policy_bundle SET files = x'00'", "the files of policy 1 are not those"),
    "policy gone": ("DELETE FROM policy_bundle", "entry 0 was made under a policy that is not among those recorded"),
    "voided in secret": (
        "UPDATE outbox SET state = 'voided' WHERE leaf_index = 2",
        "the outbox says of 2 messages that they were voided, the log of 1",
    ),
}


def test_what_stands_behind_the_end_is_a_problem(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """A message with an entry that no checkpoint counts was put there past the log."""
    _alter(
        copied,
        "INSERT INTO leaf (idx, entry) SELECT 99, entry FROM leaf WHERE idx = 6",
        "UPDATE outbox SET leaf_index = 99 WHERE leaf_index = 6",
    )
    assert "the table `outbox` has a row" in str(coverage(_opened(copied, original)).problem)


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_fit_is_a_problem(case: str, copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """Each row that was swapped, moved, added or lost is found without a key, and named by its entry."""
    statement, told = CASES[case]
    _alter(copied, statement)
    store = _opened(copied, original)
    found = coverage(store)
    store.close()
    assert not found.ok
    assert told in str(found.problem)
    assert advises(str(found.problem))
    assert found.to_json()["problem"] == found.problem


def test_what_is_gone_without_an_erasure_is_a_problem(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """Message and detail together, as an erasure does it, but no erasure says so; one of other entries is no reason."""
    store = _opened(copied, original)
    _alter(copied, *ERASE)
    assert "the detail of entry 3 is gone, and no erasure explains it" in str(coverage(store).problem)
    erasure(store, 3)
    assert "the detail of entry 4 is gone, and no erasure explains it" in str(coverage(store).problem)
    erasure(store, 4)
    assert coverage(store).ok
    store.close()


def test_what_was_erased_and_is_there_again_is_a_problem(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """As after rows of an older copy were put back."""
    store = _opened(copied, original)
    erasure(store, 3, 4)
    assert "the detail of entry 3 is there, although it was erased" in str(coverage(store).problem)
    store.close()


@pytest.mark.parametrize(
    ("statement", "start"),
    [
        ("DELETE FROM erased", 0),
        ("DELETE FROM erased", 5),
        ("UPDATE erased SET leaf_index = 4", 0),
        ("UPDATE erased SET leaf_index = 11", 0),
        ("UPDATE erased SET leaf_index = 13", 13),
    ],
)
def test_a_set_of_erased_entries_that_is_not_the_newest_is_a_problem(
    statement: str, start: int, copied: Path, original: tuple[Path, NoteSigner]
) -> None:
    """What explains that something is gone must be what the newest erasure commits to."""
    store = _opened(copied, original)
    erasure(store)
    erasure(store)
    commit_release(store, Recorder(KEK))
    assert coverage(store).ok
    assert coverage(store, start=13).ok
    _alter(copied, statement)
    found = coverage(store, start)
    store.close()
    assert found.problem == f"the set of erased entries is not that of the newest erasure in the log: {KEEP}"


def test_an_erased_release_is_excluded_and_never_matched(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """The leaf stays; what was about it is gone, and the log says why."""
    _alter(copied, *ERASE)
    store = _opened(copied, original)
    erasure(store, 3, 4)
    found = coverage(store)
    store.close()
    assert found == Coverage(releases=4, matched=2, without_receipt=1, voided=1, erased=1, indeterminate=0)
    assert (found.to_json()["excluded"], found.to_json()["excluded_because"]) == (2, {"voided": 1, "erased": 1})


def test_a_message_that_was_recalled_was_not_voided(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """A withdrawal of what had left explains no message that never did."""
    store, recorder = _opened(copied, original), Recorder(KEK)

    def recall(unit: Unit) -> None:
        case_id, key = recorder.case(unit, tag="own")
        entry = Entry(LeafType.RECALL, "recalled", BUNDLE, {}, prev=4)
        recorder.record(unit, entry, case_id=case_id, case_key=key, at=AT)

    store.write(recall)
    _alter(copied, "UPDATE outbox SET state = 'voided' WHERE leaf_index = 4")
    assert "says of 2 messages that they were voided, the log of 1" in str(coverage(store).problem)
    store.close()


def test_a_receipt_names_its_message_by_the_index_in_its_own_volume(engine: Engine) -> None:
    """One about a message of an older year names none; that stands in its detail."""
    newer = SIGNERS[1]
    store = store_of(engine)
    fill(store)
    store.close()
    store, recorder = store_of(engine, begins=newer), Recorder(KEK)

    def begin(unit: Unit) -> None:
        case_id, key = recorder.case(unit, tag="own")
        first = unit.book.begin(newer.name)
        opened = Entry(LeafType.WITNESS, "opened", BUNDLE, {})
        assert recorder.record(unit, opened, case_id=case_id, case_key=key, at=AT) == first

    store.write(begin)
    for _ in range(2):
        commit_release(store, recorder)

    def answer(unit: Unit, release: int, prev: int | None) -> None:
        [row] = [row for row in unit.outbox.of_partner(RECIPIENT) if row.leaf_index == release]
        case_id, key = recorder.case(unit, tag="own")
        entry = Entry(LeafType.RECEIPT, "opened", BUNDLE, {}, prev=prev)
        index = recorder.record(unit, entry, case_id=case_id, case_key=key, at=AT)
        unit.outbox.add_receipt(StoredReceipt(index, row.message_id, "opened", AT, f"eyJ.receipt.{release}"))

    with store.read() as unit:
        first = unit.book.volumes()[1].first
        [*_, release] = [row.leaf_index for row in unit.outbox.of_partner(RECIPIENT)]
    for about, prev in ((4, None), (release, release)):  # the recorder takes the index over all volumes
        store.write(partial(answer, release=about, prev=prev))
    with store.read() as unit:
        found = check_coverage(unit, start=0, size=unit.book.size())
        leaf = decode(unit.book.leaf(unit.book.size() - 1))
    store.close()
    assert (found.problem, found.matched, found.without_receipt) == (None, 5, 2)
    assert leaf.prev == release - first


def test_an_erased_receipt_is_no_problem(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """It goes with its case."""
    _alter(copied, "DELETE FROM receipt", "DELETE FROM detail WHERE idx = 9")
    store = _opened(copied, original)
    erasure(store, 9)
    assert coverage(store).ok
    store.close()


def test_what_only_a_detail_could_tell_is_not_matched(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """A message whose detail is gone is the one that was logged, but nobody can tell any more for whom."""
    _alter(copied, "DELETE FROM detail WHERE idx = 4")
    store = _opened(copied, original)
    erasure(store, 4)
    found = coverage(store)
    store.close()
    assert (found.indeterminate, found.matched, found.ok) == (1, 2, True)


@on_both
def test_what_fits_is_counted(engine: Engine) -> None:
    """Golden: the member `coverage` of the report. A recall leaves a message matched: it did leave."""
    store = SqlStore(engine, Log(NoteSigner.generate(ORIGIN), ORIGIN).open_batch)
    fill(store)
    found = coverage(store)
    assert found.to_json() == {
        "releases": 4,
        "matched": 3,
        "without_receipt": 2,
        "excluded": 1,
        "excluded_because": {"voided": 1, "erased": 0},
        "indeterminate": 0,
    }
    assert coverage(store, start=5) == replace(found, releases=2, matched=1, without_receipt=1)
    store.write(
        lambda unit: unit.outbox.change_state(unit.outbox.of_partner(RECIPIENT)[0].message_id, PartState.RECALLED)
    )
    assert coverage(store) == found


def test_a_long_log_is_read_in_blocks(copied: Path, original: tuple[Path, NoteSigner]) -> None:
    """Nothing is lost between two of them, and the progress ends at the end."""
    store, recorder = _opened(copied, original), Recorder(KEK)

    def many(unit: Unit) -> None:
        case_id, key = recorder.case(unit, tag="own")
        for _ in range(BLOCK):
            recorder.record(unit, Entry(LeafType.ACCESS, "read", BUNDLE, {}), case_id=case_id, case_key=key, at=AT)

    store.write(many)
    commit_release(store, recorder)
    told: list[tuple[int, int]] = []
    with store.read() as unit:
        size = unit.log.head().size
        found = check_coverage(unit, start=0, size=size, progress=lambda *at: told.append(at))
    store.close()
    assert (found.releases, found.matched) == (5, 4)
    assert told == [(BLOCK, size), (size, size)]


def test_an_empty_log_has_nothing_to_cover(engine: Engine) -> None:
    """And nothing that does not fit."""
    assert coverage(SqlStore(engine, None)) == Coverage(0, 0, 0, 0, 0, 0)


def test_the_digest_of_the_sample_is_that_of_its_files() -> None:
    """Or the other tests would prove nothing of policies."""
    assert digest(FILES) == BUNDLE
