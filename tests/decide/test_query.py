"""Reading a query from outside: every wrong form is refused, and no value is ever repeated."""

import datetime as dt

import pytest

from gateway.decide.query import parse_query
from gateway.errors import InvalidRequestError, UnknownTermError
from gateway.model.decision import Query
from gateway.model.terms import Json, Truth
from tests.decide.shorthand import DAY, a_vocabulary
from tests.refusals import refused

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
    ("value", "told"),
    [(value, "is not an object") for value in (None, True, 3, "recipient", [], [dict(GOOD)])]
    + [({**GOOD, key: "end_it"}, "has a key that is not known") for key in ("purpose", "role", "Vera Verzonnen")],
)
def test_another_shape_is_refused(value: Json, told: str) -> None:
    """A query is one object with the agreed keys and no others; a key that is not known is not repeated."""
    with refused(InvalidRequestError, f"`query` {told}") as caught:
        parse_query(value, WORDS, today=DAY)
    assert caught.value.fields == {"query": told}
    if "key" in told:
        assert caught.value.hint == "use only: recipient, ground, subject_role, facts, fields, date"
    assert "Verzonnen" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("key", ["recipient", "ground", "subject_role", "fields"])
def test_a_missing_key_is_refused_and_named(key: str) -> None:
    """Nothing is filled in; the first of several is named."""
    with refused(InvalidRequestError, f"`{key}` is missing") as caught:
        parse_query({name: value for name, value in GOOD.items() if name != key}, WORDS, today=DAY)
    assert caught.value.fields == {key: "is missing"}
    with refused(InvalidRequestError, "`recipient` is missing"):
        parse_query({}, WORDS, today=DAY)


@pytest.mark.parametrize("key", ["recipient", "ground", "subject_role"])
@pytest.mark.parametrize("value", [None, True, 1, ["landlord"], {"a": "b"}])
def test_a_term_of_another_type_is_refused(key: str, value: Json) -> None:
    """A term is a word."""
    with refused(InvalidRequestError, f"`{key}` is not a word"):
        parse(**{key: value})


@pytest.mark.parametrize(
    ("changed", "place", "known"),
    [
        ({"recipient": "Vera Verzonnen"}, "recipient", "landlord, police"),
        ({"ground": ""}, "ground", "nuisance, danger"),
        ({"subject_role": "TENANT"}, "subject_role", "tenant, owner"),
        ({"facts": {"owned": "yes", "Vera Verzonnen": "yes"}}, "facts, entry 2", "owned, hurt, active"),
        ({"fields": ["address", "Vera Verzonnen"]}, "fields, entry 2", "address, code, name, bsn"),
    ],
)
def test_a_word_outside_the_vocabulary_is_refused_without_repeating_it(
    changed: dict[str, Json], place: str, known: str
) -> None:
    """An unknown name is an error at the boundary, and the message does not hold it: it may be a person's name."""
    with refused(UnknownTermError, f"`{place}` is not in the vocabulary") as caught:
        parse(**changed)
    assert "Verzonnen" not in caught.value.message + caught.value.hint
    assert caught.value.hint.startswith(f"known words: {known}")


def test_a_misspelt_word_gets_the_nearest_known_one() -> None:
    """The hint says what was probably meant."""
    with refused(UnknownTermError, "`fields, entry 2` is not in the vocabulary") as caught:
        parse(fields=["name", "adress"])
    assert caught.value.hint == "did you mean `address`? known words: address, code, name, bsn"


@pytest.mark.parametrize("truth", [True, False, None, 1, "Yes", "true", "", ["yes"]])
def test_a_truth_other_than_yes_no_or_unknown_is_refused(truth: Json) -> None:
    """YAML's bare yes or true never becomes a fact."""
    with refused(InvalidRequestError, "`facts.owned` is not yes, no or unknown"):
        parse(facts={"owned": truth})


@pytest.mark.parametrize("facts", [None, [], "owned", True])
def test_facts_of_another_type_are_refused(facts: Json) -> None:
    """Facts are an object."""
    with refused(InvalidRequestError, "`facts` is not an object"):
        parse(facts=facts)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (None, "`fields` is not a list with at least one field"),
        ([], "`fields` is not a list with at least one field"),
        ("address", "`fields` is not a list with at least one field"),
        ({"address": "yes"}, "`fields` is not a list with at least one field"),
        (["address", "address"], "`fields` names a field twice"),
        (["address", 1], "`fields, entry 2` is not a word"),
    ],
)
def test_fields_that_are_empty_double_or_no_list_are_refused(fields: Json, told: str) -> None:
    """Asking for nothing, or twice, is a mistake."""
    with refused(InvalidRequestError, told):
        parse(fields=fields)


@pytest.mark.parametrize(
    "date",
    [None, 20261124, "20261124", "2026-W48-2", "24-11-2026", "2026-11-24T00:00", "2026-11-24\n", "٢٠٢٦-11-24"],
)
def test_a_date_in_another_form_is_refused(date: Json) -> None:
    """Only a calendar date, as 2026-11-24."""
    with refused(InvalidRequestError, "`date` is not a date"):
        parse(date=date)


@pytest.mark.parametrize("date", ["2026-02-29", "2026-13-01", "0000-01-01"])
def test_a_date_that_does_not_exist_is_refused(date: str) -> None:
    """A form alone makes no day."""
    with refused(InvalidRequestError, "`date` is not a date that exists"):
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
