"""Goes through the combinations of facts of a cell one by one, and compares the engine with the boxes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import product

from gateway.decide.engine import Policy
from gateway.decide.table import Cell
from gateway.model.decision import Approval, Query
from gateway.model.terms import Truth
from gateway.policy.cells import Cells
from tests.decide.shorthand import NO, UNKNOWN, YES


def disagreement(
    policy: Policy, cells: Cells, cell: Cell, facts: dict[str, Truth], day: dt.date, *, of: Sequence[str] = ()
) -> str | None:
    """Return the first field, of all or of these, about which the boxes and the engine differ."""
    space, fields = cells.space, tuple(of or policy.bundle.vocabulary.fields)
    here = space.box({fact: (facts.get(fact, UNKNOWN),) for fact in space.facts})
    decision = policy.decide(Query(*cell, facts, fields, day))
    for field in fields:
        if any(here & ~box == 0 for box in cells.released(cell, field)) is not (field in decision.released):
            return f"{field} released"
        offered = field in decision.released or field in decision.pending
        if any(here & ~box == 0 for box in cells.offered(cell, field)) is not offered:
            return f"{field} offered"
    return None


def classes(policy: Policy, cell: Cell, day: dt.date) -> dict[str, list[Truth]]:
    """Return, for each fact that a rule of the cell reads, one value of each class that the rules tell apart.

    Written apart from the code under test: from the rows and guards, not from boxes.
    """
    recipient, ground, role = cell
    asked: dict[str, set[Truth]] = {}
    edition = policy.bundle.on(day)
    known: dict[Truth, set[Truth]] = {YES: {YES}, NO: {NO}}
    for row in policy.rows_in_force(recipient=recipient, ground=ground, role=role, on=day):
        general = {name: truth for name, truth in edition.require.items() if name not in row.skip}
        for name, truth in {**general, **row.when}.items():
            asked.setdefault(name, set()).update(known[truth])
        if row.approval.before_release:
            asked.setdefault("second_approver", set()).add(YES)
        if row.approval is Approval.PRE_FG:
            asked.setdefault("fg_advice", set()).add(YES)
    for guard in policy.forbids_in_scope(recipient=recipient, ground=ground, on=day):
        for name, truth in guard.when.items():
            needs = truth if ground in guard.only_when_known else (NO if truth is YES else YES)
            asked.setdefault(name, set()).add(needs)
    # A fact is compared with the values that some rule asks for; all other values are one class.
    return {
        name: [*sorted(values), *[each for each in Truth if each not in values][:1]] for name, values in asked.items()
    }


def combinations(policy: Policy, cell: Cell, day: dt.date) -> Iterator[dict[str, Truth]]:
    """Yield one combination of each class of a cell."""
    found = classes(policy, cell, day)
    for values in product(*found.values()):
        yield dict(zip(found, values, strict=True))
