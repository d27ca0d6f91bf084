"""From the exact bytes of the policy files to a bundle, or nothing: one unknown word and none of it is loaded."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from gateway.config import strict_yaml
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import (
    Bundle,
    Category,
    FactDefinition,
    FieldDefinition,
    FieldType,
    Forbid,
    Ground,
    LegalBasis,
    Row,
    Scope,
    Vocabulary,
)
from gateway.model.decision import Approval
from gateway.model.terms import Json, Text, Truth

_ROW_FILE = re.compile(r"rows/[a-z][a-z0-9-]*\.yaml")
_SINGLE = ("guards.yaml", "legal.yaml", "vocabulary.yaml")
_E = TypeVar("_E", bound=StrEnum)
_REPAIR = "correct the file; until then nothing of this policy is loaded"
_COMPLETE = "fetch the whole policy again; until then nothing of it is loaded"


def load_bundle(files: Mapping[str, bytes]) -> Bundle:
    """Return the bundle that these files spell out.

    :param files: name -> exact bytes: vocabulary.yaml, legal.yaml, guards.yaml and one or more rows/*.yaml.
    :raises PolicyUnreadableError: a file, key, term or date is missing, unknown, double or malformed, a list is empty
        that should not be, or two statements contradict each other; the message names the file and the place.
    """
    row_files = sorted(name for name in files if name not in _SINGLE)
    for name in row_files:
        if not _ROW_FILE.fullmatch(name):
            raise PolicyUnreadableError(
                f"{name}: no such file belongs to a policy", hint="take it away, or name it as a row file"
            )
    for name in _SINGLE:
        if name not in files:
            raise PolicyUnreadableError(f"{name}: the file is missing", hint=_COMPLETE)
    if not row_files:
        raise PolicyUnreadableError("rows: there is no row file", hint=_COMPLETE)
    roots = {name: _Place(strict_yaml.load(files[name], name=name), name) for name in files}
    vocabulary = _vocabulary(roots["vocabulary.yaml"], roots["legal.yaml"])
    guards = roots["guards.yaml"].keys("require", "never_fields", "forbids", "retention_days")
    require = guards["require"].facts(vocabulary)
    never = frozenset(guards["never_fields"].terms(vocabulary.fields))
    forbids = tuple(_forbid(place, vocabulary) for place in guards["forbids"].items())
    rows = tuple(
        _row(place, vocabulary, require=require, never=never)
        for name in row_files
        for place in roots[name].keys("rows")["rows"].items()
    )
    _once([*(forbid.id for forbid in forbids), *(row.id for row in rows)])
    return Bundle(_digest(files), vocabulary, require, never, forbids, rows, guards["retention_days"].days())


def _digest(files: Mapping[str, bytes]) -> str:
    """Return "sha256:" + hex over each name and content, in order of name, each after its length in 8 bytes."""
    state = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            state.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{state.hexdigest()}"


def _once(ids: Sequence[str]) -> None:
    for rule in ids:
        if ids.count(rule) > 1:
            raise PolicyUnreadableError(f"`{rule}`: two rules have this id", hint=_REPAIR)


class _Place:
    """A value and where it stands, so that every complaint can say where."""

    def __init__(self, value: Json, path: str) -> None:
        self._value = value
        self.path = path

    def fault(self, problem: str) -> PolicyUnreadableError:
        return PolicyUnreadableError(f"{self.path}: {problem}", hint=_REPAIR)

    def mapping(self) -> dict[str, "_Place"]:
        """Return the entries of a mapping that may not be empty."""
        if not isinstance(self._value, dict) or not self._value:
            raise self.fault("a mapping with at least one key is expected")
        return {key: _Place(value, f"{self.path}: {key}") for key, value in self._value.items()}

    def keys(self, *names: str, optional: Sequence[str] = ()) -> dict[str, "_Place"]:
        """Return the entries of a mapping that has exactly these keys."""
        found = self.mapping()
        for name in found:
            if name not in names and name not in optional:
                raise self.fault(f"unknown key `{name}`")
        for name in names:
            if name not in found:
                raise self.fault(f"key `{name}` is missing")
        return found

    def items(self, *, may_be_empty: bool = False) -> list["_Place"]:
        if not isinstance(self._value, list) or not (self._value or may_be_empty):
            raise self.fault("a list is expected" if may_be_empty else "a list with at least one item is expected")
        return [_Place(value, f"{self.path}[{index}]") for index, value in enumerate(self._value)]

    def string(self) -> str:
        if not isinstance(self._value, str) or not self._value.strip():
            raise self.fault("text is expected")
        return self._value

    def flag(self) -> bool:
        if not isinstance(self._value, bool):
            raise self.fault("true or false is expected")
        return self._value

    def days(self) -> int:
        if isinstance(self._value, bool) or not isinstance(self._value, int) or self._value < 1:
            raise self.fault("a number of days is expected")
        return self._value

    def date(self) -> dt.date:
        text = self.string()
        try:
            date = dt.date.fromisoformat(text)
        except ValueError as exc:
            raise self.fault("a date such as 2026-01-31 is expected") from exc
        if date.isoformat() != text:
            raise self.fault("a date such as 2026-01-31 is expected")
        return date

    def date_or_null(self) -> dt.date | None:
        return None if self._value is None else self.date()

    def both(self) -> Text:
        """Return a text in both languages."""
        pair = self.keys("nl", "en")
        return Text(pair["nl"].string(), pair["en"].string())

    def choice(self, kind: type[_E]) -> _E:
        try:
            return kind(self.string())
        except ValueError as exc:
            raise self.fault(f"`{self._value}` is not one of {', '.join(kind)}") from exc

    def terms(self, known: Mapping[str, object], *, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return a list of known words, each named once."""
        words: list[str] = []
        for item in self.items(may_be_empty=may_be_empty):
            word = item.string()
            if word not in known:
                raise item.fault(f"unknown term `{word}`")
            if word in words:
                raise item.fault(f"`{word}` is named twice")
            words.append(word)
        return tuple(words)

    def facts(self, vocabulary: Vocabulary) -> dict[str, Truth]:
        """Return facts with the value each must have; "unknown" is not a condition that anyone can establish."""
        told: dict[str, Truth] = {}
        for name, place in self.mapping().items():
            if name not in vocabulary.facts:
                raise self.fault(f"unknown fact `{name}`")
            told[name] = place.choice(Truth)
            if told[name] is Truth.UNKNOWN:
                raise place.fault('"yes" or "no" is expected')
        return told


def _vocabulary(root: _Place, legal: _Place) -> Vocabulary:
    parts = root.keys("recipients", "grounds", "purposes", "roles", "facts", "fields", "codes")
    recipients = {name: place.keys("label", "internal") for name, place in parts["recipients"].mapping().items()}
    purposes = {name: place.both() for name, place in parts["purposes"].mapping().items()}
    fields = {name: _field(name, place) for name, place in parts["fields"].mapping().items()}
    return Vocabulary(
        recipients={name: keys["label"].both() for name, keys in recipients.items()},
        internal=frozenset(name for name, keys in recipients.items() if keys["internal"].flag()),
        grounds={name: _ground(name, place, purposes) for name, place in parts["grounds"].mapping().items()},
        purposes=purposes,
        roles={name: place.both() for name, place in parts["roles"].mapping().items()},
        facts={name: _fact(name, place) for name, place in parts["facts"].mapping().items()},
        fields=fields,
        codes=_codes(parts["codes"], fields),
        legal={name: _legal(name, place) for name, place in legal.mapping().items()},
    )


def _ground(name: str, place: _Place, purposes: Mapping[str, Text]) -> Ground:
    keys = place.keys("label", "purposes", "urgent")
    return Ground(name, keys["label"].both(), keys["purposes"].terms(purposes), keys["urgent"].flag())


def _fact(name: str, place: _Place) -> FactDefinition:
    keys = place.keys("computed", "definition", optional=["evidence"])
    computed, evidence = keys["computed"].flag(), keys.get("evidence")
    if computed is (evidence is not None):
        raise place.fault("a fact is either computed or evidenced")
    return FactDefinition(name, computed, keys["definition"].both(), evidence.both() if evidence else None)


def _field(name: str, place: _Place) -> FieldDefinition:
    keys = place.keys("group", "type", "scope", "category", "label")
    return FieldDefinition(
        name=name,
        group=keys["group"].string(),
        type=keys["type"].choice(FieldType),
        scope=keys["scope"].choice(Scope),
        category=keys["category"].choice(Category),
        label=keys["label"].both(),
    )


def _codes(root: _Place, fields: Mapping[str, FieldDefinition]) -> dict[str, dict[str, Text]]:
    coded = [name for name, field in fields.items() if field.type in {FieldType.CODE, FieldType.CODES}]
    lists = root.keys(*coded)
    return {field: {code: text.both() for code, text in place.mapping().items()} for field, place in lists.items()}


def _legal(name: str, place: _Place) -> LegalBasis:
    keys = place.keys("text", "source", "reveals")
    return LegalBasis(name, keys["text"].both(), keys["source"].string(), keys["reveals"].flag())


def _forbid(place: _Place, vocabulary: Vocabulary) -> Forbid:
    keys = place.keys("id", "when", "except_recipients", "except_grounds", "only_when_known", "note")
    return Forbid(
        id=keys["id"].string(),
        when=keys["when"].facts(vocabulary),
        except_recipients=frozenset(keys["except_recipients"].terms(vocabulary.recipients, may_be_empty=True)),
        except_grounds=frozenset(keys["except_grounds"].terms(vocabulary.grounds, may_be_empty=True)),
        only_when_known=frozenset(keys["only_when_known"].terms(vocabulary.grounds, may_be_empty=True)),
        note=keys["note"].both(),
    )


_ROW_KEYS = ("id", "recipients", "grounds", "roles", "when", "skip", "approval", "fields", "legal_basis", "label",
             "shows_roles", "valid", "note")  # fmt: skip


def _row(place: _Place, vocabulary: Vocabulary, *, require: Mapping[str, Truth], never: frozenset[str]) -> Row:
    keys = place.keys(*_ROW_KEYS)
    roles = {role: vocabulary.roles[role] for role in keys["roles"].terms(vocabulary.roles)}
    fields = frozenset(keys["fields"].terms(vocabulary.fields))
    if fields & never:
        raise keys["fields"].fault(f"`{min(fields & never)}` never leaves")
    valid = keys["valid"].keys("from", "until")
    since, until = valid["from"].date(), valid["until"].date_or_null()
    if until is not None and until <= since:
        raise keys["valid"].fault("it ends before it begins")
    return Row(
        id=keys["id"].string(),
        recipients=frozenset(keys["recipients"].terms(vocabulary.recipients)),
        grounds=frozenset(keys["grounds"].terms(vocabulary.grounds)),
        roles=frozenset(roles),
        when=keys["when"].facts(vocabulary),
        skip=frozenset(keys["skip"].terms(require, may_be_empty=True)),
        approval=keys["approval"].choice(Approval),
        fields=fields,
        legal_basis=keys["legal_basis"].terms(vocabulary.legal),
        label=keys["label"].both(),
        shows_roles=frozenset(keys["shows_roles"].terms(roles, may_be_empty=True)),
        valid_from=since,
        valid_until=until,
        note=keys["note"].both(),
    )
