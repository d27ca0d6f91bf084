"""What the gateway holds about one case, and what stands in the way of destroying it now."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from gateway.approve.duties import REVIEW_BAD, REVIEW_GOOD
from gateway.errors import CryptoError, LogTamperedError, NotFoundError
from gateway.log.recorder import Recorder
from gateway.model.decision import Approval
from gateway.model.notices import MessageKind
from gateway.model.terms import Json, Text
from gateway.model.views import PartState
from gateway.store.pickup_ports import Pickup
from gateway.store.ports import Unit
from gateway.store.records import CaseKey, Detail, Judgement, OutboxRow, StoredDisclosure, StoredPart, StoredReceipt

ALL = 1_000_000_000  # requests on one case: all of them
LIVE = {PartState.RELEASED, PartState.DELIVERED}
RECEIVED = {PartState.DELIVERED, PartState.RECALLED}


class Obstacle(Enum):
    """Why a case may not be erased now: in words, with a way forward."""

    HELD = "held"
    REVIEW_DUE = "review_due"
    URGENT_WAITS = "urgent_waits"
    WAITS_FOR_APPROVAL = "waits_for_approval"
    NOT_FETCHED = "not_fetched"

    @property
    def reason(self) -> Text:
        """Return the reason and what can be done."""
        return _REASONS[self]

    @property
    def ends_by_withdrawing(self) -> bool:
        """Say whether `--withdraw` may end it. It never ends anything urgent: an erasure must not stop help."""
        return self in {Obstacle.WAITS_FOR_APPROVAL, Obstacle.NOT_FETCHED}


_REASONS = {
    Obstacle.HELD: Text(
        "AVIM houdt deze zaak aan. Vraag AVIM of het mag. Leg op de pagina van het verzoek vast dat de aanhouding "
        "is opgeheven, en wis daarna.",
        "AVIM holds this case. Ask AVIM whether it may be erased. Record on the page of the request that the hold was "
        "lifted, then erase.",
    ),
    Obstacle.REVIEW_DUE: Text(
        "De controle achteraf van een spoedverstrekking is nog niet gedaan. Een collega doet haar op de pagina van het "
        "verzoek; wis daarna.",
        "The review of an urgent hand-over is still due. A colleague does it on the page of the request; then erase.",
    ),
    Obstacle.URGENT_WAITS: Text(
        "Een spoedbericht is nog niet opgehaald. Bel de ontvanger. Wissen mag als het is opgehaald of na een "
        "afwijzende controle is ingetrokken, of als het niet meer te openen is (30 dagen).",
        "An urgent message was not fetched yet. Telephone the recipient. It may be erased once it was fetched, or "
        "recalled after a negative review, or when it can be opened no more (30 days).",
    ),
    Obstacle.WAITS_FOR_APPROVAL: Text(
        "Een onderdeel wacht op goedkeuring. Laat een collega beslissen, of trek het in met --withdraw.",
        "A part waits for approval. Let a colleague decide, or withdraw it with --withdraw.",
    ),
    Obstacle.NOT_FETCHED: Text(
        "Een bericht is nog niet opgehaald. Wacht tot de ontvanger het heeft, of trek het in met --withdraw.",
        "A message was not fetched yet. Wait until the recipient has it, or withdraw it with --withdraw.",
    ),
}


@dataclass(frozen=True, slots=True)
class Means:
    """What it takes to read a case.

    `urgent` are the grounds whose messages nothing may stop; `lifetime` is how long a message can be opened.
    """

    recorder: Recorder
    urgent: frozenset[str]
    lifetime: dt.timedelta


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part of a request, with all that hangs on it."""

    part: StoredPart
    judgements: tuple[Judgement, ...]
    message: OutboxRow | None
    receipts: tuple[StoredReceipt, ...]
    link: Pickup | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """All that the database holds about a case."""

    key: CaseKey
    details: tuple[Detail, ...] = field(repr=False)
    requests: tuple[tuple[StoredDisclosure, tuple[HeldPart, ...]], ...] = field(repr=False)

    @property
    def parts(self) -> Iterator[tuple[StoredDisclosure, HeldPart]]:
        """Give every part with its request."""
        return ((request, held) for request, parts in self.requests for held in parts)

    def counts(self) -> dict[str, int]:
        """Return how much there is of each kind."""
        parts = [held for _, held in self.parts]
        return {
            "entries": len(self.details),
            "requests": len(self.requests),
            "parts": len(parts),
            "judgements": sum(len(held.judgements) for held in parts),
            "messages": sum(held.message is not None for held in parts),
            "receipts": sum(len(held.receipts) for held in parts),
        }

    def recipients(self) -> dict[str, int]:
        """Return how often each partner received data, also by telephone: they are to be told (GDPR article 19)."""
        received = [held for _, held in self.parts if held.part.state in RECEIVED]
        rows = [held.message for held in received if held.part.kind is not MessageKind.RECALL]
        told = [request.recipient for request, held in self.parts if held.part.kind is MessageKind.ORAL]
        return dict(sorted(Counter([*(row.partner for row in rows if row is not None), *told]).items()))


