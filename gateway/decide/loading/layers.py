"""Lays a municipality's own rules, and where asked a draft of coming law, over the blueprint: one edition per epoch.

A municipality may only restrict (DESIGN section 3). The form of its file leaves no place for a row, and each list in it
must be part of the list that it narrows, so a widening is refused while it is read; `gateway policy prove` shows the
same of the result.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from gateway.decide.loading.place import Place
from gateway.decide.loading.rules import Blueprint, once, read_forbid, read_row
from gateway.decide.loading.words import read_facts, read_legal
from gateway.model.bundle import Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import Truth

_Rule = TypeVar("_Rule", Row, Forbid)
_NARROWED = ("recipients", "grounds", "roles", "fields", "skip")


@dataclass(frozen=True, slots=True)
class Municipal:
    """One dated file of a municipality. Its keys are read against each blueprint that they meet."""

    begins: dt.date
    ends: dt.date | None
    keys: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Draft:
    """Coming law, laid over the blueprint from the day on which it is assumed to begin."""

    name: str
    begins: dt.date
    keys: Mapping[str, Place]


def read_municipal(root: Place, municipality: str) -> Municipal:
    """Return a municipality's file.

    :raises PolicyUnreadableError: it has a place for something that widens, or is of another municipality.
    """
    keys = root.mapping()
    if "rows" in keys:
        raise keys["rows"].fault(
            "a municipality may not add a row", hint="it may only restrict; propose the row for the blueprint"
        )
    keys = root.keys(
        "municipality",
        "valid",
        "note",
        optional=("require", "never_fields", "forbids", "retention_days", "narrow", "withdraw"),
    )
    keys["note"].both()
    if keys["municipality"].string() != municipality:
        raise keys["municipality"].fault(
            "the file stands in the folder of another municipality", hint=f"this folder is of `{municipality}`"
        )
    begins, ends = keys["valid"].span()
    if root.file != f"municipal/{municipality}/{begins.isoformat()}.yaml":
        raise keys["valid"].fault("the file's name is not its first day", hint=f"name it {begins.isoformat()}.yaml")
    return Municipal(begins, ends, keys)


def read_draft(root: Place) -> Draft:
    """Return a draft of coming law.

    :raises PolicyUnreadableError: a key is missing or unknown, or the name is not that of the file.
    """
    keys = root.keys(
        "draft",
        "law",
        "assumed_from",
        "changes_invariants",
        optional=("facts", "legal", "without", "rows", "forbids", "require"),
    )
    name = keys["draft"].word()
    if root.file != f"blueprint/{name}.draft.yaml":
        raise keys["draft"].fault("the file's name is not the draft's", hint=f"name it {name}.draft.yaml")
    keys["law"].both()
    return Draft(name, keys["assumed_from"].date(), keys)


def draft_words(draft: Draft, vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the facts and articles that the coming law brings."""
    facts = read_facts(draft.keys["facts"]) if "facts" in draft.keys else {}
    legal = read_legal(draft.keys["legal"]) if "legal" in draft.keys else {}
    for known, new in ((vocabulary.facts, facts), (vocabulary.legal, legal)):
        for name in new:
            if name in known:
                raise draft.keys["facts" if name in facts else "legal"].fault(
                    f"`{name}` is in the vocabulary already", hint="a draft may bring new words only"
                )
    return replace(vocabulary, facts={**vocabulary.facts, **facts}, legal={**vocabulary.legal, **legal})


def editions(
    blueprints: Sequence[Blueprint], municipals: Sequence[Municipal], draft: Draft | None, vocabulary: Vocabulary
) -> tuple[Edition, ...]:
    """Return what holds in each epoch: time is cut at every day on which a file or a row begins or ends.

    :raises PolicyUnreadableError: a municipality or a draft is about what is not there, or widens it.
    """
    spans = [(file.begins, file.ends) for file in blueprints]
    spans += [(file.begins, file.ends) for file in municipals]
    spans += [(row.valid_from, row.valid_until) for file in blueprints for row in file.rows]
    if draft is not None:
        spans.append((draft.begins, None))
        spans += _draft_spans(draft)
    days = sorted({day for span in spans for day in span if day is not None})
    found = []
    for begins, ends in zip(days, [*days[1:], None], strict=True):
        blueprint = next((one for one in blueprints if _holds(one.begins, one.ends, begins)), None)
        if blueprint is None:
            continue  # nobody wrote rules for these days: nothing may go (the duties among the invariants notice)
        edition = Edition(
            begins,
            ends,
            blueprint.require,
            blueprint.never_fields,
            blueprint.forbids,
            blueprint.rows,
            blueprint.retention_days,
        )
        if draft is not None and begins >= draft.begins:
            edition = _with_draft(edition, draft, vocabulary)
        municipal = next((one for one in municipals if _holds(one.begins, one.ends, begins)), None)
        if municipal is not None:
            edition = _restricted(edition, municipal, vocabulary)
        rows = tuple(row for row in edition.rows if _holds(row.valid_from, row.valid_until, begins))
        found.append(replace(edition, rows=rows))
    return tuple(found)


def _holds(begins: dt.date, ends: dt.date | None, day: dt.date) -> bool:
    return begins <= day and (ends is None or day < ends)


