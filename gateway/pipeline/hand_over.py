"""The partner's side: the inbox, a message with its stapled proof, and receipts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.receipts import ReceiptState
from gateway.deliver.outgoing import fetchable
from gateway.errors import LogUnavailableError, NotFoundError, NotWitnessedError, ReceiptOrderError
from gateway.log.decided import RECALL
from gateway.log.envelope import Envelope
from gateway.log.recorder import Entry
from gateway.log.staple import prove_under
from gateway.model.decision import Approval
from gateway.model.leaf import LeafType
from gateway.model.partner import PublicKey
from gateway.model.terms import Json, Truth
from gateway.model.views import PartState
from gateway.pipeline.assess import Matter, Setting, ask, decide_all, observe
from gateway.pipeline.disclose import TRIES, CircumstancesChangedError
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.tell import tell_team
from gateway.pipeline.tools import Tools
from gateway.receipt.order import may_follow
from gateway.receipt.verify import verify_receipt
from gateway.store.ports import Unit
from gateway.store.records import OutboxRow, StoredReceipt

WAIT = 2.0  # seconds that a fetch waits for the witnesses' word on its message
LISTED = {PartState.RELEASED: "waiting", PartState.DELIVERED: "delivered", PartState.RECALLED: "recalled"}


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A message as its recipient sees it listed: waiting, delivered or recalled."""

    message_id: str
    sent_at: dt.datetime
    state: str


def inbox(tools: Tools, partner_id: str) -> Sequence[InboxLine]:
    """Return the partner's messages, oldest first. What was voided before it left was never there."""
    with tools.store.read() as unit:
        rows = unit.outbox.of_partner(partner_id)
    return [InboxLine(row.message_id, row.sent_at, LISTED[row.state]) for row in rows if row.state in LISTED]


def still_stands(tools: Tools, unit: Unit, row: OutboxRow, detail: dict[str, Json], at: dt.datetime) -> bool:
    """Decide again, from the encrypted detail, whether every field in this message may still leave."""
    approval = Approval(str(detail["approval"]))
    setting = Setting(tools.partner(row.partner), str(detail["ground"]), str(detail["purpose"]), str(detail["case"]))
    subjects, released = detail["subjects"], detail["released"]
    if not isinstance(subjects, list) or not isinstance(released, dict) or not subjects:
        return False
    given = Truth.YES if approval.before_release else Truth.NO
    for kept in subjects:
        matter = Matter.from_json(kept)
        asked = ask(
            tools.policy,
            matter,
            setting,
            observe(unit, tools.policy, matter, setting, at=at),
            second_approver=given,
            fg_advice=Truth.YES if _advised(detail, approval) else Truth.NO,
        )
        decided = decide_all(tools.policy, {matter.ref: asked})[matter.ref]
        allowed = {name for decision in decided.values() for name in decision.released}
        wanted = released.get(matter.ref)
        if not isinstance(wanted, list) or not wanted or not {str(name) for name in wanted} <= allowed:
            return False
    return True


def _advised(detail: dict[str, Json], approval: Approval) -> bool:
    return approval is Approval.PRE_FG or detail.get("advised") is True


def envelope(tools: Tools, partner_id: str, message_id: str, at: dt.datetime) -> Envelope:
    """Hand the message over. The decision is taken again first; if it no longer stands the message is voided.

    A message that was sealed to a key which is revoked is not handed over, whatever it is about: whoever has the key
    could read it. When the key was revoked, what was not fetched yet was voided and the team told (`revoke`).

    What is not urgent is handed over once the witnesses have seen its entry; that is waited for a moment (decision
    0015).

    :raises NotFoundError: not this partner's, or it no longer may leave: the partner cannot tell which.
    :raises NotWitnessedError: it may leave, but too few witnesses have seen its entry yet.
    """
    for _ in range(TRIES):
        with tools.store.read() as unit:
            row, _ = fetchable(unit, message_id, partner=partner_id)
            revision = unit.circumstances.revision()
            _, detail, _ = tools.recorder.read(unit, row.leaf_index)
            if _is_revoked(unit, detail):
                break
            recall = detail["kind"] == RECALL  # no data, and no reason to keep it waiting
            stands = recall or still_stands(tools, unit, row, detail, at)
            goes = recall or tools.is_urgent(str(detail["ground"])) or tools.witnessed.covers(unit, row.leaf_index, at)
            newest = unit.log.head().checkpoint
        try:
            if not stands:
                tools.store.write(partial(_stop, tools, partner_id, message_id, revision, at))
                break
            if not goes:
                _wait(tools, row.leaf_index, newest)
                continue
            if row.state is PartState.RELEASED:
                tools.store.write(partial(_mark, partner_id, message_id, revision, at))
        except CircumstancesChangedError:
            continue
        return _staple(tools, partner_id, message_id, at)
    else:
        raise LogUnavailableError("circumstances kept changing while deciding", hint="fetch the message again")
    raise NotFoundError("there is no such message", hint="list the inbox for the messages that wait for you")


