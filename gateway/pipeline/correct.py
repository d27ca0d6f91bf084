"""Corrects what was sent (GDPR articles 16 and 19): decided again, minimised, sealed, and sent to who has the field.

The new values go to exactly the partners that received the field in this request, each in a message of its own that
names the one it corrects. What was not fetched yet and is not urgent is stopped instead, because a value that is known
to be wrong must not leave: submit it again. Where the rules no longer let a corrected value go (an agreement that
ended, a consent that was withdrawn, another owner), the earlier message is recalled: who may not have the right value
may not keep the wrong one. An urgent message is never stopped nor recalled for it: its correction follows it, or the
team telephones.
"""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.errors import InvalidRequestError, KeyUnavailableError
from gateway.intake.schema import read_request
from gateway.intake.screening import screen_request
from gateway.intake.strict_json import parse_json
from gateway.log.recorder import Entry
from gateway.model.calendar import local_day
from gateway.model.decision import Approval
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.request import Subject
from gateway.model.terms import Json, Provenance, Truth, items, members, words
from gateway.model.views import PartState
from gateway.pipeline.assess import Matter, Setting, ask, decide_all, observe, read_matters
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.release import Draft, draft_part, new_part, queue_message, record_release, seal_draft
from gateway.pipeline.tell import tell_team
from gateway.pipeline.tools import Tools
from gateway.pipeline.watch import Watch, watch
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

HINT = 'give a list of {"request": id, "ref": "s1", "data": {field: new value}}'


@dataclass(frozen=True, slots=True)
class Correction:
    """New values of some fields of one subject of one request."""

    disclosure_id: str
    ref: str
    data: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was done, as (partner, id of the message that was wrong): corrected, recalled, stopped, or to be phoned."""

    sent: tuple[tuple[str, str], ...] = ()
    recalled: tuple[tuple[str, str], ...] = ()
    stopped: tuple[tuple[str, str], ...] = ()
    phone: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the form of the command's answer."""
        kinds = {"corrected": self.sent, "recalled": self.recalled, "stopped": self.stopped, "telephone": self.phone}
        return {
            kind: [{"partner": partner, "message": message} for partner, message in done]
            for kind, done in kinds.items()
        }


def read_corrections(body: bytes, *, limit: int) -> Sequence[Correction]:
    """Return what a file asks to correct; its values are read when the request's roles are known.

    :raises InvalidRequestError: it has not the form of a list of corrections.
    """
    told = parse_json(body, limit=limit)
    found = [_read(item) for item in told] if isinstance(told, list) else []
    if not found:
        raise InvalidRequestError("this is no list of corrections", hint=HINT)
    return found


def _read(item: Json) -> Correction:
    if not isinstance(item, dict) or set(item) != {"request", "ref", "data"}:
        raise InvalidRequestError("a correction has exactly `request`, `ref` and `data`", hint=HINT)
    request, ref, data = item["request"], item["ref"], item["data"]
    if not isinstance(request, str) or not isinstance(ref, str) or not isinstance(data, dict) or not data:
        raise InvalidRequestError("a correction names a request, a subject and new values", hint=HINT)
    return Correction(request, ref, data)


def correct(tools: Tools, wanted: Sequence[Correction], *, decision: str, by: str, at: dt.datetime) -> Corrected:
    """Correct everything of the list in one transaction; `decision` says where it is on file.

    :raises NotFoundError: there is no such request.
    :raises InvalidRequestError: a value has not the form of its field, or nobody received what is to be corrected.
    """

    return tools.store.write(lambda unit: correct_in(tools, unit, wanted, decision=decision, by=by, at=at))


def correct_in(
    tools: Tools, unit: Unit, wanted: Sequence[Correction], *, decision: str, by: str, at: dt.datetime
) -> Corrected:
    """Correct everything of the list in the caller's transaction; the same refusals."""
    done = Corrected()
    for one in wanted:
        done = _correct_one(tools, unit, one, done, decision, by, at)
    if done == Corrected():
        raise InvalidRequestError(
            "nobody received what is to be corrected", hint="look at the request: which fields left, in which part"
        )
    return done


