"""The raw peer's store: the sqlite3 module and hand-written SQL, one transaction for each request."""

import sqlite3
from pathlib import Path
from threading import local

from gateway.bench.peers.ledger import FIRST, KeyUsedError, Submission, Turns, chain_hash

TABLES = """
CREATE TABLE IF NOT EXISTS disclosure (
  id TEXT PRIMARY KEY, requester TEXT NOT NULL, recipient TEXT NOT NULL, ground TEXT NOT NULL, purpose TEXT NOT NULL,
  outcome TEXT NOT NULL, at TEXT NOT NULL, key TEXT NOT NULL UNIQUE, body_hash TEXT NOT NULL, pending BLOB
);
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY, disclosure_id TEXT NOT NULL REFERENCES disclosure (id), recipient TEXT NOT NULL,
  sealed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS message_of_disclosure ON message (disclosure_id);
CREATE INDEX IF NOT EXISTS message_of_recipient ON message (recipient);
CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL);
"""


class RawLedger:
    """The ledger on sqlite3, one connection for each thread."""

    def __init__(self, path: Path) -> None:
        """Open the database and make its tables."""
        self._path = path
        self._own = local()
        self._turns = Turns()
        self._connection().executescript(TABLES)

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                found.execute(f"PRAGMA {pragma}")
            self._own.connection = found
        return found

    def submit(self, submission: Submission) -> str:
        """Store and commit."""
        connection = self._connection()
        with self._turns.turn():
            connection.execute("BEGIN IMMEDIATE")
            try:
                stored = _store(connection, submission)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        return stored

    def chain(self) -> list[tuple[str, str]]:
        """Return (entry, hash) from the first to the last."""
        return self._connection().execute("SELECT entry, hash FROM log ORDER BY id").fetchall()

    def close(self) -> None:
        """Close this thread's connection."""
        self._connection().close()


def _store(connection: sqlite3.Connection, submission: Submission) -> str:
    wanted = "SELECT id, body_hash FROM disclosure WHERE key = ?"
    known: tuple[str, str] | None = connection.execute(wanted, (submission.key,)).fetchone()
    if known is not None:
        if known[1] != submission.body_hash:
            raise KeyUsedError
        return known[0]
    connection.execute(
        "INSERT INTO disclosure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            submission.id,
            submission.requester,
            submission.recipient,
            submission.ground,
            submission.purpose,
            submission.outcome,
            submission.at,
            submission.key,
            submission.body_hash,
            submission.pending,
        ),
    )
    if submission.message is not None:
        connection.execute(
            "INSERT INTO message (disclosure_id, recipient, sealed) VALUES (?, ?, ?)",
            (submission.id, submission.recipient, submission.message),
        )
    last: tuple[str] | None = connection.execute("SELECT hash FROM log ORDER BY id DESC LIMIT 1").fetchone()
    hashed = chain_hash(last[0] if last else FIRST, submission.entry)
    connection.execute("INSERT INTO log (entry, hash) VALUES (?, ?)", (submission.entry, hashed))
    return submission.id
