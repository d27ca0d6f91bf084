"""The checkpoint remembered outside the database: what it refuses, what it survives, and what it costs a commit."""

import io
import json
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.errors import GatewayError, LogForkError, LogTamperedError
from gateway.log.audit import verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.seen import SIZE, LastSeen
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, OTHER, SIGNER, VKEY, fill, leaf_at, sample_log
from tests.log.test_years import TableShelf
from tests.refusals import refused, speaks


@pytest.fixture
def seen(tmp_path: Path) -> LastSeen:
    """Return a memory in an empty folder."""
    return LastSeen(tmp_path / "log.seen", VKEY)


def note(size: int) -> str:
    """Return the sample log's checkpoint of this size."""
    return sample_log(size).stored_head.checkpoint


def other_log(size: int) -> MemoryTable:
    """Return a log of this size, well signed by the same key, with one other entry in it."""
    entries = [encode(leaf_at(index)) for index in range(size)]
    entries[1] = encode(replace(leaf_at(1), outcome="deny"))
    return fill(MemoryTable(), entries)


WRONG: dict[str, bytes] = {
    "empty": b"",
    "cut off": note(5).encode()[:100],
    "not text": b"\xff" * 300,
    "padded with spaces": note(5).encode().ljust(SIZE),
    "padded with letters": note(5).encode().ljust(SIZE, b"X"),
    "another size": note(5).replace("\n5\n", "\n4\n").encode(),
    "another key": Checkpoint(ORIGIN, 5, bytes(32)).sign(OTHER).encode(),
    "signed, but no checkpoint": SIGNER.sign("something else\n").encode(),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_memory_that_this_gateway_did_not_write_is_refused(seen: LastSeen, what: str) -> None:
    """Nothing can be compared with it, so nothing may go on; the hint says what to do."""
    seen.path.write_bytes(WRONG[what])
    with refused(LogForkError, "log.seen in GATEWAY_HOME is not a checkpoint that this gateway signed") as caught:
        seen.read()
    assert "gateway accept-loss" in caught.value.hint
    assert isinstance(caught.value.__cause__, GatewayError | UnicodeDecodeError)
    assert caught.value.hint.startswith("put the file back as it was, or look at GATEWAY_HOME and GATEWAY_KEYS: ")


def test_a_memory_that_cannot_be_read_is_refused(seen: LastSeen) -> None:
    """A folder, or a file without permission, is not a first start."""
    seen.path.mkdir()
    with refused(LogForkError, "log.seen"):
        seen.read()


@pytest.mark.parametrize("size", [0, 1, 4])
def test_an_older_log_is_refused(seen: LastSeen, size: int) -> None:
    """Fewer entries than were signed: the message says how many there are and were."""
    seen.remember(note(5))
    with refused(LogForkError, f"has {size} entries, but this gateway has signed 5: an older copy of the database"):
        seen.check(seen.read(), sample_log(size))


def _unsigned(table: MemoryTable) -> None:
    table.stored_head = replace(table.stored_head, checkpoint=note(5))


def _lost_nodes(table: MemoryTable) -> None:
    table.hashes.clear()


def _odd_cells(table: MemoryTable) -> None:
    table.stored_head = replace(table.stored_head, frontier=(5,))  # type: ignore[arg-type]  # rows have no types


@pytest.mark.parametrize(
    "table",
    [other_log(5), other_log(9)],
    ids=["same size", "larger"],
)
def test_another_log_is_refused(seen: LastSeen, table: MemoryTable) -> None:
    """A log that grew again from an older copy has other entries where partners hold proofs."""
    seen.remember(note(5))
    with refused(
        LogForkError, "does not continue the 5 entries that this gateway has signed: another or an altered log"
    ):
        seen.check(seen.read(), table)


@pytest.mark.parametrize("harm", [_unsigned, _lost_nodes, _odd_cells])
def test_a_damaged_log_is_refused(seen: LastSeen, harm: Callable[[MemoryTable], None]) -> None:
    """A head that its checkpoint does not sign, or hashes that are gone, prove nothing."""
    seen.remember(note(5))
    table = sample_log(9)
    harm(table)
    with refused(LogForkError, "does not continue") as caught:
        seen.check(seen.read(), table)
    cause = caught.value.__cause__
    assert cause is not None
    assert not isinstance(cause, GatewayError) or speaks(cause.hint)


@pytest.mark.parametrize(
    ("table", "found"),
    [(sample_log(4), "has 4 entries, but this gateway has signed 5"), (other_log(7), "does not continue the 5")],
)
def test_full_verification_reports_what_the_memory_contradicts(seen: LastSeen, table: MemoryTable, found: str) -> None:
    """An older or another log verifies by itself; only the memory tells that it is not this gateway's."""
    seen.remember(note(5))
    assert verify_log(table, vkey=VKEY).ok
    report = verify_log(table, vkey=VKEY, seen=seen.read)
    assert not report.ok
    assert found in str(report.problem)
    assert report.entries == table.stored_head.size


def test_full_verification_reports_a_memory_that_is_not_ours(seen: LastSeen) -> None:
    """A forged memory is a problem of the report, not an error of the command."""
    seen.path.write_bytes(b"forged")
    report = verify_log(sample_log(5), vkey=VKEY, seen=seen.read)
    assert "log.seen" in str(report.problem)


def test_a_loss_that_cannot_be_written_down_leaves_the_old_memory(seen: LastSeen) -> None:
    """Whoever accepts a loss is told that nothing was accepted, and no half-written file stays behind."""
    (seen.path / "in the way").mkdir(parents=True)
    with refused(LogForkError, "log.seen in GATEWAY_HOME cannot be written"):
        seen.begin_again(note(3))
    assert [path.name for path in seen.path.parent.iterdir()] == ["log.seen"]


def test_a_memory_behind_a_link_is_neither_written_nor_flushed(
    seen: LastSeen, tmp_path: Path, events: io.StringIO
) -> None:
    """Whoever can put a link in the folder must not choose which file the gateway overwrites."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"someone else's")
    seen.path.symlink_to(elsewhere)
    seen.remember(note(3))
    seen.settle()
    told = [json.loads(line) for line in events.getvalue().splitlines()]
    assert [(one["event"], one["error"]) for one in told] == [("log_not_remembered", "OSError")] * 2
    assert elsewhere.read_bytes() == b"someone else's"


def test_a_failure_to_remember_is_told_and_does_not_raise(seen: LastSeen, events: io.StringIO) -> None:
    """The commit is durable already; operations hear of it, and the next commit tries again."""
    seen.path.mkdir()
    seen.remember(note(3))
    seen.settle()
    assert events.getvalue().count("log_not_remembered") == 1
    seen.path.rmdir()
    seen.remember(note(5))
    remembered = seen.read()
    assert remembered is not None
    assert remembered.size == 5


def test_a_head_of_another_key_is_not_remembered(seen: LastSeen, events: io.StringIO) -> None:
    """What this gateway did not sign must never take the place of what it did."""
    table = sample_log(5)
    table.stored_head = replace(table.stored_head, checkpoint=Checkpoint(ORIGIN, 5, bytes(32)).sign(OTHER))
    seen.catch_up(table)
    assert seen.read() is None
    assert '"log_not_remembered"' in events.getvalue()


def test_a_head_that_its_checkpoint_does_not_sign_is_not_remembered(seen: LastSeen, events: io.StringIO) -> None:
    """Operations read why, and that it is not the time to go on."""
    table = sample_log(5)
    table.stored_head = replace(table.stored_head, frontier=(bytes(32), bytes(32)))
    seen.catch_up(table)
    assert seen.read() is None
    told = json.loads(events.getvalue())
    assert told["event"] == "log_not_remembered"
    assert told["message"] == "the head of the log is not what its checkpoint signs"


def test_nothing_is_remembered_before_the_first_entry(seen: LastSeen) -> None:
    """A first start has no memory and an empty log has no checkpoint: both go on."""
    assert seen.read() is None
    seen.check(None, sample_log(5))
    seen.settle()
    seen.catch_up(MemoryTable())
    assert seen.read() is None


@pytest.mark.parametrize("size", [5, 6, 8, 20])
def test_a_log_that_continues_goes_on(seen: LastSeen, size: int) -> None:
    """The same log, as large or larger: after a crash between commit and remembering it is larger."""
    seen.remember(note(5))
    table = sample_log(size)
    seen.check(seen.read(), table)
    assert verify_log(table, vkey=VKEY, seen=seen.read).ok
    seen.catch_up(table)
    remembered = seen.read()
    assert remembered is not None
    assert remembered.size == size


def test_the_file_is_the_note_itself(seen: LastSeen) -> None:
    """Golden form: the signed note, newlines up to 1,024 bytes, readable by its owner only; overwritten in place."""
    seen.remember(note(3))
    place = seen.path.stat().st_ino
    seen.remember(note(11))
    assert seen.path.read_bytes() == note(11).encode() + b"\n" * (SIZE - len(note(11).encode()))
    assert seen.path.stat().st_mode & 0o777 == 0o600
    assert seen.path.stat().st_ino == place
    assert [path.name for path in seen.path.parent.iterdir()] == ["log.seen"]


def test_an_accepted_loss_begins_a_new_memory(seen: LastSeen) -> None:
    """Smaller than what was remembered before: only a decision does that, never a commit."""
    seen.remember(note(11))
    seen.begin_again(note(3))
    assert seen.path.read_bytes() == note(3).encode() + b"\n" * (SIZE - len(note(3).encode()))
    assert seen.path.stat().st_mode & 0o777 == 0o600


def test_a_new_memory_is_made_beside_the_old_one(seen: LastSeen, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another disk it could not be put in place at once; so the folder for temporary files may be full or gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(seen.path.parent / "not here"))
    seen.remember(note(3))
    assert seen.read() == Checkpoint.from_note(note(3))


def test_a_memory_in_a_folder_that_is_not_there_yet_makes_it(tmp_path: Path) -> None:
    """A first start makes its own folder, and others cannot look into it."""
    seen = LastSeen(tmp_path / "new" / "home" / "log.seen", VKEY)
    seen.remember(note(3))
    remembered = seen.read()
    assert remembered is not None
    assert remembered.size == 3
    assert seen.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_reader_never_meets_a_half_written_memory(seen: LastSeen) -> None:
    """Whoever verifies while the gateway writes reads one note or the other."""
    notes = [note(3), note(12)]
    seen.remember(notes[0])
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            for each in notes:
                seen.remember(each)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = {checkpoint.size for _ in range(300) if (checkpoint := seen.read()) is not None}
    finally:
        done.set()
        writer.join()
    assert sizes <= {3, 12}


def test_volumes_that_are_altered_or_not_there_are_another_log(seen: LastSeen) -> None:
    """What was signed last cannot be looked for in them; in an empty log it is missing."""
    remembered = Checkpoint.from_note(sample_log(5).stored_head.checkpoint)
    seen.check_book(None, TableShelf([]))
    with refused(LogForkError, "but this gateway has signed 5"):
        seen.check_book(remembered, TableShelf([MemoryTable()]))
    with refused(LogForkError) as caught:
        seen.check_book(replace(remembered, origin="example.com/log/2027"), TableShelf([sample_log(5)]))
    assert caught.value.message == (
        "the log in the database does not have the volume in which this gateway has signed last: "
        "an older copy of the database stands here, or another log"
    )
    altered = TableShelf([sample_log(5)])
    seen.check_book(remembered, altered)
    altered.broken = LogTamperedError("the volumes are altered", hint="keep them")
    with refused(LogForkError, "does not continue the 5 entries that this gateway has signed"):
        seen.check_book(remembered, altered)
