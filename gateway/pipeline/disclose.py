"""The way of one disclosure: the order of the stages, and nothing else.

    intake -> decide -> minimise -> (approve) -> seal -> log -> deliver -> receipt

Why this order survives a failure (docs/architecture.md has the table): sealing changes nothing outside this process;
the leaf, its encrypted detail, the outbox row and the signed checkpoint become durable in ONE commit; only the outbox
is ever delivered. So no payload can leave without its leaf, and a failure before COMMIT leaves nothing behind.
"""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import seal_box
from gateway.crypto.nonces import new_seed
from gateway.decide.facts import Circumstances
from gateway.errors import DuplicateRequestError, LogUnavailableError
from gateway.intake.schema import read_request
from gateway.intake.screening import screen_request
from gateway.intake.serialise import to_json
from gateway.intake.shown import Shown, take_shown
from gateway.intake.strict_json import parse_json
from gateway.log.decided import origin_word
from gateway.log.recorder import Entry
from gateway.model.calendar import local_day
from gateway.model.decision import Approval, Outcome, overall
from gateway.model.leaf import LeafType
from gateway.model.payload import SealedPayload
from gateway.model.people import Person
from gateway.model.request import DisclosureRequest
from gateway.model.terms import Json, Truth
from gateway.model.timeline import OwnershipView
from gateway.model.views import ChangeView
from gateway.pipeline import after_refusal, ownership
from gateway.pipeline.assess import (
    Decisions,
    Matter,
    Queries,
    Setting,
    ask,
    decide_all,
    kept_while_waiting,
    matter_of,
    observe,
    taken,
)
from gateway.pipeline.mirror import nonce_of, refuse_changed
from gateway.pipeline.release import Draft, draft_part, new_part, queue_message, record_release, seal_draft
from gateway.pipeline.tell import notify_approver
from gateway.pipeline.tools import Tools
from gateway.pipeline.watch import watch
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

TRIES = 8  # how often a decision is taken again when circumstances change under it


Sealed = list[tuple[Draft, SealedPayload]]


