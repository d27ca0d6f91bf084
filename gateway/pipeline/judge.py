"""What people say of a part: approve, refuse, advise, review. Each is by identity, bound to a digest, and a leaf.

`gateway.pipeline.consult` has what is asked back and answered.
"""

import datetime as dt
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gateway.approve import duties, reasons
from gateway.errors import DuplicateRequestError, LogUnavailableError
from gateway.model.approvals import Because
from gateway.model.decision import Approval, Outcome
from gateway.model.leaf import LeafType
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.assess import Setting, decide_all, matter_of, observe, read_matters, taken
from gateway.pipeline.disclose import TRIES, CircumstancesChangedError, ask_approved
from gateway.pipeline.judgement import (
    About,
    Word,
    find,
    open_request,
    record_judgement,
    refuse_identifying,
    refuse_unless,
    refuse_unless_advises,
    refuse_unless_decides,
)
from gateway.pipeline.recall import forget_when_done, withdraw_message
from gateway.pipeline.release import Draft, draft_part, open_nonce, queue_message, record_release, seal_draft
from gateway.pipeline.tell import notify_approver, tell_team
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

    @property
    def about(self) -> About:
        """Return what a judgement of it is about."""
        return About(self.disclosure, self.part, self.judgements)


def look(tools: Tools, unit: Unit, disclosure_id: str, part_id: str, at: dt.datetime) -> Waiting:
    """Return a part with what would leave if it were approved now; the decision is taken again each time."""
    about = find(unit, disclosure_id, part_id)
    disclosure, part, judgements = about.disclosure, about.part, about.judgements
    revision = unit.circumstances.revision()
    draft, asked = None, dict[str, Json]()
    if part.state is PartState.WAITING and disclosure.box is not None:
        draft, asked = _draft_again(tools, unit, disclosure, part, judgements, at)
    return Waiting(disclosure, part, judgements, draft, asked, revision)


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
    seen = {ref: observe(unit, tools.policy, matter, setting, at=at) for ref, matter in matters.items()}
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


def approve(
    tools: Tools,
    disclosure_id: str,
    part_id: str,
    digest: str,
    by: Person,
    at: dt.datetime,
    *,
    against: str | None = None,
) -> None:
    """Approve exactly what this digest covers; decide again, then seal, log and queue it.

    When the policy no longer lets it leave, the part is voided and the log says so. `against`: why, when the FG's
    advice is negative (`gateway.model.approvals.Against`).

    :raises NotPermittedError: this person may not (own request, own advice, wrong role, advice missing).
    :raises DuplicateRequestError: what would leave is no longer what this person saw.
    :raises InvalidRequestError: it differs from the FG's advice, and no reason is given.
    :raises UnwitnessedError: the witnesses have not seen the log for too long; it waits as it did.
    """

    def step() -> Callable[[Unit], None]:
        with tools.store.read() as unit:
            seen = look(tools, unit, disclosure_id, part_id, at)
            _, submitted, _ = tools.recorder.read(unit, seen.disclosure.leaf_index)
            refuse_unless_decides(unit, seen.about, by, at)
        asked = {matter.ref: matter for matter in read_matters(submitted)}
        draft = seen.draft
        if draft is None:
            return lambda unit: _void(tools, unit, seen, by, at)
        if not hmac.compare_digest(draft.payload.approval_digest.encode(), digest.encode(errors="replace")):
            raise DuplicateRequestError(
                "what would leave has changed since you looked at it", hint="look at it again, then decide"
            )
        differs = duties.against_advice(seen.judgements, approves=True)
        because = reasons.against(against) if differs else Because()
        tools.refuse_unwitnessed(draft.setting.ground, at)
        message = seal_draft(tools, draft, at)

        def commit(unit: Unit) -> None:
            _still(unit, seen)
            # Again: a deputyship may have been ended since, and it is not among the circumstances.
            instead_of = refuse_unless_decides(unit, seen.about, by, at)
            case_key = tools.recorder.case_key(unit, seen.disclosure.case_id)
            said = Word(duties.APPROVE, LeafType.APPROVAL, "approved", because, instead_of, against=differs)
            index = record_judgement(tools, unit, seen.about, said, by, at, digest=digest)
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


