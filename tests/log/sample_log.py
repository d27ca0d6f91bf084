"""A small log with invented entries, signed with Tessera's published test key."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from gateway.crypto.commitments import commit, digest
from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.log.audit import prove
from gateway.log.envelope import Envelope
from gateway.log.leaf import encode
from gateway.log.policy import TrustPolicy
from gateway.model.leaf import Leaf, LeafType
from tests.log.memory_table import MemoryTable

VECTORS = Path(__file__).parents[1] / "vectors"
ORIGIN = "example.com/log/testdata"
VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SIGNER = NoteSigner.from_text("PRIVATE+KEY+" + VKEY[:34] + "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg")
OTHER = NoteSigner.generate(ORIGIN)
TRUST = TrustPolicy((VKEY,))
NOW = dt.datetime(2026, 11, 24, 12, 1, tzinfo=dt.UTC)
"""A minute after the entries say they were made."""

MESSAGE = "e30.invented.message.for.tests"
RECIPIENT = "dudok-wonen"
SALT = bytes(range(32))
RELEASE = 5  # the index of the release in every sample log that is long enough

DECISION = Leaf(
    type=LeafType.DECISION,
    id="00112233445566778899aabbccddeeff",
    time="2026-11-24T12:00Z",
    outcome="permit",
    bundle="sha256:" + "1" * 64,
    detail="sha256:" + "2" * 64,
)


def leaf_at(index: int) -> Leaf:
    """Return the sample log's leaf: a release at RELEASE, else decisions that follow one another."""
    leaf = replace(DECISION, id=f"{index:032x}", prev=index - 1 if index else None)
    if index != RELEASE:
        return leaf
    recipient = commit("recipient", SALT, RECIPIENT)
    return replace(leaf, type=LeafType.RELEASE, payload=digest(MESSAGE.encode()), recipient=recipient)


def fill(table: MemoryTable, entries: list[bytes], *, batch: int = 3) -> MemoryTable:
    """Append entries in batches of so many, each with its checkpoint."""
    log = Log(SIGNER, ORIGIN)
    for start in range(0, len(entries), batch):
        open_batch = log.open_batch(table)
        for entry in entries[start : start + batch]:
            open_batch.append(entry)
        open_batch.close()
    return table


def sample_log(size: int, *, batch: int = 3) -> MemoryTable:
    """Return a log of so many entries."""
    return fill(MemoryTable(), [encode(leaf_at(index)) for index in range(size)], batch=batch)


def sample_envelope(size: int = 11) -> Envelope:
    """Return the release of a sample log as its recipient gets it."""
    table = sample_log(size)
    return Envelope(MESSAGE, table.leaf(RELEASE), prove(table, RELEASE), SALT, RECIPIENT)


def flips(data: bytes) -> list[bytes]:
    """Return every way in which one bit of the data can be flipped."""
    return [data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] for at in range(len(data)) for bit in range(8)]
