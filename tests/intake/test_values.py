"""One normal form per field type, and one refusal that never repeats the value."""

import datetime as dt
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.values import normalise
from gateway.model.bundle import Category, FieldDefinition, FieldType, Scope, Vocabulary
from gateway.model.terms import Json, Text
from tests.intake.conftest import FIELD_TYPES, TODAY, refusal

CODES = {"GEB-1": Text("a", "a"), "debt": Text("b", "b")}
CANARY = "KANARIE@9e7f"
LONG = "a" * 2001


def read(kind: FieldType, value: Json, *, group: str = "finding") -> Json:
    """Return the normal form of a value of this type."""
    field = FieldDefinition("field", group, kind, Scope.SUBJECT, Category.ORDINARY, Text("a", "a"), Text("a", "a"))
    return normalise(field, value, codes=CODES, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.NAME, "R2D2"), (FieldType.NAME, "..."), (FieldType.NAME, "a" * 101), (FieldType.NAME, " "),
        (FieldType.DATE, "24-11-2026"), (FieldType.DATE, "2026-13-01"), (FieldType.DATE, "1899-12-31"),
        (FieldType.DATE, "2028-01-01"), (FieldType.DATE, "20261124"),
        (FieldType.BSN, "111222334"), (FieldType.BSN, "000000000"), (FieldType.BSN, 111222333),
        (FieldType.COUNTRY, "XX"), (FieldType.COUNTRY, "NLD"), (FieldType.LANGUAGE, "xx"),
        (FieldType.PHONE, "112"), (FieldType.PHONE, "0600"), (FieldType.PHONE, "06-CALL-ME"),
        (FieldType.EMAIL, "a@b"), (FieldType.EMAIL, "a b@example.org"),
        (FieldType.URL, "javascript:alert(1)"), (FieldType.URL, "https://u:p@example.org"),
        (FieldType.URL, "https://"), (FieldType.URL, "https://a b"), (FieldType.URL, "https://[x"),
        (FieldType.URL, "https://example.org:x"),
        (FieldType.ADDRESS, "1299ZA 12"), (FieldType.ADDRESS, {"postcode": "1299ZA"}),
        (FieldType.ADDRESS, {"postcode": "0299ZA", "number": 1}),
        (FieldType.ADDRESS, {"postcode": "1299SS", "number": 1}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": 0}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": True}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": "1"}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": 1, "street": "x"}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": 1, "addition": None}),
        (FieldType.ADDRESS, {"postcode": "1299ZA", "number": 1, "bag_id": "1"}),
        (FieldType.PLATE, "ABCDEF"), (FieldType.KVK, "1234567"),
        (FieldType.REFERENCE, "Vera Verzonnen"), (FieldType.REFERENCE, "111222333"),
        (FieldType.REFERENCE, "X-111222333"), (FieldType.REFERENCE, "X-2026-111222333"),
        (FieldType.REFERENCE, "X-111-222333"), (FieldType.CODE, "gossip"), (FieldType.CODE, ["GEB-1"]),
        (FieldType.CODES, []), (FieldType.CODES, ["GEB-1", "GEB-1"]), (FieldType.CODES, "GEB-1"),
        (FieldType.CODES, [["GEB-1"]]),
        (FieldType.TEXT, "a" * 301), (FieldType.TEXT, "a\nb"), (FieldType.TEXT, "a\x00b"), (FieldType.TEXT, "\u200b"),
        (FieldType.NARRATIVE, LONG), (FieldType.NARRATIVE, "a\x1bb"),
        (FieldType.COUNT, -1), (FieldType.COUNT, True), (FieldType.COUNT, "3"), (FieldType.OPAQUE, "a" * 201),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_refused(kind: FieldType, value: Json) -> None:
    """No type takes what only looks like it."""
    with pytest.raises(InvalidRequestError):
        read(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "normal"),
    [
        (FieldType.NAME, " Zoë  d\u2019Arc-van der O. ", "Zoë d'Arc-van der O."),
        (FieldType.NAME, "Zoe\u0308", "Zoë"),
        (FieldType.DATE, "2026-11-24", "2026-11-24"),
        (FieldType.BSN, "1112.22.333", "111222333"), (FieldType.BSN, "123 456 782", "123456782"),
        (FieldType.COUNTRY, "bg", "BG"), (FieldType.LANGUAGE, "RO", "ro"),
        (FieldType.PHONE, "06-12345678", "+31612345678"), (FieldType.PHONE, "+31 (0)6 1234 5678", "+31612345678"),
        (FieldType.PHONE, "0040 721 334 556", "+40721334556"),
        (FieldType.EMAIL, "Vera@Example.ORG", "Vera@example.org"),
        (FieldType.URL, "https://example.org/a?b=1", "https://example.org/a?b=1"),
        (FieldType.ADDRESS, {"postcode": "1299 za", "number": 5}, {"postcode": "1299ZA", "number": 5}),
        (FieldType.PLATE, "kr-482-n", "KR482N"), (FieldType.KVK, "1234 5678", "12345678"),
        (FieldType.REFERENCE, "Z-2026-0417", "Z-2026-0417"), (FieldType.CODE, "GEB-1", "GEB-1"),
        (FieldType.CODES, ["debt", "GEB-1"], ["debt", "GEB-1"]), (FieldType.TEXT, " a\u200bb ", "ab"),
        (FieldType.NARRATIVE, "a\r\nb", "a\nb"), (FieldType.COUNT, 0, 0), (FieldType.OPAQUE, "x", "x"),
    ],
)  # fmt: skip
def test_a_value_has_one_normal_form_which_stays_as_it_is(kind: FieldType, value: Json, normal: Json) -> None:
    """Normalising twice is normalising once."""
    assert read(kind, value) == normal
    assert read(kind, normal) == normal


