"""What the stages may ask of the store. They see these Protocols, never SQLAlchemy."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gateway.model.views import PartState
from gateway.store.approval_ports import Approvals
from gateway.store.circumstance_ports import Circumstances
from gateway.store.coverage_ports import Accounts
from gateway.store.door_ports import Door
from gateway.store.draft_ports import Drafts
from gateway.store.erasure_ports import Erasures
from gateway.store.gap_ports import Figures, Gaps
from gateway.store.incident_ports import Incidents
from gateway.store.key_ports import Enrolments, PartnerKeys
from gateway.store.notice_ports import Notices
from gateway.store.people_ports import Signals, SignIns
from gateway.store.pickup_ports import Pickups
from gateway.store.policy_ports import Bundles, Counts
from gateway.store.records import (
    CaseKey,
    Detail,
    Earlier,
    Judgement,
    OutboxRow,
    StoredDisclosure,
    StoredEntry,
    StoredPart,
    StoredReceipt,
)
from gateway.store.review_ports import Reviews
from gateway.store.volume_ports import Book
from gateway.store.witness_ports import Cosignatures


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the log after the last commit.

    `frontier` holds the roots of the perfect subtrees of `size`, largest first (RFC 9162 section 2.1.2);
    `checkpoint` is the C2SP signed note over this size and root ("" before the first entry).
    """

    size: int
    frontier: tuple[bytes, ...]
    checkpoint: str


class LogTable(Protocol):
    """Leaves, perfect-subtree hashes and checkpoints of one volume, by its own indexes. Rows are only ever added."""

    @property
    def first(self) -> int:
        """Return the index, over all volumes, of the volume's first entry."""
        ...

    def head(self) -> Head:
        """Return the head; an empty log has size 0."""
        ...

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head; MUST raise LogUnavailableError when the stored size is not `was`: someone else wrote."""
        ...

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add the exact leaf bytes. MUST NOT replace an entry."""
        ...

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (level, index, hash) of perfect subtrees; level 0 holds the leaf hashes."""
        ...

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        ...

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order."""
        ...

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these (level, index) nodes; raise LogTamperedError when one is missing."""
        ...

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), in order."""
        ...

    def checkpoint(self, size: int) -> str | None:
        """Return the signed note kept for this size, if there is one."""
        ...

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest, of sizes above `after`; None: all there are."""
        ...


class LogBatch(Protocol):
    """The log while one transaction is open: many jobs append, and the batch signs one checkpoint at its end."""

    def append(self, entry: bytes) -> int:
        """Add a leaf and return its index."""
        ...

    def mark(self) -> object:
        """Return the state to come back to when a job of the batch fails."""
        ...

    def back_to(self, mark: object) -> None:
        """Forget what was appended since `mark` (the store rolls its rows back itself)."""
        ...

    def close(self) -> str | None:
        """Write the head and one signed checkpoint, if anything was appended; return that checkpoint."""
        ...


class Cases(Protocol):
    """Case keys, and the encrypted details of leaves."""

    def key(self, *, tag: str) -> CaseKey | None:
        """Return the key of the case with this tag."""
        ...

    def key_of(self, case_id: str) -> CaseKey | None:
        """Return the key of a case; None once it was erased."""
        ...

    def add_key(self, key: CaseKey) -> None:
        """Keep a new case's key."""
        ...

    def add_detail(self, detail: Detail) -> None:
        """Keep what a leaf commits to."""
        ...

    def detail(self, leaf_index: int) -> Detail | None:
        """Return what a leaf commits to; None once it was erased."""
        ...

    def indexes_of(self, case_id: str) -> Sequence[int]:
        """Return the indexes of the details of a case, in order."""
        ...

    def destroy(self, case_id: str) -> None:
        """Delete the key and every detail of a case: nothing under that key can be opened after that."""
        ...

    def entries(self, start: int, stop: int) -> Sequence[StoredEntry]:
        """Return the leaves of [start, stop) in order, each with its detail and the key of its case."""
        ...


