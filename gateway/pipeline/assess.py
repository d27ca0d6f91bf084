"""Takes the decision about every subject of a request: facts are established, then decided, per provenance."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.decide.engine import Policy
from gateway.decide.facts import Circumstances, establish
from gateway.decide.form import offer
from gateway.log.decided import UNKNOWN_ORIGIN, facts_of, origin_word
from gateway.minimise.project import project
from gateway.model.bundle import FieldType, Row
from gateway.model.decision import Approval, Decision, Query
from gateway.model.partner import Partner
from gateway.model.payload import ReleasedSubject
from gateway.model.request import DisclosureRequest, FactClaim, Subject
from gateway.model.terms import Json, Provenance, Truth, items, members, words
from gateway.pipeline.watch import Watch, circumstances
from gateway.store.ports import Unit


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision about one subject needs and may be kept after its data are gone."""

    ref: str
    role: str
    claims: Mapping[str, FactClaim]
    fields: Mapping[Provenance | None, tuple[str, ...]]
    watch: Watch

    def to_json(self) -> dict[str, Json]:
        """Return the form kept in the encrypted detail: no data, only which facts, fields and documents."""
        return {
            "ref": self.ref,
            "role": self.role,
            "claims": {
                name: {
                    "value": claim.value.value,
                    "evidence": claim.evidence,
                    "date": claim.date.isoformat() if claim.date else "",
                }
                for name, claim in self.claims.items()
            },
            "fields": {origin_word(origin): list(names) for origin, names in self.fields.items()},
            "watch": self.watch.to_json(),
        }

    @classmethod
    def from_json(cls, value: Json) -> "Matter":
        """Return what `to_json` kept."""
        kept = members(value)
        claims = {name: members(claim) for name, claim in members(kept["claims"]).items()}
        return cls(
            ref=str(kept["ref"]),
            role=str(kept["role"]),
            claims={
                name: FactClaim(
                    Truth(str(claim["value"])),
                    str(claim["evidence"]),
                    dt.date.fromisoformat(str(claim["date"])) if claim["date"] else None,
                )
                for name, claim in claims.items()
            },
            fields={
                (None if origin == UNKNOWN_ORIGIN else Provenance(origin)): words(names)
                for origin, names in members(kept["fields"]).items()
            },
            watch=Watch.from_json(kept["watch"]),
        )


def read_matters(detail: Mapping[str, Json]) -> tuple[Matter, ...]:
    """Return the subjects that the detail of a decision or release keeps."""
    return tuple(Matter.from_json(subject) for subject in items(detail["subjects"]))


def matter_of(subject: Subject, watched: Watch) -> Matter:
    """Return the subject without its data; fields are grouped by the origin of each datum."""
    groups: dict[Provenance | None, list[str]] = {}
    for name in subject.data:
        groups.setdefault(subject.provenance.get(name), []).append(name)
    fields = {origin: tuple(names) for origin, names in groups.items()}
    return Matter(subject.ref, subject.role, subject.facts, fields, watched)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all subjects of a request share."""

    partner: Partner
    ground: str
    purpose: str
    case_tag: str


Decisions = Mapping[Provenance | None, Decision]
Queries = Mapping[Provenance | None, Query]


def observe(unit: Unit, policy: Policy, matter: Matter, setting: Setting, *, at: dt.datetime) -> Circumstances:
    """Return what the gateway knows of one subject as things stand now; one look serves every decision about it."""
    return circumstances(
        unit,
        matter.watch,
        bundle=policy.bundle,
        partner=setting.partner,
        case_tag=setting.case_tag,
        ground=setting.ground,
        purpose=setting.purpose,
        at=at,
    )


def ask(
    policy: Policy,
    matter: Matter,
    setting: Setting,
    seen: Circumstances,
    *,
    second_approver: Truth = Truth.NO,
    fg_advice: Truth = Truth.NO,
) -> Queries:
    """Return what the policy is asked about one subject as it was seen, the fields of each provenance apart."""
    now = replace(seen, second_approver=second_approver, fg_advice=fg_advice)
    return {
        origin: Query(
            recipient=setting.partner.kind,
            ground=setting.ground,
            role=matter.role,
            facts=establish(matter.claims, origin, now, policy.bundle.vocabulary),
            fields=fields,
            date=now.date,
        )
        for origin, fields in matter.fields.items()
    }


def taken(setting: Setting, matters: Iterable[Matter], asked: Mapping[str, Queries], *, on: dt.date) -> dict[str, Json]:
    """Return what an entry keeps of a decision so that it can be taken again (`gateway.log.decided`)."""
    return {
        "recipient_kind": setting.partner.kind,
        "ground": setting.ground,
        "date": on.isoformat(),
        "subjects": [matter.to_json() for matter in matters],
        "facts": facts_of(asked),
    }


def decide_all(policy: Policy, asked: Mapping[str, Queries]) -> dict[str, Decisions]:
    """Decide about every subject, the fields of each provenance apart."""
    return {ref: {origin: policy.decide(query) for origin, query in queries.items()} for ref, queries in asked.items()}


def minimise_part(
    subjects: Sequence[Subject],
    decided: Mapping[str, Decisions],
    approval: Approval,
    policy: Policy,
    *,
    on: dt.date,
) -> tuple[ReleasedSubject, ...]:
    """Return what leaves under this approval, one entry per subject that has anything to release."""
    kept = []
    rows = policy.bundle.on(on).rows
    for subject in subjects:
        decisions = {
            origin: decision if decision.approval is approval else replace(decision, released=())
            for origin, decision in decided[subject.ref].items()
        }
        released = project(subject, decisions, shows_role=_shows_role(subject.role, decisions, rows))
        if released is not None:
            kept.append(released)
    return tuple(kept)


def kept_while_waiting(
    request: DisclosureRequest, partner: Partner, policy: Policy, *, on: dt.date
) -> DisclosureRequest:
    """Return the request with only the data that some row could release, and every address.

    What could never leave needs not be kept, not even encrypted. Addresses stay, because a hold on any of them stops
    the whole.
    """
    words = policy.bundle.vocabulary.fields

    def keep(subject: Subject) -> Subject:
        offered = set(offer(policy, recipient=partner.kind, ground=request.ground, role=subject.role, on=on).fields)
        names = {n for n in subject.data if n in offered or words[n].type is FieldType.ADDRESS}
        return replace(
            subject,
            data={name: value for name, value in subject.data.items() if name in names},
            provenance={name: origin for name, origin in subject.provenance.items() if name in names},
        )

    return replace(request, subjects=tuple(keep(subject) for subject in request.subjects))


def contributing_rows(decided: Mapping[str, Decisions], approval: Approval) -> tuple[str, ...]:
    """Return the ids of the rows under which something leaves, in order and without doubles."""
    found = [
        rule
        for decisions in decided.values()
        for decision in decisions.values()
        if decision.released and decision.approval is approval
        for rule in decision.rules
    ]
    return tuple(dict.fromkeys(found))


def _shows_role(role: str, decisions: Decisions, rows: Sequence[Row]) -> bool:
    applied = {rule for decision in decisions.values() if decision.released for rule in decision.rules}
    return any(row.id in applied and role in row.shows_roles for row in rows)
