"""Every fault of one rule that somebody could make by accident, planted in memory: what mutation of the policy tries.

A fault changes one thing of one rule in one epoch: a condition, approval, field, recipient, role, ground, skip,
exception or article more, less or otherwise. What the loader refuses anyway is not planted (an empty list, a field that
never leaves in a row): the loader's own tests show that.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from gateway.decide.table import Cell
from gateway.model.bundle import Bundle, Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import OPPOSITE, Truth
from gateway.policy.near_misses import BESIDE, DAYS

MUNICIPALITY = "municipality dropped"
_KNOWN = (Truth.YES, Truth.NO)
Facts = Mapping[str, Truth]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `about`: the rule that it is in, or the part of the near misses that is about it."""

    kind: str
    about: str
    what: str
    epoch: dt.date
    change: Callable[[Edition], Edition]

    @property
    def name(self) -> str:
        """Return a name that stays the same while the policy does."""
        return f"{self.epoch} {self.about}: {self.what}"

    def plant(self, bundle: Bundle) -> Bundle:
        """Return the bundle with the fault in this epoch.

        It stands in the blueprint too, where that has the rule: whoever makes a mistake there makes it for both. So a
        municipality that "widens" the faultless blueprint is not how it is found.
        """
        if self.kind == MUNICIPALITY:
            return replace(bundle, editions=self._changed(bundle.editions, self.epoch))
        blueprint = next((one.begins for one in bundle.blueprint if one.holds_on(self.epoch)), self.epoch)
        return replace(
            bundle,
            editions=self._changed(bundle.editions, self.epoch),
            blueprint=self._changed(bundle.blueprint, blueprint) if self.about != DAYS else bundle.blueprint,
        )

    def _changed(self, editions: tuple[Edition, ...], begins: dt.date) -> tuple[Edition, ...]:
        changed = (self.change(one) if one.begins == begins else one for one in editions)
        return tuple(one for one in changed if one.ends is None or one.begins < one.ends)


def faults(bundle: Bundle) -> Iterator[Fault]:
    """Yield every fault of every epoch, always in the same order."""
    for edition in bundle.editions:
        words = bundle.vocabulary
        for row in edition.rows:
            yield Fault("row dropped", row.id, "the row is dropped", edition.begins, _without_row(row.id))
            for kind, what, changed in _row_faults(row, edition, words):
                yield Fault(kind, row.id, what, edition.begins, _with_row(changed))
        for forbid in edition.forbids:
            yield Fault("guard dropped", forbid.id, "the guard is dropped", edition.begins, _without_forbid(forbid.id))
            for kind, what, guard in _guard_faults(forbid, words):
                yield Fault(kind, forbid.id, what, edition.begins, _with_forbid(guard))
        for kind, about, what, change in _edition_faults(edition, words):
            yield Fault(kind, about, what, edition.begins, change)
        for plain in bundle.blueprint:
            same = replace(plain, begins=edition.begins, ends=edition.ends)
            if plain.holds_on(edition.begins) and same != edition:
                what = "what the municipality restricts is dropped"
                yield Fault(MUNICIPALITY, BESIDE, what, edition.begins, _instead(same))


def touched(before: Edition, after: Edition) -> frozenset[Cell] | None:
    """Return the cells whose rows differ; None when a guard or a general rule does, so that every cell may."""
    if replace(before, rows=()) != replace(after, rows=()):
        return None
    old, new = ({row.id: row for row in edition.rows} for edition in (before, after))
    changed = [
        row for rows, others in ((old, new), (new, old)) for name, row in rows.items() if others.get(name) != row
    ]
    return frozenset(cell for row in changed for cell in product(row.recipients, row.grounds, row.roles))


def _row_faults(row: Row, edition: Edition, words: Vocabulary) -> Iterator[tuple[str, str, Row]]:
    for kind, what, when in _condition_faults(row.when, words.facts, may_be_empty=False):
        yield kind, what, replace(row, when=when)
    for approval in Approval:
        if approval is not row.approval:
            kind = "approval weaker" if approval.strictness < row.approval.strictness else "approval stricter"
            yield kind, f"approval {approval} instead of {row.approval}", replace(row, approval=approval)
    lists: tuple[tuple[str, str, Iterable[str], bool], ...] = (
        ("field", "fields", [field for field in words.fields if field not in edition.never_fields], False),
        ("recipient", "recipients", words.recipients, False),
        ("ground", "grounds", words.grounds, False),
        ("role", "roles", words.roles, False),
        ("skip", "skip", edition.require, True),
        ("told role", "shows_roles", [role for role in words.roles if role in row.roles], True),
    )
    for what, attribute, known, may_be_empty in lists:
        for name, kept in _list_faults(getattr(row, attribute), known, may_be_empty=may_be_empty):
            changed: dict[str, frozenset[str]] = {attribute: kept}
            yield _told(what, name, kept), f"{what} {_said(name, kept)}", _other_row(row, changed)
    for basis in row.legal_basis if len(row.legal_basis) > 1 else ():
        rest = tuple(one for one in row.legal_basis if one != basis)
        yield "article dropped", f"article {basis} dropped", replace(row, legal_basis=rest)
    for ground in sorted(row.grounds):
        if words.grounds[ground].label != row.label:
            label = words.grounds[ground].label
            yield "label", f"the recipient reads the name of the ground {ground}", replace(row, label=label)