class CircumstancesChangedError(Exception):
    """A hold, a withdrawal or new holdings came in between deciding and committing: decide again."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A request with the decision about each subject, as things stood at `revision`."""

    id: str
    request: DisclosureRequest = field(repr=False)
    setting: Setting
    matters: dict[str, Matter]
    asked: dict[str, Queries]  # as asked now
    now: dict[str, Decisions]  # as decided now
    drafts: tuple[Draft, ...]  # what leaves now
    waiting: tuple[Draft, ...]  # what would leave after an approval
    revision: int

    @property
    def outcome(self) -> Outcome:
        """Return the outcome of the whole request."""
        return overall([decision.outcome for decisions in self.now.values() for decision in decisions.values()])


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became durable of a request: its row, its parts, each with its draft as long as it waits, and `changes`.

    `assessment` is None, and no parts are given, when the same request was recorded before.
    """

    disclosure: StoredDisclosure
    assessment: Assessment | None = None
    parts: tuple[tuple[StoredPart, Draft | None], ...] = ()
    changes: tuple[ChangeView, ...] = ()


def intake(tools: Tools, body: bytes, at: dt.datetime) -> tuple[DisclosureRequest, Shown]:
    """Read and screen a request, and which preview it answers; raise InvalidRequestError, never repeating a value."""
    vocabulary = tools.policy.bundle.vocabulary
    told, shown = take_shown(parse_json(body, limit=tools.body_limit))
    request = read_request(told, vocabulary, today=local_day(at))
    screen_request(request, vocabulary)
    return request, shown


def assess(
    tools: Tools, unit: Unit, request: DisclosureRequest, by: Person, at: dt.datetime, *, seed: bytes
) -> Assessment:
    """Decide about each subject alone, then draft what leaves now and what would leave after an approval.

    With the same seed the drafts have the same digests, as long as nothing they hold has changed.
    """
    disclosure_id = secrets.token_hex(16)
    setting = Setting(
        tools.partner_at(unit, request.recipient, at),
        request.ground,
        request.purpose,
        tools.lookup.case(request.case_ref),
    )
    revision = unit.circumstances.revision()
    matters = {
        subject.ref: matter_of(subject, watch(subject, bundle=tools.policy.bundle, lookup=tools.lookup))
        for subject in request.subjects
    }
    seen = {ref: observe(unit, tools.policy, matter, setting, at=at) for ref, matter in matters.items()}
    asked_now = {ref: ask(tools.policy, matter, setting, seen[ref]) for ref, matter in matters.items()}
    now = decide_all(tools.policy, asked_now)
    drafts: list[Draft] = []
    waiting: list[Draft] = []
    for approval in _possible(tools, matters, setting, at):
        if approval.before_release:
            asked = ask_approved(tools, matters, setting, seen, approval)
            decided = decide_all(tools.policy, asked)
        else:
            asked, decided = asked_now, now
        draft = draft_part(
            tools,
            request.subjects,
            matters,
            asked,
            decided,
            setting,
            disclosure_id=disclosure_id,
            approval=approval,
            nonce=nonce_of(seed, request, by, approval),
            on=at.date(),
        )
        if draft is not None:
            (waiting if approval.before_release else drafts).append(draft)
    return Assessment(disclosure_id, request, setting, matters, asked_now, now, tuple(drafts), tuple(waiting), revision)


def _possible(tools: Tools, matters: Mapping[str, Matter], setting: Setting, at: dt.datetime) -> list[Approval]:
    """Return, in order, the approvals under which any of it could leave: those that a row in force for it asks for.

    Whatever is known, a decision carries the approval of a row that contributes to it; so no other can have a draft.
    """
    asked = {
        row.approval
        for role in {matter.role for matter in matters.values()}
        for row in tools.policy.rows_in_force(
            recipient=setting.partner.kind, ground=setting.ground, role=role, on=at.date()
        )
    }
    return [approval for approval in Approval if approval in asked]


def ask_approved(
    tools: Tools,
    matters: dict[str, Matter],
    setting: Setting,
    seen: Mapping[str, Circumstances],
    approval: Approval,
    *,
    fg_advice: Truth | None = None,
) -> dict[str, Queries]:
    """Ask as if this approval were given: what an approver would free, no more."""
    advice = fg_advice or (Truth.YES if approval is Approval.PRE_FG else Truth.NO)
    return {
        ref: ask(tools.policy, matter, setting, seen[ref], second_approver=Truth.YES, fg_advice=advice)
        for ref, matter in matters.items()
    }


def disclose(
    tools: Tools,
    body: bytes,
    by: Person,
    at: dt.datetime,
    *,
    seed: bytes | None = None,
    expected: Collection[str] | None = None,
) -> Recorded:
    """Take one request through every stage up to the outbox; return what became durable.

    `seed` and `expected` are those of the preview that its requester saw; a program may send them in the body.

    :raises InvalidRequestError: the request has not the agreed form, or a text holds an identifier.
    :raises DuplicateRequestError: the idempotency key was used for another request.
    :raises PreviewChangedError: what would leave is no longer what `expected` names.
    :raises LogUnavailableError: nothing could be recorded, so nothing was released.
    :raises UnwitnessedError: something would be released, and the witnesses have not seen the log for too long.
    """
    request, shown = intake(tools, body, at)
    seed = seed or shown.seed or new_seed()
    expected = shown.expected if expected is None else expected
    urgent = tools.is_urgent(request.ground)
    content = canonical(to_json(request)).decode()
    key_tag = tools.lookup.idempotency(by.id, request.idempotency_key)
    body_tag = tools.lookup.idempotency(by.id, content)
    for _ in range(TRIES):
        with tools.store.read() as unit:
            known = unit.disclosures.by_idempotency(key_tag)
            if known is not None:
                return _same_request(known, body_tag)
            assessment = assess(tools, unit, request, by, at, seed=seed)
        refuse_changed((*assessment.drafts, *assessment.waiting), expected, urgent=urgent)
        if assessment.drafts:
            tools.refuse_unwitnessed(assessment.setting.ground, at)
        sealed: Sealed = [(draft, seal_draft(tools, draft, at)) for draft in assessment.drafts]

        def commit(unit: Unit, assessment: Assessment = assessment, sealed: Sealed = sealed) -> Recorded:
            known = unit.disclosures.by_idempotency(key_tag)
            if known is not None:
                return _same_request(known, body_tag)
            # INVARIANT: what is committed was decided under the circumstances that hold at this commit.
            if unit.circumstances.revision() != assessment.revision:
                raise CircumstancesChangedError
            # Compared here, so that no refusal which became durable just before is overlooked.
            changed = after_refusal.changes(tools, unit, assessment.setting, assessment.matters)
            case_id, case_key = tools.recorder.case(unit, tag=assessment.setting.case_tag)
            entry = _decision_entry(tools, assessment, changed, by, at)
            index = tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)
            box = _waiting_box(tools, assessment, case_key, at) if assessment.waiting else None
            disclosure = StoredDisclosure(
                assessment.id,
                case_id,
                by.id,
                request.recipient,
                at,
                assessment.outcome,
                key_tag,
                body_tag,
                index,
                box,
                bool(changed),
            )
            unit.disclosures.add(disclosure)
            ownership.note_doubt(unit, ownership_of(assessment, at), disclosure)
            parts: list[tuple[StoredPart, Draft | None]] = []
            for draft, message in sealed:
                part = new_part(assessment.id, draft, case_key=case_key)
                part = record_release(
                    tools,
                    unit,
                    draft,
                    message,
                    part,
                    case_id=case_id,
                    case_key=case_key,
                    prev=index,
                    asked=assessment.matters,
                    at=at,
                )
                unit.disclosures.add_part(part)
                queue_message(tools, unit, part, message, draft, case_key=case_key, at=at)
                parts.append((part, None))
            for draft in assessment.waiting:
                part = new_part(assessment.id, draft, case_key=case_key)
                unit.disclosures.add_part(part)
                parts.append((part, draft))
            if assessment.waiting:
                notify_approver(tools, unit, urgent=urgent, at=at)
            return Recorded(disclosure, assessment, tuple(parts), changed)

        try:
            recorded = tools.store.write(commit)
        except CircumstancesChangedError:
            continue
        if recorded.assessment is not None:  # and not an earlier submission of the same request
            tools.metrics.decided(assessment.outcome)
        return recorded
    raise LogUnavailableError("circumstances kept changing while deciding", hint="submit again with the same key")


def _waiting_box(tools: Tools, assessment: Assessment, case_key: bytes, at: dt.datetime) -> bytes:
    kept = kept_while_waiting(assessment.request, assessment.setting.partner, tools.policy, on=at.date())
    return seal_box(canonical(to_json(kept)), key=case_key, aad=assessment.id.encode())


def _same_request(known: StoredDisclosure, body_tag: str) -> Recorded:
    if known.body_tag != body_tag:
        raise DuplicateRequestError(
            "this idempotency key was used before for another request", hint="use a new key for a new request"
        )
    return Recorded(known)


def ownership_of(assessment: Assessment, at: dt.datetime) -> OwnershipView | None:
    """Return what somebody saw in the land register beside the holdings; None when nobody looked."""
    check = assessment.request.ownership_check
    if check is None:
        return None
    return ownership.weigh(check, (q for asked in assessment.asked.values() for q in asked.values()), local_day(at))


def _decision_entry(
    tools: Tools, assessment: Assessment, changed: tuple[ChangeView, ...], by: Person, at: dt.datetime
) -> Entry:
    """Return the entry of the decision: every fact, field, rule and reason, for the officer to replay."""
    setting = assessment.setting
    decisions: dict[str, Json] = {
        ref: {origin_word(origin): decision.to_json() for origin, decision in decided.items()}
        for ref, decided in assessment.now.items()
    }
    detail: dict[str, Json] = {
        "kind": "decision",
        "disclosure": assessment.id,
        "case_ref": assessment.request.case_ref,
        "by": by.id,
        "by_name": by.name,
        "recipient": setting.partner.id,
        "purpose": setting.purpose,
        "case": setting.case_tag,
        **taken(setting, assessment.matters.values(), assessment.asked, on=at.date()),
        "decisions": decisions,
    }
    seen = ownership_of(assessment, at)
    if seen is not None:
        detail[ownership.KEY] = ownership.to_detail(seen)
    if changed:
        detail[after_refusal.KEY] = [change.to_json() for change in changed]
    urgent = tools.is_urgent(setting.ground)
    return Entry(LeafType.DECISION, assessment.outcome.value, tools.policy.bundle.digest, detail, urgent=urgent)
