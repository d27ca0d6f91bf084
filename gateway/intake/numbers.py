"""Finds numbers that identify a person in folded text: citizen service numbers, telephone numbers, bank accounts."""

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

Span = tuple[int, int]

_RUN = re.compile(r"[0-9]+(?:[\s.\-/()_,]{1,3}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LONGEST = 15  # digits of a telephone number, ITU-T E.164
_BSN = 9
_SHORT_BSN = 8  # older numbers, written without their leading zero
_TRUNK = re.compile(r"\(\s?0\s?\)")
_DUTCH_BARE = re.compile(r"(?:31)?6[0-9]{8}")  # a mobile number without its leading 0 or +
_IBAN_DUTCH = re.compile(r"nl[ .\-]?[0-9]{2}[ .\-]?[a-z]{4}(?:[ .\-]?[0-9]){10}")
_IBAN_START = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{2}(?=(?:[ .\-]?[a-z0-9]){11})")
_IBAN_CHARS = re.compile(r"[ .\-]?([a-z0-9])")
_IBAN_LENGTHS = range(15, 35)  # ISO 13616


def _windows(text: str) -> Iterator[tuple[int, int, str]]:
    """Give each sequence of neighbouring digit groups of at most 17 digits, as start, end and the digits."""
    for run in _RUN.finditer(text):
        groups = [(group.start(), group.end(), group[0]) for group in _GROUP.finditer(text, run.start(), run.end())]
        for first, (start, _, _) in enumerate(groups):
            digits = ""
            for _, end, more in groups[first:]:
                digits += more
                if len(digits) > _LONGEST + 2:  # 00 in front
                    break
                yield start, end, digits


def find_bsns(text: str) -> Iterator[Span]:
    """Give each citizen service number (11-test), however its digits are grouped."""
    for start, end, digits in _windows(text):
        grouped = end - start != len(digits)
        # Eight digits in groups are far more often a date.
        short = len(digits) == _SHORT_BSN and (not grouped or "bsn" in text[max(0, start - 30) : start])
        if (short or len(digits) == _BSN) and bsn.is_valid(digits):
            yield start, end


def find_phones(text: str) -> Iterator[Span]:
    """Give each valid telephone number: Dutch, or any country's with + or 00."""
    for start, end, digits in _windows(text):
        plus = start > 0 and text[start - 1] == "+"
        if plus or digits.startswith("00"):
            shown = _TRUNK.sub("", text[start:end])
            number = "+" + "".join(_GROUP.findall(shown)).removeprefix("" if plus else "00")
        elif digits.startswith("0"):
            number = digits
        elif _DUTCH_BARE.fullmatch(digits):
            number = "+31" + digits.removeprefix("31")
        else:
            continue
        if is_phone(number):
            yield start - plus, end


def is_phone(number: str) -> bool:
    """Tell whether this is a telephone number that can exist; one without + is read as Dutch."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "NL"))
    except phonenumbers.NumberParseException:
        return False


def find_ibans(text: str) -> Iterator[Span]:
    """Give each bank account number: ISO 13616 with its check digits, and Dutch ones even when mistyped."""
    for found in _IBAN_DUTCH.finditer(text):
        yield found.span()
    for found in _IBAN_START.finditer(text):
        # A country's own rules ask for known bank codes: a list that ages, so they are left out.
        compact, at = "", found.start()
        while len(compact) < _IBAN_LENGTHS[-1] and (more := _IBAN_CHARS.match(text, at)):
            compact, at = compact + more[1], more.end()
            if len(compact) in _IBAN_LENGTHS and iban.is_valid(compact, check_country=False):
                yield found.start(), at
                break
