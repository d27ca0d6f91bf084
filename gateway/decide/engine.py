"""Decides: a small, total, pure function over the compiled table (DESIGN section 3).

Default deny; a guard overrides every row; a row applies only when each of its conditions is known; anything unknown
denies. Nothing here raises, reads a clock or touches a file, so every past decision can be taken again.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from gateway.decide import explain, ways
from gateway.decide.table import CompiledRow, Known, Table
from gateway.model.bundle import NOTHING, Bundle, Forbid, Row
from gateway.model.decision import Approval, Decision, Outcome, Query, Withheld
from gateway.model.terms import Text

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
        self._signposts = [ways.Signposts(table.edition, bundle.vocabulary) for table in self._tables]

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
            unknown = [Withheld(name, (DEFAULT,), explain.UNKNOWN_WORD) for name in asked]
            return self._decision(query, Outcome.DENY, withheld=unknown, told=[ways.USE_THE_FORM])
        known = table.known(query.facts)
        forbids = table.forbids(query.recipient, query.ground)
        fired = [one.forbid for one in forbids if one.fires(known)]
        if fired:
            return self._stop(query, asked, fired)
        return self._permit(query, asked, table, known)

    def _stop(self, query: Query, asked: Sequence[str], fired: Sequence[Forbid]) -> Decision:
        """Withhold everything, because a guard fires."""
        words, ids = self.bundle.vocabulary, tuple(forbid.id for forbid in fired)
        reason = explain.forbidden(fired, query.facts, words)
        told, others_too = ways.past_guards(fired, query.facts, words)
        return self._decision(
            query,
            Outcome.DENY,
            withheld=[Withheld(name, ids, reason) for name in asked],
            fired=fired,
            told=told + (self.elsewhere(query) if others_too else []),
        )

    def _permit(self, query: Query, asked: Sequence[str], table: Table, known: Known) -> Decision:
        """Give each field to the least strict row that applies, and withhold what no row takes."""
        rows = table.rows((query.recipient, query.ground, query.role))
        bits = [(name, table.fields_mask((name,))) for name in asked]
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
        stays = [name for name, bit in bits if not bit & (released | pending)]
        withheld, near = self._withhold(stays, query, table, [one.row for one in sorted(rows, key=_position)])
        words, edition = self.bundle.vocabulary, table.edition
        told = ways.past_rows(near, edition, query.facts, words)
        told += [ways.LEAVE_OUT] * any(one.rules in {(NEVER,), (DEFAULT,)} for one in withheld if contributing or near)
        if not contributing:
            gap = [] if rows else [ways.ASK_FOR_A_RULE]
            return self._decision(
                query,
                Outcome.DENY if rows else Outcome.GAP,
                withheld=withheld,
                near=explain.nearest(near, edition.require, query.facts) if near else None,
                told=told + self.elsewhere(query) + gap,
            )
        contributing.sort(key=_position)
        taken = [one.row for one in contributing]
        approval = max((row.approval for row in taken), key=lambda approval: approval.strictness)
        return self._decision(
            query,
            _outcome(released=bool(released), rest=bool(pending or withheld)),
            released=tuple(name for name, bit in bits if bit & released),
            pending=tuple(name for name, bit in bits if bit & pending),
            withheld=withheld,
            approval=approval,
            taken=taken,
            told=(ways.to_approval(approval, query.facts, words) if pending else []) + told,
        )

    def _withhold(
        self, stays: Sequence[str], query: Query, table: Table, rows: Sequence[Row]
    ) -> tuple[list[Withheld], list[Row]]:
        """Say why each field stays: it never leaves, its rows do not apply, or nobody wrote a row for it.

        Return also the rows that came nearest to giving one of them.
        """
        edition, words = table.edition, self.bundle.vocabulary
        withheld: list[Withheld] = []
        near: dict[str, Row] = {}
        seen: dict[tuple[str, ...], Text] = {}  # many fields have the same rows, and so the same reason
        for name in stays:
            if name in edition.never_fields:
                withheld.append(Withheld(name, (NEVER,), explain.NEVER))
                continue
            offering = [row for row in rows if name in row.fields]
            if not offering:
                withheld.append(Withheld(name, (DEFAULT,), explain.NOT_OFFERED))
                continue
            ids = tuple(row.id for row in offering)
            if ids not in seen:
                row = explain.nearest(offering, edition.require, query.facts)
                near[row.id] = row
                seen[ids] = explain.unmet(row, edition.require, query.facts, words)
            withheld.append(Withheld(name, ids, seen[ids]))
        return withheld, list(near.values())

    def elsewhere(self, query: Query) -> list[Text]:
        """Return the ways to other recipients and grounds that nothing in the query is known to bar on its day."""
        place = bisect_right(self._bounds, query.date)
        return self._signposts[place].others(query, self._tables[place])

    def _decision(
        self,
        query: Query,
        outcome: Outcome,
        *,
        released: tuple[str, ...] = (),
        pending: tuple[str, ...] = (),
        withheld: Sequence[Withheld] = (),
        approval: Approval = Approval.NONE,
        taken: Sequence[Row] = (),
        fired: Sequence[Forbid] = (),
        near: Row | None = None,
        told: Sequence[Text] = (),
    ) -> Decision:
        forward = () if outcome is Outcome.PERMIT else ways.once(told)
        explanation = explain.outcome(
            outcome,
            query,
            self.table(query.date).edition,
            self.bundle.vocabulary,
            released=released,
            pending=pending,
            withheld=withheld,
            approval=approval,
            taken=taken,
            fired=fired,
            near=near,
            ways=forward,
        )
        return Decision(
            outcome,
            released,
            pending,
            tuple(withheld),
            approval,
            (*(forbid.id for forbid in fired), *(row.id for row in taken)),
            tuple(dict.fromkeys(basis for row in taken for basis in row.legal_basis)),
            self.bundle.digest,
            explanation,
            forward,
        )


def _outcome(*, released: bool, rest: bool) -> Outcome:
    if not released:
        return Outcome.NEEDS_APPROVAL
    return Outcome.PERMIT_REDUCED if rest else Outcome.PERMIT


def _position(one: CompiledRow) -> int:
    return one.position
