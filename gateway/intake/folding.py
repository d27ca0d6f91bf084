"""Folds a text to one spelling for searching, and remembers where each folded character came from.

NFKD (Unicode UAX 15, the decomposed form of NFKC) without its combining marks, without invisible characters (category
Cf), case-folded, every decimal digit as 0-9 and every dash as "-": so full-width digits, a zero-width space inside a
number and an accent left out all read the same.
"""

import re
import unicodedata
from dataclasses import dataclass, field

_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")  # Hangul fillers: letters by category, yet nothing is shown
_RUN = 3  # number words in a row before they read as a number; "een" alone is an article


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; character i of it stands for `origin[starts[i]:ends[i]]`."""

    text: str = field(repr=False)
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of the non-empty folded range [start, end)."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Return the folded text with its offsets."""
    if text.isascii():
        return Folded(text.lower(), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    chars: list[str] = []
    starts: list[int] = []
    for index, char in enumerate(text):
        for folded in _fold_char(char):
            chars.append(folded)
            starts.append(index)
    return Folded("".join(chars), tuple(starts), tuple(start + 1 for start in starts))


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    told = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(map(_plain, told))


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"} or char in _INVISIBLE:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd" or char == "\u2212":  # the minus sign is no dash by category
        return "-"
    return char


def _number_words() -> dict[str, str]:
    units = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
    teens = [
        "tien",
        "elf",
        "twaalf",
        "dertien",
        "veertien",
        "vijftien",
        "zestien",
        "zeventien",
        "achttien",
        "negentien",
    ]
    tens = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
    words = {word: str(value) for value, word in enumerate(units + teens)}
    for ten, word in enumerate(tens, start=2):
        words[word] = str(ten * 10)
        words |= {f"{unit}en{word}": str(ten * 10 + value) for value, unit in enumerate(units) if value}
    return words


_WORDS = _number_words()
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SPELLED = re.compile(rf"(?<![^\W_])(?:(?:{_WORD}|[0-9]{{1,4}})(?:[\s,.;/-]{{1,3}}|(?![^\W_]))){{{_RUN},}}")
_PIECE = re.compile(rf"{_WORD}|[0-9]")


def spelled_out(folded: Folded) -> Folded | None:
    """Return the text with each run of Dutch number words written in digits, or None when there is no such run."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0

    def add(text: str, at: int, until: int, *, whole: bool) -> None:
        for offset, char in enumerate(text):
            chars.append(char)
            starts.append(folded.starts[at if whole else at + offset])
            ends.append(folded.ends[until - 1 if whole else at + offset])

    for run in _SPELLED.finditer(folded.text):
        for piece in _PIECE.finditer(folded.text, run.start(), run.end()):
            if piece[0] in _WORDS:
                add(folded.text[last : piece.start()], last, piece.start(), whole=False)
                add(_WORDS[piece[0]], piece.start(), piece.end(), whole=True)
                last = piece.end()
    if not last:
        return None
    add(folded.text[last:], last, len(folded.text), whole=False)
    return Folded("".join(chars), tuple(starts), tuple(ends))
