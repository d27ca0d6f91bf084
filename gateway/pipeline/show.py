"""Turns what is stored into what a person may see of a disclosure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.approve import duties
from gateway.decide.explain import together
from gateway.errors import KeyUnavailableError, NotFoundError, NotPermittedError
from gateway.log.decided import origin_word
from gateway.log.recorder import Entry
from gateway.model.bundle import Bundle
from gateway.model.calendar import local_day
from gateway.model.decision import Decision, overall
from gateway.model.leaf import LeafType
from gateway.model.mirror import Preview
from gateway.model.notices import MessageKind, Missing
from gateway.model.people import Person, StaffRole
from gateway.model.pickup import LinkView
from gateway.model.terms import Json, members
from gateway.model.views import (
    OWN_LISTED,
    ChangedLine,
    ChangeView,
    DisclosureLine,
    DisclosureView,
    FieldState,
    FieldView,
    PartState,
    PartView,
    ReceiptView,
    SubjectView,
)
from gateway.pipeline.after_refusal import read_changes
from gateway.pipeline.assess import Decisions, read_matters
from gateway.pipeline.chase import find_owed
from gateway.pipeline.consult import told
from gateway.pipeline.disclose import Assessment, Recorded, ownership_of
from gateway.pipeline.judge import Waiting, look
from gateway.pipeline.links import overdue, view_of
from gateway.pipeline.mirror import messages_of
from gateway.pipeline.queue import MOST
from gateway.pipeline.tools import Tools
from gateway.store.approval_ports import StoredDeputy
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart, StoredReceipt

OFFICERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER)


def preview_view(
    tools: Tools, assessment: Assessment, changed: tuple[ChangeView, ...], by: Person, at: dt.datetime, *, seed: bytes
) -> DisclosureView:
    """Show what a request would do, and which changes after a refusal it would record; nothing is stored or logged.

    Its messages are those that are sealed when the request is submitted with the same seed and nothing changed.
    """
    subjects = tuple(
        _subject(tools.policy.bundle, ref, assessment.matters[ref].role, list(decided.values()))
        for ref, decided in assessment.now.items()
    )
    return DisclosureView(
        id="",
        case_ref=assessment.request.case_ref,
        recipient=assessment.setting.partner.id,
        ground=assessment.setting.ground,
        purpose=assessment.setting.purpose,
        requester=by.name,
        submitted_at=at,
        outcome=assessment.outcome,
        subjects=subjects,
        parts=(),
        leaf_index=None,
        after_refusal=changed,
        preview=Preview(seed, messages_of((*assessment.drafts, *assessment.waiting)), ownership_of(assessment, at)),
    )


def recorded_view(tools: Tools, recorded: Recorded, assessment: Assessment, by: Person) -> DisclosureView:
    """Show a request that has just become durable, as `disclosure_view` would, without reading it back.

    :raises NotPermittedError: this person has no part in it.
    """
    _may_see(by)
    disclosure = recorded.disclosure
    # In the order of the canonical form in which they are kept, so that both views are the same.
    subjects = [
        _subject(tools.policy.bundle, ref, assessment.matters[ref].role, _in_kept_order(assessment.now[ref]))
        for ref in sorted(assessment.now)
    ]
    seen = [Waiting(disclosure, part, (), draft, {}, assessment.revision) for part, draft in recorded.parts]
    return DisclosureView(
        id=disclosure.id,
        case_ref=assessment.request.case_ref,
        recipient=disclosure.recipient,
        ground=assessment.setting.ground,
        purpose=assessment.setting.purpose,
        requester=by.name,
        submitted_at=disclosure.submitted_at,
        outcome=disclosure.outcome,
        subjects=tuple(subjects),
        parts=tuple(_part(one, by, ()) for one in sorted(seen, key=lambda one: one.part.approval.strictness)),
        leaf_index=disclosure.leaf_index,
        after_refusal=recorded.changes,
    )


def disclosure_view(tools: Tools, disclosure_id: str, by: Person, at: dt.datetime) -> DisclosureView:
    """Show a submitted request to someone who has a part in it; an officer's look is itself logged.

    :raises NotPermittedError: this person has no part in it.
    """
    with tools.store.read() as unit:
        disclosure = unit.disclosures.get(disclosure_id)
        _may_see(by)
        view = _view(tools, unit, disclosure, by, at)
    if by.has(*OFFICERS) and by.id != disclosure.requester:
        _log_access(tools, disclosure, by, at)
    return view


def _in_kept_order(decided: Decisions) -> list[Decision]:
    named = {origin_word(origin): decision for origin, decision in decided.items()}
    return [named[name] for name in sorted(named)]


def _may_see(by: Person) -> None:
    if not by.has(*StaffRole):
        raise NotPermittedError("your role may not see this request", hint="ask a supervisor of the team")


def lines(tools: Tools, by: Person) -> Sequence[DisclosureLine]:
    """List a supervisor's newest requests (`OWN_LISTED`) and whatever waits for this person, newest first.

    No names, addresses or case numbers.
    """
    found = []
    on = local_day(tools.clock())
    with tools.store.read() as unit:
        deputies = unit.approvals.stands_in(by.id, on=on)
        due = set(overdue(unit, by, tools.clock()))
        listed = {one.id: one for one in unit.disclosures.of_requester(by.id, OWN_LISTED)}
        for part_id in unit.approvals.open_parts(MOST):  # however old: what waits is not lost among newer requests
            of = unit.disclosures.part(part_id).disclosure_id
            if of not in listed:
                listed[of] = unit.disclosures.get(of)
        for disclosure in sorted(listed.values(), key=lambda one: one.submitted_at, reverse=True):
            parts = unit.disclosures.parts(disclosure.id)
            waits = again = False
            for part in parts:
                said = unit.disclosures.judgements(part.id)
                again = again or duties.send_again(part, said)
                requester = disclosure.requester
                task = duties.task_of(part, said, requester=requester, person=by, deputies=deputies, on=on)
                waits = waits or (task is not None and task[1] is None)
            if waits or disclosure.requester == by.id:
                found.append(
                    DisclosureLine(
                        disclosure.id,
                        disclosure.recipient,
                        disclosure.submitted_at,
                        disclosure.outcome,
                        tuple(part.state for part in parts),
                        waits,
                        again,
                        spoken=any(part.kind is MessageKind.ORAL for part in parts),
                        link_due=disclosure.id in due,
                    )
                )
    return found


def changed_lines(tools: Tools, by: Person, limit: int = 50) -> Sequence[ChangedLine]:
    """List, for officers, the newest requests that changed something after a refusal; who looks closer is logged.

    :raises NotPermittedError: this person does not supervise.
    """
    if not by.has(*OFFICERS, StaffRole.MANAGER):
        raise NotPermittedError("your role may not see these requests", hint="ask the privacy officer")
    found = []
    with tools.store.read() as unit:
        for disclosure in unit.disclosures.after_refusal(limit):
            try:
                _, detail, _ = tools.recorder.read(unit, disclosure.leaf_index)
                changes = read_changes(detail)
            except NotFoundError:  # erased: that it was so remains, what it was does not
                changes = ()
            found.append(ChangedLine(disclosure.id, disclosure.submitted_at, disclosure.leaf_index, changes))
    return found


def _view(tools: Tools, unit: Unit, disclosure: StoredDisclosure, by: Person, at: dt.datetime) -> DisclosureView:
    _, detail, _ = tools.recorder.read(unit, disclosure.leaf_index)
    roles = {matter.ref: matter.role for matter in read_matters(detail)}
    subjects = []
    for ref, groups in members(detail["decisions"]).items():
        decided = [Decision.from_json(members(group)) for group in members(groups).values()]
        subjects.append(_subject(tools.policy.bundle, ref, roles[ref], decided))
    parts = [_look(tools, unit, disclosure, part, at) for part in unit.disclosures.parts(disclosure.id)]
    owed = {line.message_id: line.what for line in find_owed(unit, tools.patience, at)}
    deputies = unit.approvals.stands_in(by.id, on=local_day(at))

    def shown(seen: Waiting) -> PartView:
        view = _part(seen, by, _receipts(unit, seen.part), deputies, local_day(at))
        return replace(view, link=_link(unit, seen, by, at), said=told(tools, unit, seen.judgements))

    return DisclosureView(
        id=disclosure.id,
        case_ref=str(detail["case_ref"]),
        recipient=disclosure.recipient,
        ground=str(detail["ground"]),
        purpose=str(detail["purpose"]),
        requester=str(detail["by_name"]),
        submitted_at=disclosure.submitted_at,
        outcome=disclosure.outcome,
        subjects=tuple(subjects),
        parts=tuple(_told(shown(seen), parts, owed) for seen in parts),
        leaf_index=disclosure.leaf_index,
        after_refusal=read_changes(detail),
    )


def _look(tools: Tools, unit: Unit, disclosure: StoredDisclosure, part: StoredPart, at: dt.datetime) -> Waiting:
    try:
        return look(tools, unit, disclosure.id, part.id, at)
    except KeyUnavailableError:  # the recipient has no key that counts: it waits on, and who approves is told why
        said = tuple(unit.disclosures.judgements(part.id))
        return Waiting(disclosure, part, said, None, {}, unit.circumstances.revision())


def _told(view: PartView, parts: Sequence[Waiting], owed: Mapping[str, Missing]) -> PartView:
    """Add what is owed, and whether a recall could not be sent."""
    recalls = [seen.part for seen in parts if seen.part.kind is MessageKind.RECALL]
    recalled = view.state is PartState.RECALLED
    told = any(part.about == view.message_id and part.state is not PartState.VOIDED for part in recalls)
    return replace(view, missing=owed.get(view.message_id or ""), to_phone=recalled and not told)


def _receipts(unit: Unit, part: StoredPart) -> Sequence[StoredReceipt]:
    return unit.outbox.receipts(part.message_id) if part.message_id else ()


def _link(unit: Unit, seen: Waiting, by: Person, at: dt.datetime) -> LinkView | None:
    kept = None if seen.part.message_id is None else unit.pickups.of_message(seen.part.message_id)
    return None if kept is None else view_of(kept, mine=by.id == seen.disclosure.requester, at=at)


def _part(
    seen: Waiting,
    by: Person,
    receipts: Sequence[StoredReceipt],
    deputies: Sequence[StoredDeputy] = (),
    on: dt.date = dt.date.min,
) -> PartView:
    part, said, requester = seen.part, seen.judgements, seen.disclosure.requester
    why_not = duties.may_approve(part, said, requester=requester, person=by, deputies=deputies, on=on)
    advise = duties.may_advise(part, requester=requester, person=by, deputies=deputies, on=on) is None
    review = duties.may_review(part, said, requester=requester, person=by) is None
    ask = duties.may_ask(part, said, requester=requester, person=by, deputies=deputies, on=on) is None
    decides_for = duties.decides_for(part, said, requester=requester, person=by, deputies=deputies, on=on)
    advises_for = duties.advises_for(requester=requester, person=by, deputies=deputies, on=on)
    # The data are shown to the requester, to whoever may decide on them, and to the FG who is asked for advice.
    shown = seen.draft is not None and (by.id == requester or why_not is None or advise)
    return PartView(
        id=part.id,
        approval=part.approval,
        state=part.state,
        digest=seen.draft.payload.approval_digest if seen.draft else part.digest,
        contents=seen.draft.contents() if shown and seen.draft else None,
        advice=duties.advice(said),
        review_due=part.review_due,
        message_id=part.message_id,
        leaf_index=part.leaf_index,
        receipts=tuple(ReceiptView(kept.state, kept.at, kept.leaf_index) for kept in receipts),
        may_approve=why_not is None,
        may_advise=advise,
        may_review=review,
        why_not=why_not if part.state is PartState.WAITING else None,
        kind=part.kind,
        about=part.about,
        send_again=duties.send_again(part, said),
        may_ask=ask,
        may_answer=duties.may_answer(part, said, requester=requester, person=by) is None,
        as_deputy=(why_not is None and decides_for is not None) or (advise and advises_for is not None),
    )


def _subject(bundle: Bundle, ref: str, role: str, decided: Sequence[Decision]) -> SubjectView:
    fields: list[FieldView] = []
    for decision in decided:
        for state, names in ((FieldState.RELEASED, decision.released), (FieldState.PENDING, decision.pending)):
            fields += [FieldView(n, bundle.vocabulary.fields[n].label, state, None, decision.rules) for n in names]
        fields += [
            FieldView(w.field, bundle.vocabulary.fields[w.field].label, FieldState.WITHHELD, w.reason, w.rules)
            for w in decision.withheld
        ]
    strictest = max((decision.approval for decision in decided), key=lambda approval: approval.strictness)
    return SubjectView(
        ref=ref,
        role=role,
        outcome=overall([decision.outcome for decision in decided]),
        approval=strictest,
        fields=tuple(fields),
        explanation=together(decision.explanation for decision in decided),
        legal_basis=tuple(dict.fromkeys(basis for decision in decided for basis in decision.legal_basis)),
    )


def _log_access(tools: Tools, disclosure: StoredDisclosure, by: Person, at: dt.datetime) -> None:
    detail: dict[str, Json] = {"kind": "access", "disclosure": disclosure.id, "by": by.id, "by_name": by.name}

    def commit(unit: Unit) -> None:
        tools.recorder.record(
            unit,
            Entry(LeafType.ACCESS, "read", tools.policy.bundle.digest, detail, prev=disclosure.leaf_index),
            case_id=disclosure.case_id,
            case_key=tools.recorder.case_key(unit, disclosure.case_id),
            at=at,
        )

    tools.store.write(commit)
