"""Looks for what breaks a statement in one epoch: exact over every combination of facts, and naming the one found.

A statement about what may never be is an intersection of boxes that must be empty; a duty, or a comparison of two
answers, is a union that must cover a box (`gateway.policy.boxes`). What is found is a question to which the engine
gives the wrong answer, so anybody can ask it (`gateway policy decide`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from gateway.decide.table import Cell
from gateway.model.invariant import (
    Always,
    ApprovalAtLeast,
    Elsewhere,
    Given,
    KnowingLessNeverReleasesMore,
    LabelsNeverSay,
    MunicipalityNeverWidens,
    Never,
    NeverAsserted,
    NoRowMayOffer,
    OnlyIf,
    OnlyThrough,
    Possible,
    Reach,
    RelabellingNeverWidens,
    RetentionAtMost,
    RolesNeverTold,
    Statement,
    WhateverIsKnownOf,
)
from gateway.model.terms import Text, Truth
from gateway.policy.boxes import Box, Space, Union
from gateway.policy.cells import Cells


@dataclass(frozen=True, slots=True)
class Case:
    """One field, asked for in one cell with these facts known; `about`: facts that matter here, also when unknown.

    `blueprint`: asked of the blueprint alone.
    """

    cell: Cell
    field: str
    facts: Mapping[str, Truth]
    about: frozenset[str] = frozenset()
    blueprint: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks a statement: a case that goes, one that stays, or a pair of which one goes and the other does not.

    `remark` says what no case can show, such as an approval that is too light.
    """

    goes: Case | None = None
    stays: Case | None = None
    remark: Text | None = None


def find_breach(statement: Statement, cells: Cells, blueprint: Cells) -> Breach | None:
    """Return what breaks a statement in this epoch, or None when nothing can.

    :param blueprint: the same epoch without the municipality's own rules.
    """
    return next(_breaches(statement, cells, blueprint), None)


def _breaches(  # noqa: C901, PLR0912 - one short arm for each kind of statement
    statement: Statement, cells: Cells, blueprint: Cells
) -> Iterator[Breach]:
    match statement:
        case Never(reach, given):
            yield from _released(cells, reach, given)
        case OnlyIf(reach, known):
            for fact, truth in known.items():
                yield from _released(cells, reach, {fact: frozenset(Truth) - {truth}})
        case Always(reach, given):
            yield from _kept_back(cells, reach, given)
        case Possible(reach):
            yield from _impossible(cells, reach)
        case OnlyThrough(reach, doors):
            yield from _beside(cells, reach, doors)
        case WhateverIsKnownOf(reach, facts):
            for cell, share, fields in cells.shares(reach):
                yield from _depends(cells.space, cell, fields[0], share.released, share.released, facts)
        case ApprovalAtLeast():
            yield from _light(cells, statement)
        case KnowingLessNeverReleasesMore(except_for):
            yield from _more_by_knowing_less(cells, except_for)
        case RelabellingNeverWidens():
            yield from _more_by_another_name(cells, statement)
        case MunicipalityNeverWidens():
            yield from _wider(cells, blueprint)
        case NoRowMayOffer(fields):
            for field in sorted(fields - cells.table.edition.never_fields):
                label = cells.words.fields[field].label
                yield Breach(
                    remark=Text(
                        f"“{label.nl}” staat niet meer bij de velden die nooit gaan.",
                        f"“{label.en}” no longer stands among the fields that never leave.",
                    )
                )
        case NeverAsserted(facts):
            for each in (cells.words.facts[name] for name in facts if not cells.words.facts[name].computed):
                yield Breach(
                    remark=Text(
                        f"Een aanvrager zou dit zelf kunnen stellen: “{each.definition.nl}”",
                        f"A requester could assert this: “{each.definition.en}”",
                    )
                )
        case LabelsNeverSay(reach, said):
            yield from _said(cells, reach, said)
        case RolesNeverTold(recipients, roles):
            yield from _told(cells, recipients, roles)
        case RetentionAtMost(days):
            kept = cells.table.edition.retention_days
            if kept > days:
                yield Breach(
                    remark=Text(
                        f"Een zaak blijft {kept} dagen binnen de bewaartermijn.",
                        f"A case stays within retention for {kept} days.",
                    )
                )
        case Elsewhere():  # pragma: no branch - the last of a closed set: mypy proves that nothing falls through
            return


def _released(cells: Cells, reach: Reach, given: Given) -> Iterator[Breach]:
    under = [cells.space.box(given)]
    for cell, share, fields in cells.shares(reach):
        found = cells.space.first_meeting(share.released, under)
        if found is not None:
            yield Breach(goes=Case(cell, fields[0], cells.space.combination(found), frozenset(given)))


def _kept_back(cells: Cells, reach: Reach, given: Given) -> Iterator[Breach]:
    under = cells.space.box(given)
    for cell, field in _every(reach):
        left = cells.space.outside(under, cells.released(cell, field))
        if left is not None:
            yield Breach(stays=Case(cell, field, cells.space.combination(left), frozenset(given)))


def _impossible(cells: Cells, reach: Reach) -> Iterator[Breach]:
    for cell, field in _every(reach):
        if not cells.released(cell, field):
            yield Breach(
                stays=Case(cell, field, {}),
                remark=Text("Geen enkele combinatie van feiten laat dit toe.", "No combination of facts allows this."),
            )


def _every(reach: Reach) -> Iterator[tuple[Cell, str]]:
    words = (reach.recipients, reach.grounds, reach.roles, reach.fields)
    for recipient, ground, role, field in product(*map(sorted, words)):
        yield (recipient, ground, role), field


