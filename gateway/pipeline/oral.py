"""Records what was handed over by telephone (decision 0022): judged as it would have been, and never stopped for it.

It has happened, so nothing here blocks. The policy of that moment says what it would have released; what was told
beyond that is named as such, to the FG and the privacy officer. Only names of fields are kept, with the facts and
their evidence: no value, and no message.
"""

import datetime as dt
import secrets
from collections.abc import Mapping

from gateway.approve import duties
from gateway.config.packed_policy import unpack
from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import seal_box
from gateway.crypto.commitments import commit
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import DuplicateRequestError, NotFoundError, NotPermittedError
from gateway.log.decided import ORAL, origin_word
from gateway.log.recorder import Entry
from gateway.model.decision import Approval, Decision, overall
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.oral import Told, ToldLine, ToldView, Via
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, Text, items, members, words
from gateway.model.views import PartState
from gateway.pipeline import after_refusal
from gateway.pipeline.assess import Decisions, Matter, Setting, ask, decide_all, observe, read_matters, taken
from gateway.pipeline.release import HOLDING_GROUND, REVIEW_WITHIN
from gateway.pipeline.tools import Tools
from gateway.pipeline.watch import Watch
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

Names = Mapping[str, tuple[str, ...]]


def record_told(tools: Tools, told: Told, by: Person, at: dt.datetime) -> str:
    """Log what was told, as one entry, and let a second person look within 24 hours; return the id to follow it by.

    The same form twice is recorded once.

    :raises NotPermittedError: this person is no supervisor or manager.
    :raises DuplicateRequestError: the form was used before for another call.
    :raises LogUnavailableError: nothing could be recorded: enter it again later.
    """
    if not by.has(StaffRole.SUPERVISOR, StaffRole.MANAGER):
        raise NotPermittedError("your role may not do this", hint="ask a supervisor of the team")
    content = canonical(_content(told)).decode()
    key_tag = tools.lookup.idempotency(by.id, told.idempotency_key)
    body_tag = tools.lookup.idempotency(by.id, content)

    def commit_it(unit: Unit) -> str:
        known = unit.disclosures.by_idempotency(key_tag)
        if known is not None and known.body_tag != body_tag:
            raise DuplicateRequestError("this form was used before for another call", hint="use a new form")
        return _record(tools, unit, told, by, key_tag, body_tag, at) if known is None else known.id

    return tools.store.write(commit_it)


def _content(told: Told) -> Json:
    return {
        "case_ref": told.case_ref,
        "recipient": told.recipient,
        "via": told.via.value,
        "told_at": told.at.isoformat(),
        "ground": told.ground,
        "purpose": told.purpose,
        "subjects": [matter.to_json() for matter in _matters(told, ())],
    }


def _matters(told: Told, consents: tuple[str, ...]) -> tuple[Matter, ...]:
    """Return the subjects as a decision asks for them; without values no address is known, so none can be watched."""
    return tuple(
        Matter(
            one.ref,
            one.role,
            one.facts,
            {one.origin: one.fields},
            Watch(
                (),
                (),
                consents if "consent_explicit" in one.facts else (),
                tuple(sorted({claim.date for claim in one.facts.values() if claim.date is not None})),
            ),
        )
        for one in told.subjects
    )


def _record(tools: Tools, unit: Unit, told: Told, by: Person, key_tag: str, body_tag: str, at: dt.datetime) -> str:
    policy = policy_at(tools, unit, told.at)
    setting = Setting(
        tools.partner_at(unit, told.recipient, at), told.ground, told.purpose, tools.lookup.case(told.case_ref)
    )
    evidence = [one.facts["consent_explicit"].evidence for one in told.subjects if "consent_explicit" in one.facts]
    matters = {one.ref: one for one in _matters(told, tuple(tools.lookup.consent(name) for name in evidence if name))}
    on = told.at.date()
    asked = {
        ref: ask(policy, matter, setting, observe(unit, policy, matter, setting, at=told.at))
        for ref, matter in matters.items()
    }
    decided = decide_all(policy, asked)
    fields = {one.ref: one.fields for one in told.subjects}
    changed = after_refusal.changes(tools, unit, setting, matters)
    case_id, case_key = tools.recorder.case(unit, tag=setting.case_tag)
    disclosure_id, part_id, nonce = secrets.token_hex(16), secrets.token_hex(16), secrets.token_bytes(32)
    outcome = overall([one.outcome for each in decided.values() for one in each.values()])
    detail: dict[str, Json] = {
        "kind": ORAL,
        "disclosure": disclosure_id,
        "part": part_id,
        "case_ref": told.case_ref,
        "by": by.id,
        "by_name": by.name,
        "recipient": setting.partner.id,
        "purpose": told.purpose,
        "case": setting.case_tag,
        "via": told.via.value,
        "told_at": told.at.isoformat(),
        **taken(setting, matters.values(), asked, on=on),
        "decisions": {
            ref: {origin_word(origin): one.to_json() for origin, one in each.items()} for ref, each in decided.items()
        },
        "told": _json(fields),
        "beyond": _json(beyond(fields, decided)),
    }
    if changed:
        detail[after_refusal.KEY] = [change.to_json() for change in changed]
    entry = Entry(
        LeafType.DECISION,
        outcome.value,
        policy.bundle.digest,
        detail,
        recipient=setting.partner.id,
        urgent=tools.is_urgent(told.ground),
    )
    index = tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)
    unit.disclosures.add(
        StoredDisclosure(
            disclosure_id,
            case_id,
            by.id,
            setting.partner.id,
            at,
            outcome,
            key_tag,
            body_tag,
            index,
            None,
            bool(changed),
        )
    )
    unit.disclosures.add_part(
        StoredPart(
            id=part_id,
            disclosure_id=disclosure_id,
            approval=Approval.POST_24H,
            state=PartState.DELIVERED,
            nonce=seal_box(nonce, key=case_key, aad=f"nonce/{part_id}".encode()),
            digest=commit("oral", nonce, detail["told"]),
            message_id=None,
            leaf_index=index,
            review_due=at + REVIEW_WITHIN,
            kind=MessageKind.ORAL,
        )
    )
    if told.ground == HOLDING_GROUND and any(one.released for each in decided.values() for one in each.values()):
        unit.circumstances.open_hold([setting.case_tag], disclosure_id, at)
    return disclosure_id


