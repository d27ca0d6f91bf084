"""How anything that a person says of a part is recorded: a leaf, its encrypted detail, and the judgement itself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.approve import duties
from gateway.crypto.canonical import parse_canonical
from gateway.crypto.casebox import open_box
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotPermittedError
from gateway.intake.identifiers import identifiers_of
from gateway.intake.screening import screen
from gateway.intake.serialise import from_json
from gateway.log.recorder import Entry
from gateway.model.approvals import Because
from gateway.model.calendar import local_day
from gateway.model.leaf import LeafType
from gateway.model.people import Person
from gateway.model.request import DisclosureRequest
from gateway.model.terms import Json, Text
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import Judgement, StoredDisclosure, StoredPart


@dataclass(frozen=True, slots=True)
class About:
    """A part, its request, and what was said of it."""

    disclosure: StoredDisclosure
    part: StoredPart
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says: `kind` of the judgement, type and outcome of its leaf; `instead_of`: in whose place."""

    kind: str
    leaf: LeafType
    outcome: str
    because: Because = field(default_factory=Because)
    instead_of: str | None = None
    against: bool = False


def find(unit: Unit, disclosure_id: str, part_id: str) -> About:
    """Return a part with what was said of it.

    :raises NotFoundError: there is no such part or request.
    :raises DuplicateRequestError: it is of another request.
    """
    part, disclosure = unit.disclosures.part(part_id), unit.disclosures.get(disclosure_id)
    if part.disclosure_id != disclosure.id:
        raise DuplicateRequestError("this part belongs to another request", hint="open the request again")
    return About(disclosure, part, tuple(unit.disclosures.judgements(part_id)))


def open_request(tools: Tools, unit: Unit, disclosure: StoredDisclosure) -> DisclosureRequest:
    """Decrypt a waiting request with its case's key."""
    key = tools.recorder.case_key(unit, disclosure.case_id)
    return from_json(parse_canonical(open_box(disclosure.box or b"", key=key, aad=disclosure.id.encode())))


def refuse_unless(reason: Text | None) -> None:
    """Raise NotPermittedError with this reason, if there is one."""
    if reason is not None:
        raise NotPermittedError(reason.en, hint="ask a colleague who may, or look at the request again")


def refuse_unless_decides(unit: Unit, about: About, by: Person, at: dt.datetime) -> str | None:
    """Return in whose place this person decides on the part, None in their own role.

    :raises NotPermittedError: they may not.
    """
    requester, on = about.disclosure.requester, local_day(at)
    deputies = unit.approvals.stands_in(by.id, on=on)
    part, said = about.part, about.judgements
    refuse_unless(duties.may_approve(part, said, requester=requester, person=by, deputies=deputies, on=on))
    return duties.decides_for(part, said, requester=requester, person=by, deputies=deputies, on=on)


def refuse_unless_advises(unit: Unit, about: About, by: Person, at: dt.datetime) -> str | None:
    """Return in whose place this person advises on the part, None as the FG.

    :raises NotPermittedError: they may not.
    """
    requester, on = about.disclosure.requester, local_day(at)
    deputies = unit.approvals.stands_in(by.id, on=on)
    refuse_unless(duties.may_advise(about.part, requester=requester, person=by, deputies=deputies, on=on))
    return duties.advises_for(requester=requester, person=by, deputies=deputies, on=on)


def refuse_identifying(tools: Tools, unit: Unit, about: About, text: str) -> None:
    """Refuse a text that holds an identifier of the request, or one that is known by its form.

    :raises InvalidRequestError: its field is `text`; never the text itself.
    """
    if not text:
        return
    known = frozenset[str]()
    if about.disclosure.box is not None:
        known = identifiers_of(open_request(tools, unit, about.disclosure), tools.policy.bundle.vocabulary)
    found = sorted({finding.category for finding in screen(text, identifiers=known)})
    if found or not text.isprintable():
        raise InvalidRequestError(
            "the text holds something that identifies a person",
            hint="take it out",
            fields={"text": f"holds what may not stand in free text: {', '.join(found)}"},
        )


def record_judgement(
    tools: Tools,
    unit: Unit,
    about: About,
    word: Word,
    by: Person,
    at: dt.datetime,
    *,
    digest: str,
    more: Mapping[str, Json] | None = None,
) -> int:
    """Record what somebody says, in the caller's transaction; return the index of its leaf.

    Closed words and the text stand in the detail alone, which is destroyed with the case.
    """
    part, disclosure, because = about.part, about.disclosure, word.because
    detail: dict[str, Json] = {
        **(more or {}),
        "kind": word.kind,
        "disclosure": disclosure.id,
        "part": part.id,
        "by": by.id,
        "by_name": by.name,
        "approval": part.approval.value,
        "digest": digest,
    }
    told: dict[str, Json] = {
        "reasons": list[Json](because.reasons),
        "helps": list[Json](because.helps),
        "text": because.text,
        "instead_of": word.instead_of,
        "against_advice": word.against,
    }
    detail.update({name: value for name, value in told.items() if value})
    prev = part.leaf_index if part.leaf_index is not None else disclosure.leaf_index
    index = tools.recorder.record(
        unit,
        Entry(word.leaf, word.outcome, tools.policy.bundle.digest, detail, prev=prev),
        case_id=disclosure.case_id,
        case_key=tools.recorder.case_key(unit, disclosure.case_id),
        at=at,
    )
    unit.disclosures.add_judgement(
        Judgement(part.id, by.id, word.kind, digest, at, index, word.instead_of, word.against)
    )
    return index
