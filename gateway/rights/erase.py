"""Erases a case: all that is about it is destroyed in one transaction, and one entry of the log says that it was.

What stays is what the leaves say: that, when, under which policy and which ciphertext; of nobody, and to nobody.
The caller then has the database overwrite the freed bytes (`gateway.store.clean`).
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import chain

from gateway.crypto.lookup import LookupKey
from gateway.errors import CryptoError, InvalidRequestError, LogTamperedError, NotFoundError
from gateway.log.erased import record_erasure
from gateway.log.recorder import Entry
from gateway.log.tally import forget_case
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, Text, is_reference
from gateway.model.views import PartState
from gateway.rights.basis import Basis
from gateway.rights.holding import Holding, Means, Obstacle, consents, obstacles, read_holding
from gateway.store.ports import Unit

NOTHING = Text(
    "Over deze zaak is hier niets meer, of nooit iets geweest. Kijk of u het zaaknummer goed hebt overgenomen.",
    "There is nothing about this case here any more, or never was. Look whether the case number is right.",
)
WITHDRAWN = {PartState.WAITING, PartState.RELEASED}
PIECE, STRIDE = 40, 1000  # bytes: what is looked for of a long value, and how far apart
SHORTEST = 16  # bytes: fewer could stand somewhere by chance


@dataclass(frozen=True, slots=True)
class Order:
    """What to erase, and why.

    `tag` is the keyed hash of the case's reference. `decision` says where the decision is on file; `by` who runs the
    command. With `withdraw`, what waits and is not urgent is withdrawn first.
    """

    tag: str = field(repr=False)
    basis: Basis
    decision: str
    by: str
    withdraw: bool = False

    def __post_init__(self) -> None:
        """Refuse a decision that is not a reference.

        :raises InvalidRequestError: it is not one line of at most 100 characters.
        """
        if not is_reference(self.decision):
            raise InvalidRequestError(
                "the decision's reference must be one line of at most 100 characters",
                hint="give its number, not a name",
            )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was destroyed: there is nothing, or something stands in the way (with how often)."""

    obstacles: dict[Obstacle, int] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[Text, ...]:
        """Return the reasons, each with a way forward."""
        return tuple(obstacle.reason for obstacle in self.obstacles) or (NOTHING,)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was destroyed, or would be (`entry` is None). `traces` are bytes that must be nowhere from now on."""

    case_id: str = field(repr=False)
    entry: int | None
    counts: dict[str, int]
    recipients: dict[str, int]
    traces: tuple[bytes, ...] = field(repr=False, default=())


def look(unit: Unit, means: Means, *, tag: str, withdraw: bool, at: dt.datetime) -> Erasure | Refusal:
    """Return what an erasure would destroy, or why it may not be done now; nothing is changed."""
    holding = read_holding(unit, tag=tag)
    if holding is None:
        return Refusal()
    found = obstacles(unit, holding, means, at)
    left = {one: often for one, often in found.items() if not (withdraw and one.ends_by_withdrawing)}
    return Refusal(left) if left else Erasure(holding.key.case_id, None, holding.counts(), holding.recipients())


def erase(
    unit: Unit, means: Means, lookup: LookupKey, order: Order, *, bundle: str, at: dt.datetime
) -> Erasure | Refusal:
    """Destroy all that is about a case, inside the caller's transaction, and record one erasure.

    The entry's detail names basis, decision and who ran the command; not the case, its tag, or its entries.

    :raises LogTamperedError: the set of entries that were erased before is not what the log commits to.
    """
    allowed = look(unit, means, tag=order.tag, withdraw=order.withdraw, at=at)
    holding = read_holding(unit, tag=order.tag)
    if isinstance(allowed, Refusal) or holding is None:
        return allowed
    recorder, case_id = means.recorder, holding.key.case_id
    _withdraw(unit, means, holding, bundle, at)
    indexes = unit.cases.indexes_of(case_id)
    unit.erasures.forget_moments(set(chain.from_iterable(_consents(unit, means, index) for index in indexes)))
    forget_case(unit, recorder, lookup, case_id)
    unit.erasures.destroy_requests(case_id)
    unit.incidents.forget_case(order.tag)
    detail: dict[str, Json] = {
        "basis": order.basis.value,
        "article": order.basis.article,
        "decision": order.decision,
        "by": order.by,
    }
    entry = record_erasure(unit, recorder, indexes, detail, tag=lookup.own_affairs(), bundle=bundle, at=at)
    return Erasure(case_id, entry, holding.counts(), holding.recipients(), traces(holding))


def _withdraw(unit: Unit, means: Means, holding: Holding, bundle: str, at: dt.datetime) -> None:
    """Let the log say of each part that never left that it was voided: its leaf stays when the detail is destroyed."""
    key = means.recorder.case_key(unit, holding.key.case_id)
    for request, held in holding.parts:
        part = held.part
        if part.state not in WITHDRAWN:
            continue
        prev = request.leaf_index if part.leaf_index is None else part.leaf_index
        told: dict[str, Json] = {"kind": "withdrawal", "part": part.id, "reason": "erasure"}
        entry = Entry(LeafType.RECALL, "voided", bundle, told, prev=prev)
        means.recorder.record(unit, entry, case_id=holding.key.case_id, case_key=key, at=at)


def _consents(unit: Unit, means: Means, index: int) -> tuple[str, ...]:
    try:
        return tuple(consents(means.recorder.read(unit, index)[1]))
    except (NotFoundError, LogTamperedError, CryptoError):  # what was altered is erased all the same
        return ()


def traces(holding: Holding) -> tuple[bytes, ...]:
    """Return pieces of all that is destroyed with a case, to look for in the raw files afterwards."""
    key = holding.key
    values = [key.case_id.encode(), key.tag.encode(), key.wrapped]
    signed: list[bytes] = []  # begin with a header that others have too, and end as nothing else does
    for detail in holding.details:
        values += [detail.salt, detail.recipient_salt or b"", detail.box]
    for request, parts in holding.requests:
        values += [request.id.encode(), request.idempotency_tag.encode(), request.body_tag.encode(), request.box or b""]
        for held in parts:
            values += [held.part.id.encode(), held.part.nonce, held.part.digest.encode()]
            values += [said.digest.encode() for said in held.judgements]
            signed += [kept.token.encode() for kept in held.receipts]
            if held.link is not None:
                tags = (held.link.link_tag, held.link.code_tag or "", held.link.browser_tag or "")
                values += [held.link.secret or b"", held.link.receipt_key.encode(), *(tag.encode() for tag in tags)]
            if held.message is not None:
                values.append(held.message.message_id.encode())
                signed.append(held.message.message.encode())
    pieces = [value[at : at + PIECE] for value in values for at in range(0, len(value), STRIDE)]
    pieces += [text[at : at + PIECE] for text in signed for at in range(STRIDE, len(text), STRIDE)]
    pieces += [text[-PIECE:] for text in signed]
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) >= SHORTEST))
