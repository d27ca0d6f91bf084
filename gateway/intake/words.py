"""Finds e-mail addresses, links, handles, number plates, postal addresses and known identifiers in folded text."""

import re
from collections.abc import Iterable, Iterator

Span = tuple[int, int]

_AT = r"(?:\s?@\s?|\s?[(\[{]\s?(?:at|apenstaartje)\s?[)\]}]\s?|\s(?:at|apenstaartje)\s)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punt)\s?[)\]}]\s?|\s(?:dot|punt)\s)"
_EMAIL = re.compile(rf"[^\W][\w.+'-]{{0,63}}{_AT}[a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{1,63}}){{1,4}}")
_HANDLE = re.compile(r"(?<![\w.])@\s?[^\W][\w.]{1,29}")
# Ends that are Dutch words ("nu", "de", "me") count only before a path: a full stop without a space is common.
_ENDS = (
    "nl|com|net|org|eu|info|biz|be|io|tv|xyz|app|shop|online|site|club|live|cam|sex|xxx|porn|adult|ro|bg|hu|pl|uk|ly"
)
_URL = re.compile(
    r"https?\s?:\s?//\S+|(?<![\w@])www\.\S+"
    rf"|(?<![\w@])(?:[\w-]{{1,63}}{_DOT}){{1,4}}(?:(?:{_ENDS})(?![\w-])(?:[/?#]\S*)?|[a-z]{{2,24}}/[\w@]\S*)"
)
_TRAILING = ".,;:!?)]}'\""

_PLATE = re.compile(
    r"(?<![^\W_])(?<![0-9]-)"
    r"(?=(?:[^\W_][ .\-]?){6}(?![^\W_]))"
    # a lookahead, so that the word before ("de K-123-BD") cannot take part of a plate away
    r"(?=([a-z]{1,3}|[0-9]{1,3})([ .\-]?)([a-z]{1,3}|[0-9]{1,3})([ .\-]?)([a-z]{1,3}|[0-9]{1,3})(?![^\W_])(?!-[0-9]))"
)
_SHAPES_TEXT = (
    "LL-99-99 99-99-LL 99-LL-99 LL-99-LL LL-LL-99 99-LL-LL 99-LLL-9 9-LLL-99 LL-999-L L-999-LL LLL-99-L L-99-LLL "
    "9-LL-999 999-LL-9"
)
_SHAPES = frozenset(_SHAPES_TEXT.split())
_MONTHS_TEXT = "jan feb mrt apr mei jun jul aug sep okt nov dec"
_MONTHS = frozenset(_MONTHS_TEXT.split())
_UNITS_TEXT = "nr km kg cm mm st dr mr dhr mw pp tv mg ml hr"
_UNITS = frozenset(_UNITS_TEXT.split())
_ROMANIAN = re.compile(
    r"(?<![^\W_])(?:b[ -]?[0-9]{2,3}|(?:ab|ag|ar|bc|bh|bn|br|bt|bv|bz|cj|cl|cs|ct|cv|db|dj|gj|gl|gr|hd|hr|if|il|is|mh"
    r"|mm|ms|nt|ot|ph|sb|sj|sm|sv|tl|tm|tr|vl|vn|vs)[ -]?[0-9]{2})[ -]?[a-z]{3}(?![^\W_])"
)
_BULGARIAN = re.compile(r"(?<![^\W_])[abcehkmoptxy]{1,2}[ -]?[0-9]{4}[ -]?[abcehkmoptxy]{2}(?![^\W_])")
_GERMAN = re.compile(r"(?<![^\W_])[a-z]{1,3}-[a-z]{1,2}[ -]?[0-9]{1,4}(?![^\W_])(?!-)")
_LABELLED = re.compile(
    r"kenteken(?:nummer|plaat)?(?:\s?[:=(]\s?|\s)(?:is\s)?([a-z0-9]{1,8}(?:[ .-][a-z0-9]{1,4}){0,3})(?![^\W_])"
)

