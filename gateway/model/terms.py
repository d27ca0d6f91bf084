"""Small closed sets of words that every stage shares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None
"""JSON without floats: what requests, payloads and leaves are made of (RFC 8785 needs no number formatting then)."""


class Truth(StrEnum):
    """What is known of a fact. Unknown is never read as yes or no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_REFERENCE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,98}[^\s\x00-\x1f\x7f])?")


def is_reference(text: str) -> bool:
    """Say whether a text can be the reference of a decision on file: one line of at most 100 characters."""
    return _REFERENCE.fullmatch(text) is not None


OPPOSITE: Mapping[Truth, Truth] = {Truth.YES: Truth.NO, Truth.NO: Truth.YES}
"""What is known turned round; the unknown has no opposite."""


class Provenance(StrEnum):
    """Where a datum comes from; the fields of each provenance are decided apart (Wpg, medical secrecy)."""

    OWN = "own"
    POLICE = "police"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in plain Dutch (B1) and English."""

    nl: str
    en: str

    def to_json(self) -> dict[str, Json]:
        """Return `{"nl": …, "en": …}`."""
        return {"nl": self.nl, "en": self.en}

    @classmethod
    def from_json(cls, value: Json) -> "Text":
        """Return what `to_json` gave."""
        told = value if isinstance(value, dict) else {}
        return cls(str(told["nl"]), str(told["en"]))


_HALF = re.compile(r"[\ud800-\udfff]")


def half_character(text: str) -> bool:
    """Say whether a text holds half a character (a lone surrogate): such text has no bytes, so nothing can hash it."""
    return not text.isascii() and _HALF.search(text) is not None


def members(value: Json) -> dict[str, Json]:
    """Return a JSON object's members; nothing when it is no object. For what this program wrote itself."""
    return value if isinstance(value, dict) else {}


def items(value: Json) -> list[Json]:
    """Return a JSON array's items; nothing when it is no array."""
    return value if isinstance(value, list) else []


def words(value: Json) -> tuple[str, ...]:
    """Return a JSON array of texts; nothing when it is no array."""
    return tuple(str(word) for word in items(value))
