"""One part of a request on its way out: what would leave, under which digest, and the release itself."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.profiles import PROFILES
from gateway.log.recorder import Entry
from gateway.model.decision import Approval, Outcome
from gateway.model.leaf import LeafType
from gateway.model.partner import SealProfile
from gateway.model.payload import Payload, ReleasedSubject, SealedPayload
from gateway.model.request import DisclosureRequest, Subject
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.assess import Decisions, Matter, Queries, Setting, contributing_rows, minimise_part, taken
from gateway.pipeline.link import keep_link, seal_for_link
from gateway.pipeline.tell import tell_partner
from gateway.pipeline.tools import Tools
from gateway.seal.digest import approval_digest
from gateway.seal.labels import ground_label, obligations, shown_legal_basis
from gateway.seal.message import seal
from gateway.store.ports import Unit
from gateway.store.records import OutboxRow, StoredPart

REVIEW_WITHIN = dt.timedelta(hours=24)
HOLDING_GROUND = "exploitation_signal"


@dataclass(frozen=True, slots=True)
class Draft:
    """What would leave under one approval. Its payload's digest is what an approver binds to."""

    approval: Approval
    nonce: bytes = field(repr=False)
    payload: Payload
    matters: tuple[Matter, ...]
    asked: Mapping[str, Queries]
    decided: Mapping[str, Decisions]
    setting: Setting

    def contents(self) -> Json:
        """Return what the recipient reads, for the person who approves it."""
        payload = self.payload
        return {
            "ground": payload.ground,
            "purpose": payload.purpose,
            "legal_basis": list(payload.legal_basis),
            "obligations": payload.obligations.to_json(),
            "subjects": [subject.to_json() for subject in payload.subjects],
        }


def draft_part(
    tools: Tools,
    subjects: Sequence[Subject],
    matters: Mapping[str, Matter],
    asked: Mapping[str, Queries],
    decided: Mapping[str, Decisions],
    setting: Setting,
    *,
    disclosure_id: str,
    approval: Approval,
    nonce: bytes,
    on: dt.date,
) -> Draft | None:
    """Return what leaves under this approval, or None when nothing does."""
    policy, partner = tools.policy, setting.partner
    released = minimise_part(subjects, decided, approval, policy, on=on)
    if not released:
        return None
    rows = contributing_rows(decided, approval)
    bases = tuple(
        dict.fromkeys(
            basis
            for decisions in decided.values()
            for decision in decisions.values()
            if decision.released and decision.approval is approval
            for basis in decision.legal_basis
        )
    )
    owed = obligations(partner, on)
    ground = ground_label(policy.bundle.on(on), rows)
    key_id = tools.recipient_key_id(partner)
    digest = approval_digest(
        nonce=nonce,
        recipient=partner.id,
        recipient_key_id=key_id,
        ground=ground,
        purpose=setting.purpose,
        obligations=owed,
        bundle=policy.bundle.digest,
        subjects=released,
    )
    payload = Payload(
        disclosure_id=disclosure_id,
        recipient=partner.id,
        recipient_key_id=key_id,
        ground=ground,
        purpose=setting.purpose,
        legal_basis=shown_legal_basis(policy.bundle, bases, partner_kind=partner.kind),
        obligations=owed,
        bundle=policy.bundle.digest,
        approval_digest=digest,
        subjects=released,
    )
    kept = tuple(matters[subject.ref] for subject in released)
    return Draft(
        approval,
        nonce,
        payload,
        kept,
        {m.ref: asked[m.ref] for m in kept},
        {m.ref: decided[m.ref] for m in kept},
        setting,
    )


def seal_draft(tools: Tools, draft: Draft, at: dt.datetime) -> SealedPayload:
    """Sign and encrypt. This happens before the transaction, and nothing of it leaves before COMMIT."""
    partner = draft.setting.partner
    if partner.profile is SealProfile.LINK:
        return seal_for_link(tools, draft.payload, at)
    return seal(
        draft.payload,
        message_id=secrets.token_hex(16),
        issuer=tools.issuer,
        signer=tools.signing_key(partner),
        to=tools.sealing_key(partner),
        profile=PROFILES[partner.profile],
        at=at,
        lifetime=tools.lifetime,
    )