def _correct_one(
    tools: Tools, unit: Unit, one: Correction, done: Corrected, decision: str, by: str, at: dt.datetime
) -> Corrected:
    disclosure = unit.disclosures.get(one.disclosure_id)
    _, asked, _ = tools.recorder.read(unit, disclosure.leaf_index)
    kept: dict[str, Json] = {"kind": "corrected", "disclosure": disclosure.id, "by": by, "decision": decision}
    index: int | None = None
    for part in unit.disclosures.parts(disclosure.id):
        if part.kind is MessageKind.ORAL and _was_told(tools, unit, part, one):
            index = _record(tools, unit, disclosure, kept, at) if index is None else index
            tell_team(tools, unit, None, urgent=tools.is_urgent(str(asked["ground"])), at=at)
            done = replace(done, phone=(*done.phone, (disclosure.recipient, part.id)))
            continue
        names = received(tools, unit, part, one)
        if not names or part.leaf_index is None or part.message_id is None:
            continue
        if index is None:
            index = _record(tools, unit, disclosure, kept, at)
        what = (disclosure.recipient, part.message_id)
        if part.state is PartState.RELEASED and not tools.is_urgent(str(asked["ground"])):
            withdraw_message(tools, unit, disclosure, part, reason="correction", prev=index, at=at)
            done = replace(done, stopped=(*done.stopped, what))
        elif _send(tools, unit, disclosure, asked, part, one, names, prev=index, by=by, at=at):
            done = replace(done, sent=(*done.sent, what))
        elif tools.is_urgent(str(asked["ground"])):
            tell_team(tools, unit, part.message_id, urgent=True, at=at)
            done = replace(done, phone=(*done.phone, what))
        else:
            withdraw_message(tools, unit, disclosure, part, reason="correction", prev=index, at=at)
            done = replace(done, recalled=(*done.recalled, what))
    return done


def _was_told(tools: Tools, unit: Unit, part: StoredPart, one: Correction) -> bool:
    """Say whether one of the fields was told by telephone, and not taken back."""
    if part.leaf_index is None or part.state is not PartState.DELIVERED:
        return False
    _, detail, _ = tools.recorder.read(unit, part.leaf_index)
    told = members(detail["told"]).get(one.ref)
    return told is not None and not one.data.keys().isdisjoint(words(items(told)))


def received(tools: Tools, unit: Unit, part: StoredPart, one: Correction) -> tuple[str, ...]:
    """Return which of the fields this part's message has; none when it is no disclosure, or was taken back."""
    if part.kind is not MessageKind.DISCLOSURE or part.state not in {PartState.RELEASED, PartState.DELIVERED}:
        return ()
    if part.leaf_index is None:
        return ()
    _, detail, _ = tools.recorder.read(unit, part.leaf_index)
    released = members(detail["released"]).get(one.ref)
    return tuple(name for name in words(items(released)) if name in one.data) if released is not None else ()


def _record(tools: Tools, unit: Unit, disclosure: StoredDisclosure, detail: dict[str, Json], at: dt.datetime) -> int:
    return tools.recorder.record(
        unit,
        Entry(LeafType.REVIEW, "corrected", tools.policy.bundle.digest, detail, prev=disclosure.leaf_index),
        case_id=disclosure.case_id,
        case_key=tools.recorder.case_key(unit, disclosure.case_id),
        at=at,
    )