def test_every_field_type_is_tried(vocabulary: Vocabulary) -> None:
    """The small vocabulary has each type, so that no validator is forgotten."""
    assert set(FIELD_TYPES.values()) == set(FieldType)
    assert len(vocabulary.fields) == len(FIELD_TYPES)


def test_a_birth_date_lies_in_the_past_and_a_measure_may_lie_ahead() -> None:
    """Only dates of identity are bound to today."""
    tomorrow = (TODAY + dt.timedelta(days=1)).isoformat()
    assert read(FieldType.DATE, tomorrow) == tomorrow
    with pytest.raises(InvalidRequestError, match="lies in the future"):
        read(FieldType.DATE, tomorrow, group="identity")


def test_a_code_field_without_a_list_of_codes_takes_nothing() -> None:
    """A missing list is not permission."""
    field = FieldDefinition(
        "field", "finding", FieldType.CODE, Scope.CASE, Category.ORDINARY, Text("a", "a"), Text("a", "a")
    )
    with pytest.raises(InvalidRequestError):
        normalise(field, "GEB-1", codes=None, today=TODAY)


ANY = (
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text())
)


@given(st.sampled_from(list(FieldType)), ANY)
def test_no_value_crashes_a_validator(kind: FieldType, value: Json) -> None:
    """The outcome is a value or InvalidRequestError without a trail to the value."""
    error = refusal(lambda: read(kind, value))
    assert error is None or error.__context__ is None


@pytest.mark.parametrize("kind", sorted(set(FieldType) - {FieldType.TEXT, FieldType.NARRATIVE, FieldType.OPAQUE}))
def test_a_refusal_does_not_repeat_the_value(kind: FieldType) -> None:
    """The canary stands in no message and no hint."""
    values: list[Json] = [CANARY, [CANARY], {"postcode": CANARY, "number": 1}]
    for value in values:
        with pytest.raises(InvalidRequestError) as caught:
            read(kind, value)
        assert "9e7f" not in f"{caught.value!r}{caught.value.hint}"


def test_no_printable_character_is_one_that_a_text_may_not_hold() -> None:
    """Printable texts skip the look at each character, so the two must agree over the whole of Unicode."""
    refused = {"Cc", "Cs", "Cf"}
    points = map(chr, range(sys.maxunicode + 1))
    assert not [char for char in points if char.isprintable() and unicodedata.category(char) in refused]


@pytest.mark.parametrize("mark", "-./")
def test_every_number_of_every_year_is_a_case_number(mark: str) -> None:
    """Year and number together have nine digits, of which one in eleven passes for a citizen service number."""
    for number in range(10000, 10200):
        reference = f"Z{mark}2026{mark}{number}"
        assert read(FieldType.REFERENCE, reference) == reference
