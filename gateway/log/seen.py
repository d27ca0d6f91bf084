"""The newest checkpoint that this gateway signed, remembered outside the database: an older database is noticed by it.

The file is the signed note itself (C2SP signed-note), padded with newlines and overwritten in place. Replacing it by a
rename after each commit halved the number of durable commits on ext4, which flushes at such a rename; overwriting one
page costs six microseconds, needs no room on a full disk and never leaves an empty file (decision 0007).
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from gateway import telemetry
from gateway.errors import GatewayError, LogForkError, LogTamperedError
from gateway.log.checkpoint import Checkpoint, Verifiers
from gateway.log.merkle import consistency_proof, root_of, verify_consistency
from gateway.store.ports import Head
from gateway.store.volume_ports import Volume

SEEN = "log.seen"  # the file's name in GATEWAY_HOME
SIZE = 1024  # bytes: a note is shorter, whatever the log's name and size
LOOKS = 3  # a reader may meet a write half-way, so it looks again

_NO_FORK = (
    "going on would sign a second history, while partners hold proofs of the first. Put the newest database or backup "
    "back. If there is none, the privacy officer decides: see docs/operations.md, `gateway accept-loss`"
)


class Tree(Protocol):
    """What the comparison needs of a log's table (`gateway.store.ports.LogTable`)."""

    def head(self) -> Head:
        """Return the head."""
        ...

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these (level, index) nodes; raise LogTamperedError when one is missing."""
        ...


class Volumes(Protocol):
    """What the comparison needs of the log of all years (`gateway.store.volume_ports.Book`)."""

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first."""
        ...

    def volume(self, number: int) -> Tree:
        """Return one of them by its place."""
        ...


class LastSeen:
    """The remembered checkpoint of one gateway (`gateway.store.memory_ports.Memory`)."""

    def __init__(self, path: Path, *vkeys: str) -> None:
        """Read nothing yet; raise SignatureInvalidError when one of `vkeys` (one a volume) is no verifier key."""
        self.path = path
        self._verifiers = Verifiers(vkeys)

    def read(self) -> Checkpoint | None:
        """Return what is remembered; None before the first time. Read it BEFORE a view of the database is opened.

        :raises LogForkError: the file is not what this gateway wrote, so nothing can be compared with it.
        """
        problem: GatewayError | OSError | UnicodeDecodeError | None = None
        for _ in range(LOOKS):
            try:
                note = self.path.read_bytes().decode().rstrip("\n") + "\n"
                return self._verifiers.verify(note)
            except FileNotFoundError:
                return None
            except (GatewayError, OSError, UnicodeDecodeError) as exc:
                problem = exc
        raise LogForkError(
            f"{SEEN} in GATEWAY_HOME is not a checkpoint that this gateway signed",
            hint=f"put the file back as it was, or look at GATEWAY_HOME and GATEWAY_KEYS: {_NO_FORK}",
        ) from problem

    def check_book(self, remembered: Checkpoint | None, book: Volumes) -> None:
        """Compare the log of all years with what `read` returned: that volume must be there, and continue it.

        :raises LogForkError: the log does not continue what this gateway signed before: it is older, or another one.
        """
        if remembered is None:
            return
        number = self.place_of(remembered, book)
        if number is None:
            raise LogForkError(
                "the log in the database does not have the volume in which this gateway has signed last: an older copy "
                "of the database stands here, or another log",
                hint=_NO_FORK,
            )
        self.check(remembered, book.volume(number))

    def place_of(self, remembered: Checkpoint, book: Volumes) -> int | None:
        """Return the place, among the volumes of the log, of the one that was remembered; None when it is not there."""
        try:
            names = [volume.origin for volume in book.volumes()]
        except LogTamperedError as exc:
            raise another(remembered.size) from exc
        if names == [""]:  # it has no entries yet, so it is called nothing: as it always was
            return 0
        return names.index(remembered.origin) if remembered.origin in names else None

    def check(self, remembered: Checkpoint | None, table: Tree) -> None:
        """Compare the log in the database with what `read` returned.

        :raises LogForkError: the log does not continue what this gateway signed before: it is older, or another one.
        """
        if remembered is None:
            return
        head = table.head()
        if head.size < remembered.size:
            raise older(head.size, remembered.size)
        try:
            self._check_signed(head)
            proof = consistency_proof(remembered.size, head.size, table.nodes)
            verify_consistency(remembered.size, head.size, proof, remembered.root, root_of(head.frontier))
        except (GatewayError, TypeError, ValueError) as exc:  # a cell of another type than the store ever writes
            raise another(remembered.size) from exc

    def catch_up(self, table: Tree) -> None:
        """Remember the log as it stands, durably, when this gateway signed it; what `check` refused is never passed."""
        head = table.head()
        if not head.checkpoint:
            return
        try:
            self._check_signed(head)
        except GatewayError as exc:  # the first append refuses such a head; the memory must not be lost to it
            telemetry.failure("log_not_remembered", exc)
            return
        self.remember(head.checkpoint)
        self.settle()

    def remember(self, checkpoint: str) -> None:
        """Note the checkpoint of a durable commit; a failure is told to operations, and the next commit tries again."""
        data = _padded(checkpoint)
        try:
            try:
                file = os.open(self.path, os.O_WRONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                create_durably(self.path, data)
                return
            try:
                os.pwrite(file, data, 0)
            finally:
                os.close(file)
        except OSError as exc:
            telemetry.failure("log_not_remembered", exc)

    def begin_again(self, checkpoint: str) -> None:
        """Replace what is remembered, durably: only for a loss that was accepted, after its evidence was kept.

        :raises LogForkError: it cannot be written; the old memory stands.
        """
        try:
            create_durably(self.path, _padded(checkpoint))
        except OSError as exc:
            raise LogForkError(
                f"{SEEN} in GATEWAY_HOME cannot be written", hint="look at its folder and the disk, then accept again"
            ) from exc

    def settle(self) -> None:
        """Flush what was remembered to the disk."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fsync(file)
            finally:
                os.close(file)
        except FileNotFoundError:
            return
        except OSError as exc:
            telemetry.failure("log_not_remembered", exc)

    def _check_signed(self, head: Head) -> None:
        signed = self._verifiers.verify(head.checkpoint)
        if (signed.size, signed.root) != (head.size, root_of(head.frontier)):
            raise LogTamperedError("the head of the log is not what its checkpoint signs", hint=_NO_FORK)


def _padded(checkpoint: str) -> bytes:
    return checkpoint.encode().ljust(SIZE, b"\n")


def older(size: int, remembered: int) -> LogForkError:
    """Return the error for a database that lacks entries which this gateway signed."""
    return LogForkError(
        f"the log in the database has {size} entries, but this gateway has signed {remembered}: "
        "an older copy of the database stands here",
        hint=_NO_FORK,
    )


def another(remembered: int) -> LogForkError:
    """Return the error for a database whose log does not continue what this gateway signed."""
    return LogForkError(
        f"the log in the database does not continue the {remembered} entries that this gateway has signed: "
        "another or an altered log stands here",
        hint=_NO_FORK,
    )


def create_durably(path: Path, data: bytes) -> None:
    """Write a file that is whole after a power cut, readable by its owner only; replace what is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600 by definition
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
