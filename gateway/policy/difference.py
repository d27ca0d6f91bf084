"""What one policy gives and another does not: exact, per epoch, recipient kind, ground, role and field.

Not a comparison of texts: two files that say the same in other words have no difference, and a condition that moves
from a row to the general ones has none either. A difference is a set of combinations of facts that is not empty, with
one situation out of it (`gateway.policy.answers`).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from itertools import product

from gateway.decide.table import Cell
from gateway.model.bundle import NOTHING, Bundle, Edition
from gateway.model.decision import Approval
from gateway.model.terms import Text, Truth
from gateway.policy.answers import Answers, Gift, space_of
from gateway.policy.boxes import Box, Space, Union
from gateway.policy.cedar import ADVICE, SECOND

Situation = Mapping[str, frozenset[Truth]]
"""Facts with the values that they may have, where that is what matters."""


class Kind(StrEnum):
    """What happens to a field in a cell."""

    GAINS = "gains"  # where it never went
    MORE = "gains_in_more_cases"
    LOSES = "loses"  # and never goes any more
    FEWER = "loses_in_some_cases"
    APPROVAL = "other_approval"


@dataclass(frozen=True, slots=True)
class Change:
    """One field in one cell, and one situation in which the answer is another.

    `situation` is what matters of it; with `facts` anybody can ask both policies (`gateway policy
    decide`), in the first cell of a group.
    """

    kind: Kind
    field: str
    before: Approval | None
    after: Approval | None
    situation: Situation
    facts: Mapping[str, Truth] = dataclass_field(compare=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """What differs in an epoch beside what is given: days of retention, or what a row lets the recipient read."""

    rule: str | None
    what: Text


@dataclass(frozen=True, slots=True)
class Group:
    """Cells in which the very same changes."""

    ground: str
    recipients: tuple[str, ...]
    roles: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Epoch:
    """The changes from one day on, until the next epoch or for good."""

    begins: dt.date
    ends: dt.date | None
    groups: tuple[Group, ...]
    beside: tuple[Beside, ...]


def compare(before: Bundle, after: Bundle) -> tuple[Epoch, ...]:
    """Return what `after` gives otherwise than `before`, in each stretch of time in which neither changes itself."""
    bounds = {
        day
        for bundle in (before, after)
        for edition in bundle.editions
        for day in (edition.begins, edition.ends)
        if day is not None
    }
    days = sorted(bounds)
    space = space_of([before.vocabulary, after.vocabulary])
    fields = list(dict.fromkeys([*before.vocabulary.fields, *after.vocabulary.fields]))
    found = []
    for begins, ends in zip(days, [*days[1:], None], strict=True):
        old, new = before.on(begins), after.on(begins)
        groups = tuple(_grouped(_Pair(old, new, space, fields), before, after))
        beside = tuple(_beside(old, new))
        if groups or beside:
            found.append(Epoch(begins, ends, groups, beside))
    return tuple(_joined(found))


class _Pair:
    """The same epoch in both policies."""

    def __init__(self, old: Edition, new: Edition, space: Space, fields: Sequence[str]) -> None:
        self.space = space
        self.fields = fields
        self.old, self.new = Answers(old, space), Answers(new, space)
        # What every row asks for, in both, tells a reader nothing about a change.
        both = {name for name in old.require if new.require.get(name) is old.require[name]}
        guards = [forbid for forbid in old.forbids if forbid in new.forbids]
        self.usual = both | {name for forbid in guards for name in forbid.when} | {SECOND, ADVICE}

    def changes(self, cell: Cell) -> Iterator[Change]:
        """Yield what differs in a cell, field by field."""
        if self.old.rows(cell) == self.new.rows(cell) == ():
            return
        before, after = self.old.given(cell), self.new.given(cell)
        for name in self.fields:
            if name in before or name in after:
                yield from self._field(name, before.get(name, {}), after.get(name, {}))

    def _field(self, name: str, before: Mapping[Gift, Union], after: Mapping[Gift, Union]) -> Iterator[Change]:
        old, new = _by_approval(before), _by_approval(after)
        all_old, all_new = _all(old), _all(new)

        def change(kind: Kind, one: Approval | None, other: Approval | None, box: Box) -> Change:
            telling = self._telling(box, all_old, all_new)
            return Change(kind, name, one, other, telling, self.space.combination(box))

        for approval, boxes in new.items():
            left = self.space.uncovered(boxes, all_old)
            if left is not None:
                yield change(Kind.MORE if all_old else Kind.GAINS, None, approval, left)
        for approval, boxes in old.items():
            left = self.space.uncovered(boxes, all_new)
            if left is not None:
                yield change(Kind.FEWER if all_new else Kind.LOSES, approval, None, left)
        for (one, old_boxes), (other, new_boxes) in product(old.items(), new.items()):
            met = self.space.first_meeting(old_boxes, new_boxes) if one is not other else None
            if met is not None:
                yield change(Kind.APPROVAL, one, other, met)

    def _telling(self, box: Box, old: Union, new: Union) -> Situation:
        """Return what of a situation tells it from others: not what all rows ask for, nor what both ask for here."""
        told: dict[str, frozenset[Truth]] = {}
        for fact in self.space.decided(box):
            values = self.space.values(box, fact)
            asked = {
                side: {self.space.values(one, fact) for one in boxes} for side, boxes in (("old", old), ("new", new))
            }
            shared = all(kinds <= {values} for kinds in asked.values())
            if not shared or (fact not in self.usual and not (old and new)):
                told[fact] = values
        return told


def _by_approval(given: Mapping[Gift, Union]) -> dict[Approval, list[Box]]:
    found: dict[Approval, list[Box]] = {}
    for gift, boxes in given.items():
        found.setdefault(gift.approval, []).extend(boxes)
    return found


def _all(boxes: Mapping[Approval, Sequence[Box]]) -> list[Box]:
    return [box for some in boxes.values() for box in some]


def _grouped(pair: _Pair, before: Bundle, after: Bundle) -> Iterator[Group]:
    """Put cells with the same changes together: first their roles, then their recipients."""
    recipients = list(dict.fromkeys([*before.vocabulary.recipients, *after.vocabulary.recipients]))
    roles = list(dict.fromkeys([*before.vocabulary.roles, *after.vocabulary.roles]))
    grounds = list(dict.fromkeys([*before.vocabulary.grounds, *after.vocabulary.grounds]))
    for ground in grounds:
        groups: list[Group] = []
        for recipient in recipients:
            same_roles: list[Group] = []
            for role in roles:
                changes = tuple(pair.changes((recipient, ground, role)))
                if changes:
                    _add(same_roles, Group(ground, (recipient,), (role,), changes), roles=True)
            for group in same_roles:
                _add(groups, group, roles=False)
        yield from groups


def _add(groups: list[Group], new: Group, *, roles: bool) -> None:
    for place, one in enumerate(groups):
        if one.changes == new.changes and roles:
            groups[place] = Group(one.ground, one.recipients, (*one.roles, *new.roles), one.changes)
            return
        if one.changes == new.changes and one.roles == new.roles:
            groups[place] = Group(one.ground, (*one.recipients, *new.recipients), one.roles, one.changes)
            return
    groups.append(new)


def _beside(old: Edition, new: Edition) -> Iterator[Beside]:
    if old is NOTHING or new is NOTHING:
        return
    if old.retention_days != new.retention_days:
        days = f"{old.retention_days} → {new.retention_days}"
        yield Beside(None, Text(f"bewaartermijn in dagen: {days}", f"days of retention: {days}"))
    for names, (nl, en) in (
        (new.never_fields - old.never_fields, ("gaat voortaan nooit", "never leaves from now on")),
        (old.never_fields - new.never_fields, ("gaat niet langer nooit", "is no longer among what never leaves")),
    ):
        for name in sorted(names):
            yield Beside(None, Text(f"{name}: {nl}", f"{name}: {en}"))
    rows = {row.id: row for row in old.rows}
    for row in new.rows:
        was = rows.get(row.id)
        if was is None:
            continue
        for nl, en, one, other in (
            ("de ontvanger leest als grond", "the recipient reads as ground", was.label.nl, row.label.nl),
            (
                "de ontvanger leest de rollen",
                "the recipient reads the roles",
                _list(was.shows_roles),
                _list(row.shows_roles),
            ),
            ("artikelen", "articles", _list(was.legal_basis), _list(row.legal_basis)),
        ):
            if one != other:
                yield Beside(row.id, Text(f"{nl}: {one} → {other}", f"{en}: {one} → {other}"))


def _list(names: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(names)) or "-"


def _joined(epochs: Sequence[Epoch]) -> Iterator[Epoch]:
    """Put stretches of time that follow each other and change the same together."""
    kept: list[Epoch] = []
    for one in epochs:
        last = kept[-1] if kept else None
        if last is not None and last.ends == one.begins and (last.groups, last.beside) == (one.groups, one.beside):
            kept[-1] = Epoch(last.begins, one.ends, one.groups, one.beside)
        else:
            kept.append(one)
    yield from kept
