"""Appending: one checkpoint a batch, a fence, and nothing signed on top of what was altered."""

from dataclasses import replace

import pytest

from gateway.crypto.notes import NoteSigner
from gateway.errors import LogTamperedError, LogUnavailableError, SignatureInvalidError
from gateway.log.appender import Log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.merkle import root_of
from gateway.store.ports import Head
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, OTHER, SIGNER, VKEY, leaf_at, sample_log
from tests.refusals import refused

ENTRY = encode(leaf_at(0))


def test_a_key_of_another_name_is_refused_at_once() -> None:
    """The log never starts with a key that nobody could verify it with."""
    with refused(SignatureInvalidError) as caught:
        Log(SIGNER, "another.example/log")
    assert caught.value.hint == "set GATEWAY_ISSUER back to what it was when the keys were generated"


@pytest.mark.parametrize(
    "change",
    [
        {"size": 3},
        {"size": 0},
        {"frontier": ()},
        {"frontier": (bytes(32),)},
        {"frontier": (bytes(32), bytes(32))},
        {"checkpoint": ""},
        {"checkpoint": "", "frontier": ()},
        {"checkpoint": "", "size": 0},
        {"checkpoint": Checkpoint(ORIGIN, 5, root_of(sample_log(5).stored_head.frontier)).sign(OTHER)},
        {"checkpoint": Checkpoint(ORIGIN, 5, bytes(32)).sign(OTHER)},
        {"checkpoint": Checkpoint(ORIGIN, 5, bytes(32)).sign(SIGNER)},
    ],
)
def test_nothing_is_built_on_an_altered_head(change: dict[str, int | str | tuple[bytes, ...]]) -> None:
    """The gateway never signs a tree that extends one it did not sign."""
    table = sample_log(5)
    head = table.stored_head
    values = {"size": head.size, "frontier": head.frontier, "checkpoint": head.checkpoint, **change}
    table.stored_head = Head(**values)  # type: ignore[arg-type]  # a row of a table has no types either
    with refused((LogTamperedError, SignatureInvalidError)):
        Log(SIGNER, ORIGIN).open_batch(table).append(ENTRY)
    assert len(table.entries) == 5


def test_an_entry_that_no_reader_would_accept_is_refused() -> None:
    """4096 bytes is the limit of a leaf, and allowed."""
    assert Log(SIGNER, ORIGIN).open_batch(MemoryTable()).append(bytes(4096)) == 0
    with refused(LogTamperedError):
        Log(SIGNER, ORIGIN).open_batch(MemoryTable()).append(bytes(4097))


def test_a_batch_that_lost_the_race_writes_no_head() -> None:
    """The fence stands on the size that the batch found."""
    table = sample_log(5)
    batch = Log(SIGNER, ORIGIN).open_batch(table)
    batch.append(ENTRY)
    table.stored_head = replace(table.stored_head, size=6)
    with refused(LogUnavailableError):
        batch.close()


def test_only_a_mark_of_the_log_is_gone_back_to() -> None:
    """A mark is opaque to the store, and checked here."""
    with pytest.raises(TypeError, match=r"^not a mark of this log$"):
        Log(SIGNER, ORIGIN).open_batch(MemoryTable()).back_to(3)


def test_a_batch_without_entries_touches_nothing() -> None:
    """No read, no checkpoint."""
    table = sample_log(5)
    table.reads = 0
    before = dict(table.notes)
    assert Log(SIGNER, ORIGIN).open_batch(table).close() is None
    assert (table.reads, table.notes) == (0, before)


def test_a_batch_reads_one_head_and_signs_one_checkpoint() -> None:
    """However many entries it has; the indices follow on."""
    table = sample_log(5)
    table.reads = 0
    batch = Log(SIGNER, ORIGIN).open_batch(table)
    assert [batch.append(encode(leaf_at(index))) for index in range(5, 9)] == [5, 6, 7, 8]
    assert batch.close() == table.notes.get(9)
    assert table.reads == 1
    assert sorted(table.notes) == [3, 5, 9]
    assert Checkpoint.verify(table.notes[9], VKEY).size == table.stored_head.size == 9
    assert (table.hashes, table.stored_head.frontier) == (sample_log(9).hashes, sample_log(9).stored_head.frontier)


@pytest.mark.parametrize("kept", [0, 2])
def test_a_job_that_fails_leaves_no_trace_in_the_tree(kept: int) -> None:
    """After back_to, the batch goes on as if the job had never been (the store takes back the rows)."""
    table = sample_log(4)
    batch = Log(SIGNER, ORIGIN).open_batch(table)
    for index in range(4, 4 + kept):
        batch.append(encode(leaf_at(index)))
    rows = dict(table.entries), dict(table.hashes)
    mark = batch.mark()
    batch.append(b"of the job that fails")
    table.entries, table.hashes = rows
    batch.back_to(mark)
    for index in range(4 + kept, 9):
        batch.append(encode(leaf_at(index)))
    batch.close()
    assert (table.entries, table.hashes) == (sample_log(9).entries, sample_log(9).hashes)
    assert table.stored_head == sample_log(9).stored_head


def test_a_process_without_the_newest_volumes_key_adds_nothing() -> None:
    """It was started before that key was made, or has other keys than its database."""
    later = NoteSigner.generate(f"{ORIGIN}/2027")
    table = MemoryTable()
    opened = Log(later, later.name).open_batch(table)
    opened.append(ENTRY)
    opened.close()
    with refused(LogUnavailableError) as caught:
        Log(SIGNER, ORIGIN).open_batch(table).append(ENTRY)
    assert len(table.entries) == 1
    assert caught.value.hint == (
        "if a new year's log was begun, start the gateway again; otherwise look at GATEWAY_KEYS and "
        "GATEWAY_DATABASE_URL: they belong together"
    )


def test_the_key_of_the_newest_volume_signs() -> None:
    """Whichever keys stand beside it, and also in a process that signed the volume before."""
    later = NoteSigner.generate(f"{ORIGIN}/2027")
    log, old, new = Log(SIGNER, ORIGIN, later=[later]), MemoryTable(), MemoryTable()
    opened = Log(later, later.name).open_batch(new)
    opened.append(ENTRY)
    opened.close()
    for table, signer in ((old, SIGNER), (new, later), (old, SIGNER), (new, later)):
        batch = log.open_batch(table)
        batch.append(ENTRY)
        note = batch.close()
        assert note is not None
        assert Checkpoint.verify(note, signer.vkey).size == len(table.entries)


def test_a_volume_that_this_process_did_not_begin_gets_no_first_entry() -> None:
    """Else a row that a stranger adds would begin a new tree under the first volume's key."""
    table = MemoryTable()
    table.first = 5
    with refused(LogTamperedError, "has no entries"):
        Log(SIGNER, ORIGIN).open_batch(table).append(ENTRY)
    assert not table.entries
