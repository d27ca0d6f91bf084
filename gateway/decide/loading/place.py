"""A value in a policy file and where it stands, so that every complaint says where, why and what to do."""

import datetime as dt
import difflib
import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import TypeVar

from gateway.config.strict_yaml import Marked, load_marked
from gateway.errors import PolicyUnreadableError
from gateway.model.terms import Text, Truth

REPAIR = "correct the file; until then nothing of this policy is loaded"
_E = TypeVar("_E", bound=StrEnum)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Place:
    """A value, its file and line, and the path of keys and indexes that leads to it."""

    def __init__(self, marked: Marked, file: str, path: str = "") -> None:
        """Wrap a value as the strict reader gave it."""
        self.marked = marked
        self.file = file
        self._path = path

    @classmethod
    def of(cls, data: bytes, file: str) -> "Place":
        """Read a whole file.

        :raises PolicyUnreadableError: it is not YAML that can be read in one way only.
        """
        return cls(load_marked(data, name=file), file)

    def fault(self, problem: str, *, hint: str = REPAIR) -> PolicyUnreadableError:
        """Return the complaint about this value."""
        path = f"{self._path}: " if self._path else ""
        return PolicyUnreadableError(f"{self.file}, line {self.marked.line}: {path}{problem}", hint=hint)

    def mapping(self) -> dict[str, "Place"]:
        """Return the entries of a mapping that may not be empty."""
        value = self.marked.value
        if not isinstance(value, dict) or not value:
            raise self.fault("a mapping with at least one key is expected")
        return {key: Place(entry, self.file, self._below(key)) for key, entry in value.items()}

    def keys(self, *names: str, optional: Sequence[str] = ()) -> dict[str, "Place"]:
        """Return the entries of a mapping that has exactly these keys, and of the optional ones those that it has."""
        found = self.mapping()
        for name, entry in found.items():
            if name not in names and name not in optional:
                known = [*names, *optional]
                # Under the path of the mapping, at the line of the key.
                where = Place(entry.marked, self.file, self._path)
                raise where.fault(f"unknown key `{name}`", hint=_meant(name, known, "this place knows only"))
        for name in names:
            if name not in found:
                raise self.fault(f"key `{name}` is missing", hint=f"add `{name}`; {REPAIR}")
        return found

    def items(self, *, may_be_empty: bool = False) -> list["Place"]:
        """Return the items of a list."""
        value = self.marked.value
        if not isinstance(value, list) or not (value or may_be_empty):
            problem = "a list is expected" if may_be_empty else "a list with at least one item is expected"
            raise self.fault(problem, hint="write [a, b]; a part that is not needed is left out, with its key")
        return [Place(item, self.file, f"{self._path}[{index}]") for index, item in enumerate(value)]

    def string(self) -> str:
        """Return text that is not blank."""
        value = self.marked.value
        if not isinstance(value, str) or not value.strip():
            raise self.fault("text is expected", hint='write text, in quotes where it looks like a number: "2026"')
        return value

    def string_or_null(self) -> str | None:
        """Return text, or None where `null` says that there is none."""
        return None if self.marked.value is None else self.string()

    def word(self) -> str:
        """Return a name: letters, digits, `-` and `_`."""
        text = self.string()
        if not _WORD.fullmatch(text):
            raise self.fault("a name of letters, digits, - and _ is expected")
        return text

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.marked.value, bool):
            raise self.fault("true or false is expected", hint="write true or false, without quotes")
        return self.marked.value

    def days(self) -> int:
        """Return a number of days, at least one."""
        value = self.marked.value
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.fault("a number of days is expected", hint="write a whole number from 1, without quotes")
        return value

    def date(self) -> dt.date:
        """Return a calendar date in its one full form."""
        text = self.string()
        try:
            date = dt.date.fromisoformat(text)
        except ValueError as exc:
            raise self.fault("a date such as 2026-01-31 is expected") from exc
        if date.isoformat() != text:
            raise self.fault("a date such as 2026-01-31 is expected")
        return date

    def span(self) -> tuple[dt.date, dt.date | None]:
        """Return `{from, until}`: the first day, and the first day on which it no longer holds or None."""
        keys = self.keys("from", "until")
        since = keys["from"].date()
        until = None if keys["until"].marked.value is None else keys["until"].date()
        if until is not None and until <= since:
            raise self.fault("it ends before it begins", hint="`until` is the first day on which it no longer holds")
        return since, until

    def both(self) -> Text:
        """Return a text in both languages."""
        pair = self.keys("nl", "en")
        return Text(pair["nl"].string(), pair["en"].string())

    def choice(self, kind: type[_E]) -> _E:
        """Return a member of a closed list."""
        try:
            return kind(self.string())
        except ValueError as exc:
            raise self.fault(
                f"`{self.marked.value}` is not one of {', '.join(kind)}", hint="choose one of the list; " + REPAIR
            ) from exc

    def term(self, known: Collection[str], kind: str = "term") -> str:
        """Return a known word."""
        word = self.string()
        if word not in known:
            raise self.fault(f"unknown {kind} `{word}`", hint=_meant(word, known, "known here"))
        return word

    def terms(self, known: Collection[str], *, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return a list of known words, each named once."""
        words: list[str] = []
        for item in self.items(may_be_empty=may_be_empty):
            word = item.term(known)
            if word in words:
                raise item.fault(f"`{word}` is named twice", hint="name it once")
            words.append(word)
        return tuple(words)

    def named(self, known: Collection[str], kind: str) -> dict[str, "Place"]:
        """Return the entries of a mapping whose keys are known words."""
        found = self.mapping()
        for name, place in found.items():
            if name not in known:
                raise place.fault(f"unknown {kind} `{name}`", hint=_meant(name, known, f"known {kind}s"))
        return found

    def facts(self, known: Collection[str]) -> dict[str, Truth]:
        """Return facts with the value each must have; "unknown" is not a condition that anyone can establish."""
        told: dict[str, Truth] = {}
        for name, place in self.named(known, "fact").items():
            told[name] = place.choice(Truth)
            if told[name] is Truth.UNKNOWN:
                raise place.fault('"yes" or "no" is expected', hint="leave the fact out where it does not matter")
        return told

    def _below(self, key: str) -> str:
        return f"{self._path}: {key}" if self._path else key


def _meant(word: str, known: Collection[str], introduction: str) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    listed = ", ".join(sorted(known))
    return f"did you mean `{close[0]}`? {introduction}: {listed}" if close else f"{introduction}: {listed}"
