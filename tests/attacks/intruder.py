"""Whoever has the database, the machine and the log's signing key: rewrites history, and signs all of it anew."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from gateway.config.settings import Settings
from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.log.audit import prove
from gateway.log.merkle import consistency_proof, root_of
from gateway.log.proof import Proof
from gateway.log.seen import SEEN
from gateway.store.ports import Head
from tests.log.memory_table import MemoryTable


@dataclass(frozen=True, slots=True)
class Forged:
    """A log as the intruder would have it: every hash right, every checkpoint well signed."""

    table: MemoryTable

    @property
    def head(self) -> Head:
        """Return its head."""
        return self.table.head()

    @property
    def root(self) -> bytes:
        """Return its root (32 bytes)."""
        return root_of(self.head.frontier)

    def prove(self, index: int) -> Proof:
        """Return the proof of an entry under its newest checkpoint."""
        return Proof.from_text(prove(self.table, index))

    def consistency(self, old: int) -> list[bytes]:
        """Return the best proof that it can give that it extends a log of `old` entries."""
        size = self.head.size
        return consistency_proof(old, size, self.table.nodes) if 0 < old <= size else []


class Intruder:
    """Works on the stopped gateway's files, with its key."""

    def __init__(self, settings: Settings, signer: NoteSigner) -> None:
        """Take both."""
        self._settings = settings
        self._signer = signer

    def entries(self) -> list[bytes]:
        """Return the log's entries."""
        with closing(self._open()) as connection:
            return [bytes(row[0]) for row in connection.execute("SELECT entry FROM leaf ORDER BY idx")]

    def forge(self, entries: Sequence[bytes]) -> Forged:
        """Return a log of these entries, with a checkpoint for each size."""
        table, log = MemoryTable(), Log(self._signer, self._signer.name)
        for entry in entries:
            batch = log.open_batch(table)
            batch.append(entry)
            batch.close()
        return Forged(table)

    def put(self, forged: Forged) -> None:
        """Put a forged log in place of the real one, and make the gateway's own memory agree with it."""
        with closing(self._open()) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            for table in ("leaf", "node", "checkpoint"):
                for verb in ("update", "delete"):
                    connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  # three names of our own
            connection.executemany("INSERT INTO leaf VALUES (?, ?)", forged.table.entries.items())
            connection.executemany(
                "INSERT INTO node VALUES (?, ?, ?)", [(*place, digest) for place, digest in forged.table.hashes.items()]
            )
            connection.executemany("INSERT INTO checkpoint VALUES (?, ?)", forged.table.notes.items())
            head = forged.head
            connection.execute(
                "UPDATE head SET size = ?, frontier = ?, checkpoint = ?",
                (head.size, b"".join(head.frontier), head.checkpoint),
            )
        self.silence()

    def change(self, *statements: str) -> None:
        """Change rows of other tables."""
        with closing(self._open()) as connection:
            for statement in statements:
                connection.execute(statement)

    def silence(self) -> None:
        """Make the gateway forget which checkpoint it signed last."""
        (self._settings.home / SEEN).unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._settings.home / "gateway.sqlite", isolation_level=None)
