"""What a logged decision was asked, so that it can be taken again: written into its encrypted detail, and read back.

Recipient kind, ground, date, and of each subject its role and, for each provenance apart, the fields asked for and the
facts as they were established. No data, so it is the whole of a `Query` and nothing more.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.errors import CryptoError, LogTamperedError
from gateway.log.leaf import decode
from gateway.log.recorder import Recorder
from gateway.model.decision import Query
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json, Provenance, Truth, items, members, words
from gateway.store.ports import Unit

UNKNOWN_ORIGIN = "unknown"
"""How a datum without provenance is written down."""
ORAL = "oral"  # the kind of a decision about what was said by telephone (`gateway.pipeline.oral`)
RECALL = "recall"  # the outcome of a release that carries a recall (`gateway.pipeline.recall`)
BLOCK = 512  # entries read at once


class Question(NamedTuple):
    """A query as it is written down; `yes` and `no` name the facts, sorted. Cheap to make and to compare."""

    recipient: str
    ground: str
    day: str
    role: str
    fields: tuple[Json, ...]
    yes: tuple[Json, ...]
    no: tuple[Json, ...]

    def query(self) -> Query:
        """Return the query; raise ValueError for what was never written."""
        facts = dict.fromkeys(words([*self.yes]), Truth.YES) | dict.fromkeys(words([*self.no]), Truth.NO)
        day = dt.date.fromisoformat(self.day)
        return Query(self.recipient, self.ground, self.role, facts, words([*self.fields]), day)


Asked = Mapping[str, Mapping[str, Question]]
"""Subject -> provenance -> question."""


def facts_of(asked: Mapping[str, Mapping[Provenance | None, Query]]) -> dict[str, Json]:
    """Return the facts that are known of each subject and provenance; what is not listed was unknown."""
    return {
        ref: {origin_word(origin): _known(query.facts) for origin, query in queries.items()}
        for ref, queries in asked.items()
    }


def origin_word(origin: Provenance | None) -> str:
    """Return how a provenance is written down."""
    return origin.value if origin else UNKNOWN_ORIGIN


def _known(facts: Mapping[str, Truth]) -> dict[str, Json]:
    return {
        truth.value: list[Json](sorted(name for name, told in facts.items() if told is truth))
        for truth in (Truth.YES, Truth.NO)
    }


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry that rests on a decision; `detail` is None once it was erased."""

    index: int
    leaf: Leaf
    detail: dict[str, Json] | None = field(repr=False)

    def asked(self) -> Asked:
        """Return the questions of this entry; raise LogTamperedError when its detail lacks any of them."""
        detail = self.detail or {}
        try:
            recipient, ground, day = str(detail["recipient_kind"]), str(detail["ground"]), str(detail["date"])
            facts = members(detail["facts"])
            asked: dict[str, dict[str, Question]] = {}
            for subject in map(members, items(detail["subjects"])):
                ref, role = str(subject["ref"]), str(subject["role"])
                known = members(facts[ref])
                asked[ref] = {
                    origin: _question(recipient, ground, day, role, names, members(known[origin]))
                    for origin, names in members(subject["fields"]).items()
                }
        except KeyError as exc:
            raise LogTamperedError(
                f"the detail of entry {self.index} lacks what its decision was asked",
                hint="it was made by an older version, which did not keep it; call the privacy officer",
            ) from exc
        return asked


def _question(recipient: str, ground: str, day: str, role: str, names: Json, known: dict[str, Json]) -> Question:
    yes, no = tuple(items(known["yes"])), tuple(items(known["no"]))
    return Question(recipient, ground, day, role, tuple(items(names)), yes, no)


def read_decided(unit: Unit, recorder: Recorder, start: int, stop: int) -> Iterator[Decided | tuple[int, str]]:
    """Yield the entries of [start, stop) that rest on a decision, in order: decisions and releases.

    Instead of an entry that was altered, (index, what is wrong): one bad entry does not hide the others.
    """
    keys: dict[str, bytes] = {}
    for first in range(start, stop, BLOCK):
        for stored in unit.cases.entries(first, min(first + BLOCK, stop)):
            try:
                leaf = decode(stored.entry)
                # A recall carries no data, so nothing was decided about it.
                if leaf.type not in {LeafType.DECISION, LeafType.RELEASE} or leaf.outcome == RECALL:
                    continue
                yield Decided(stored.leaf_index, leaf, recorder.open_stored(leaf, stored, keys))
            except (CryptoError, LogTamperedError) as exc:
                yield stored.leaf_index, exc.message