def _send(
    tools: Tools,
    unit: Unit,
    disclosure: StoredDisclosure,
    asked: Mapping[str, Json],
    part: StoredPart,
    one: Correction,
    names: Sequence[str],
    *,
    prev: int,
    by: str,
    at: dt.datetime,
) -> bool:
    """Decide again about the new values and send what may go; return False when not all of it may."""
    if part.leaf_index is None:
        raise AssertionError("a message without its leaf")
    _, detail, _ = tools.recorder.read(unit, part.leaf_index)
    partner = tools.partner_at(unit, disclosure.recipient, at)
    setting = Setting(partner, str(asked["ground"]), str(asked["purpose"]), str(asked["case"]))
    matter = next(matter for matter in read_matters(detail) if matter.ref == one.ref)
    subject = _subject(tools, asked, matter, one, names, at)
    now = replace(matter, fields=_only(matter, names), watch=_joined(tools, matter, subject))
    given = Truth.YES if Approval(str(detail["approval"])).before_release else Truth.NO
    advised = detail["approval"] == Approval.PRE_FG.value or detail.get("advised") is True
    queries = ask(
        tools.policy,
        now,
        setting,
        observe(unit, tools.policy, now, setting, at=at),
        second_approver=given,
        fg_advice=Truth.YES if advised else Truth.NO,
    )
    decided = decide_all(tools.policy, {one.ref: queries})
    if {name for decision in decided[one.ref].values() for name in decision.released} != set(names):
        return False
    try:
        drafts = [
            draft_part(
                tools,
                [subject],
                {one.ref: now},
                {one.ref: queries},
                decided,
                setting,
                disclosure_id=disclosure.id,
                approval=approval,
                nonce=secrets.token_bytes(32),
                on=at.date(),
            )
            for approval in Approval
        ]
        for draft in drafts:
            if draft is not None:
                _queue(tools, unit, disclosure, draft, part, {one.ref: now}, prev=prev, by=by, advised=advised, at=at)
    except KeyUnavailableError:
        return False
    return True


def _queue(
    tools: Tools,
    unit: Unit,
    disclosure: StoredDisclosure,
    draft: Draft,
    wrong: StoredPart,
    asked: Mapping[str, Matter],
    *,
    prev: int,
    by: str,
    advised: bool,
    at: dt.datetime,
) -> None:
    draft = replace(draft, payload=replace(draft.payload, corrects=wrong.message_id))
    case_key = tools.recorder.case_key(unit, disclosure.case_id)
    sealed = seal_draft(tools, draft, at)
    made = replace(new_part(disclosure.id, draft, case_key=case_key), kind=MessageKind.CORRECTION)
    part = record_release(
        tools,
        unit,
        draft,
        sealed,
        replace(made, about=wrong.message_id),
        case_id=disclosure.case_id,
        case_key=case_key,
        prev=prev,
        asked=asked,
        approved_by=[by],
        advised=advised,
        at=at,
    )
    unit.disclosures.add_part(part)
    queue_message(tools, unit, part, sealed, draft, case_key=case_key, at=at)


def _only(matter: Matter, names: Sequence[str]) -> dict[Provenance | None, tuple[str, ...]]:
    groups = {origin: tuple(name for name in some if name in names) for origin, some in matter.fields.items()}
    return {origin: some for origin, some in groups.items() if some}


def _subject(
    tools: Tools, asked: Mapping[str, Json], matter: Matter, one: Correction, names: Sequence[str], at: dt.datetime
) -> Subject:
    """Read and screen the new values as those of a request are."""
    form: Json = {
        "case_ref": asked["case_ref"],
        "recipient": asked["recipient"],
        "ground": asked["ground"],
        "purpose": asked["purpose"],
        "subjects": [{"ref": one.ref, "role": matter.role, "data": {name: one.data[name] for name in names}}],
        "idempotency_key": "correction-" + "0" * 16,
    }
    request = read_request(form, tools.policy.bundle.vocabulary, today=local_day(at))
    screen_request(request, tools.policy.bundle.vocabulary)
    origins = {name: origin for origin, some in matter.fields.items() for name in some if origin is not None}
    provenance = {name: origins[name] for name in names if name in origins}
    return replace(request.subjects[0], facts=matter.claims, provenance=provenance)


def _joined(tools: Tools, matter: Matter, subject: Subject) -> Watch:
    """Return what the decision depends on: the new address where there is one, and holds on the old one as well."""
    new = watch(subject, bundle=tools.policy.bundle, lookup=tools.lookup)
    return replace(
        matter.watch,
        dwelling=new.dwelling or matter.watch.dwelling,
        places=tuple(sorted({*matter.watch.places, *new.places})),
    )
