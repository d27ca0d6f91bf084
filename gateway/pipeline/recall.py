"""Takes a message back: voids what never left, and recalls what did, by a sealed message of its own (GDPR article 19).

A recall goes to exactly the partner that fetched the message, names it by its id, asks to destroy it, and holds no
data. Whose message was stopped before it was fetched is told nothing: it must not learn that there was one. Where no
recall can be sealed or fetched (a private person, no key that counts, a partner out of use), the team telephones; the
log, the page of the request and a notice say so.
"""

import datetime as dt
import secrets
from dataclasses import replace

from gateway.crypto.casebox import seal_box
from gateway.crypto.profiles import PROFILES
from gateway.errors import KeyUnavailableError, UnknownPartnerError
from gateway.log.decided import RECALL
from gateway.log.recorder import Entry
from gateway.model.decision import Approval
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.partner import Partner, SealProfile
from gateway.model.payload import SealedPayload
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.tell import tell_partner, tell_team
from gateway.pipeline.tools import Tools
from gateway.seal.recall import seal_recall
from gateway.store.ports import Unit
from gateway.store.records import OutboxRow, StoredDisclosure, StoredPart

LIFETIME = dt.timedelta(days=365)  # a recall may be opened long after the message that it is about
DESTROYED_WITHIN = dt.timedelta(days=7)


def withdraw_message(
    tools: Tools,
    unit: Unit,
    disclosure: StoredDisclosure,
    part: StoredPart,
    *,
    reason: str,
    prev: int | None,
    at: dt.datetime,
    by: Person | None = None,
) -> int:
    """Take a part back: void what never left, recall what did. The leaf says when, not why, nor who did it (`by`).

    Return the leaf's index.
    """
    left = part.state is PartState.DELIVERED
    detail: dict[str, Json] = {"kind": "withdrawal", "part": part.id, "reason": reason}
    if by is not None:
        detail |= {"by": by.id, "by_name": by.name}
    index = tools.recorder.record(
        unit,
        Entry(
            type=LeafType.RECALL,
            outcome="recalled" if left else "voided",
            bundle=tools.policy.bundle.digest,
            detail=detail,
            prev=part.leaf_index if prev is None else prev,
        ),
        case_id=disclosure.case_id,
        case_key=tools.recorder.case_key(unit, disclosure.case_id),
        at=at,
    )
    state = PartState.RECALLED if left else PartState.VOIDED
    unit.disclosures.change_part(replace(part, state=state), was=part.state)
    if part.message_id is not None:
        unit.outbox.change_state(part.message_id, state)
        unit.pickups.forget_secret(part.message_id)
    forget_when_done(unit, disclosure.id)
    if left and part.kind is MessageKind.ORAL:
        tell_team(tools, unit, None, urgent=False, at=at)  # what was said by telephone is taken back by telephone
    elif left:
        _recall(tools, unit, disclosure, part, prev=index, at=at)
    elif part.kind is MessageKind.RECALL:
        tell_team(tools, unit, part.message_id, urgent=False, at=at)  # the partner will not read it: telephone
    return index


def _recall(
    tools: Tools, unit: Unit, disclosure: StoredDisclosure, part: StoredPart, *, prev: int, at: dt.datetime
) -> None:
    """Seal, log and queue the recall of a message; without a way to its partner tell the team."""
    if part.message_id is None or part.leaf_index is None:
        raise AssertionError("a delivered part without its message")
    original = unit.outbox.of_part(part.id)
    sealed = None if original is None else _seal(tools, unit, original, at)
    if original is None or sealed is None:
        tell_team(tools, unit, part.message_id, urgent=False, at=at)
        return
    message, key_id = sealed
    _, released, _ = tools.recorder.read(unit, part.leaf_index)
    case_key = tools.recorder.case_key(unit, disclosure.case_id)
    new_id = secrets.token_hex(16)
    detail: dict[str, Json] = {
        "kind": RECALL,
        "disclosure": disclosure.id,
        "part": new_id,
        "message": message.message_id,
        "recalls": part.message_id,
        "recipient": original.partner,
        "recipient_key": key_id,
        "ground": str(released["ground"]),
    }
    index = tools.recorder.record(
        unit,
        Entry(
            type=LeafType.RELEASE,
            outcome=RECALL,
            bundle=tools.policy.bundle.digest,
            detail=detail,
            recipient=original.partner,
            payload=message.digest,
            prev=prev,
        ),
        case_id=disclosure.case_id,
        case_key=case_key,
        at=at,
    )
    nonce = seal_box(secrets.token_bytes(32), key=case_key, aad=f"nonce/{new_id}".encode())
    unit.disclosures.add_part(
        StoredPart(
            id=new_id,
            disclosure_id=disclosure.id,
            approval=Approval.NONE,
            state=PartState.RELEASED,
            nonce=nonce,
            digest=message.digest,
            message_id=message.message_id,
            leaf_index=index,
            review_due=None,
            kind=MessageKind.RECALL,
            about=part.message_id,
        )
    )
    destroy_by = (at + DESTROYED_WITHIN).date().isoformat()
    row = OutboxRow(index, message.message_id, new_id, original.partner, message.message, at, PartState.RELEASED)
    unit.outbox.add(replace(row, destroy_by=destroy_by))
    tell_partner(tools, unit, original.partner, message.message_id, urgent=False, at=at)


def _seal(tools: Tools, unit: Unit, original: OutboxRow, at: dt.datetime) -> tuple[SealedPayload, str] | None:
    """Return the sealed recall and the id of the key; None when its partner could not fetch or open one.

    An agreement that ended does not matter: a recall holds no data, and asks for what the agreement asked for.
    """
    try:
        partner: Partner = tools.partner_at(unit, original.partner, at)
        if partner.profile is SealProfile.LINK or not partner.active:
            return None
        key, signer = tools.sealing_key(partner), tools.signing_key(partner)
    except (UnknownPartnerError, KeyUnavailableError):
        return None
    sealed = seal_recall(
        original.message_id,
        recipient=partner.id,
        message_id=secrets.token_hex(16),
        issuer=tools.issuer,
        signer=signer,
        to=key,
        profile=PROFILES[partner.profile],
        at=at,
        lifetime=LIFETIME,
    )
    return sealed, key.kid


def forget_when_done(unit: Unit, disclosure_id: str) -> None:
    """Destroy the encrypted request once none of its parts waits."""
    if all(part.state is not PartState.WAITING for part in unit.disclosures.parts(disclosure_id)):
        unit.disclosures.forget_box(disclosure_id)