def record_release(
    tools: Tools,
    unit: Unit,
    draft: Draft,
    sealed: SealedPayload,
    part: StoredPart,
    *,
    case_id: str,
    case_key: bytes,
    prev: int,
    asked: Mapping[str, Matter],
    approved_by: Sequence[str] = (),
    advised: bool = False,
    at: dt.datetime,
) -> StoredPart:
    """Write leaf, detail and outbox row in the caller's transaction; open a hold for an exploitation signal.

    `asked` are the subjects as submitted: what waits is kept without the data that no row could release.
    Returns the part as it is from now on; the caller stores it.

    :raises UnwitnessedError: the log would be too far ahead of its witnesses, and it is nothing urgent.
    """
    setting = draft.setting
    urgent = tools.is_urgent(setting.ground)
    detail: dict[str, Json] = {
        "kind": "release",
        "disclosure": draft.payload.disclosure_id,
        "part": part.id,
        "message": sealed.message_id,
        "recipient": setting.partner.id,
        "recipient_key": draft.payload.recipient_key_id,
        # The fallback is told where the privacy officer reads: what is kept of this message may be opened one day.
        "profile": setting.partner.profile.value,
        "post_quantum": setting.partner.profile.post_quantum,
        "purpose": setting.purpose,
        "case": setting.case_tag,
        "approval": draft.approval.value,
        "approval_digest": draft.payload.approval_digest,
        "approved_by": list(approved_by),
        "advised": advised,
        "obligations": draft.payload.obligations.to_json(),
        **taken(setting, draft.matters, draft.asked, on=at.date()),
        "released": {subject.ref: _names(subject) for subject in draft.payload.subjects},
        "rules": list(contributing_rows(draft.decided, draft.approval)),
    }
    index = tools.recorder.record(
        unit,
        Entry(
            type=LeafType.RELEASE,
            outcome=_extent(draft, asked).value,
            bundle=draft.payload.bundle,
            detail=detail,
            recipient=setting.partner.id,
            payload=sealed.digest,
            prev=prev,
            urgent=urgent,
        ),
        case_id=case_id,
        case_key=case_key,
        at=at,
    )
    # INVARIANT: what is committed here was not too far ahead of the witnesses, whoever else committed meanwhile.
    if not urgent:
        tools.witnessed.refuse_ahead(unit, index + 1, at)
    released = replace(
        part,
        state=PartState.RELEASED,
        digest=draft.payload.approval_digest,
        message_id=sealed.message_id,
        leaf_index=index,
        review_due=at + REVIEW_WITHIN if draft.approval is Approval.POST_24H else None,
    )
    if setting.ground == HOLDING_GROUND:
        places = [tag for matter in draft.matters for tag in matter.watch.places]
        unit.circumstances.open_hold([setting.case_tag, *places], draft.payload.disclosure_id, at)
    return released


def _extent(draft: Draft, asked: Mapping[str, Matter]) -> Outcome:
    """Say whether all that was asked of these subjects leaves, or a part of it."""
    wanted = {(ref, name) for ref in draft.decided for names in asked[ref].fields.values() for name in names}
    going = {(subject.ref, name) for subject in draft.payload.subjects for name in subject.data}
    return Outcome.PERMIT if wanted == going else Outcome.PERMIT_REDUCED


def queue_message(
    tools: Tools,
    unit: Unit,
    part: StoredPart,
    sealed: SealedPayload,
    draft: Draft,
    *,
    case_key: bytes,
    at: dt.datetime,
) -> None:
    """Put the message in the outbox, and queue the notices of it: a link is given by the team itself.

    The part MUST be stored already, in the same transaction as its leaf.
    """
    if part.leaf_index is None:
        raise AssertionError("a message without its leaf")
    partner, urgent = draft.setting.partner.id, tools.is_urgent(draft.setting.ground)
    row = OutboxRow(part.leaf_index, sealed.message_id, part.id, partner, sealed.message, at, PartState.RELEASED)
    unit.outbox.add(replace(row, urgent=urgent, destroy_by=draft.payload.obligations.destroy_by))
    if sealed.link is not None:
        keep_link(tools, unit, sealed.message_id, sealed.link, case_key=case_key)
    else:
        tell_partner(tools, unit, partner, sealed.message_id, urgent=urgent, at=at)


def new_part(disclosure_id: str, draft: Draft, *, case_key: bytes) -> StoredPart:
    """Return a part that waits. Its nonce is sealed: with nonce and digest in hand an address could be guessed."""
    part_id = secrets.token_hex(16)
    return StoredPart(
        id=part_id,
        disclosure_id=disclosure_id,
        approval=draft.approval,
        state=PartState.WAITING,
        nonce=seal_box(draft.nonce, key=case_key, aad=_nonce_of(part_id)),
        digest=draft.payload.approval_digest,
        message_id=None,
        leaf_index=None,
        review_due=None,
    )


def open_nonce(part: StoredPart, *, case_key: bytes) -> bytes:
    """Return the nonce of a part's digest (32 bytes); it is gone with the case's key."""
    return open_box(part.nonce, key=case_key, aad=_nonce_of(part.id))


def _nonce_of(part_id: str) -> bytes:
    return f"nonce/{part_id}".encode()


def subjects_of(request: DisclosureRequest) -> Mapping[str, Subject]:
    """Return the subjects by their ref."""
    return {subject.ref: subject for subject in request.subjects}


def _names(subject: ReleasedSubject) -> Json:
    return list[Json](sorted(subject.data))
