"""Counts of erased decisions: what was asked and answered, by month, and nothing that leads to a case.

A decision is counted in exactly one place. While its detail can be opened, it is the detail; the transaction that
destroys the detail adds its tuples to the counts (docs/decisions/0013).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.lookup import LookupKey
from gateway.log.decided import ORAL, Decided, read_decided
from gateway.log.recorder import Recorder
from gateway.model.decision import Query
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, Truth, members, words
from gateway.store.ports import Unit
from gateway.store.records import Tally


@dataclass(frozen=True, slots=True)
class Tuple:
    """One answer about the fields of one provenance: what was asked, and what was said; of no one in particular."""

    recipient: str
    ground: str
    role: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    fields: tuple[str, ...]
    outcome: str
    released: tuple[str, ...]
    pending: tuple[str, ...]

    def query(self, on: dt.date) -> Query:
        """Return the query that asks this again on a day."""
        facts = dict.fromkeys(self.yes, Truth.YES) | dict.fromkeys(self.no, Truth.NO)
        return Query(self.recipient, self.ground, self.role, facts, self.fields, on)

    def to_json(self) -> list[Json]:
        """Return the form that is counted."""
        facts_and_fields: list[Json] = [[*self.yes], [*self.no], [*self.fields]]
        return [
            self.recipient,
            self.ground,
            self.role,
            *facts_and_fields,
            self.outcome,
            [*self.released],
            [*self.pending],
        ]

    @classmethod
    def from_json(cls, told: list[Json]) -> "Tuple":
        """Return what `to_json` gave."""
        recipient, ground, role, yes, no, fields, outcome, *left = told
        facts_and_fields = words(yes), words(no), words(fields)
        released, pending = map(words, left)
        return cls(str(recipient), str(ground), str(role), *facts_and_fields, str(outcome), released, pending)


REQUESTS = frozenset({"decision", ORAL})
"""The kinds of entries that answer a request; what was told by telephone is judged as one."""


def tuples_of(entry: Decided) -> Iterator[Tuple]:
    """Yield the answers in the entry of a request's decision; none for other entries, and for one that was erased."""
    if entry.detail is None or entry.leaf.type is not LeafType.DECISION or entry.detail.get("kind") not in REQUESTS:
        return
    decisions = members(entry.detail["decisions"])
    for ref, questions in entry.asked().items():
        for origin, asked in questions.items():
            said = members(members(decisions[ref])[origin])
            yield Tuple(
                asked.recipient,
                asked.ground,
                asked.role,
                words([*asked.yes]),
                words([*asked.no]),
                tuple(sorted(words([*asked.fields]))),
                str(said["outcome"]),
                tuple(sorted(words(said["released"]))),
                tuple(sorted(words(said["pending"]))),
            )


def forget_case(unit: Unit, recorder: Recorder, lookup: LookupKey, case_id: str) -> int:
    """Destroy the key and details of a case, and keep what its decisions were about as counts; return how many.

    The caller's transaction holds both, and the entry in the log that says that a case was erased.
    """
    counted: Counter[tuple[str, Tuple]] = Counter()
    for index in unit.cases.indexes_of(case_id):
        for entry in read_decided(unit, recorder, index, index + 1):
            if isinstance(entry, Decided):
                counted.update((entry.leaf.time[:7], told) for told in tuples_of(entry))
    _, key = recorder.case(unit, tag=lookup.own_affairs())
    for (month, told), count in counted.items():
        what: list[Json] = [month, *told.to_json()]
        tag = lookup.tally(what)
        unit.counts.add(Tally(tag, seal_box(canonical(what), key=key, aad=tag.encode()), count))
    unit.cases.destroy(case_id)
    return counted.total()


def read_counts(unit: Unit, recorder: Recorder, lookup: LookupKey) -> Iterator[tuple[str, Tuple, int]]:
    """Yield (month, what was decided, how often) of the decisions that were erased."""
    counts = unit.counts.all()
    if not counts:
        return
    _, key = recorder.case(unit, tag=lookup.own_affairs())
    for one in counts:
        what = parse_canonical(open_box(one.box, key=key, aad=one.tag.encode()))
        month, *told = what if isinstance(what, list) else []
        yield str(month), Tuple.from_json(told), one.count