def _beside(cells: Cells, reach: Reach, doors: tuple[Reach, ...]) -> Iterator[Breach]:
    for cell, share, fields in cells.shares(reach):
        allowed = frozenset[str]().union(*(door.fields for door in doors if door.meets(*cell)))
        beside = [name for name in fields if name not in allowed]
        if beside and share.released:
            yield Breach(goes=Case(cell, beside[0], cells.space.combination(share.released[0])))


def _light(cells: Cells, statement: ApprovalAtLeast) -> Iterator[Breach]:
    space = cells.space
    agreed = cells.table.agreed(statement.approval)
    asked = [fact for place, fact in enumerate(space.facts) if agreed.yes >> place & 1]
    without = [space.box({fact: (Truth.NO, Truth.UNKNOWN)}) for fact in asked]
    for cell, share, fields in cells.shares(statement.reach):
        found = space.first_meeting(share.released, without)
        if found is not None:
            yield Breach(goes=Case(cell, fields[0], space.combination(found), frozenset(asked)))
        for row, boxes in share.by_row:
            given = cells.table.agreed(row.row.approval)
            goes = space.meet(boxes, [space.known(yes=given.yes, no=given.no)])
            if row.row.approval.strictness < statement.approval.strictness and goes:
                yield Breach(
                    goes=Case(cell, fields[0], space.combination(goes[0])),
                    remark=Text(
                        f"Regel {row.row.id} vraagt maar om `{row.row.approval}`, niet om `{statement.approval}`.",
                        f"Rule {row.row.id} asks for `{row.row.approval}` only, not for `{statement.approval}`.",
                    ),
                )


def _more_by_knowing_less(cells: Cells, except_for: Mapping[str, frozenset[str]]) -> Iterator[Breach]:
    space = cells.space
    for cell, share, fields in cells.shares(_everywhere(cells)):
        _, ground, _ = cell
        for box in share.released:
            for fact in space.decided(box):
                if ground not in except_for.get(fact, ()) and Truth.UNKNOWN in space.values(box, fact):
                    open_one = Box(box & space.box({fact: (Truth.UNKNOWN,)}))
                    yield from _depends(space, cell, fields[0], [open_one], share.released, (fact,))


def _everywhere(cells: Cells) -> Reach:
    words = cells.words
    return Reach(frozenset(words.recipients), frozenset(words.grounds), frozenset(words.roles), frozenset(words.fields))


def _depends(
    space: Space, cell: Cell, field: str, boxes: Union, union: Union, facts: tuple[str, ...]
) -> Iterator[Breach]:
    """Yield what is in one of the boxes and, with other values of these facts, not in the union."""
    for box in boxes:
        left = space.outside(space.widen(box, facts), union)
        if left is not None:
            stays = space.combination(left)
            here = space.box({name: (stays.get(name, Truth.UNKNOWN),) for name in space.facts})
            goes = space.combination(Box(space.widen(here, facts) & box))
            about = frozenset(facts)
            yield Breach(goes=Case(cell, field, goes, about), stays=Case(cell, field, stays, about))


def _more_by_another_name(cells: Cells, statement: RelabellingNeverWidens) -> Iterator[Breach]:
    space = cells.space
    under = [space.box(statement.given)]
    for cell, share, fields in cells.shares(_everywhere(cells)):
        recipient, ground, role = cell
        boxes = space.meet(share.released, under) if role != statement.role else []
        for field in fields if boxes else ():
            if not any(door.meets(*cell) and field in door.fields for door in statement.except_for):
                plain = (recipient, ground, statement.role)
                left = space.uncovered(boxes, cells.released(plain, field))
                if left is not None:
                    facts = space.combination(left)
                    about = frozenset(statement.given)
                    yield Breach(goes=Case(cell, field, facts, about), stays=Case(plain, field, facts, about))


def _wider(cells: Cells, blueprint: Cells) -> Iterator[Breach]:
    if cells.table.edition == blueprint.table.edition:
        return
    space = cells.space
    for cell, share, fields in cells.shares(_everywhere(cells)):
        for field in fields:
            for here, there in (
                (share.released, blueprint.released(cell, field)),
                (share.offered, blueprint.offered(cell, field)),
            ):
                left = space.uncovered(here, there)
                if left is not None:
                    facts = space.combination(left)
                    yield Breach(goes=Case(cell, field, facts), stays=Case(cell, field, facts, blueprint=True))


def _told(cells: Cells, recipients: frozenset[str], roles: frozenset[str]) -> Iterator[Breach]:
    for row in cells.table.edition.rows:
        if row.recipients & recipients and row.shows_roles & roles:
            who, role = cells.words.recipients[min(row.recipients & recipients)], min(row.shows_roles & roles)
            label = cells.words.roles[role]
            yield Breach(
                remark=Text(
                    f"Regel {row.id} vertelt aan deze ontvanger ({who.nl}) de rol “{label.nl}”.",
                    f"Rule {row.id} tells this recipient ({who.en}) the role “{label.en}”.",
                )
            )


def _said(cells: Cells, reach: Reach, said: tuple[str, ...]) -> Iterator[Breach]:
    """Yield each label in which a word stands: of ground and purpose in the rows in reach, and of their codes."""
    words = cells.words
    for row in cells.table.edition.rows:
        if row.recipients & reach.recipients and row.roles & reach.roles and row.grounds & reach.grounds:
            read = [row.label]
            read += [words.purposes[name] for ground in sorted(row.grounds) for name in words.grounds[ground].purposes]
            read += [code for name in sorted(row.fields & reach.fields) for code in words.codes.get(name, {}).values()]
            for label in read:
                if any(word in language.lower() for word in said for language in (label.nl, label.en)):
                    yield Breach(
                        remark=Text(
                            f"Bij regel {row.id} leest de ontvanger: “{label.nl}”.",
                            f"Under rule {row.id} the recipient reads: “{label.en}”.",
                        )
                    )
