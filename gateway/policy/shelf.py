"""The shelf: every policy that was ever active, with the entry in the log that says so, in one transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.config.packed_policy import pack, unpack
from gateway.crypto.commitments import digest as digest_of
from gateway.errors import LogTamperedError
from gateway.log.leaf import decode
from gateway.log.recorder import Entry, Recorder
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.store.ports import Unit
from gateway.store.records import StoredBundle

ACTIVATED, UNSIGNED = "activated", "unsigned"  # outcomes of the entry
HINT = "keep the database as it is and call the privacy officer; a backup has the bundle too"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Who writes: the recorder, the tag of the gateway's own affairs, the account and the moment."""

    recorder: Recorder
    tag: str
    by: str
    at: dt.datetime

    def place(
        self,
        unit: Unit,
        files: Mapping[str, bytes],
        *,
        after: StoredBundle | None,
        outcome: str,
        signatures: str = "",
        approvers: Sequence[str] = (),
    ) -> StoredBundle:
        """Keep these files as the bundle that follows `after`, with its entry; the caller's transaction holds both."""
        packed = pack(files)
        sequence, previous = (1, "") if after is None else (after.sequence + 1, after.digest)
        digest = digest_of(packed)
        told: list[Json] = list(approvers)
        detail: dict[str, Json] = {
            "kind": "policy",
            "sequence": sequence,
            "digest": digest,
            "previous": previous,
            "approvers": told,
            "by": self.by,
            "at": self.at.isoformat(timespec="seconds"),
        }
        entry = Entry(LeafType.POLICY, outcome, digest, detail, prev=None if after is None else after.leaf_index)
        case_id, case_key = self.recorder.case(unit, tag=self.tag)
        index = self.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=self.at)
        kept = StoredBundle(sequence, digest, previous, packed, signatures, self.at, index)
        unit.bundles.add(kept)
        return kept

    def place_unsigned(self, unit: Unit, files: Mapping[str, bytes]) -> StoredBundle:
        """Keep the demo's bundle unless it is the newest already; nobody signed it."""
        newest = unit.bundles.newest()
        if newest is not None and newest.digest == digest_of(pack(files)):
            return newest
        return self.place(unit, files, after=newest, outcome=UNSIGNED)


def open_files(bundle: StoredBundle) -> dict[str, bytes]:
    """Return the exact files of a stored bundle.

    :raises LogTamperedError: they are not the ones that its digest stands for.
    """
    if digest_of(bundle.files) != bundle.digest:
        raise LogTamperedError(
            f"the stored files of policy {bundle.sequence} are not those that were active", hint=HINT
        )
    return unpack(bundle.files)


def check_place(unit: Unit, bundle: StoredBundle) -> None:
    """Check that a stored bundle is the one that the log says was activated, and that none after it is missing.

    :raises LogTamperedError: its entry says otherwise, a number is missing, or the newest entry of the log was decided
        under a bundle that is not here.
    """
    leaf = decode(unit.book.leaf(bundle.leaf_index))
    if leaf.type is not LeafType.POLICY or leaf.bundle != bundle.digest:
        raise LogTamperedError(f"the log does not say that policy {bundle.sequence} was activated", hint=HINT)
    chain = unit.bundles.sequences()
    if [sequence for sequence, _ in chain] != list(range(1, len(chain) + 1)):
        raise LogTamperedError("a policy that was once active is missing", hint=HINT)
    newest = decode(unit.book.leaf(unit.book.size() - 1))
    if newest.bundle not in {digest for _, digest in chain}:
        raise LogTamperedError("the newest entry of the log rests on a policy that is missing", hint=HINT)
