"""Which entries erasures explain: a detail that is gone is either in this set, or somebody else destroyed it.

One set for all erasures, and each erasure's detail commits to it as it was then, with a salt of which only the newest
is kept. So the newest erasure proves the whole set, and nothing tells any more which entries one case had: a list in
each erasure would join the message that a partner still holds to every other entry about the same person
(docs/decisions/0014).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.crypto.commitments import commit_bytes, new_salt, open_bytes
from gateway.errors import LogTamperedError
from gateway.log.leaf import decode
from gateway.log.recorder import Entry, Recorder
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.store.ports import Unit
from gateway.store.records import ErasedSet

COMMITMENT = "erased"
"""The purpose of the commitment, and its name in the detail of an erasure."""


@dataclass(frozen=True, slots=True)
class Erased:
    """A set of indexes as bits: entry 0 is the lowest bit of the first byte."""

    bits: bytes = b""

    def __contains__(self, index: int) -> bool:
        """Say whether an erasure explains that this entry cannot be opened."""
        return index // 8 < len(self.bits) and bool(self.bits[index // 8] >> index % 8 & 1)

    def __len__(self) -> int:
        """Return how many entries were erased."""
        return int.from_bytes(self.bits).bit_count()

    def with_more(self, indexes: Iterable[int]) -> "Erased":
        """Return the set with these indexes too."""
        bits = bytearray(self.bits)
        for index in indexes:
            bits.extend(bytes(max(0, index // 8 + 1 - len(bits))))
            bits[index // 8] |= 1 << index % 8
        return Erased(bytes(bits))


def read_erased(unit: Unit, recorder: Recorder) -> Erased:
    """Return the entries that erasures explain, as the newest erasure commits to them.

    :raises LogTamperedError: the set is not what that erasure commits to, or is that of an older one.
    :raises NotFoundError: the detail of the newest erasure is gone, which no erasure destroys.
    """
    kept = unit.erasures.explained()
    if kept is None:
        return Erased()
    _, detail, row = recorder.read(unit, kept.leaf_index)
    later = (index for index in unit.cases.indexes_of(row.case_id) if index > kept.leaf_index)
    if any(decode(unit.book.leaf(index)).type is LeafType.ERASURE for index in later):
        raise LogTamperedError(
            "the set of erased entries is older than the newest erasure", hint="keep the database; call the officer"
        )
    open_bytes(str(detail.get(COMMITMENT)), purpose=COMMITMENT, salt=kept.salt, data=kept.bits)
    return Erased(kept.bits)


def record_erasure(
    unit: Unit,
    recorder: Recorder,
    indexes: Iterable[int],
    detail: dict[str, Json],
    *,
    tag: str,
    bundle: str,
    at: dt.datetime,
) -> int:
    """Append the entry of an erasure and add what it explains to the set; return its index.

    `tag` is the case of the gateway's own affairs. The caller's transaction also destroys what is explained.
    """
    case_id, case_key = recorder.case(unit, tag=tag)
    bits, salt = read_erased(unit, recorder).with_more(indexes).bits, new_salt()
    told: dict[str, Json] = {"kind": "erasure", **detail, COMMITMENT: commit_bytes(COMMITMENT, salt, bits)}
    entry = Entry(LeafType.ERASURE, "erased", bundle, told)
    index = recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)
    unit.erasures.explain(ErasedSet(index, salt, bits))
    return index
