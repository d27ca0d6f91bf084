"""What a check page showed, as it posts it back: the digests, and enough to say in words what changed since.

It holds ids, names of fields and a date, never a value. The gateway compares the digests; the rest is only told.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from gateway.model.bundle import Vocabulary
from gateway.model.mirror import MessageView, Preview
from gateway.model.terms import Json, items, members, words
from gateway.web.language import later, spoken
from gateway.web.messages import capital
from gateway.web.mirror import as_day

LARGEST = 20_000  # characters of what is posted back
NAMED = {
    "bundle": later("Het beleid is vernieuwd."),
    "key": later("De ontvanger heeft een andere sleutel."),
    "ground": later("De reden die de ontvanger leest, is anders."),
    "law": later("De wettelijke grondslag die de ontvanger leest, is anders."),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message was made of: `named` are values by their names, `fields` who has which field in it."""

    digest: str
    waits: bool
    named: Mapping[str, str]
    fields: frozenset[tuple[str, str]]  # number of the subject in the request, field

    @classmethod
    def of(cls, message: MessageView) -> "Mark":
        """Return the mark of a message."""
        told = members(message.contents)
        named = {
            "key": message.recipient_key,
            "bundle": message.bundle,
            "ground": str(told["ground"]),
            "law": "; ".join(words(told["legal_basis"])),
            "destroy": str(members(told["obligations"])["destroy_by"]),
        }
        subjects = [members(subject) for subject in items(told["subjects"])]
        fields = frozenset((str(one["ref"]), name) for one in subjects for name in members(one["data"]))
        return cls(message.digest, message.waits, named, fields)

    def to_json(self) -> Json:
        """Return the form that is posted."""
        fields: list[Json] = [[ref, name] for ref, name in sorted(self.fields)]
        return {"digest": self.digest, "waits": self.waits, "named": {**self.named}, "fields": fields}

    @classmethod
    def from_json(cls, value: Json) -> "Mark":
        """Return what was posted; what is malformed says nothing."""
        told = members(value)
        pairs = [words(pair) for pair in items(told.get("fields"))]
        return cls(
            str(told.get("digest", "")),
            told.get("waits") is True,
            {name: str(text) for name, text in members(told.get("named")).items()},
            frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2),
        )


def marks_of(preview: Preview) -> str:
    """Return what the check page posts back of what it shows."""
    return json.dumps([Mark.of(message).to_json() for message in preview.messages], ensure_ascii=True)


def read_marks(posted: str) -> tuple[Mark, ...]:
    """Return what a page showed; nothing when it was cut or altered, and then it is shown again."""
    try:
        told: Json = json.loads(posted) if len(posted) <= LARGEST else []
    except (ValueError, RecursionError):
        told = []
    return tuple(Mark.from_json(one) for one in items(told))


def differences(before: Iterable[Mark], preview: Preview, vocabulary: Vocabulary) -> list[str]:
    """Say in words what is otherwise now than what was shown; nothing when it is the same."""
    then, now = tuple(before), tuple(Mark.of(message) for message in preview.messages)
    if {mark.digest for mark in then} == {mark.digest for mark in now}:
        return []
    told: list[str] = []
    if then and now:  # what names nothing any more is told by its fields
        told += [str(text) for name, text in NAMED.items() if _all(then, name) != _all(now, name)]
        if _all(then, "destroy") != _all(now, "destroy"):
            last = as_day(max(_all(now, "destroy")))
            told.append(_("De ontvanger moet de gegevens nu uiterlijk vernietigen op %(day)s.", day=last))
    was, is_now = _places(then), _places(now)
    for place in sorted(was.keys() | is_now.keys()):
        if was.get(place) != is_now.get(place):
            told.append(_moved(place, is_now.get(place), vocabulary))
    return told or [_("De gegevens zelf zijn anders. Misschien zijn ze in een ander venster gewijzigd.")]


def _all(marks: Iterable[Mark], name: str) -> set[str]:
    return {mark.named.get(name, "") for mark in marks}


def _places(marks: Iterable[Mark]) -> dict[tuple[str, str], bool]:
    """Return for each field whether it waits for an approval."""
    return {place: mark.waits for mark in marks for place in mark.fields}


def _moved(place: tuple[str, str], waits: bool | None, vocabulary: Vocabulary) -> str:
    ref, name = place
    label = capital(spoken(vocabulary.fields[name].label)) if name in vocabulary.fields else name
    who = {"label": label, "number": ref.removeprefix("s")}
    if waits is None:
        return str(_("%(label)s (betrokkene %(number)s) gaat niet meer mee.", **who))
    if waits:
        return str(_("%(label)s (betrokkene %(number)s) wacht nu op goedkeuring.", **who))
    return str(_("%(label)s (betrokkene %(number)s) gaat nu direct mee.", **who))
