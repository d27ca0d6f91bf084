"""What people say of a part: approve, refuse, advise, review. Each is by identity, bound to a digest, and a leaf."""

import datetime as dt
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gateway.approve import duties
from gateway.crypto.canonical import parse_canonical
from gateway.crypto.casebox import open_box
from gateway.errors import DuplicateRequestError, LogUnavailableError, NotPermittedError
from gateway.intake.serialise import from_json
from gateway.log.recorder import Entry
from gateway.model.decision import Approval, Outcome
from gateway.model.leaf import LeafType
from gateway.model.people import Person
from gateway.model.request import DisclosureRequest
from gateway.model.terms import Json, Text
from gateway.model.views import PartState
from gateway.pipeline.assess import Setting, decide_all, matter_of, observe, read_matters, taken
from gateway.pipeline.disclose import TRIES, CircumstancesChangedError, ask_approved
from gateway.pipeline.recall import forget_when_done, withdraw_message
from gateway.pipeline.release import Draft, draft_part, open_nonce, queue_message, record_release, seal_draft
from gateway.pipeline.tools import Tools
from gateway.pipeline.watch import watch
from gateway.store.ports import Unit
from gateway.store.records import Judgement, StoredDisclosure, StoredPart


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part as it stands now. `draft` is None when the policy no longer lets anything of it leave."""

    disclosure: StoredDisclosure
    part: StoredPart
    judgements: tuple[Judgement, ...]
    draft: Draft | None = field(repr=False)
    taken: dict[str, Json]  # what the decision about it was asked now
    revision: int


def look(tools: Tools, unit: Unit, disclosure_id: str, part_id: str, at: dt.datetime) -> Waiting:
    """Return a part with what would leave if it were approved now; the decision is taken again each time."""
    part = unit.disclosures.part(part_id)
    disclosure = unit.disclosures.get(disclosure_id)
    if part.disclosure_id != disclosure.id:
        raise DuplicateRequestError("this part belongs to another request", hint="open the request again")
    judgements = tuple(unit.disclosures.judgements(part_id))
    revision = unit.circumstances.revision()
    draft, asked = None, dict[str, Json]()
    if part.state is PartState.WAITING and disclosure.box is not None:
        draft, asked = _draft_again(tools, unit, disclosure, part, judgements, at)
    return Waiting(disclosure, part, judgements, draft, asked, revision)


def open_request(tools: Tools, unit: Unit, disclosure: StoredDisclosure) -> DisclosureRequest:
    """Decrypt a waiting request with its case's key."""
    key = tools.recorder.case_key(unit, disclosure.case_id)
    return from_json(parse_canonical(open_box(disclosure.box or b"", key=key, aad=disclosure.id.encode())))


def _draft_again(
    tools: Tools,
    unit: Unit,
    disclosure: StoredDisclosure,
    part: StoredPart,
    judgements: tuple[Judgement, ...],
    at: dt.datetime,
) -> tuple[Draft | None, dict[str, Json]]:
    request = open_request(tools, unit, disclosure)
    setting = Setting(
        tools.partner_at(unit, request.recipient, at),
        request.ground,
        request.purpose,
        tools.lookup.case(request.case_ref),
    )
    matters = {s.ref: matter_of(s, watch(s, bundle=tools.policy.bundle, lookup=tools.lookup)) for s in request.subjects}
    given = duties.advice(judgements)
    # A manager's part shows what would leave with the advice in hand; the duty to have it is checked by identity.
    advice = None if part.approval is Approval.PRE_FG else duties.advice_fact(part.approval, given)
    seen = {ref: observe(unit, tools.policy, matter, setting, on=at.date()) for ref, matter in matters.items()}
    asked = ask_approved(tools, matters, setting, seen, part.approval, fg_advice=advice)
    draft = draft_part(
        tools,
        request.subjects,
        matters,
        asked,
        decide_all(tools.policy, asked),
        setting,
        disclosure_id=disclosure.id,
        approval=part.approval,
        nonce=open_nonce(part, case_key=tools.recorder.case_key(unit, disclosure.case_id)),
        on=at.date(),
    )
    return draft, taken(setting, matters.values(), asked, on=at.date())


def _refuse_unless(reason: Text | None) -> None:
    if reason is not None:
        raise NotPermittedError(reason.en, hint="ask a colleague who may, or look at the request again")


def _again(tools: Tools, step: Callable[[], Callable[[Unit], None]]) -> None:
    """Prepare and commit; prepare again when circumstances changed in between."""
    for _ in range(TRIES):
        job = step()
        try:
            tools.store.write(job)
        except CircumstancesChangedError:
            continue
        return
    raise LogUnavailableError("circumstances kept changing while deciding", hint="try again")


