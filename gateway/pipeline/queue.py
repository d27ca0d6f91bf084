"""What waits for a judgement, for whom, since when, and what to look at: computed anew for whoever looks."""

import datetime as dt
from collections.abc import Iterator, Sequence

from gateway.approve import duties
from gateway.errors import NotFoundError, NotPermittedError
from gateway.model.approvals import AgainstLine, Because, Queue, QueueLine, Risk, Task
from gateway.model.bundle import Category, FieldType
from gateway.model.calendar import local_day
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, Provenance, items, members, words
from gateway.pipeline.judgement import find
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

MOST = 300  # parts that wait are listed, what is due first
NAMING = {FieldType.NAME, FieldType.BSN, FieldType.PHONE, FieldType.EMAIL, FieldType.URL, FieldType.PLATE}
LANDLORD = "private_landlord"
OFFICERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)


def queue(tools: Tools, by: Person, at: dt.datetime) -> Queue:
    """Return the parts that this person may judge, or may not for a reason that is told, of the roles that they have.

    A review comes first, the soonest due first; then what waits longest.
    """
    found = []
    with tools.store.read() as unit:
        deputies = unit.approvals.stands_in(by.id, on=local_day(at))
        parts = unit.approvals.open_parts(MOST + 1)
        for part_id in parts[:MOST]:
            part = unit.disclosures.part(part_id)
            about = find(unit, part.disclosure_id, part_id)
            disclosure, said = about.disclosure, about.judgements
            requester = disclosure.requester
            task = duties.task_of(part, said, requester=requester, person=by, deputies=deputies, on=local_day(at))
            if task is None:
                continue
            what, why_not = task
            detail = _decided(tools, unit, disclosure)
            risks = list(_risks(tools, disclosure, part, detail))
            if duties.advice(said) == "negative":
                risks.append(Risk.ADVISED_AGAINST)
            found.append(
                QueueLine(
                    disclosure.id,
                    part.id,
                    disclosure.recipient,
                    str(detail.get("ground", "")),
                    part.approval,
                    what,
                    disclosure.submitted_at,
                    part.review_due if what is Task.REVIEW else None,
                    tuple(risks),
                    len(items(detail.get("subjects"))),
                    duties.question(said) is not None,
                    why_not,
                )
            )
    return Queue(found, cut=len(parts) > MOST)


def against_lines(tools: Tools, by: Person, limit: int = 50) -> Sequence[AgainstLine]:
    """List, for officers, the newest decisions that differ from the FG's advice, each with the reason given.

    :raises NotPermittedError: this person does not supervise.
    """
    if not by.has(*OFFICERS):
        raise NotPermittedError("your role may not see these decisions", hint="ask the privacy officer")
    found = []
    with tools.store.read() as unit:
        for disclosure_id, said in unit.approvals.against_advice(limit):
            try:
                _, detail, _ = tools.recorder.read(unit, said.leaf_index)
            except NotFoundError:  # erased: that it was so remains, why does not
                detail = {}
            because = Because(words(detail.get("reasons")), words(detail.get("helps")))
            found.append(AgainstLine(disclosure_id, said.at, said.leaf_index, said.kind == duties.APPROVE, because))
    return found


def _decided(tools: Tools, unit: Unit, disclosure: StoredDisclosure) -> dict[str, Json]:
    try:
        return tools.recorder.read(unit, disclosure.leaf_index)[1]
    except NotFoundError:  # erased between the look at the list and this one
        return {}


def _risks(tools: Tools, disclosure: StoredDisclosure, part: StoredPart, detail: dict[str, Json]) -> Iterator[Risk]:
    """Yield what to look at: of the fields that would leave, or left, under the part's approval."""
    if part.review_due is not None:
        yield Risk.ALREADY_GONE
    known = tools.policy.bundle.vocabulary.fields
    origins = _fields(detail, part.approval.value)
    fields = [known[name] for names in origins.values() for name in names if name in known]
    if any(one.type in NAMING for one in fields):
        yield Risk.NAMES
    if any(one.category is Category.SPECIAL for one in fields):
        yield Risk.SPECIAL
    if any(one.category is Category.CRIMINAL for one in fields):
        yield Risk.CRIMINAL
    if origins.get(Provenance.POLICE.value):
        yield Risk.POLICE
    if origins.get(Provenance.MEDICAL.value):
        yield Risk.MEDICAL
    if detail.get("recipient_kind") == LANDLORD:
        yield Risk.LANDLORD
    if disclosure.after_refusal:
        yield Risk.CHANGED
    if len(items(detail.get("subjects"))) > 1:
        yield Risk.SEVERAL


def _fields(detail: dict[str, Json], approval: str) -> dict[str, tuple[str, ...]]:
    """Return the fields of each origin that leave under an approval, as the decision said when it was asked for.

    What the decision does not tell apart is all taken: a warning too many is better than none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for decisions in members(detail.get("decisions")).values():
        for origin, decision in members(decisions).items():
            told = members(decision)
            if told.get("approval") == approval:
                names = (*words(told.get("pending")), *words(told.get("released")))
                found[origin] = (*found.get(origin, ()), *names)
    if any(found.values()):
        return found
    for subject in items(detail.get("subjects")):
        for origin, named in members(members(subject).get("fields")).items():
            found[origin] = (*found.get(origin, ()), *words(named))
    return found
