"""Cedar and the table over the whole domain: every recipient kind, ground, role and field, in every epoch.

Minutes of work, so `make conformance` runs it; `tests/policy/test_cedar.py` compares a sample in every run. How this is
the whole is argued in docs/second-implementation.md: the first test shows of Cedar's own reading of the export that the
general requirements, the guards and the conditions of a row act apart from each other, and the others go through every
combination within a part, and through each part alone.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product

import cedarpy
import pytest

from gateway.decide.engine import Policy
from gateway.decide.table import Cell
from gateway.model.bundle import Edition
from gateway.model.decision import Query
from gateway.model.terms import Json, Truth, items, members
from gateway.policy.cedar import APPROVALS, CedarBundle, export
from tests.policy.cedar_engine import Cedar, ours
from tests.policy.shipped import SHIPPED

pytestmark = pytest.mark.conformance

WORDS = SHIPPED.bundle.vocabulary
FIELDS = tuple(WORDS.fields)
OTHER = {Truth.YES: Truth.NO, Truth.NO: Truth.YES}
EPOCHS = pytest.mark.parametrize("edition", SHIPPED.bundle.editions, ids=lambda one: one.begins.isoformat())
Facts = Mapping[str, Truth]


class Comparison:
    """Both engines with one epoch of the policy, and how many answers about a field were compared."""

    def __init__(self, edition: Edition) -> None:
        """Export and compile."""
        self.edition = edition
        self.table = Policy(replace(SHIPPED.bundle, editions=(edition,)))
        self.cedar = Cedar(export(self.table.bundle))
        self.compared = 0
        self.started = time.perf_counter()

    def same(self, cell: Cell, facts: Facts, fields: tuple[str, ...]) -> bool:
        """Say whether both release, hold and stop the same."""
        query = Query(*cell, facts, fields, self.edition.begins)
        self.compared += len(fields)
        return self.cedar.answer(query) == ours(self.table, query)

    def nothing(self, cell: Cell, facts: Facts) -> bool:
        """Say whether both give nothing, and would not after any approval."""
        query = Query(*cell, facts, FIELDS, self.edition.begins)
        self.compared += len(FIELDS)
        return self.cedar.offered(query) == () == ours(self.table, query).released + ours(self.table, query).pending

    def told(self, record: Callable[[str, object], None], what: str) -> None:
        """Put the figure in the report of `make conformance`."""
        seconds = time.perf_counter() - self.started
        record("figure", f"{self.edition.begins}: {what}: {self.compared} answers about a field, {seconds:.0f} s")


@pytest.fixture
def both(edition: Edition) -> Comparison:
    """Return the engines of an epoch."""
    return Comparison(edition)


def calm(edition: Edition) -> dict[str, Truth]:
    """Return facts under which no guard fires and every general requirement holds."""
    guards = {name: OTHER[truth] for forbid in edition.forbids for name, truth in forbid.when.items()}
    return {**guards, **edition.require}


def written(edition: Edition) -> dict[Cell, list[dict[str, Truth]]]:
    """Return each cell that has a row, with the conditions and approvals of each of its rows."""
    found: dict[Cell, list[dict[str, Truth]]] = {}
    for row in edition.rows:
        own = {**row.when, **dict.fromkeys(APPROVALS[row.approval], Truth.YES)}
        for cell in product(row.recipients, row.grounds, row.roles):
            found.setdefault(cell, []).append(own)
    return found


def offered(edition: Edition, cell: Cell) -> tuple[str, ...]:
    """Return the fields that some row of a cell names, and one that none does."""
    rows = [row for row in edition.rows if cell in set(product(row.recipients, row.grounds, row.roles))]
    named = {name for row in rows for name in row.fields}
    return (*(name for name in FIELDS if name in named), next(name for name in FIELDS if name not in named))


def combinations(rows: list[dict[str, Truth]]) -> Iterator[dict[str, Truth]]:
    """Yield every combination of: as the rows ask, or not; "not" is the other way round and unknown by turns."""
    asked = {name: truth for own in rows for name, truth in own.items()}
    for place, kept in enumerate(product((True, False), repeat=len(asked))):
        failing = (Truth.UNKNOWN, Truth.NO) if place % 2 else (Truth.NO, Truth.UNKNOWN)
        yield {
            name: truth if keeps else (Truth.UNKNOWN if failing[index % 2] is Truth.UNKNOWN else OTHER[truth])
            for index, ((name, truth), keeps) in enumerate(zip(asked.items(), kept, strict=True))
        }


def terms(body: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """Yield the parts of a conjunction, as Cedar read it."""
    if set(body) == {"&&"}:
        for side in ("left", "right"):
            yield from terms(members(members(body["&&"])[side]))
    else:
        yield body


def read(value: Json) -> Iterator[tuple[str, str]]:
    """Yield the facts and parts of the question that a term reads."""
    if isinstance(value, list):
        for item in value:
            yield from read(item)
    elif isinstance(value, dict):
        entity = members(value.get("__entity"))
        if entity.get("type") == "Fact":
            yield "fact", str(entity["id"])
        if "Var" in value and value["Var"] != "context":
            yield "question", str(value["Var"])
        if "attr" in value and value["attr"] not in {"yes", "no"}:
            yield "question", str(value["attr"])
        for part in value.values():
            yield from read(part)


def apart(texts: CedarBundle) -> list[str]:
    """Return the policies that are not a conjunction of terms that each read one thing.

    Two exceptions, by which no row's or guard's facts meet another's: a permit's approval is one term of its facts and
    the action, and a guard's last term reads its own facts and the ground.
    """
    odd = []
    approvals = set(APPROVALS.values())
    for name, policy in members(
        members(json.loads(cedarpy.policies_to_json_str(texts.policies)))["staticPolicies"]
    ).items():
        conditions = [members(one) for one in items(members(policy)["conditions"])]
        parts = [set(read(term)) for one in conditions for term in terms(members(one["body"]))]
        wide = [part for part in parts if len(part) != 1]
        if members(policy)["effect"] == "permit":
            fits = all(
                tuple(sorted((fact for kind, fact in part if kind == "fact"), key=lambda one: one != "second_approver"))
                in approvals
                and {said for kind, said in part if kind == "question"} == {"action"}
                for part in wide
            )
        else:
            fits = all({said for kind, said in part if kind == "question"} == {"ground"} for part in wide)
        if len(conditions) != 1 or not fits:
            odd.append(name)
    return odd


@EPOCHS
def test_the_parts_of_the_export_act_apart(both: Comparison) -> None:
    """Each permit is a conjunction and each term of it reads one fact, so the facts of a cell meet nowhere else."""
    texts = export(both.table.bundle)
    assert apart(texts) == []
    alone, crossed = 'context.yes.contains(Fact::"acute_danger")', 'context.no.contains(Fact::"avim_hold")'
    assert alone in texts.policies
    assert apart(replace(texts, policies=texts.policies.replace(alone, f"({alone} || {crossed})"))) != []


@EPOCHS
def test_where_nobody_wrote_a_row_nothing_leaves(
    both: Comparison, record_property: Callable[[str, object], None]
) -> None:
    """Every field of every such cell, with all known as the rows of other cells would have it, and approved."""
    asked = {name: truth for rows in written(both.edition).values() for own in rows for name, truth in own.items()}
    facts = {**asked, **calm(both.edition)}
    cells = [
        cell for cell in product(WORDS.recipients, WORDS.grounds, WORDS.roles) if cell not in written(both.edition)
    ]
    assert [cell for cell in cells if not both.nothing(cell, facts)] == []
    both.told(record_property, "cells without a row")


@EPOCHS
def test_the_conditions_of_the_rows_of_a_cell_in_every_combination(
    both: Comparison, record_property: Callable[[str, object], None]
) -> None:
    """All else being well. Fields that no row names are asked for when all hold and when none does."""
    different = []
    for cell, rows in written(both.edition).items():
        every = list(combinations(rows))
        for place, own in enumerate(every):
            fields = FIELDS if place in {0, len(every) - 1} else offered(both.edition, cell)
            if not both.same(cell, {**calm(both.edition), **own}, fields):
                different.append((cell, own))
    assert different == []
    both.told(record_property, "conditions and approvals")


@EPOCHS
def test_each_requirement_and_each_guard_alone(
    both: Comparison, record_property: Callable[[str, object], None]
) -> None:
    """In each cell that has a row, with all its conditions: each other fact the other way round, and unknown."""
    different = []
    for cell, rows in written(both.edition).items():
        own = {name: truth for one in rows for name, truth in one.items()}
        whole = {**calm(both.edition), **own}
        for name, truth in whole.items():
            for changed in (OTHER[truth], Truth.UNKNOWN):
                if not both.same(cell, {**whole, name: changed}, offered(both.edition, cell)):
                    different.append((cell, name, changed))
    assert different == []
    both.told(record_property, "requirements and guards alone")


@EPOCHS
def test_each_guard_for_every_recipient_and_ground(
    both: Comparison, record_property: Callable[[str, object], None]
) -> None:
    """Its facts yes, no and unknown, also where no row is written; the role makes no difference to a guard."""
    role, field = next(iter(WORDS.roles)), FIELDS[:1]
    different = []
    for recipient, ground in product(WORDS.recipients, WORDS.grounds):
        for forbid in both.edition.forbids:
            for values in product(Truth, repeat=len(forbid.when)):
                facts = {**calm(both.edition), **dict(zip(forbid.when, values, strict=True))}
                if not both.same((recipient, ground, role), facts, field):
                    different.append((recipient, ground, forbid.id, values))
    assert different == []
    both.told(record_property, "guards")
