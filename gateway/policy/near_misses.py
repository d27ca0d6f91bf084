"""Near misses: what each row and guard answers just inside and just outside its bounds, kept as golden answers.

Worked examples alone caught 35 of 101 planted faults (DESIGN section 3); a condition that is dropped shows only when
somebody asks without it. So each row is asked with just enough facts, and then with one thing otherwise: each fact the
other way and unknown, each other recipient, ground and role, and the days around each epoch, always for every field. A
guard is asked for each recipient and ground. Which questions these are follows from the stored answers and the
vocabulary, not from the policy that is asked: a fault of the policy cannot change its own test.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from gateway.decide.engine import NEVER, Policy
from gateway.model.bundle import Vocabulary
from gateway.model.decision import Decision, Outcome, Query
from gateway.model.terms import OPPOSITE, Text, Truth
from gateway.policy.examples import Miss

ENOUGH = "enough"
BESIDE, GAPS, DAYS = "beside", "gaps", "days"  # parts that are about no rule; no id of a rule is asked for instead
Cell = tuple[str, str, str]

ALWAYS, WHEN_KNOWN, FREE = "#", "k", "."
"""A guard and a recipient under a ground: it stops unless known not to hold; only when known to hold; never."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves, what waits for the approval, and under which rows. Field names in the order of the vocabulary."""

    leaves: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    approval: str = "none"
    rules: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision: Decision) -> "Answer":
        """Return what a decision gives; every refusal is the same answer."""
        if not decision.released and not decision.pending:
            return NOTHING
        return cls(decision.released, decision.pending, decision.approval.value, decision.rules)

    def __str__(self) -> str:
        """Say it in one line."""
        told = [
            f"{word} {', '.join(names)}" for word, names in (("leaves", self.leaves), ("waits", self.waits)) if names
        ]
        return "; ".join([*told, f"approval {self.approval}, rules {', '.join(self.rules)}"]) if told else "nothing"


NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Epoch:
    """The first day of an edition, the first day after it, and what it says beside rows and guards."""

    begins: dt.date
    ends: dt.date | None
    never_fields: tuple[str, ...]
    retention_days: int


@dataclass(frozen=True, slots=True)
class Reads:
    """What the recipient reads beside the data."""

    label: Text
    roles: tuple[str, ...]
    legal_basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowTable:
    """The answers around one row; a question that is not in `answers` is answered with nothing."""

    row: str
    epochs: tuple[dt.date, ...]
    recipients: tuple[str, ...]
    grounds: tuple[str, ...]
    roles: tuple[str, ...]
    reads: Reads
    enough: Mapping[str, Truth]
    answers: Mapping[tuple[str, Cell], Answer]

    def cells(self) -> Iterator[Cell]:
        """Yield each combination of recipient, ground and role of the row."""
        yield from product(self.recipients, self.grounds, self.roles)

    def questions(self, words: Vocabulary) -> Iterator[tuple[str, Cell, Mapping[str, Truth]]]:
        """Yield what is asked: what is otherwise, the cell, and the facts."""
        for cell in self.cells():
            yield ENOUGH, cell, self.enough
            for name, truth in self.enough.items():
                for changed in (OPPOSITE[truth], Truth.UNKNOWN):
                    yield f"{name} {changed.value}", cell, {**self.enough, name: changed}
        for word, cells in self._elsewhere(words):
            for cell in cells:
                yield word, cell, self.enough

    def _elsewhere(self, words: Vocabulary) -> Iterator[tuple[str, Iterable[Cell]]]:
        for name in words.recipients:
            if name not in self.recipients:
                yield f"to {name}", product((name,), self.grounds, self.roles)
        for name in words.grounds:
            if name not in self.grounds:
                yield f"ground {name}", product(self.recipients, (name,), self.roles)
        for name in words.roles:
            if name not in self.roles:
                yield f"role {name}", product(self.recipients, self.grounds, (name,))


