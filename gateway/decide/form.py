"""Says what a request form needs: only fields that could leave, only facts that decide (DESIGN section 4)."""

import datetime as dt
from dataclasses import dataclass

from gateway.decide import ways
from gateway.decide.engine import Policy
from gateway.decide.table import conditions
from gateway.model.decision import Query
from gateway.model.terms import Text


@dataclass(frozen=True, slots=True)
class Offer:
    """The fields that some row in force could release, and the facts that a person must evidence for them.

    `ways`: where nothing could leave, what may be done instead.
    """

    fields: tuple[str, ...]
    facts: tuple[str, ...]
    ways: tuple[Text, ...] = ()


def offer(policy: Policy, *, recipient: str, ground: str, role: str, on: dt.date) -> Offer:
    """Return what to ask for this combination, in the vocabulary's order; nothing when nothing could leave."""
    edition = policy.bundle.on(on)
    rows = [
        row
        for row in policy.rows_in_force(recipient=recipient, ground=ground, role=role, on=on)
        if row.fields - edition.never_fields
    ]
    if not rows:
        query = Query(recipient, ground, role, {}, (), on)
        return Offer((), (), (*policy.elsewhere(query), ways.ASK_FOR_A_RULE))
    fields = {name for row in rows for name in row.fields} - edition.never_fields
    facts = {name for row in rows for name, _ in conditions(row, edition.require)}
    for forbid in policy.forbids_in_scope(recipient=recipient, ground=ground, on=on):
        facts.update(forbid.when)
    words = policy.bundle.vocabulary
    return Offer(
        fields=tuple(name for name in words.fields if name in fields),
        facts=tuple(name for name, fact in words.facts.items() if name in facts and not fact.computed),
    )