def refuse(tools: Tools, disclosure_id: str, part_id: str, because: Because, by: Person, at: dt.datetime) -> None:
    """Say no, and why: nothing of the part leaves, and its data are destroyed once nothing else waits.

    It needs no key of the recipient, and what the policy says now does not matter.

    :raises InvalidRequestError: the text holds what may not stand in it; its field is `text`.
    """

    def commit(unit: Unit) -> None:
        about = find(unit, disclosure_id, part_id)
        instead_of = refuse_unless_decides(unit, about, by, at)
        refuse_identifying(tools, unit, about, because.text)
        differs = duties.against_advice(about.judgements, approves=False)
        said = Word(duties.REFUSE, LeafType.APPROVAL, "refused", because, instead_of, against=differs)
        record_judgement(tools, unit, about, said, by, at, digest=about.part.digest)
        unit.disclosures.change_part(replace(about.part, state=PartState.REFUSED), was=PartState.WAITING)
        forget_when_done(unit, disclosure_id)
        tell_team(tools, unit, None, urgent=False, at=at)

    tools.store.write(commit)


def advise(
    tools: Tools,
    disclosure_id: str,
    part_id: str,
    because: Because,
    *,
    positive: bool,
    by: Person,
    at: dt.datetime,
) -> None:
    """Record the FG's advice and what it rests on. It decides nothing; it may change what an approver can be shown."""

    def commit(unit: Unit) -> None:
        seen = look(tools, unit, disclosure_id, part_id, at)
        instead_of = refuse_unless_advises(unit, seen.about, by, at)
        kind = "advise_positive" if positive else "advise_negative"
        digest = seen.draft.payload.approval_digest if seen.draft else seen.part.digest
        said = Word(kind, LeafType.APPROVAL, kind, because, instead_of)
        record_judgement(tools, unit, seen.about, said, by, at, digest=digest)
        notify_approver(tools, unit, urgent=False, at=at)

    tools.store.write(commit)


def review(tools: Tools, disclosure_id: str, part_id: str, *, good: bool, by: Person, at: dt.datetime) -> None:
    """Review an urgent release afterwards; a negative review recalls the message."""

    def commit(unit: Unit) -> None:
        about = find(unit, disclosure_id, part_id)
        requester = about.disclosure.requester
        refuse_unless(duties.may_review(about.part, about.judgements, requester=requester, person=by))
        kind, outcome = (duties.REVIEW_GOOD, "upheld") if good else (duties.REVIEW_BAD, "rejected")
        said = Word(kind, LeafType.REVIEW, outcome)
        index = record_judgement(tools, unit, about, said, by, at, digest=about.part.digest)
        if not good:
            withdraw_message(tools, unit, about.disclosure, about.part, reason="review", prev=index, at=at)

    tools.store.write(commit)


def _still(unit: Unit, seen: Waiting) -> None:
    # INVARIANT: approved and sealed under the circumstances, and after the advice, that hold at this commit.
    if unit.circumstances.revision() != seen.revision:
        raise CircumstancesChangedError
    if tuple(unit.disclosures.judgements(seen.part.id)) != seen.judgements:
        raise CircumstancesChangedError


def _void(tools: Tools, unit: Unit, seen: Waiting, by: Person, at: dt.datetime) -> None:
    _still(unit, seen)
    instead_of = refuse_unless_decides(unit, seen.about, by, at)
    said = Word("void", LeafType.DECISION, Outcome.DENY.value, instead_of=instead_of)
    index = record_judgement(tools, unit, seen.about, said, by, at, digest=seen.part.digest, more=seen.taken)
    withdraw_message(tools, unit, seen.disclosure, seen.part, reason="decision", prev=index, at=at)