def keep_apart(roots: Iterable[Place]) -> None:
    """Refuse two files of one layer that hold on the same day."""
    valid = [root.mapping()["valid"] for root in roots]
    for earlier, later in pairwise(sorted(valid, key=lambda one: one.span()[0])):
        (_, ends), (begins, _) = earlier.span(), later.span()
        if ends is None or ends > begins:
            raise later.fault(
                f"it holds on days on which {earlier.file} holds too",
                hint=f"set `until` of {earlier.file} to {begins.isoformat()}, or let the later one begin later",
            )


def _draft_spans(draft: Draft) -> list[tuple[dt.date, dt.date | None]]:
    rows = draft.keys["rows"].items() if "rows" in draft.keys else []
    return [entries["valid"].span() for entries in (row.mapping() for row in rows) if "valid" in entries]


def _with_draft(edition: Edition, draft: Draft, vocabulary: Vocabulary) -> Edition:
    """Take rows away, and add rows and guards; one with the id of another takes its place."""
    keys = draft.keys
    require = {**edition.require, **(keys["require"].facts(vocabulary.facts) if "require" in keys else {})}
    ids = [row.id for row in edition.rows]
    gone = set(keys["without"].terms(ids)) if "without" in keys else set()
    places = [keys[name].items() if name in keys else [] for name in ("rows", "forbids")]
    rows = [
        read_row(place, vocabulary, require=require, never=edition.never_fields, valid=(draft.begins, None))
        for place in places[0]
    ]
    forbids = [read_forbid(place, vocabulary) for place in places[1]]
    once([*places[0], *places[1]])
    return replace(
        edition,
        require=require,
        forbids=_replaced(edition.forbids, forbids),
        rows=_replaced([row for row in edition.rows if row.id not in gone], rows),
    )


def _replaced(kept: Sequence[_Rule], new: Sequence[_Rule]) -> tuple[_Rule, ...]:
    ids = {rule.id for rule in new}
    return tuple(rule for rule in kept if rule.id not in ids) + tuple(new)


def _restricted(edition: Edition, municipal: Municipal, vocabulary: Vocabulary) -> Edition:
    keys = municipal.keys
    retention = edition.retention_days
    if "retention_days" in keys:
        retention = keys["retention_days"].days()
        if retention > edition.retention_days:
            raise keys["retention_days"].fault(
                f"the blueprint keeps a case for {edition.retention_days} days",
                hint="a municipality may keep it shorter",
            )
    require = dict(edition.require)
    if "require" in keys:
        _add(require, keys["require"], vocabulary)
    never = edition.never_fields
    if "never_fields" in keys:
        never |= frozenset(keys["never_fields"].terms(vocabulary.fields))
    forbids = edition.forbids
    if "forbids" in keys:
        forbids += tuple(read_forbid(place, vocabulary) for place in keys["forbids"].items())
    gone = set(keys["withdraw"].terms([row.id for row in edition.rows])) if "withdraw" in keys else set()
    rows = {row.id: row for row in edition.rows if row.id not in gone}
    if "narrow" in keys:
        for place in keys["narrow"].items():
            narrowed = _narrowed(place, rows, vocabulary)
            rows[narrowed.id] = narrowed
    if "forbids" in keys:
        once(keys["forbids"].items(), [*(forbid.id for forbid in edition.forbids), *rows])
    # A row whose every field never leaves here has nothing left to give; the empty row stays, so that a request for it
    # is refused with its reason and not called a gap.
    kept = tuple(replace(row, fields=row.fields - never) for row in rows.values())
    return replace(edition, require=require, never_fields=never, forbids=forbids, rows=kept, retention_days=retention)


def _narrowed(place: Place, rows: Mapping[str, Row], vocabulary: Vocabulary) -> Row:
    """Return a row with less: fewer words in a list, more conditions, a stricter approval."""
    keys = place.keys("id", "note", optional=(*_NARROWED, "when", "approval"))
    row = rows[keys["id"].term(rows, "row of the blueprint")]
    keys["note"].both()
    if len(keys) == 2:
        raise place.fault(
            "it restricts nothing", hint="say what is left: fields, recipients, grounds, roles, when, approval"
        )
    when = dict(row.when)
    if "when" in keys:
        _add(when, keys["when"], vocabulary)
    approval = row.approval
    if "approval" in keys:
        approval = keys["approval"].choice(Approval)
        if approval.strictness < row.approval.strictness:
            raise keys["approval"].fault(
                f"the blueprint asks for {row.approval.value}", hint="a municipality may ask for more, never for less"
            )

    def left(name: str, of: frozenset[str]) -> frozenset[str]:
        return frozenset(keys[name].terms(sorted(of), may_be_empty=name == "skip")) if name in keys else of

    roles = left("roles", row.roles)
    return replace(
        row,
        recipients=left("recipients", row.recipients),
        grounds=left("grounds", row.grounds),
        roles=roles,
        when=when,
        skip=left("skip", row.skip),
        approval=approval,
        fields=left("fields", row.fields),
        shows_roles=row.shows_roles & roles,
    )


def _add(conditions: dict[str, Truth], place: Place, vocabulary: Vocabulary) -> None:
    """Add conditions to those that there are; one may be repeated, never turned round."""
    for name, truth in place.facts(vocabulary.facts).items():
        if conditions.get(name, truth) is not truth:
            raise place.fault(f"the blueprint asks for the opposite of `{name}`", hint="a municipality may only add")
        conditions[name] = truth