def read_holding(unit: Unit, *, tag: str) -> Holding | None:
    """Return all that is held about the case with this tag; None when there is nothing."""
    key = unit.cases.key(tag=tag)
    if key is None:
        return None
    details = (unit.cases.detail(index) for index in unit.cases.indexes_of(key.case_id))
    requests = [unit.disclosures.get(one.id) for one in reversed(unit.disclosures.of_case(key.case_id, ALL))]
    return Holding(
        key,
        tuple(detail for detail in details if detail is not None),
        tuple((request, _parts(unit, request)) for request in requests),
    )


def _parts(unit: Unit, request: StoredDisclosure) -> tuple[HeldPart, ...]:
    return tuple(
        HeldPart(
            part,
            tuple(unit.disclosures.judgements(part.id)),
            unit.outbox.of_part(part.id),
            tuple(unit.outbox.receipts(part.message_id)) if part.message_id is not None else (),
            unit.pickups.of_message(part.message_id) if part.message_id is not None else None,
        )
        for part in unit.disclosures.parts(request.id)
    )


def obstacles(unit: Unit, holding: Holding, means: Means, at: dt.datetime) -> dict[Obstacle, int]:
    """Return what stands in the way of erasing the case now, with how often; nothing: it may be erased."""
    found = Counter[Obstacle]()
    if unit.circumstances.held([holding.key.tag]):
        found[Obstacle.HELD] = 1
    for _, held in holding.parts:
        found.update(_in_the_way(unit, held, means, at))
    return {obstacle: found[obstacle] for obstacle in Obstacle if found[obstacle]}


def _in_the_way(unit: Unit, held: HeldPart, means: Means, at: dt.datetime) -> Iterator[Obstacle]:
    part = held.part
    if part.state is PartState.WAITING:
        yield Obstacle.WAITS_FOR_APPROVAL
    if part.state is PartState.RELEASED:
        yield Obstacle.URGENT_WAITS if _urgent(unit, held, means, at) else Obstacle.NOT_FETCHED
    reviewed = any(said.kind in {REVIEW_GOOD, REVIEW_BAD} for said in held.judgements)
    if part.approval is Approval.POST_24H and part.state in LIVE and not reviewed:
        yield Obstacle.REVIEW_DUE


def _urgent(unit: Unit, held: HeldPart, means: Means, at: dt.datetime) -> bool:
    """Say whether a message that waits is urgent and can still be opened by its recipient; in doubt it is urgent."""
    if held.message is not None and held.message.sent_at + means.lifetime <= at:
        return False
    try:
        _, detail, _ = means.recorder.read(unit, held.part.leaf_index if held.part.leaf_index is not None else -1)
    except (NotFoundError, LogTamperedError, CryptoError):
        return True
    return held.part.approval is Approval.POST_24H or str(detail.get("ground")) in means.urgent


def consents(detail: dict[str, Json]) -> Iterator[str]:
    """Give the tags of the consents that an entry rests on."""
    subjects = detail.get("subjects")
    for subject in subjects if isinstance(subjects, list) else []:
        watched = subject.get("watch") if isinstance(subject, dict) else None
        kept = watched.get("consents") if isinstance(watched, dict) else None
        yield from (str(tag) for tag in kept) if isinstance(kept, list) else ()
