"""Proves an entry under a checkpoint of any size that counts it: the one that witnesses have seen, or the newest."""

from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import inclusion_proof, leaf_hash, verify_inclusion
from gateway.log.proof import Proof
from gateway.log.reader import LogReader


def prove_under(table: LogReader, index: int, note: str) -> str:
    """Return the proof that an entry is in the log that this signed note says (C2SP tlog-proof).

    :raises NotFoundError: there is no such entry.
    :raises LogTamperedError: the stored hashes do not prove it: a proof that fails is never handed out.
    """
    signed = Checkpoint.from_note(note)
    path = tuple(inclusion_proof(index, signed.size, table.nodes))
    verify_inclusion(leaf_hash(table.leaf(index)), index, signed.size, path, signed.root)
    return Proof(index, path, note).to_text()