class Disclosures(Protocol):
    """Requests, their parts and what people said of them."""

    def add(self, disclosure: StoredDisclosure) -> None:
        """Keep a request. MUST raise DuplicateRequestError when its idempotency tag is known."""
        ...

    def get(self, disclosure_id: str) -> StoredDisclosure:
        """Return a request; raise NotFoundError when there is none."""
        ...

    def by_idempotency(self, tag: str) -> StoredDisclosure | None:
        """Return the request that was made with this key, if any."""
        ...

    def of_requester(self, requester: str, limit: int) -> Sequence[StoredDisclosure]:
        """Return somebody's newest requests, newest first."""
        ...

    def after_refusal(self, limit: int) -> Sequence[StoredDisclosure]:
        """Return the newest requests that change something after a refusal, newest first."""
        ...

    def of_case(self, case_id: str, limit: int) -> Sequence[Earlier]:
        """Return the newest requests on a case, newest first."""
        ...

    def forget_box(self, disclosure_id: str) -> None:
        """Destroy the encrypted request: nothing of it waits any more."""
        ...

    def add_part(self, part: StoredPart) -> None:
        """Keep a part."""
        ...

    def parts(self, disclosure_id: str) -> Sequence[StoredPart]:
        """Return a request's parts in the order they were made."""
        ...

    def part(self, part_id: str) -> StoredPart:
        """Return a part; raise NotFoundError when there is none."""
        ...

    def change_part(self, part: StoredPart, *, was: PartState) -> None:
        """Replace a part. MUST raise DuplicateRequestError when its state is no longer `was`."""
        ...

    def add_judgement(self, judgement: Judgement) -> None:
        """Keep what a person said."""
        ...

    def judgements(self, part_id: str) -> Sequence[Judgement]:
        """Return what people said of a part, oldest first."""
        ...


class Outbox(Protocol):
    """Sealed messages and their receipts."""

    def add(self, row: OutboxRow) -> None:
        """Queue a message, in the same transaction as its leaf."""
        ...

    def get(self, message_id: str, *, partner: str) -> OutboxRow:
        """Return this partner's message; raise NotFoundError for an absent one and for another partner's alike."""
        ...

    def of_partner(self, partner: str) -> Sequence[OutboxRow]:
        """Return a partner's messages, oldest first."""
        ...

    def of_part(self, part_id: str) -> OutboxRow | None:
        """Return the message of a part, if it was sealed."""
        ...

    def change_state(self, message_id: str, state: PartState) -> None:
        """Note what became of a message."""
        ...

    def note_fetched(self, message_id: str, at: dt.datetime) -> None:
        """Note that its recipient fetched a message for the first time."""
        ...

    def settle(self, message_id: str) -> None:
        """Note that no receipt of destruction is owed of this message any more."""
        ...

    def add_receipt(self, receipt: StoredReceipt) -> None:
        """Keep a receipt."""
        ...

    def receipts(self, message_id: str) -> Sequence[StoredReceipt]:
        """Return a message's receipts, oldest first."""
        ...


class Unit(Protocol):
    """One consistent view of the whole store; inside a writing job also the log's open batch."""

    @property
    def log(self) -> LogTable:
        """Return the newest volume of the log, the only one that is added to."""
        ...

    book: Book
    cases: Cases
    disclosures: Disclosures
    outbox: Outbox
    pickups: Pickups
    circumstances: Circumstances
    door: Door
    accounts: Accounts
    bundles: Bundles
    counts: Counts
    cosignatures: Cosignatures
    erasures: Erasures
    partner_keys: PartnerKeys
    enrolments: Enrolments
    sign_ins: SignIns
    signals: Signals
    notices: Notices
    reviews: Reviews
    gaps: Gaps
    figures: Figures
    drafts: Drafts
    incidents: Incidents
    approvals: Approvals

    def append(self, entry: bytes) -> int:
        """Add a leaf and return its index over all volumes. MUST NOT be called outside a writing job."""
        ...


T = TypeVar("T")


class Store(Protocol):
    """Reading and writing."""

    def read(self) -> AbstractContextManager[Unit]:
        """Open one consistent reading view."""
        ...

    def write(self, job: Callable[[Unit], T]) -> T:
        """Run `job` in the one writer's next transaction; return its result only after COMMIT is durable.

        MUST undo all of the job when it raises, and re-raise; MUST raise LogUnavailableError when the commit fails.
        """
        ...

    def close(self) -> None:
        """Close the connections; the store is of no use after this."""
        ...
