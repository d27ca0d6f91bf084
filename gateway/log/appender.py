"""Adds entries to the log: many to a batch, one signed checkpoint at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.crypto.notes import NoteSigner, NoteVerifier
from gateway.errors import LogTamperedError, LogUnavailableError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import LARGEST
from gateway.log.merkle import append, leaf_hash, root_of
from gateway.store.ports import Head, LogTable


@dataclass(frozen=True, slots=True)
class _State:
    """The tree as it stands in the open transaction; `was` is the size that the batch found."""

    was: int
    size: int
    frontier: tuple[bytes, ...]


class Log:
    """The log's signing keys: one for each volume, named after it."""

    def __init__(
        self, signer: NoteSigner, origin: str, *, later: Sequence[NoteSigner] = (), begins: NoteSigner | None = None
    ) -> None:
        """Hold the first volume's key and name, and the keys of later volumes, which may not have begun.

        `begins` is the key of a volume that this process may begin; nobody else signs a first checkpoint but the log's.

        :raises SignatureInvalidError: the key carries another name than the log (C2SP tlog-checkpoint).
        """
        if signer.name != origin:
            raise SignatureInvalidError(
                "the log's signing key carries another name than the log",
                hint="set GATEWAY_ISSUER back to what it was when the keys were generated",
            )
        self.first = signer
        self._begins = begins
        self._signers = {each.name: each for each in (signer, *later)}
        self.newest = ""  # the last note that this process signed: it need not be verified when it is found again

    def signer_of(self, note: str, *, first: int) -> NoteSigner:
        """Return the key of the volume that begins at `first` and says this checkpoint ("": it has no entries yet).

        INVARIANT: only the newest volume is ever added to, so no other key signs anything.

        :raises LogUnavailableError: this process has no such key.
        :raises LogTamperedError: the note has not the form of a checkpoint, or a volume was begun by somebody else.
        """
        if not note and not first:
            return self.first
        if not note and self._begins is None:
            raise LogTamperedError(
                "the newest volume of the log has no entries, and this gateway never begins one so",
                hint="stop the gateway, keep the database and call the privacy officer",
            )
        signer = self._signers.get(Checkpoint.from_note(note).origin) if note else self._begins
        if signer is None:
            raise LogUnavailableError(
                "the log in the database is of a name for which no key is at hand",
                hint="if a new year's log was begun, start the gateway again; otherwise look at GATEWAY_KEYS and "
                "GATEWAY_DATABASE_URL: they belong together",
            )
        return signer

    def open_batch(self, table: LogTable) -> "Batch":
        """Return a batch over the open transaction's table."""
        return Batch(self, table)


class Batch:
    """The log while one transaction is open (`gateway.store.ports.LogBatch`)."""

    def __init__(self, log: Log, table: LogTable) -> None:
        """Read nothing yet: a transaction that appends nothing costs the log nothing."""
        self._log = log
        self._table = table
        self._signer = log.first  # until the head is read, which says whose turn it is
        self._state: _State | None = None

    def append(self, entry: bytes) -> int:
        """Add a leaf and return its index.

        :raises LogTamperedError: the stored head is not what this log signed; nothing may be built upon it.
        """
        if len(entry) > LARGEST:
            raise LogTamperedError("a log entry is too large", hint="this is a fault in the program")
        state = self._state or self._found()
        frontier, nodes = append(state.frontier, state.size, leaf_hash(entry))
        self._table.insert_leaf(state.size, entry)
        self._table.insert_nodes(nodes)
        self._state = _State(state.was, state.size + 1, frontier)
        return state.size

    def mark(self) -> object:
        """Return the state to come back to."""
        return self._state

    def back_to(self, mark: object) -> None:
        """Forget what was appended since `mark`."""
        if mark is not None and not isinstance(mark, _State):
            raise TypeError("not a mark of this log")
        self._state = mark

    def close(self) -> str | None:
        """Write the head with one signed checkpoint, if anything was appended; return that checkpoint.

        :raises LogUnavailableError: someone else wrote meanwhile (the fence of `write_head`).
        """
        state, self._state = self._state, None
        if state is None or state.size == state.was:
            return None
        signer = self._signer
        note = Checkpoint(signer.name, state.size, root_of(state.frontier)).sign(signer)
        self._log.newest = note
        self._table.write_head(Head(state.size, state.frontier, note), was=state.was)
        return note

    def _found(self) -> _State:
        head = self._table.head()
        self._signer = self._log.signer_of(head.checkpoint, first=self._table.first)
        # INVARIANT: a key never signs a tree that extends one it did not sign.
        if head.size or head.frontier or head.checkpoint:
            signed = self._signed(head.checkpoint)
            frontier_fits = len(head.frontier) == head.size.bit_count()
            if not frontier_fits or (signed.size, signed.root) != (head.size, root_of(head.frontier)):
                raise LogTamperedError(
                    "the head of the log is not what its checkpoint signs",
                    hint="stop the gateway, keep the database and run `gateway log verify`",
                )
        return _State(head.size, head.size, head.frontier)

    def _signed(self, note: str) -> Checkpoint:
        if note and note == self._log.newest:
            return Checkpoint.from_note(note)
        return Checkpoint.verify_with(note, NoteVerifier(self._signer.name, self._signer.public))
