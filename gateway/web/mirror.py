"""What a recipient will read, in the words of the recipient's own page (`gateway/page/src/show.mjs`).

Both take the labels from the policy, by `gateway.page.labels`; the other words stand here and in `words.mjs`. A test
opens sealed messages in the recipient's page and compares the two, line by line and in both languages.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from gateway.model.bundle import Vocabulary
from gateway.model.terms import Json, items, members
from gateway.page.labels import labels_of
from gateway.web.language import day, language, later

ONWARD, DESTROY = "onward_disclosure", "destroy_by"
FORBIDDEN = "forbidden"
BAG = later("BAG-nummer")
TRUE, FALSE = later("ja"), later("nee")


@dataclass(frozen=True, slots=True)
class Told:
    """A value as it is read: a text, and under it the items of a list or further lines."""

    text: str = field(default="", repr=False)
    items: tuple["Told", ...] = field(default=(), repr=False)
    lines: tuple["Line", ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what is told under it."""

    label: str
    told: Told = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reflection:
    """A message as its reader sees it: why, and the data of each subject under a heading."""

    reason: tuple[Line, ...]
    subjects: tuple[tuple[str, tuple[Line, ...]], ...] = field(repr=False)


def reflect(contents: Json, vocabulary: Vocabulary) -> Reflection:
    """Return the claims of a message as its recipient reads them, in the language of this page."""
    words, told = _Labels(vocabulary), members(contents)
    owed = members(told.get("obligations"))
    onward = owed.get(ONWARD)
    reason = (
        (_("Reden"), str(told.get("ground", ""))),
        (_("Doel"), words.of("purposes", str(told.get("purpose", "")))),
        (_("Wettelijke grondslag"), "; ".join(str(basis) for basis in items(told.get("legal_basis")))),
        (_("Doorgeven aan anderen"), _("mag niet") if onward == FORBIDDEN else str(onward)),
        (_("Vernietigen uiterlijk op"), as_day(str(owed.get(DESTROY, "")))),
    )
    return Reflection(
        tuple(Line(label, Told(text)) for label, text in reason if text),
        tuple(_subject(number, members(one), words) for number, one in enumerate(items(told.get("subjects")), start=1)),
    )


def _subject(number: int, subject: Mapping[str, Json], words: "_Labels") -> tuple[str, tuple[Line, ...]]:
    role = [Line(_("Rol"), Told(words.of("roles", str(subject["role"]))))] if "role" in subject else []
    return _("Gegevens %(number)s", number=number), (*role, *words.lines(members(subject.get("data"))))


class _Labels:
    """The words of the policy in one language; what has no label is told under its own name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._labels, self._language = labels_of(vocabulary), language()

    def of(self, kind: str, name: str) -> str:
        label = members(members(self._labels[kind]).get(name))
        return str(label.get(self._language, name))

    def lines(self, data: Mapping[str, Json]) -> tuple[Line, ...]:
        # In the order of the canonical form, which is the order in which the reader's page meets them.
        return tuple(Line(self._name(name), self._told(name, data[name])) for name in sorted(data))

    def _name(self, name: str) -> str:
        label = str(BAG) if name == "bag_id" else self.of("fields", name).replace("_", " ")
        return label[:1].upper() + label[1:]

    def _told(self, name: str, value: Json) -> Told:
        if isinstance(value, bool):
            return Told(str(TRUE if value else FALSE))
        if isinstance(value, str):
            meaning = members(members(members(self._labels["codes"]).get(name)).get(value)).get(self._language)
            return Told(str(meaning) if meaning is not None else as_day(value))
        if isinstance(value, list):
            return Told(items=tuple(self._told(name, item) for item in value))
        if isinstance(value, dict):
            return self._object(value)
        return Told(str(value))

    def _object(self, value: Mapping[str, Json]) -> Told:
        if not {"postcode", "number"} <= value.keys():
            return Told(lines=self.lines(value))
        rest = {name: item for name, item in value.items() if name not in {"postcode", "number", "addition"}}
        parts: Iterable[Json] = (value["postcode"], value["number"], value.get("addition"))
        return Told(" ".join(str(part) for part in parts if part), lines=self.lines(rest))


def as_day(text: str) -> str:
    """Return an ISO date as people say it, and any other text as it is."""
    if len(text) != len("2026-11-26"):
        return text
    try:
        return day(dt.date.fromisoformat(text))
    except ValueError:
        return text
