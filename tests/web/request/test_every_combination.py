"""The form asks exactly what could leave: for every combination of the policy, on every day that its rules change.

What could leave is found without the form: the proof's boxes (`gateway.policy`) say under which facts a field goes,
restricted to what the gateway can establish; for each field they show such facts, and the engine and the projection are
asked whether it leaves. So a field asked in vain, and a field that could leave and is not asked, both fail.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from gateway.decide.engine import Policy
from gateway.decide.facts import SOURCES
from gateway.decide.form import offer
from gateway.minimise.project import project
from gateway.model.bundle import Row
from gateway.model.decision import Decision, Query
from gateway.model.request import Subject
from gateway.model.terms import Provenance, Truth
from gateway.policy.boxes import Box, Space
from gateway.policy.cells import Cells
from gateway.web.request.draft import Asked
from tests.decide.shorthand import SHIPPED

BY_CONSTRUCTION = {"single_case": (Truth.YES,), "purpose_matches": (Truth.YES,)}
"""A form holds one case, and a purpose that fits the ground."""


def reachable(space: Space) -> list[tuple[Provenance | None, Box]]:
    """Return, for each origin that data may have, the facts that can be so: an origin is one of four, never two."""
    return [
        (origin, space.box(BY_CONSTRUCTION | {"source_wpg": (police,), "source_medical": (medical,)}))
        for origin, (police, medical) in SOURCES.items()
    ]


def leaves(policy: Policy, query: Query, origin: Provenance | None) -> frozenset[str]:
    """Return which of the fields would leave: decided, and projected from a subject that has them all."""
    data = dict.fromkeys(query.fields, "x")
    provenance = {} if origin is None else dict.fromkeys(query.fields, origin)
    decision: Decision = policy.decide(query)
    released = project(Subject("s1", query.role, {}, data, provenance), {origin: decision}, shows_role=False)
    return frozenset() if released is None else frozenset(released.data)


def can_release(policy: Policy, cells: Cells, cell: tuple[str, str, str], on: dt.date) -> frozenset[str]:
    """Return every field that leaves in this cell under some facts; each is seen to leave."""
    fields, found = tuple(policy.bundle.vocabulary.fields), set[str]()
    for name in fields:
        for origin, box in reachable(cells.space):
            if name in found:
                break
            meeting = cells.space.first_meeting(cells.released(cell, name), [box])
            if meeting is not None:
                gone = leaves(policy, Query(*cell, cells.space.combination(meeting), fields, on), origin)
                assert name in gone
                found |= gone
    return frozenset(found)


def form(policy: Policy, cell: tuple[str, str, str], on: dt.date) -> Asked:
    """Return what the pages ask for a combination."""
    recipient, ground, role = cell
    offered = offer(policy, recipient=recipient, ground=ground, role=role, on=on)
    return Asked.of("s1", role, offered, policy.bundle.vocabulary)


def combinations(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Return every recipient kind, ground and role, whether or not anybody wrote a row for it."""
    words = policy.bundle.vocabulary
    yield from product(words.recipients, words.grounds, words.roles)


def differences(policy: Policy, on: dt.date) -> list[tuple[tuple[str, str, str], set[str]]]:
    """Return each combination in which form and release differ, with the fields."""
    cells = Cells(policy, on)
    found = []
    for cell in combinations(policy):
        asked = {definition.name for definition in form(policy, cell, on).fields}
        differs = asked ^ can_release(policy, cells, cell, on)
        if differs:
            found.append((cell, differs))
    return found


@pytest.mark.parametrize("on", SHIPPED.epochs)
def test_the_form_asks_exactly_what_could_leave(on: dt.date) -> None:
    """fields(form) = fields(minimise can release), for all of them."""
    assert differences(SHIPPED, on) == []


@pytest.mark.parametrize("on", SHIPPED.epochs)
def test_where_nothing_could_leave_no_fact_is_asked_and_a_way_is_told(on: dt.date) -> None:
    """Nobody types a name to hear that it may not go."""
    asked = [form(SHIPPED, cell, on) for cell in combinations(SHIPPED)]
    nothing = [one for one in asked if not one.fields]
    assert 0 < len(nothing) < len(asked)
    assert all(not one.facts and one.ways for one in nothing)


def test_a_form_that_asks_in_vain_is_found() -> None:
    """The test can fail: rows of which nothing can ever leave, because data have one origin, stay on the form."""
    on = SHIPPED.epochs[-1]
    both = {"source_wpg": Truth.YES, "source_medical": Truth.YES}
    policy = with_rows([replace(row, when={**row.when, **both}) for row in SHIPPED.bundle.on(on).rows], on)
    assert differences(policy, on)


def with_rows(rows: list[Row], on: dt.date) -> Policy:
    """Return the shipped policy with other rows on a day."""
    bundle = SHIPPED.bundle
    changed = [replace(one, rows=tuple(rows)) if one is bundle.on(on) else one for one in bundle.editions]
    return Policy(replace(bundle, editions=tuple(changed)))
