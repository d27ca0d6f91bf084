"""Reads a blueprint file: the rows that permit, and what holds for every row, from one day on."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.decide.loading.place import REPAIR, Place
from gateway.model.bundle import Forbid, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import Truth


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One dated file of the blueprint. `ends` is the first day on which it no longer holds."""

    begins: dt.date
    ends: dt.date | None
    require: Mapping[str, Truth]
    never_fields: frozenset[str]
    forbids: tuple[Forbid, ...]
    rows: tuple[Row, ...]
    retention_days: int


def read_blueprint(root: Place, vocabulary: Vocabulary) -> Blueprint:
    """Return what a blueprint file says.

    :raises PolicyUnreadableError: a key, term or date is missing, unknown, double or malformed, or an id is
        given twice.
    """
    keys = root.keys("valid", "require", "never_fields", "forbids", "rows", "retention_days")
    begins, ends = keys["valid"].span()
    if root.file != f"blueprint/{begins.isoformat()}.yaml":
        raise keys["valid"].fault("the file's name is not its first day", hint=f"name it {begins.isoformat()}.yaml")
    require = keys["require"].facts(vocabulary.facts)
    never = frozenset(keys["never_fields"].terms(vocabulary.fields))
    forbids = tuple(read_forbid(place, vocabulary) for place in keys["forbids"].items())
    rows = tuple(
        read_row(place, vocabulary, require=require, never=never, valid=(begins, ends))
        for place in keys["rows"].items()
    )
    once([*keys["forbids"].items(), *keys["rows"].items()])
    return Blueprint(begins, ends, require, never, forbids, rows, keys["retention_days"].days())


def once(rules: Iterable[Place], taken: Iterable[str] = ()) -> None:
    """Refuse an id that two rules share, or that is taken: an id in the log points at one rule."""
    known = set(taken)
    for place in rules:
        named = place.mapping()["id"]
        if named.word() in known:
            raise named.fault(f"`{named.word()}`: two rules have this id", hint=f"rename one; {REPAIR}")
        known.add(named.word())


_FORBID_KEYS = ("id", "when", "except_recipients", "except_grounds", "only_when_known", "note")


def read_forbid(place: Place, vocabulary: Vocabulary) -> Forbid:
    """Return a guard."""
    keys = place.keys(*_FORBID_KEYS, optional=["way", "legal_basis"])
    return Forbid(
        id=keys["id"].word(),
        when=keys["when"].facts(vocabulary.facts),
        except_recipients=frozenset(keys["except_recipients"].terms(vocabulary.recipients, may_be_empty=True)),
        except_grounds=frozenset(keys["except_grounds"].terms(vocabulary.grounds, may_be_empty=True)),
        only_when_known=frozenset(keys["only_when_known"].terms(vocabulary.grounds, may_be_empty=True)),
        note=keys["note"].both(),
        way=keys["way"].both() if "way" in keys else None,
        legal_basis=keys["legal_basis"].terms(vocabulary.legal) if "legal_basis" in keys else (),
    )


_ROW_KEYS = ("id", "recipients", "grounds", "roles", "when", "skip", "approval", "fields", "legal_basis", "label",
             "shows_roles", "note")  # fmt: skip


def read_row(
    place: Place,
    vocabulary: Vocabulary,
    *,
    require: Mapping[str, Truth],
    never: frozenset[str],
    valid: tuple[dt.date, dt.date | None],
) -> Row:
    """Return a permit. It holds as long as its file, `valid`, unless it says `valid` itself."""
    keys = place.keys(*_ROW_KEYS, optional=["valid", "instead"])
    roles = keys["roles"].terms(vocabulary.roles)
    fields = frozenset(keys["fields"].terms(vocabulary.fields))
    if fields & never:
        raise keys["fields"].fault(f"`{min(fields & never)}` never leaves", hint="take it out of the row")
    since, until = keys["valid"].span() if "valid" in keys else valid
    if since < valid[0] or (valid[1] is not None and (until is None or until > valid[1])):
        raise keys["valid"].fault("the row would hold longer than its file", hint="a row holds within its file's days")
    return Row(
        id=keys["id"].word(),
        recipients=frozenset(keys["recipients"].terms(vocabulary.recipients)),
        grounds=frozenset(keys["grounds"].terms(vocabulary.grounds)),
        roles=frozenset(roles),
        when=keys["when"].facts(vocabulary.facts),
        skip=frozenset(keys["skip"].terms(require, may_be_empty=True)),
        approval=keys["approval"].choice(Approval),
        fields=fields,
        legal_basis=keys["legal_basis"].terms(vocabulary.legal),
        label=keys["label"].both(),
        shows_roles=frozenset(keys["shows_roles"].terms(roles, may_be_empty=True)),
        valid_from=since,
        valid_until=until,
        note=keys["note"].both(),
        instead=keys["instead"].both() if "instead" in keys else None,
    )
