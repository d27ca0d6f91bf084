"""Writes a bundle as Cedar policies, so that an engine that shares no code with ours can decide the same questions.

A recipient kind is the principal, a field the resource, and the context holds ground, role, day and what is known. Two
actions: `release` is what leaves now; `offer` is what would leave if its approval were given. So a field that may be
offered and not released is pending, and one that may not be offered is withheld. Every policy bears the first and the
last day of its edition, so Cedar itself finds out what holds on a day.

Three values: the context names the facts known to be so (`yes`) and known not to be so (`no`), and one in neither is
unknown. A fact as an attribute would be shorter, but Cedar skips a policy that errors on a missing attribute, also a
forbid (research/policy.md section 2). All entity types are enumerations: the validator lets a misspelt name of an open
type pass.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.model.bundle import Bundle, Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval, Query
from gateway.model.terms import Json, Truth

NEVER = "never_fields"
RELEASE = "release"
OFFER = "offer"
SECOND, ADVICE = "second_approver", "fg_advice"
APPROVALS: Mapping[Approval, tuple[str, ...]] = {
    Approval.NONE: (),
    Approval.POST_24H: (),
    Approval.PRE_TWO: (SECOND,),
    Approval.PRE_FG: (SECOND, ADVICE),
}
"""The facts that say that an approval was given before the release."""


@dataclass(frozen=True, slots=True)
class CedarBundle:
    """A bundle as Cedar's two texts. There are no entities beside those that the schema names."""

    policies: str
    schema: str


def export(bundle: Bundle) -> CedarBundle:
    """Return the bundle in Cedar: in each edition one permit per row, one forbid per guard, one for never_fields."""
    policies = [policy for edition in bundle.editions for policy in _edition(edition)]
    return CedarBundle("\n".join(policies), _schema(bundle.vocabulary))


def ask(query: Query, action: str) -> list[dict[str, Json]]:
    """Return one Cedar request for each field of the query, in its order."""
    known: dict[str, Json] = {
        truth.value: [_entity("Fact", name) for name, said in query.facts.items() if said is truth]
        for truth in (Truth.YES, Truth.NO)
    }
    context = json.dumps(
        {
            "ground": _entity("Ground", query.ground),
            "role": _entity("Role", query.role),
            "day": query.date.toordinal(),
            **known,
        }
    )
    return [
        {
            "principal": _entity("Recipient", query.recipient),
            "action": _entity("Action", action),
            "resource": _entity("Field", field),
            "context": context,
        }
        for field in query.fields
    ]


def _edition(edition: Edition) -> Iterator[str]:
    days = _in_force(edition)
    # A row that a municipality left without a field permits nothing, and Cedar's validator refuses an empty set.
    yield from (_permit(row, edition.require, days) for row in edition.rows if row.fields)
    yield from (_forbid(forbid, days) for forbid in edition.forbids)
    if edition.never_fields:
        yield _policy("forbid", NEVER, [*days, _one_of("resource", "Field", edition.never_fields)])


def _permit(row: Row, require: Mapping[str, Truth], days: Sequence[str]) -> str:
    general = {name: truth for name, truth in require.items() if name not in row.skip}
    approved = " && ".join(_known(name, Truth.YES) for name in APPROVALS[row.approval])
    return _policy(
        "permit",
        row.id,
        [
            *days,
            _one_of("principal", "Recipient", row.recipients),
            _one_of("context.ground", "Ground", row.grounds),
            _one_of("context.role", "Role", row.roles),
            _one_of("resource", "Field", row.fields),
            *(_known(name, truth) for facts in (general, row.when) for name, truth in facts.items()),
            *([f'(action == Action::"{OFFER}" || ({approved}))'] if approved else []),
        ],
    )


def _forbid(forbid: Forbid, days: Sequence[str]) -> str:
    """Write a guard: it fires unless a fact is known not to hold, or, where it must be known, only when all hold."""
    fires = _all(f"!{_known(name, _other(truth))}" for name, truth in forbid.when.items())
    if forbid.only_when_known:
        holds = _all(_known(name, truth) for name, truth in forbid.when.items())
        fires = f"if {_one_of('context.ground', 'Ground', forbid.only_when_known)} then {holds} else {fires}"
    scope = [*days]
    if forbid.except_recipients:
        scope.append(f"!{_one_of('principal', 'Recipient', forbid.except_recipients)}")
    if forbid.except_grounds:
        scope.append(f"!{_one_of('context.ground', 'Ground', forbid.except_grounds)}")
    return _policy("forbid", forbid.id, [*scope, f"({fires})"])


def _known(name: str, truth: Truth) -> str:
    # Nobody can know a fact to be unknown, so a condition that asks for it never holds.
    return "false" if truth is Truth.UNKNOWN else f"context.{truth.value}.contains(Fact::{json.dumps(name)})"


def _other(truth: Truth) -> Truth:
    return Truth.NO if truth is Truth.YES else Truth.YES


def _in_force(edition: Edition) -> list[str]:
    """Return the bounds on the day, as days of the proleptic Gregorian calendar (1 is 1 January of the year 1)."""
    begun = [f"context.day >= {edition.begins.toordinal()}"]
    return begun if edition.ends is None else [*begun, f"context.day < {edition.ends.toordinal()}"]


def _one_of(what: str, kind: str, names: Iterable[str]) -> str:
    listed = ", ".join(f"{kind}::{json.dumps(name)}" for name in sorted(names))
    return f"[{listed}].contains({what})"


def _all(terms: Iterable[str]) -> str:
    return " && ".join(terms) or "true"


def _policy(effect: str, name: str, terms: Iterable[str]) -> str:
    body = " &&\n  ".join(terms)
    return f"@id({json.dumps(name)})\n{effect} (principal, action, resource)\nwhen {{\n  {body}\n}};\n"


def _schema(vocabulary: Vocabulary) -> str:
    kinds: Mapping[str, Iterable[str]] = {
        "Recipient": vocabulary.recipients,
        "Ground": vocabulary.grounds,
        "Role": vocabulary.roles,
        "Field": vocabulary.fields,
        "Fact": dict.fromkeys([*vocabulary.facts, SECOND, ADVICE]),
    }
    entities = [f"entity {kind} enum [{', '.join(map(json.dumps, names))}];" for kind, names in kinds.items()]
    action = (
        f'action "{RELEASE}", "{OFFER}" appliesTo {{\n'
        "  principal: [Recipient],\n"
        "  resource: [Field],\n"
        "  context: { ground: Ground, role: Role, day: Long, yes: Set<Fact>, no: Set<Fact> }\n"
        "};\n"
    )
    return "\n".join([*entities, action])


def _entity(kind: str, name: str) -> dict[str, Json]:
    return {"type": kind, "id": name}
