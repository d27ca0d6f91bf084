"""Holds every entry of the log against what rests on it: message, receipt, detail and policy. It needs no passphrase.

The log can be complete and unaltered, and yet the outbox hold a message that was never logged, or another one than was.
What only the keys could tell is counted as such, and never as matched.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.crypto.commitments import digest, open_commitment
from gateway.errors import LogTamperedError
from gateway.log.erased import Erased
from gateway.log.leaf import decode
from gateway.log.sequence import KEEP
from gateway.model.leaf import Leaf, LeafType
from gateway.model.views import PartState
from gateway.store.coverage_ports import Kept
from gateway.store.policy_ports import Bundles
from gateway.store.ports import Unit
from gateway.store.records import ErasedSet

BLOCK = 512  # entries read at once, each perhaps with a message

MATCHED, VOIDED, ERASED, INDETERMINATE = "matched", "voided", "erased", "indeterminate"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of each release in the log. `problem` is the first thing that does not fit; then `ok` is false.

    `matched`: its message is in the outbox, is the one that was logged, and for the partner that was logged.
    `without_receipt`: of these, not acknowledged yet. `voided`: logged, but taken back before it left. `erased`: an
    erasure destroyed its message and detail. `indeterminate`: the message is the one that was logged, but for whom
    cannot be told any more. With a problem the counts go as far as its entry.
    """

    releases: int
    matched: int
    without_receipt: int
    voided: int
    erased: int
    indeterminate: int
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Say whether everything fits."""
        return self.problem is None

    def to_json(self) -> dict[str, int | str | dict[str, int]]:
        """Return the member `coverage` of `gateway log verify`; `problem` only when there is one."""
        told: dict[str, int | str | dict[str, int]] = {
            "releases": self.releases,
            MATCHED: self.matched,
            "without_receipt": self.without_receipt,
            "excluded": self.voided + self.erased,
            "excluded_because": {VOIDED: self.voided, ERASED: self.erased},
            INDETERMINATE: self.indeterminate,
        }
        return told if self.problem is None else {**told, "problem": self.problem}


@dataclass(slots=True)
class _Count:
    """What was met so far, and what is known beforehand: the recorded policies, and the entries that were erased."""

    digests: frozenset[str]
    erased: Erased
    releases: Counter[str] = field(default_factory=Counter)
    without_receipt: int = 0
    voided_rows: int = 0
    voided_entries: int = 0
    last_erasure: int | None = None


def check_coverage(
    unit: Unit, *, start: int, size: int, progress: Callable[[int, int], None] | None = None
) -> Coverage:
    """Go through the entries of [start, size), of a log that was verified; what does not fit is reported, not raised.

    Which entries erasures explain is taken as the database says: `gateway audit replay`, which has the keys, opens what
    the newest erasure commits to. `progress` is told (done, total) entries.
    """
    kept_set = unit.erasures.explained()
    count = _Count(frozenset(said for _, said in unit.bundles.sequences()), Erased(kept_set.bits if kept_set else b""))
    problem: str | None = None
    try:
        begins = [volume.first for volume in unit.book.volumes()]
        _check_bundles(unit.bundles)
        for name in unit.accounts.strays(size):
            raise _unfit(f"the table `{name}` has a row that belongs to no entry of the log")
        for first in range(start, size, BLOCK):
            for kept in unit.accounts.kept(first, min(first + BLOCK, size)):
                begun = begins[bisect_right(begins, kept.leaf_index) - 1]
                _check(kept, decode(kept.entry), count, begun)
            if progress is not None:
                progress(min(first + BLOCK, size), size)
        _check_whole(count, kept_set, start)
    except LogTamperedError as exc:
        problem = f"{exc.message}: {exc.hint}"
    found = count.releases
    return Coverage(
        found.total(),
        found[MATCHED],
        count.without_receipt,
        found[VOIDED],
        found[ERASED],
        found[INDETERMINATE],
        problem,
    )


def _check(kept: Kept, leaf: Leaf, count: _Count, begun: int) -> None:
    index = kept.leaf_index
    if leaf.bundle not in count.digests:
        raise _unfit(f"entry {index} was made under a policy that is not among those recorded")
    if kept.detail is (index in count.erased):
        here = "there, although it was erased" if kept.detail else "gone, and no erasure explains it"
        raise _unfit(f"the detail of entry {index} is {here}")
    if kept.detail and not kept.wrapped:
        raise _unfit(f"the detail of entry {index} is there, but the key of its case is gone")
    if leaf.type is LeafType.RELEASE:
        what = _check_release(kept, leaf)
        count.releases[what] += 1
        count.voided_rows += what == VOIDED
        count.without_receipt += what == MATCHED and not kept.acknowledged
    elif kept.message is not None:
        raise _unfit(f"the outbox has a message at entry {index}, which is no release")
    count.voided_entries += leaf.type is LeafType.RECALL and leaf.outcome == PartState.VOIDED
    if leaf.type is LeafType.ERASURE:
        count.last_erasure = index
    _check_receipt(kept, leaf, begun)


def _check_release(kept: Kept, leaf: Leaf) -> str:
    index = kept.leaf_index
    if kept.message is None:
        if kept.detail:
            raise _unfit(f"the release at entry {index} has no message in the outbox, and was not erased")
        return ERASED
    if digest(kept.message.encode()) != leaf.payload:
        raise _unfit(f"the message in the outbox at entry {index} is not the one that was logged")
    if not kept.detail:
        return INDETERMINATE
    try:
        open_commitment(
            leaf.recipient or "", purpose="recipient", salt=kept.recipient_salt or b"", value=kept.partner or ""
        )
    except LogTamperedError as exc:
        raise _unfit(f"the message at entry {index} is kept for another partner than the one that was logged") from exc
    return VOIDED if kept.state == PartState.VOIDED else MATCHED


def _check_receipt(kept: Kept, leaf: Leaf, begun: int) -> None:
    index, logged = kept.leaf_index, leaf.type is LeafType.RECEIPT
    if kept.receipt_of is None:
        if logged and kept.detail:
            raise _unfit(f"the receipt that was logged at entry {index} is not kept, and was not erased")
        return
    # A leaf points at entries of its own volume, by their index there; the release of an older year is in its detail.
    prev = kept.receipt_of - begun if kept.receipt_of >= begun else None
    if not logged or (leaf.prev, leaf.outcome) != (prev, kept.receipt_state):
        raise _unfit(f"the receipt that is kept at entry {index} is not the one that was logged")


def _check_bundles(bundles: Bundles) -> None:
    for sequence, said in bundles.sequences():
        bundle = bundles.by_digest(said)
        if bundle is None or digest(bundle.files) != said:
            raise _unfit(f"the files of policy {sequence} are not those that its digest names")


def _check_whole(count: _Count, kept_set: ErasedSet | None, start: int) -> None:
    newest = None if kept_set is None else kept_set.leaf_index
    if count.last_erasure != newest and (count.last_erasure is not None or (newest or 0) >= start):
        raise _unfit("the set of erased entries is not that of the newest erasure in the log")
    if count.voided_rows > count.voided_entries:
        raise _unfit(
            f"the outbox says of {count.voided_rows} messages that they were voided, the log of {count.voided_entries}"
        )


def _unfit(message: str) -> LogTamperedError:
    return LogTamperedError(message, hint=KEEP)