def _is_revoked(unit: Unit, detail: dict[str, Json]) -> bool:
    key = unit.partner_keys.get(str(detail["recipient_key"]))
    return key is not None and key.revoked is not None


def _wait(tools: Tools, index: int, newest: str) -> None:
    tools.witnessed.announce(newest)  # it may have been committed by another process
    if not tools.witnessed.wait(index, WAIT):
        raise NotWitnessedError(
            "the witnesses of the log have not seen this message yet, so it is not handed over yet",
            hint="fetch it again in a few minutes; nothing is lost, and it stays in the inbox",
        )


def _unchanged(unit: Unit, revision: int) -> None:
    if unit.circumstances.revision() != revision:
        raise CircumstancesChangedError


def _mark(partner_id: str, message_id: str, revision: int, at: dt.datetime, unit: Unit) -> None:
    _unchanged(unit, revision)
    row, _ = fetchable(unit, message_id, partner=partner_id)
    if row.state is PartState.RELEASED:
        part = unit.disclosures.part(row.part_id)
        unit.disclosures.change_part(replace(part, state=PartState.DELIVERED), was=PartState.RELEASED)
        unit.outbox.note_fetched(message_id, at)


def _stop(tools: Tools, partner_id: str, message_id: str, revision: int, at: dt.datetime, unit: Unit) -> None:
    _unchanged(unit, revision)
    row, _ = fetchable(unit, message_id, partner=partner_id)
    part = unit.disclosures.part(row.part_id)
    disclosure = unit.disclosures.get(part.disclosure_id)
    withdraw_message(tools, unit, disclosure, part, reason="decision", prev=None, at=at)


def _staple(tools: Tools, partner_id: str, message_id: str, at: dt.datetime) -> Envelope:
    with tools.store.read() as unit:
        row, detail = fetchable(unit, message_id, partner=partner_id)
        volume, index = unit.book.place_of(row.leaf_index)
        return Envelope(
            message=row.message,
            leaf=volume.leaf(index),
            proof=prove_under(volume, index, tools.witnessed.note_for(unit, row.leaf_index, at)),
            recipient_salt=detail.recipient_salt or b"",
            recipient=row.partner,
        )


def acknowledge(
    tools: Tools, partner_id: str, message_id: str, receipt: str, at: dt.datetime, *, key: PublicKey | None = None
) -> int:
    """Check a signed receipt, log it, and return its leaf index; the same receipt twice is one leaf.

    `key` is the one that signs for this message alone, where the partner has none of its own.

    :raises ReceiptInvalidError: the receipt is not well signed by this partner.
    :raises ReceiptMismatchError: it is about another message, partner or gateway.
    :raises ReceiptOrderError: it cannot follow what the partner said before (`gateway.receipt.order`).
    """

    def commit(unit: Unit) -> int:
        row = unit.outbox.get(message_id, partner=partner_id)
        if row.state not in {PartState.DELIVERED, PartState.RECALLED}:
            raise NotFoundError("there is no such message", hint="list the inbox for the messages that wait for you")
        partner = tools.partner_at(unit, partner_id, at)
        signing = partner if key is None else replace(partner, keys=(key,))
        state = verify_receipt(
            receipt,
            partner=signing,
            issuer=tools.issuer,
            message_id=message_id,
            payload_digest=digest_of(row.message.encode()),
            now=at,
        )
        known = next((kept for kept in unit.outbox.receipts(message_id) if kept.token == receipt), None)
        if known is not None:
            return known.leaf_index
        told = {ReceiptState(kept.state): kept.leaf_index for kept in unit.outbox.receipts(message_id)}
        if state in told:  # signed anew, because its answer was lost: nothing new was said
            return told[state]
        if not may_follow(state, told):
            raise ReceiptOrderError(
                "the receipt says what cannot follow what you said before",
                hint="look at the order of receipts in docs/partners.md; call the municipality to take one back",
            )
        part = unit.disclosures.part(row.part_id)
        disclosure = unit.disclosures.get(part.disclosure_id)
        detail: dict[str, Json] = {"kind": "receipt", "message": message_id, "recipient": partner_id, "token": receipt}
        index = tools.recorder.record(
            unit,
            Entry(LeafType.RECEIPT, state.value, tools.policy.bundle.digest, detail, prev=row.leaf_index),
            case_id=disclosure.case_id,
            case_key=tools.recorder.case_key(unit, disclosure.case_id),
            at=at,
        )
        unit.outbox.add_receipt(StoredReceipt(index, message_id, state.value, at, receipt))
        if state is ReceiptState.NOT_FOR_US:
            tell_team(tools, unit, message_id, urgent=row.urgent, at=at)
        if state is ReceiptState.DESTROYED:  # of a message or of its recall: the other needs no word of its own
            others = [other.message_id for other in unit.disclosures.parts(disclosure.id) if other.about == message_id]
            for other in (part.about, *others):
                if other is not None:
                    unit.outbox.settle(other)
        return index

    return tools.store.write(commit)