_POSTCODE = re.compile(r"(?<![^\W_])([1-9][0-9]{3})(\s?)([a-z]{2})(?![^\W_0-9])")
_AFTER = re.compile(r"[\s,;:]{0,3}(?:(?:huis)?(?:nr\.?|nummer|no\.?)\s?)?[0-9]{1,5}(?:\s?-?[a-z](?![^\W_]))?(?![0-9])")
_BEFORE = re.compile(r"(?<![0-9])[0-9]{1,5}(?:\s?[a-z]{1,3}|-[0-9a-z]{1,4})?[\s,;:]{1,3}$")
_NO_LETTERS = frozenset({"sa", "sd", "ss"})  # never used in Dutch postcodes
_SHORT_WORDS_TEXT = "in en op om is te de er af al na ik je we ze zo of nu ca km nr mm cm kg st eu uu"
_SHORT_WORDS = frozenset(_SHORT_WORDS_TEXT.split())


def find_emails(text: str) -> Iterator[Span]:
    """Give each e-mail address (RFC 5321, common forms), also with "(at)" and "(punt)"."""
    for found in _EMAIL.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip("-"))


def find_urls(text: str) -> Iterator[Span]:
    """Give each link, with or without its scheme."""
    for found in _URL.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip(_TRAILING))


def find_handles(text: str) -> Iterator[Span]:
    """Give each @handle."""
    for found in _HANDLE.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip("."))


def find_plates(text: str) -> Iterator[Span]:
    """Give each number plate: the Dutch series, common foreign ones, and anything called a plate (kenteken)."""
    found = list(_known_plates(text))
    yield from found
    starts = {start for start, _ in found}
    for labelled in _LABELLED.finditer(text):
        if labelled.start(1) not in starts and any(char.isdigit() for char in labelled[1]):
            yield labelled.span(1)


def _known_plates(text: str) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        if _is_dutch_plate(found):
            yield found.start(1), found.end(5)
    for pattern in (_ROMANIAN, _BULGARIAN):
        for found in pattern.finditer(text):
            if found[0][:2] not in _UNITS:
                yield found.span()
    for found in _GERMAN.finditer(text):
        if found[0].count("-") == 1 and " " in found[0]:
            yield found.span()


def _is_dutch_plate(found: re.Match[str]) -> bool:
    first, one, second, two, third = found.groups()
    shape = "-".join(("9" if group.isdigit() else "L") * len(group) for group in (first, second, third))
    if shape not in _SHAPES or (bool(one) != bool(two)):
        return False
    letters = [group for group in (first, second, third) if group.isalpha()]
    if shape in {"9-LLL-99", "99-LLL-9"} and second in _MONTHS:
        return False  # reads as a date
    if any(group in _UNITS for group in letters) and (one not in {"", "-"} or (not one and first in _UNITS)):
        return False  # reads as a measure ("12 km 10") or a number ("nr1234")
    if one == two == "-":
        return True
    if shape == "99-99-LL" and not one:
        return False  # reads as a postcode
    # Plates issued since 1978 have no vowels; with them "10 en 12" would be one.
    return not any(char in "aeiouy" for group in letters for char in group)


def find_addresses(text: str, *, capital: frozenset[int] = frozenset()) -> Iterator[Span]:
    """Give each Dutch postcode with a house number before or after it; `capital` holds the offsets of capitals."""
    for found in _POSTCODE.finditer(text):
        letters = found[3]
        loose = found[2] and letters in _SHORT_WORDS and found.start(3) not in capital
        if letters in _NO_LETTERS or loose:
            continue
        after = _AFTER.match(text, found.end())
        before = _BEFORE.search(text, max(0, found.start() - 14), found.start())
        if after or before:
            yield before.start() if before else found.start(), after.end() if after else found.end()


def find_identifiers(text: str, identifiers: Iterable[str]) -> Iterator[Span]:
    """Give each place where a known identifier (folded) stands, whatever separates its parts."""
    for identifier in identifiers:
        signs = [char for char in identifier if char.isalnum()]
        if len(signs) > 1:
            inner = (
                r"[\W_]{0,3}".join(map(re.escape, signs)) if any(c.isdigit() for c in signs) else _spaced(identifier)
            )
            for found in re.finditer(rf"(?<![^\W_]){inner}(?![^\W_])", text):
                yield found.span()


def _spaced(identifier: str) -> str:
    return r"[\W_]{0,3}".join(re.escape(word) for word in re.findall(r"[^\W_]+", identifier))
