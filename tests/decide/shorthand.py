"""What the tests of `decide` share: the shipped policy and a tiny policy."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.decide.loading.layers import editions
from gateway.decide.loading.rules import Blueprint
from gateway.model.bundle import (
    Bundle,
    Category,
    Edition,
    FactDefinition,
    FieldDefinition,
    FieldType,
    Forbid,
    Ground,
    Row,
    Scope,
    Vocabulary,
)
from gateway.model.decision import Approval, Query
from gateway.model.terms import Text, Truth
from tests.builders import a_basis

DAY = dt.date(2026, 11, 24)
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
OPPOSITE = {YES: NO, NO: YES}
ROOT = Path(__file__).parents[2]
SHIPPED = Policy(load_bundle(read_policy_files(ROOT / "policies")))
EDITION = SHIPPED.bundle.on(DAY)


def said(word: str) -> Text:
    """Return a text that is easy to find back."""
    return Text(f"{word} nl", f"{word} en")


def a_vocabulary() -> Vocabulary:
    """Return a vocabulary of a few words."""
    facts = ("owned", "hurt", "active", "second_approver", "fg_advice")
    fields = ("address", "code", "name", "bsn")
    return Vocabulary(
        recipients={"landlord": said("landlord"), "police": said("police")},
        internal=frozenset(),
        grounds={
            "nuisance": Ground("nuisance", said("nuisance"), ("end_it",), urgent=False),
            "danger": Ground("danger", said("danger"), ("end_it",), urgent=True),
        },
        purposes={"end_it": said("end it")},
        roles={"tenant": said("tenant"), "owner": said("owner")},
        facts={
            name: FactDefinition(
                name,
                name == "active",
                Category.ORDINARY,
                said(name),
                None if name == "active" else said(f"paper {name}"),
            )
            for name in facts
        },
        fields={
            name: FieldDefinition(
                name, "group", FieldType.TEXT, Scope.SUBJECT, Category.ORDINARY, said(name), said(name)
            )
            for name in fields
        },
        codes={},
        legal={name: a_basis(name) for name in ("A-1", "A-2")},
    )


def a_row(**changed: object) -> Row:
    """Return the row L-1: address and code to a landlord who owns it, after a second person."""
    row = Row(
        id="L-1",
        recipients=frozenset({"landlord"}),
        grounds=frozenset({"nuisance"}),
        roles=frozenset({"tenant"}),
        when={"owned": YES},
        skip=frozenset(),
        approval=Approval.PRE_TWO,
        fields=frozenset({"address", "code"}),
        legal_basis=("A-1",),
        label=said("label"),
        shows_roles=frozenset(),
        valid_from=dt.date(2026, 1, 1),
        valid_until=dt.date(2027, 1, 1),
        note=said("note"),
    )
    return replace(row, **changed)  # type: ignore[arg-type]  # a builder: each test names what it changes


def a_forbid(**changed: object) -> Forbid:
    """Return the guard F-1: nothing about someone who was hurt goes to a landlord."""
    forbid = Forbid("F-1", {"hurt": YES}, frozenset({"police"}), frozenset(), frozenset(), said("guard"))
    return replace(forbid, **changed)  # type: ignore[arg-type]  # a builder: each test names what it changes


def a_policy(*rows: Row, forbids: tuple[Forbid, ...] = ()) -> Policy:
    """Return a policy of these rows, under the general condition that the recipient is active."""
    blueprint = Blueprint(
        begins=dt.date(2020, 1, 1),
        ends=None,
        require={"active": YES},
        never_fields=frozenset({"bsn"}),
        forbids=forbids,
        rows=rows,
        retention_days=730,
    )
    words = a_vocabulary()
    told = editions([blueprint], [], None, words)
    return Policy(Bundle("sha256:" + "0" * 64, words, told, told))


def a_query(*fields: str, date: dt.date = DAY, **facts: Truth) -> Query:
    """Ask for fields of a tenant on behalf of a landlord; ownership and the recipient's state are known."""
    known = {"owned": YES, "active": YES, **facts}
    return Query("landlord", "nuisance", "tenant", known, fields, date)


def cells(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield each combination of recipient, ground and role of a row."""
    for recipient in sorted(row.recipients):
        for ground in sorted(row.grounds):
            for role in sorted(row.roles):
                yield recipient, ground, role


def conditions_of(row: Row, edition: Edition) -> dict[str, Truth]:
    """Return all that a row asks for, written apart from the code under test."""
    return {**{name: truth for name, truth in edition.require.items() if name not in row.skip}, **row.when}


def just_enough(row: Row, edition: Edition) -> dict[str, Truth]:
    """Return the fewest facts under which a row releases: its conditions, no guard, and its approval given."""
    facts = {name: OPPOSITE[truth] for forbid in edition.forbids for name, truth in forbid.when.items()}
    if row.approval in {Approval.PRE_TWO, Approval.PRE_FG}:
        facts["second_approver"] = YES
    if row.approval is Approval.PRE_FG:
        facts["fg_advice"] = YES
    return {**facts, **conditions_of(row, edition)}