def beyond(told: Names, decided: Mapping[str, Decisions]) -> dict[str, tuple[str, ...]]:
    """Return what was told and no row released: withheld, or still waiting for an approval that nobody gave."""
    released = {ref: {name for one in each.values() for name in one.released} for ref, each in decided.items()}
    over = {ref: tuple(name for name in names if name not in released[ref]) for ref, names in told.items()}
    return {ref: names for ref, names in over.items() if names}


def _json(names: Names) -> Json:
    return {ref: list[Json](sorted(some)) for ref, some in names.items()}


def _names(told: Json) -> dict[str, tuple[str, ...]]:
    return {ref: words(items(some)) for ref, some in members(told).items()}


def policy_at(tools: Tools, unit: Unit, moment: dt.datetime) -> Policy:
    """Return the policy that was in force at this moment; before any was, the one in force now."""
    for _, digest in reversed(unit.bundles.sequences()):
        kept = unit.bundles.by_digest(digest)
        if kept is not None and kept.activated_at <= moment:
            same = digest == tools.policy.bundle.digest
            return tools.policy if same else Policy(load_bundle(unpack(kept.files)))
    return tools.policy


def show_told(tools: Tools, disclosure_id: str, by: Person) -> ToldView:
    """Return what is kept of a call; raise NotFoundError when the request is none."""
    with tools.store.read() as unit:
        disclosure = unit.disclosures.get(disclosure_id)
        part = next((one for one in unit.disclosures.parts(disclosure_id) if one.kind is MessageKind.ORAL), None)
        if part is None or part.review_due is None:
            raise NotFoundError("this request was not made by telephone", hint="look at the request itself")
        _, detail, _ = tools.recorder.read(unit, disclosure.leaf_index)
        said = unit.disclosures.judgements(part.id)
    decisions = [
        Decision.from_json(members(one))
        for groups in members(detail["decisions"]).values()
        for one in members(groups).values()
    ]
    reasons: dict[str, Text] = {one.field: one.reason for each in decisions for one in each.withheld}
    return ToldView(
        id=disclosure.id,
        part_id=part.id,
        recipient=disclosure.recipient,
        via=Via(str(detail["via"])),
        told_at=dt.datetime.fromisoformat(str(detail["told_at"])),
        entered_at=disclosure.submitted_at,
        by_name=str(detail["by_name"]),
        ground=str(detail["ground"]),
        roles={matter.ref: matter.role for matter in read_matters(detail)},
        told=_names(detail["told"]),
        beyond=_names(detail["beyond"]),
        reasons=reasons,
        leaf_index=disclosure.leaf_index,
        review_due=part.review_due,
        reviewed=any(one.kind in {duties.REVIEW_GOOD, duties.REVIEW_BAD} for one in said),
        recalled=part.state is PartState.RECALLED,
        may_review=duties.may_review(part, said, requester=disclosure.requester, person=by) is None,
    )


def told_lines(tools: Tools, by: Person, limit: int = 50) -> tuple[ToldLine, ...]:
    """List, for officers and the manager, the newest calls: with how much was told that no row releases.

    :raises NotPermittedError: this person does not supervise.
    """
    if not by.has(StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER):
        raise NotPermittedError("your role may not see these calls", hint="ask the privacy officer")
    found = []
    with tools.store.read() as unit:
        for disclosure_id in unit.reviews.oral(limit):
            disclosure = unit.disclosures.get(disclosure_id)
            _, detail, _ = tools.recorder.read(unit, disclosure.leaf_index)
            over = sum(len(names) for names in _names(detail["beyond"]).values())
            at = dt.datetime.fromisoformat(str(detail["told_at"]))
            found.append(ToldLine(disclosure.id, disclosure.recipient, at, disclosure.leaf_index, over))
    return tuple(found)
