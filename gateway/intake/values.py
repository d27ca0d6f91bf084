"""One validator per field type: checks a datum and returns its one normal spelling. Faults never repeat the value."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

import phonenumbers
from stdnum.nl import bsn

from gateway.errors import InvalidRequestError
from gateway.intake.iso_codes import COUNTRIES, LANGUAGES
from gateway.intake.screening import screen
from gateway.model.bundle import FieldDefinition, FieldType
from gateway.model.terms import Json, Text

NAME_LENGTH = 100
TEXT_LENGTH = 300
NARRATIVE_LENGTH = 2000
OPAQUE_LENGTH = 200
URL_LENGTH = 500
EMAIL_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, less its angle brackets
LARGEST_COUNT = 10**9
LARGEST_HOUSE_NUMBER = 99_999
EARLIEST_YEAR = 1900
AHEAD = dt.timedelta(days=366)  # a measure may start later; a date further off is a typing error

_ADDRESS_KEYS = frozenset({"postcode", "number", "addition", "bag_id"})
_POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Z]{2})")
_ADDITION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 -]{0,8}[A-Za-z0-9])?")
_BAG_ID = re.compile(r"[0-9]{16}")
_BSN = re.compile(r"[0-9](?:[ .-]?[0-9]){7,8}")
_PHONE = re.compile(r"\+?[0-9() ./-]{6,30}")
_KVK = re.compile(r"[0-9]{8}")
_PLATE = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z]{1,10}(?:[-./][A-Za-z0-9]{1,12}){1,5}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_HINT = "correct this field"
_YEAR = re.compile(r"(?<=[-./])(?:19|20)[0-9]{2}(?=[-./])")
_REVEALING = frozenset({"BSN", "IBAN", "PHONE"})


def normalise(field: FieldDefinition, value: Json, *, codes: Mapping[str, Text] | None, today: dt.date) -> Json:  # noqa: PLR0911, PLR0912, C901 - one line per field type
    """Return the normal form of a datum; `codes` is the vocabulary's list for this field.

    :raises InvalidRequestError: the value has not the form of its type; the message says which form that is.
    """
    match field.type:
        case FieldType.NAME:
            return _name(value)
        case FieldType.DATE:
            # A birth date lies in the past; other dates (a measure) may lie a little ahead.
            return _day(value, latest=today if field.group == "identity" else today + AHEAD)
        case FieldType.BSN:
            return _bsn(value)
        case FieldType.COUNTRY:
            return _listed(_text(value, longest=2).upper(), COUNTRIES, "is not a country code (ISO 3166 alpha-2)")
        case FieldType.LANGUAGE:
            return _listed(_text(value, longest=2).lower(), LANGUAGES, "is not a language code (ISO 639-1)")
        case FieldType.PHONE:
            return _phone(value)
        case FieldType.EMAIL:
            return _email(value)
        case FieldType.URL:
            return _url(value)
        case FieldType.ADDRESS:
            return address(value)
        case FieldType.PLATE:
            compact = re.sub(r"[ .-]", "", _text(value, longest=20)).upper()
            return _matching(_PLATE, compact, "is not a number plate")
        case FieldType.KVK:
            return _matching(_KVK, _text(value, longest=20).replace(" ", ""), "is not a Chamber of Commerce number")
        case FieldType.REFERENCE:
            return _reference(value)
        case FieldType.CODE:
            return _code(value, codes)
        case FieldType.CODES:
            return _codes(value, codes)
        case FieldType.TEXT:
            return _text(value, longest=TEXT_LENGTH)
        case FieldType.NARRATIVE:
            return _text(value, longest=NARRATIVE_LENGTH, lines=True)
        case FieldType.COUNT:
            return _number(value, smallest=0, largest=LARGEST_COUNT, message="is not a whole number of 0 or more")
        case FieldType.OPAQUE:
            return _text(value, longest=OPAQUE_LENGTH)


def day(text: str, *, latest: dt.date) -> dt.date:
    """Return the date of an ISO 8601 calendar date; raise InvalidRequestError for another form or a later date."""
    found: dt.date | None = None
    if _DATE.fullmatch(text):
        try:
            found = dt.date.fromisoformat(text)
        except ValueError:
            found = None  # raised below, outside the handler: its context would hold the value
    if found is None or found.year < EARLIEST_YEAR:
        raise _fault("is not a date as in 2026-11-24")
    if found > latest:
        raise _fault("lies in the future")
    return found


def _fault(message: str) -> InvalidRequestError:
    return InvalidRequestError(message, hint=_HINT)


def _text(value: Json, *, longest: int, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise _fault("is not text")
    if len(value) > 4 * longest:  # before the costly steps
        raise _fault(f"is longer than {longest} characters")
    if not value.isprintable():  # a printable text has no control, half or invisible character
        if any(unicodedata.category(char) in {"Cc", "Cs"} and not (lines and char in "\r\n") for char in value):
            raise _fault("holds a control character")
        # Invisible characters have no place in a datum: they would hide an identifier from a reader.
        value = "".join(char for char in value.replace("\r\n", "\n") if unicodedata.category(char) != "Cf")
    text = unicodedata.normalize("NFC", value).replace("\r", "\n").strip()
    if not text:
        raise _fault("is empty")
    if len(text) > longest:
        raise _fault(f"is longer than {longest} characters")
    return text


def _matching(pattern: re.Pattern[str], text: str, message: str) -> str:
    if not pattern.fullmatch(text):
        raise _fault(message)
    return text


def _listed(text: str, words: frozenset[str], message: str) -> str:
    if text not in words:
        raise _fault(message)
    return text


def _number(value: Json, *, smallest: int, largest: int, message: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
        raise _fault(message)
    return value


def _name(value: Json) -> str:
    text = " ".join(_text(value, longest=NAME_LENGTH).replace("\u2019", "'").split())
    if not all(char in " '.-" or unicodedata.category(char)[0] in "LM" for char in text):
        raise _fault("is not a name: letters, spaces, apostrophes, full stops and hyphens only")
    if not any(char.isalpha() for char in text):
        raise _fault("is not a name: it has no letters")
    return text


def _day(value: Json, *, latest: dt.date) -> str:
    return day(_text(value, longest=10), latest=latest).isoformat()


def _bsn(value: Json) -> str:
    text = _matching(_BSN, _text(value, longest=20), "is not a citizen service number")
    if not bsn.is_valid(text.replace(".", "")):
        raise _fault("is not a citizen service number: it fails the 11-test")
    return bsn.compact(text)


def _phone(value: Json) -> str:
    text = _matching(_PHONE, _text(value, longest=31), "is not a telephone number")
    number: phonenumbers.PhoneNumber | None = None
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise _fault("is not a telephone number that can exist")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(value: Json) -> str:
    text = _matching(_EMAIL, _text(value, longest=EMAIL_LENGTH), "is not an e-mail address")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _url(value: Json) -> str:
    text = _text(value, longest=URL_LENGTH)
    good = False
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for a port that is no number
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good or any(char.isspace() for char in text):
        raise _fault("is not a web address that starts with http:// or https://")
    return text


def address(value: Json) -> dict[str, Json]:
    """Return the normal form of an address; raise InvalidRequestError for any other form."""
    if not isinstance(value, dict) or not {"postcode", "number"} <= value.keys() <= _ADDRESS_KEYS:
        raise _fault("is not an address: postcode, number and, if any, addition and bag_id")
    postcode = _POSTCODE.fullmatch(_text(value["postcode"], longest=7).upper())
    if not postcode or postcode[2] in {"SA", "SD", "SS"}:  # combinations that are never issued
        raise _fault("has a postcode that is not of the form 1234AB")
    number = _number(
        value["number"],
        smallest=1,
        largest=LARGEST_HOUSE_NUMBER,
        message="has a house number that is not a whole number",
    )
    told: dict[str, Json] = {"postcode": postcode[1] + postcode[2], "number": number}
    if "addition" in value:
        told["addition"] = _matching(
            _ADDITION, _text(value["addition"], longest=10), "has an addition that is not valid"
        )
    if "bag_id" in value:
        told["bag_id"] = _matching(_BAG_ID, _text(value["bag_id"], longest=16), "has a BAG id that is not 16 digits")
    return told


def _reference(value: Json) -> str:
    text = _matching(_REFERENCE, _text(value, longest=60), "is not a reference as in Z-2026-0417")
    # A year between two marks is no part of a number: with five digits behind it, one in eleven would pass for a BSN.
    if any(finding.category in _REVEALING for finding in screen(_YEAR.sub("y", text))):
        raise _fault("is not a reference: it holds a number that identifies a person")
    return text


def _code(value: Json, codes: Mapping[str, Text] | None) -> str:
    if not isinstance(value, str) or not codes or value not in codes:
        raise _fault("is not one of the codes for this field")
    return value


def _codes(value: Json, codes: Mapping[str, Text] | None) -> list[Json]:
    if not isinstance(value, list) or not value:
        raise _fault("is not a list of codes")
    told: list[Json] = [_code(item, codes) for item in value]
    if len(set(map(str, told))) != len(told):
        raise _fault("names a code twice")
    return told
