"""Signals of partners: a closed form, in which no text of the sender's own has a place."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.signal import read_signal
from gateway.model.signal import Dwelling, Nuisance, NuisanceKind, Question, Signal, SignalCode
from gateway.model.terms import Json

TODAY = dt.date(2026, 11, 24)
KEY = "a-key-of-sixteen"
HOME: dict[str, Any] = {"postcode": "1299ZA", "number": 14}
COUNT: dict[str, Any] = {"kind": "noise", "count": 3, "first": "2026-11-01", "last": "2026-11-20"}
GOOD: dict[str, dict[str, Any]] = {
    "nuisance": {"code": "nuisance", "dwelling": HOME, "nuisance": [COUNT]},
    "hold": {"code": "hold", "dwelling": HOME},
    "hold_lifted": {"code": "hold_lifted", "message": "0" * 32},
    "coordinate": {"code": "coordinate", "message": "0" * 32, "answer": "no"},
    "question": {"code": "question", "question": "call_us"},
}
NOISE = Nuisance(NuisanceKind.NOISE, 3, dt.date(2026, 11, 1), dt.date(2026, 11, 20))


def read(form: str, changes: dict[str, Json]) -> Signal:
    """Read a good signal with changes; None takes a member away."""
    told = {"idempotency_key": KEY, **GOOD[form], **changes}
    return read_signal({name: value for name, value in told.items() if value is not None}, today=TODAY)[0]


def counted(**changes: Json) -> Json:
    """Return one count with changes."""
    return [{**COUNT, **changes}]


@pytest.mark.control("DPIA-03")
@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("nuisance", {"code": "rumour"}),
        ("nuisance", {"code": None}),
        ("nuisance", {"code": ["nuisance"]}),
        ("nuisance", {"note": "a word of its own"}),
        ("nuisance", {"message": "0" * 32}),
        ("nuisance", {"dwelling": None}),
        ("nuisance", {"dwelling": "Havenstraat 1"}),
        ("nuisance", {"dwelling": {**HOME, "street": "Havenstraat"}}),
        ("nuisance", {"dwelling": {**HOME, "addition": "Kimberly"}}),
        ("nuisance", {"dwelling": {**HOME, "number": "14"}}),
        ("nuisance", {"nuisance": []}),
        ("nuisance", {"nuisance": [COUNT, COUNT]}),
        ("nuisance", {"nuisance": [COUNT] * 6}),
        ("nuisance", {"nuisance": counted(kind="people")}),
        ("nuisance", {"nuisance": counted(count=0)}),
        ("nuisance", {"nuisance": counted(count=1000)}),
        ("nuisance", {"nuisance": counted(count=True)}),
        ("nuisance", {"nuisance": counted(count="3")}),
        ("nuisance", {"nuisance": counted(first="2026-11-21")}),
        ("nuisance", {"nuisance": counted(last="2026-11-25")}),
        ("nuisance", {"nuisance": counted(first="2025-11-22")}),
        ("nuisance", {"nuisance": counted(first="1 november")}),
        ("nuisance", {"nuisance": counted(first=20261101)}),
        ("nuisance", {"nuisance": counted(who="the neighbour")}),
        ("nuisance", {"nuisance": ["noise"]}),
        ("hold", {"message": "0" * 32}),
        ("hold", {"dwelling": None}),
        ("hold_lifted", {"dwelling": HOME}),
        ("hold_lifted", {"message": None}),
        ("hold_lifted", {"message": "../inbox"}),
        ("coordinate", {"answer": "perhaps"}),
        ("coordinate", {"answer": True}),
        ("coordinate", {"answer": ["yes"]}),
        ("coordinate", {"message": None}),
        ("coordinate", {"message": "0" * 31}),
        ("question", {"question": "who is she"}),
        ("question", {"question": None}),
        ("question", {"idempotency_key": None}),
        ("question", {"idempotency_key": "short"}),
        ("question", {"idempotency_key": "a key with spaces in it"}),
        ("question", {"idempotency_key": "x" * 65}),
        ("question", {"idempotency_key": 7}),
    ],
    ids=str,
)
def test_what_is_not_of_the_agreed_form_is_refused_and_not_repeated(code: str, changes: dict[str, Json]) -> None:
    """One member too many or too few, a word outside the lists, a date ahead, a text anywhere."""
    with pytest.raises(InvalidRequestError) as caught:
        read(code, changes)
    told = f"{caught.value.message} {caught.value.hint} {caught.value.fields}"
    for value in ("Kimberly", "Havenstraat", "neighbour", "who is she", "perhaps", "spaces in", "../inbox", "rumour"):
        assert value not in told


@pytest.mark.parametrize(
    ("code", "changes", "expected"),
    [
        ("nuisance", {}, Signal(SignalCode.NUISANCE, Dwelling("1299ZA", 14), (NOISE,))),
        (
            "hold",
            {"dwelling": {"postcode": "1299 za", "number": 12, "addition": "bis", "bag_id": "0402019900000012"}},
            Signal(SignalCode.HOLD, Dwelling("1299ZA", 12, "bis", "0402019900000012")),
        ),
        ("hold_lifted", {}, Signal(SignalCode.HOLD_LIFTED, message="0" * 32)),
        ("hold_lifted", {"message": None, "dwelling": HOME}, Signal(SignalCode.HOLD_LIFTED, Dwelling("1299ZA", 14))),
        ("coordinate", {}, Signal(SignalCode.COORDINATE, message="0" * 32, answer=False)),
        ("question", {}, Signal(SignalCode.QUESTION, question=Question.CALL_US)),
        ("question", {"message": "f" * 32}, Signal(SignalCode.QUESTION, message="f" * 32, question=Question.CALL_US)),
    ],
)
def test_each_form_is_read_and_written_back(code: str, changes: dict[str, Json], expected: Signal) -> None:
    """Golden: what is read is what is kept, and what is kept is read again."""
    signal = read(code, changes)
    assert signal == expected
    assert read_signal({**signal.to_json(), "idempotency_key": KEY}, today=TODAY)[0] == signal


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["noise", "call_us", "yes"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


MEMBERS = st.sampled_from(["dwelling", "nuisance", "message", "answer", "question", "idempotency_key", "code", "note"])


@given(st.sampled_from(sorted(GOOD)), st.dictionaries(MEMBERS, VALUES, max_size=3))
def test_any_value_in_any_place_is_read_or_refused(code: str, changes: dict[str, Any]) -> None:
    """Whatever stands where: a signal of the closed form, or one kind of refusal."""
    told = {"idempotency_key": KEY, **GOOD[code], **changes}
    try:
        signal, _ = read_signal(told, today=TODAY)
    except InvalidRequestError:
        return
    assert read_signal({**signal.to_json(), "idempotency_key": KEY}, today=TODAY)[0] == signal


@given(VALUES)
def test_anything_else_is_refused(value: Any) -> None:
    """Also what is no object at all."""
    with pytest.raises(InvalidRequestError):
        read_signal(value, today=TODAY)