@dataclass(frozen=True, slots=True)
class GuardTable:
    """Whom a guard stops: for each recipient one sign per ground, in the order of the vocabulary."""

    guard: str
    epochs: tuple[dt.date, ...]
    when: Mapping[str, Truth]
    stops: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NearMisses:
    """All golden answers of a bundle."""

    epochs: tuple[Epoch, ...]
    guards: tuple[GuardTable, ...]
    rows: tuple[RowTable, ...]

    def misses(self, policy: Policy, *, about: Sequence[str] = (BESIDE,)) -> Iterator[tuple[int, Miss | None]]:
        """Ask everything; yield what came otherwise, one by one, and after each part how many answers were compared.

        :param about: what is asked first, in this order, for whoever stops at the first miss: a rule's id, `DAYS`,
            `GAPS` or `BESIDE`.
        """
        parts = [(BESIDE, self._beside(policy)), (GAPS, self._gaps(policy))]
        parts += [(table.row, _row_misses(policy, table)) for table in self.rows]
        parts += [(table.guard, _guard_misses(policy, table)) for table in self.guards]
        parts.append((DAYS, self._days(policy)))
        for _, asked in sorted(parts, key=lambda part: about.index(part[0]) if part[0] in about else len(about)):
            yield from _counted(asked)

    def within(self, epoch: dt.date) -> "NearMisses":
        """Return what is asked in one epoch only, for a policy that has no other."""
        days = (epoch,)
        return NearMisses(
            tuple(replace(one, ends=None) for one in self.epochs if one.begins == epoch),
            tuple(replace(one, epochs=days) for one in self.guards if epoch in one.epochs),
            tuple(replace(one, epochs=days) for one in self.rows if epoch in one.epochs),
        )

    def _days(self, policy: Policy) -> Iterator[Miss | None]:
        """On each side of each bound in time a row gives what it gives in its own epochs, and elsewhere nothing."""
        bounds = {day for one in self.epochs for day in (one.begins, one.ends) if day is not None}
        days = sorted({day - dt.timedelta(days=back) for day in bounds for back in (0, 1)})
        fields = tuple(policy.bundle.vocabulary.fields)
        for table, day in product(self.rows, days):
            epochs = {one.begins for one in self.epochs if _holds(one, day)}
            inside = not epochs.isdisjoint(table.epochs)
            if not inside and any(one.row == table.row and not epochs.isdisjoint(one.epochs) for one in self.rows):
                continue  # another table says what this row gives on that day
            for cell in table.cells():
                got = Answer.of(policy.decide(Query(*cell, table.enough, fields, day)))
                expected = table.answers.get((ENOUGH, cell), NOTHING)
                name = f"{table.row} on {day}, {', '.join(cell)}"
                if inside:
                    yield _miss(name, expected, got)
                elif table.row in got.rules:
                    yield Miss(name, f"nothing of {table.row}", str(got))
                else:
                    yield None

    def _beside(self, policy: Policy) -> Iterator[Miss | None]:
        """Fields that never leave, days of retention, and what recipients read."""
        fields = tuple(policy.bundle.vocabulary.fields)
        for epoch in self.epochs:
            edition = policy.bundle.on(epoch.begins)
            yield _miss(
                f"retention on {epoch.begins}", f"{epoch.retention_days} days", f"{edition.retention_days} days"
            )
            tables = [table for table in self.rows if epoch.begins in table.epochs]
            for table in tables[:1]:
                cell = next(iter(table.cells()))
                decision = policy.decide(Query(*cell, table.enough, fields, epoch.begins))
                never = tuple(one.field for one in decision.withheld if one.rules == (NEVER,))
                yield _miss(f"never on {epoch.begins}", ", ".join(epoch.never_fields), ", ".join(never))
            rows = {row.id: row for row in edition.rows}
            roles = policy.bundle.vocabulary.roles
            for table in tables:
                row = rows.get(table.row)
                got = row and Reads(
                    row.label, tuple(name for name in roles if name in row.shows_roles), row.legal_basis
                )
                yield _miss(f"{table.row}: what is read on {epoch.begins}", str(table.reads), str(got))

    def _gaps(self, policy: Policy) -> Iterator[Miss | None]:
        """Where no row is written nobody decided, and the officer is told: a gap, not a refusal."""
        words = policy.bundle.vocabulary
        for epoch in self.epochs:
            written = {cell for table in self.rows if epoch.begins in table.epochs for cell in table.cells()}
            calm = {
                name: OPPOSITE[truth]
                for guard in self.guards
                if epoch.begins in guard.epochs
                for name, truth in guard.when.items()
            }
            for cell in product(words.recipients, words.grounds, words.roles):
                if cell not in written:
                    outcome = policy.decide(Query(*cell, calm, tuple(words.fields)[:1], epoch.begins)).outcome
                    yield _miss(f"{', '.join(cell)} on {epoch.begins}", Outcome.GAP.value, outcome.value)


def sign(policy: Policy, when: Mapping[str, Truth], guard: str, recipient: str, ground: str, day: dt.date) -> str:
    """Return whom a guard stops here, or "?" when it depends on what it should not depend on.

    Asked of the compiled guards that decide: nothing but the guard matters here, so no whole decision is needed.
    """
    table = policy.table(day)
    guards = [one for one in table.forbids(recipient, ground) if one.forbid.id == guard]

    def stops(facts: Mapping[str, Truth]) -> frozenset[bool]:
        answers = set()
        for others in (Truth.YES, Truth.NO):
            known = table.known(
                {name: others for name in policy.bundle.vocabulary.facts if name not in when} | dict(facts)
            )
            answers.add(any(one.fires(known) for one in guards))
        return frozenset(answers)

    yes, no = frozenset({True}), frozenset({False})
    denied = {stops({**when, name: OPPOSITE[truth]}) for name, truth in when.items()}
    match stops(when), stops({}), denied == {no}:
        case (held, open_, True) if (held, open_) == (yes, yes):
            return ALWAYS
        case (held, open_, True) if (held, open_) == (yes, no):
            return WHEN_KNOWN
        case (held, open_, True) if (held, open_) == (no, no):
            return FREE
        case _:
            return "?"


def _row_misses(policy: Policy, table: RowTable) -> Iterator[Miss | None]:
    words = policy.bundle.vocabulary
    fields = tuple(words.fields)
    for day in table.epochs:
        for change, cell, facts in table.questions(words):
            got = Answer.of(policy.decide(Query(*cell, facts, fields, day)))
            expected = table.answers.get((change, cell), NOTHING)
            yield (
                None if got == expected else _miss(f"{table.row}, {change}, {', '.join(cell)} on {day}", expected, got)
            )


def _guard_misses(policy: Policy, table: GuardTable) -> Iterator[Miss | None]:
    words = policy.bundle.vocabulary
    for day, recipient in product(table.epochs, words.recipients):
        for ground, expected in zip(words.grounds, table.stops.get(recipient, ""), strict=False):
            got = sign(policy, table.when, table.guard, recipient, ground, day)
            yield _miss(f"{table.guard}, {recipient}, {ground} on {day}", expected, got)


def _counted(asked: Iterable[Miss | None]) -> Iterator[tuple[int, Miss | None]]:
    count = 0
    for miss in asked:
        count += 1
        if miss is not None:
            yield 0, miss
    yield count, None


def _miss(name: str, expected: object, got: object) -> Miss | None:
    return None if expected == got else Miss(name, str(expected), str(got))


def _holds(epoch: Epoch, day: dt.date) -> bool:
    return epoch.begins <= day and (epoch.ends is None or day < epoch.ends)