def _other_row(row: Row, changed: Mapping[str, frozenset[str]]) -> Row:
    return replace(row, **changed)  # type: ignore[arg-type]  # all that is changed are lists of words


def _guard_faults(forbid: Forbid, words: Vocabulary) -> Iterator[tuple[str, str, Forbid]]:
    for kind, what, when in _condition_faults(forbid.when, words.facts, may_be_empty=False):
        yield f"guard's {kind}", what, replace(forbid, when=when)
    for name, kept in _list_faults(forbid.except_recipients, words.recipients, may_be_empty=True):
        yield (
            _told("exception", name, kept),
            f"excepted recipient {_said(name, kept)}",
            replace(forbid, except_recipients=kept),
        )
    for name, kept in _list_faults(forbid.except_grounds, words.grounds, may_be_empty=True):
        yield (
            _told("exception", name, kept),
            f"excepted ground {_said(name, kept)}",
            replace(forbid, except_grounds=kept),
        )
    for name, kept in _list_faults(forbid.only_when_known, words.grounds, may_be_empty=True):
        what = f"only when known under {_said(name, kept)}"
        yield _told("only when known", name, kept), what, replace(forbid, only_when_known=kept)


def _edition_faults(
    edition: Edition, words: Vocabulary
) -> Iterator[tuple[str, str, str, Callable[[Edition], Edition]]]:
    first = edition.rows[0].id if edition.rows else BESIDE
    for kind, what, require in _condition_faults(edition.require, words.facts, may_be_empty=True):
        yield f"general {kind}", first, f"general {what}", _with(require=require)
    for name, kept in _list_faults(edition.never_fields, words.fields, may_be_empty=True):
        what = f"never field {_said(name, kept)}"
        yield _told("never field", name, kept), BESIDE, what, _with(never_fields=kept)
    for days in (edition.retention_days - 1, edition.retention_days + 1):
        yield "retention", BESIDE, f"{days} days", _with(retention_days=days)
    day = dt.timedelta(days=1)
    yield "days", DAYS, "begins a day later", _with(begins=edition.begins + day)
    yield "days", DAYS, "begins a day earlier", _with(begins=edition.begins - day)
    if edition.ends is not None:
        yield "days", DAYS, "ends a day earlier", _with(ends=edition.ends - day)
    yield "days", DAYS, "ends after a day", _with(ends=edition.begins + day)


def _condition_faults(when: Facts, known: Iterable[str], *, may_be_empty: bool) -> Iterator[tuple[str, str, Facts]]:
    for name, truth in when.items():
        rest = {fact: said for fact, said in when.items() if fact != name}
        if rest or may_be_empty:
            yield "condition dropped", f"condition {name} dropped", rest
        yield (
            "condition turned round",
            f"condition {name} {OPPOSITE[truth]} instead of {truth}",
            {**when, name: OPPOSITE[truth]},
        )
    for name in known:
        if name not in when:
            for truth in _KNOWN:
                yield "condition added", f"condition {name} {truth} added", {**when, name: truth}


def _list_faults(
    chosen: frozenset[str], known: Iterable[str], *, may_be_empty: bool = False
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each word with what is left without it, or what there is with it."""
    for name in known:
        kept = chosen ^ {name}
        if kept or may_be_empty:
            yield name, kept


def _told(what: str, name: str, kept: frozenset[str]) -> str:
    return f"{what} {'added' if name in kept else 'dropped'}"


def _said(name: str, kept: frozenset[str]) -> str:
    return f"{name} {'added' if name in kept else 'dropped'}"


def _with(**changes: object) -> Callable[[Edition], Edition]:
    return lambda one: replace(one, **changes)  # type: ignore[arg-type]  # each fault names the part that it changes


def _instead(other: Edition) -> Callable[[Edition], Edition]:
    return lambda _: other


def _without_row(name: str) -> Callable[[Edition], Edition]:
    return lambda one: replace(one, rows=tuple(row for row in one.rows if row.id != name))


def _with_row(changed: Row) -> Callable[[Edition], Edition]:
    return lambda one: replace(one, rows=tuple(changed if row.id == changed.id else row for row in one.rows))


def _without_forbid(name: str) -> Callable[[Edition], Edition]:
    return lambda one: replace(one, forbids=tuple(forbid for forbid in one.forbids if forbid.id != name))


def _with_forbid(changed: Forbid) -> Callable[[Edition], Edition]:
    return lambda one: replace(one, forbids=tuple(changed if old.id == changed.id else old for old in one.forbids))
