"""Reading a query from outside: every wrong form is refused, and no value is ever repeated."""

import datetime as dt

import pytest

from gateway.decide.query import parse_query
from gateway.errors import InvalidRequestError, UnknownTermError
from gateway.model.decision import Query
from gateway.model.terms import Json, Truth
from tests.decide.shorthand import DAY, a_vocabulary

WORDS = a_vocabulary()
GOOD: dict[str, Json] = {
    "recipient": "landlord",
    "ground": "nuisance",
    "subject_role": "tenant",
    "facts": {"owned": "yes", "hurt": "unknown"},
    "fields": ["address", "name"],
    "date": "2026-02-28",
}


def parse(**changed: Json) -> Query:
    """Read the good query with something changed."""
    return parse_query({**GOOD, **changed}, WORDS, today=DAY)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, "recipient", [], [dict(GOOD)], {}, {**GOOD, "purpose": "end_it"}, {**GOOD, "role": "tenant"}],
)
def test_another_shape_is_refused(value: Json) -> None:
    """A query is one object with the agreed keys and no others."""
    with pytest.raises(InvalidRequestError):
        parse_query(value, WORDS, today=DAY)


@pytest.mark.parametrize("key", ["recipient", "ground", "subject_role", "fields"])
def test_a_missing_key_is_refused_and_named(key: str) -> None:
    """Nothing is filled in."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_query({name: value for name, value in GOOD.items() if name != key}, WORDS, today=DAY)
    assert key in caught.value.fields


@pytest.mark.parametrize("key", ["recipient", "ground", "subject_role"])
@pytest.mark.parametrize("value", [None, True, 1, ["landlord"], {"a": "b"}])
def test_a_term_of_another_type_is_refused(key: str, value: Json) -> None:
    """A term is a word."""
    with pytest.raises(InvalidRequestError):
        parse(**{key: value})


@pytest.mark.parametrize(
    "changed",
    [
        {"recipient": "Vera Verzonnen"},
        {"ground": ""},
        {"subject_role": "Tenant"},
        {"facts": {"Vera Verzonnen": "yes"}},
        {"fields": ["address", "Vera Verzonnen"]},
    ],
)
def test_a_word_outside_the_vocabulary_is_refused_without_repeating_it(changed: dict[str, Json]) -> None:
    """An unknown name is an error at the boundary, and the message does not hold it: it may be a person's name."""
    with pytest.raises(UnknownTermError) as caught:
        parse(**changed)
    assert "Verzonnen" not in caught.value.message + caught.value.hint
    assert "known words:" in caught.value.hint


def test_a_misspelt_word_gets_the_nearest_known_one() -> None:
    """The hint says what was probably meant."""
    with pytest.raises(UnknownTermError, match="`fields, entry 2` is not in the vocabulary") as caught:
        parse(fields=["name", "adress"])
    assert "did you mean `address`?" in caught.value.hint


@pytest.mark.parametrize("truth", [True, False, None, 1, "Yes", "true", "", ["yes"]])
def test_a_truth_other_than_yes_no_or_unknown_is_refused(truth: Json) -> None:
    """YAML's bare yes or true never becomes a fact."""
    with pytest.raises(InvalidRequestError):
        parse(facts={"owned": truth})


@pytest.mark.parametrize("facts", [None, [], "owned", True])
def test_facts_of_another_type_are_refused(facts: Json) -> None:
    """Facts are an object."""
    with pytest.raises(InvalidRequestError):
        parse(facts=facts)


@pytest.mark.parametrize("fields", [None, [], "address", {"address": "yes"}, ["address", "address"], ["address", 1]])
def test_fields_that_are_empty_double_or_no_list_are_refused(fields: Json) -> None:
    """Asking for nothing, or twice, is a mistake."""
    with pytest.raises(InvalidRequestError):
        parse(fields=fields)


@pytest.mark.parametrize(
    "date",
    [
        None,
        20261124,
        "20261124",
        "2026-W48-2",
        "2026-02-29",
        "24-11-2026",
        "2026-11-24T00:00",
        "2026-11-24\n",
        "٢٠٢٦-11-24",
    ],
)
def test_a_date_in_another_form_is_refused(date: Json) -> None:
    """Only a calendar date that exists, as 2026-11-24."""
    with pytest.raises(InvalidRequestError):
        parse(date=date)


def test_a_good_query_is_read_as_it_stands() -> None:
    """Every key arrives in the frozen query, fields in their order."""
    assert parse() == Query(
        recipient="landlord",
        ground="nuisance",
        role="tenant",
        facts={"owned": Truth.YES, "hurt": Truth.UNKNOWN},
        fields=("address", "name"),
        date=dt.date(2026, 2, 28),
    )


def test_a_date_left_out_is_today_and_facts_left_out_are_unknown() -> None:
    """Nothing else has a default, and an unknown fact is never assumed."""
    query = parse_query({k: v for k, v in GOOD.items() if k not in {"date", "facts"}}, WORDS, today=DAY)
    assert query.date == DAY
    assert query.facts == {}
