"""Decides: a small, total, pure function over the compiled table (DESIGN section 3).

Default deny; a guard overrides every row; a row applies only when each of its conditions is known; anything unknown
denies. Nothing here raises, reads a clock or touches a file, so every past decision can be taken again.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from gateway.decide import explain
from gateway.decide.table import CompiledRow, Known, Table
from gateway.model.bundle import NOTHING, Bundle, Forbid, Row
from gateway.model.decision import Approval, Decision, Outcome, Query, Withheld

NEVER = "never_fields"
DEFAULT = "default_deny"


class Policy:
    """A bundle that is ready to decide."""

    def __init__(self, bundle: Bundle) -> None:
        """Compile the bundle; the same object may serve many threads."""
        self.bundle = bundle
        # Between two editions, before the first and after the last, nothing holds.
        bounds = {day for edition in bundle.editions for day in (edition.begins, edition.ends) if day is not None}
        self._bounds = sorted(bounds)
        self._tables = [
            Table(edition, bundle.vocabulary) for edition in (NOTHING, *(bundle.on(day) for day in self._bounds))
        ]

    @property
    def epochs(self) -> tuple[dt.date, ...]:
        """Return each day on which what holds begins or ends; before the first nothing holds."""
        return tuple(self._bounds)

    def table(self, on: dt.date) -> Table:
        """Return the compiled rules of the epoch that this day is in."""
        return self._tables[bisect_right(self._bounds, on)]

    def rows_in_force(self, *, recipient: str, ground: str, role: str, on: dt.date) -> tuple[Row, ...]:
        """Return the rows that somebody wrote for this combination and that hold on this day, in the file's order."""
        rows = self.table(on).rows((recipient, ground, role))
        return tuple(one.row for one in sorted(rows, key=_position))

    def forbids_in_scope(self, *, recipient: str, ground: str, on: dt.date) -> tuple[Forbid, ...]:
        """Return the guards that may stop this recipient under this ground on this day."""
        return tuple(one.forbid for one in self.table(on).forbids(recipient, ground))

    def decide(self, query: Query) -> Decision:
        """Answer one query. Total: a name that the vocabulary lacks denies everything."""
        asked = tuple(dict.fromkeys(query.fields))
        table = self.table(query.date)
        if not table.knows(query):
            return self._deny(query, [Withheld(name, (DEFAULT,), explain.unknown_word()) for name in asked])
        known = table.known(query.facts)
        forbids = table.forbids(query.recipient, query.ground)
        fired = [one.forbid for one in forbids if one.fires(known)]
        if fired:
            ids = tuple(forbid.id for forbid in fired)
            reason = explain.forbidden(fired, query.facts, self.bundle.vocabulary)
            return self._deny(query, [Withheld(name, ids, reason) for name in asked], ids)
        return self._permit(query, asked, table, known)

    def _permit(self, query: Query, asked: Sequence[str], table: Table, known: Known) -> Decision:
        """Give each field to the least strict row that applies, and withhold what no row takes."""
        rows = table.rows((query.recipient, query.ground, query.role))
        left = table.fields_mask(asked) & ~table.never
        released = pending = 0
        contributing: list[CompiledRow] = []
        for one in rows:
            share = one.fields & left if one.applies(known) else 0
            if share:
                left &= ~share
                contributing.append(one)
                if table.approved(one.row.approval, known):
                    released |= share
                else:
                    pending |= share
        withheld = [
            self._withhold(name, query, table)
            for name in asked
            if not table.fields_mask((name,)) & (released | pending)
        ]
        if not contributing:
            return self._deny(query, withheld, gap=not rows)
        contributing.sort(key=_position)
        taken = [one.row for one in contributing]
        return self._decision(
            query,
            _outcome(released=bool(released), rest=bool(pending or withheld)),
            released=tuple(name for name in asked if table.fields_mask((name,)) & released),
            pending=tuple(name for name in asked if table.fields_mask((name,)) & pending),
            withheld=withheld,
            approval=max((row.approval for row in taken), key=lambda approval: approval.strictness),
            rules=tuple(row.id for row in taken),
            legal_basis=tuple(dict.fromkeys(basis for row in taken for basis in row.legal_basis)),
        )

    def _withhold(self, name: str, query: Query, table: Table) -> Withheld:
        """Say why a field stays: it never leaves, its rows do not apply, or nobody wrote a row for it."""
        if name in table.edition.never_fields:
            return Withheld(name, (NEVER,), explain.never())
        rows = sorted(table.rows((query.recipient, query.ground, query.role)), key=_position)
        offering = [one.row for one in rows if name in one.row.fields]
        if offering:
            reason = explain.unmet(offering, table.edition.require, query.facts, self.bundle.vocabulary)
            return Withheld(name, tuple(row.id for row in offering), reason)
        return Withheld(name, (DEFAULT,), explain.not_offered())

    def _deny(
        self, query: Query, withheld: Sequence[Withheld], rules: tuple[str, ...] = (), *, gap: bool = False
    ) -> Decision:
        outcome = Outcome.GAP if gap else Outcome.DENY
        return self._decision(query, outcome, withheld=withheld, rules=rules)

    def _decision(
        self,
        query: Query,
        outcome: Outcome,
        *,
        released: tuple[str, ...] = (),
        pending: tuple[str, ...] = (),
        withheld: Sequence[Withheld] = (),
        approval: Approval = Approval.NONE,
        rules: tuple[str, ...] = (),
        legal_basis: tuple[str, ...] = (),
    ) -> Decision:
        explanation = explain.outcome(
            outcome,
            query,
            released=released,
            pending=pending,
            withheld=withheld,
            approval=approval,
            vocabulary=self.bundle.vocabulary,
        )
        return Decision(
            outcome,
            released,
            pending,
            tuple(withheld),
            approval,
            rules,
            legal_basis,
            self.bundle.digest,
            explanation,
        )


def _outcome(*, released: bool, rest: bool) -> Outcome:
    if not released:
        return Outcome.NEEDS_APPROVAL
    return Outcome.PERMIT_REDUCED if rest else Outcome.PERMIT


def _position(one: CompiledRow) -> int:
    return one.position