def approve(tools: Tools, disclosure_id: str, part_id: str, digest: str, by: Person, at: dt.datetime) -> None:
    """Approve exactly what this digest covers; decide again, then seal, log and queue it.

    When the policy no longer lets it leave, the part is voided and the log says so.

    :raises NotPermittedError: this person may not (own request, own advice, wrong role, advice missing).
    :raises DuplicateRequestError: what would leave is no longer what this person saw.
    :raises UnwitnessedError: the witnesses have not seen the log for too long; it waits as it did.
    """

    def step() -> Callable[[Unit], None]:
        with tools.store.read() as unit:
            seen = look(tools, unit, disclosure_id, part_id, at)
            _, submitted, _ = tools.recorder.read(unit, seen.disclosure.leaf_index)
        asked = {matter.ref: matter for matter in read_matters(submitted)}
        _refuse_unless(duties.may_approve(seen.part, seen.judgements, requester=seen.disclosure.requester, person=by))
        draft = seen.draft
        if draft is None:
            return lambda unit: _void(tools, unit, seen, by, at)
        if not hmac.compare_digest(draft.payload.approval_digest.encode(), digest.encode(errors="replace")):
            raise DuplicateRequestError(
                "what would leave has changed since you looked at it", hint="look at it again, then decide"
            )
        tools.refuse_unwitnessed(draft.setting.ground, at)
        message = seal_draft(tools, draft, at)

        def commit(unit: Unit) -> None:
            _still(unit, seen)
            case_key = tools.recorder.case_key(unit, seen.disclosure.case_id)
            index = _record_judgement(
                tools,
                unit,
                seen,
                by,
                at,
                kind=duties.APPROVE,
                leaf=LeafType.APPROVAL,
                outcome="approved",
                digest=digest,
            )
            part = record_release(
                tools,
                unit,
                draft,
                message,
                seen.part,
                case_id=seen.disclosure.case_id,
                case_key=case_key,
                prev=index,
                asked=asked,
                approved_by=[by.id],
                advised=duties.advice(seen.judgements) == "positive",
                at=at,
            )
            unit.disclosures.change_part(part, was=PartState.WAITING)
            queue_message(tools, unit, part, message, draft, case_key=case_key, at=at)
            forget_when_done(unit, disclosure_id)

        return commit

    _again(tools, step)


def refuse(tools: Tools, disclosure_id: str, part_id: str, by: Person, at: dt.datetime) -> None:
    """Say no: nothing of the part leaves, and its data are destroyed once nothing else waits."""

    def commit(unit: Unit) -> None:
        seen = look(tools, unit, disclosure_id, part_id, at)
        _refuse_unless(duties.may_approve(seen.part, seen.judgements, requester=seen.disclosure.requester, person=by))
        _record_judgement(
            tools,
            unit,
            seen,
            by,
            at,
            kind=duties.REFUSE,
            leaf=LeafType.APPROVAL,
            outcome="refused",
            digest=seen.part.digest,
        )
        unit.disclosures.change_part(replace(seen.part, state=PartState.REFUSED), was=PartState.WAITING)
        forget_when_done(unit, disclosure_id)

    tools.store.write(commit)


def advise(tools: Tools, disclosure_id: str, part_id: str, *, positive: bool, by: Person, at: dt.datetime) -> None:
    """Record the FG's advice. It decides nothing; it may change what an approver can be shown."""

    def commit(unit: Unit) -> None:
        seen = look(tools, unit, disclosure_id, part_id, at)
        _refuse_unless(duties.may_advise(seen.part, requester=seen.disclosure.requester, person=by))
        kind = "advise_positive" if positive else "advise_negative"
        digest = seen.draft.payload.approval_digest if seen.draft else seen.part.digest
        _record_judgement(tools, unit, seen, by, at, kind=kind, leaf=LeafType.APPROVAL, outcome=kind, digest=digest)

    tools.store.write(commit)


def review(tools: Tools, disclosure_id: str, part_id: str, *, good: bool, by: Person, at: dt.datetime) -> None:
    """Review an urgent release afterwards; a negative review recalls the message."""

    def commit(unit: Unit) -> None:
        seen = look(tools, unit, disclosure_id, part_id, at)
        _refuse_unless(duties.may_review(seen.part, seen.judgements, requester=seen.disclosure.requester, person=by))
        kind = duties.REVIEW_GOOD if good else duties.REVIEW_BAD
        index = _record_judgement(
            tools,
            unit,
            seen,
            by,
            at,
            kind=kind,
            leaf=LeafType.REVIEW,
            outcome="upheld" if good else "rejected",
            digest=seen.part.digest,
        )
        if not good:
            withdraw_message(tools, unit, seen.disclosure, seen.part, reason="review", prev=index, at=at)

    tools.store.write(commit)


def _still(unit: Unit, seen: Waiting) -> None:
    # INVARIANT: approved and sealed under the circumstances, and after the advice, that hold at this commit.
    if unit.circumstances.revision() != seen.revision:
        raise CircumstancesChangedError
    if tuple(unit.disclosures.judgements(seen.part.id)) != seen.judgements:
        raise CircumstancesChangedError


def _void(tools: Tools, unit: Unit, seen: Waiting, by: Person, at: dt.datetime) -> None:
    _still(unit, seen)
    index = _record_judgement(
        tools,
        unit,
        seen,
        by,
        at,
        kind="void",
        leaf=LeafType.DECISION,
        outcome=Outcome.DENY.value,
        digest=seen.part.digest,
        more=seen.taken,
    )
    withdraw_message(tools, unit, seen.disclosure, seen.part, reason="decision", prev=index, at=at)


def _record_judgement(
    tools: Tools,
    unit: Unit,
    seen: Waiting,
    by: Person,
    at: dt.datetime,
    *,
    kind: str,
    leaf: LeafType,
    outcome: str,
    digest: str,
    more: Mapping[str, Json] | None = None,
) -> int:
    detail: dict[str, Json] = {
        **(more or {}),
        "kind": kind,
        "disclosure": seen.disclosure.id,
        "part": seen.part.id,
        "by": by.id,
        "by_name": by.name,
        "approval": seen.part.approval.value,
        "digest": digest,
    }
    prev = seen.part.leaf_index if seen.part.leaf_index is not None else seen.disclosure.leaf_index
    index = tools.recorder.record(
        unit,
        Entry(leaf, outcome, tools.policy.bundle.digest, detail, prev=prev),
        case_id=seen.disclosure.case_id,
        case_key=tools.recorder.case_key(unit, seen.disclosure.case_id),
        at=at,
    )
    unit.disclosures.add_judgement(Judgement(seen.part.id, by.id, kind, digest, at, index))
    return index
