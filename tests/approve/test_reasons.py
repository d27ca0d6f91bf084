"""What is said with a judgement: closed words, and a text only where one is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.approve import reasons
from gateway.errors import InvalidRequestError
from gateway.model.approvals import Because


def faults(caught: pytest.ExceptionInfo[InvalidRequestError]) -> dict[str, str]:
    """Return the fields and what is wrong with each."""
    return caught.value.fields


@pytest.mark.parametrize(
    ("because", "helps", "text", "wrong"),
    [
        ([], ["nothing"], "", {"reasons": "missing"}),
        (["facts"], [], "", {"helps": "missing"}),
        (["dislike"], ["nothing"], "", {"reasons": "unknown"}),
        (["facts"], ["nothing", "ask_fg"], "", {"helps": "contradiction"}),
        (["facts"], ["ask_fg"], "x" * 301, {"text": "too_long"}),
    ],
)
def test_a_refusal_without_its_reason_or_a_way_forward_is_none(
    because: list[str], helps: list[str], text: str, wrong: dict[str, str]
) -> None:
    """At least one of each, of the lists; "nothing would help" stands alone."""
    with pytest.raises(InvalidRequestError) as caught:
        reasons.refusal(because, helps, text)
    assert faults(caught) == wrong


def test_a_refusal_keeps_what_was_chosen_once_and_in_order() -> None:
    """The text loses its line ends: it is one short sentence."""
    made = reasons.refusal(["harm", "facts", "harm"], ["ask_fg", "ask_fg"], " vraag\r\n het  na ")
    assert made == Because(("harm", "facts"), ("ask_fg",), "vraag het na")


@pytest.mark.parametrize("check", [reasons.question, reasons.reply])
def test_a_question_and_an_answer_are_one_of_the_list(check: object) -> None:
    """Another question, or an answer in words, needs its words."""
    said, words = (reasons.question, "other") if check is reasons.question else (reasons.reply, "text")
    for wrong in ("", "why"):
        with pytest.raises(InvalidRequestError) as caught:
            said(wrong)
        assert set(faults(caught)) == {"reasons"}
    with pytest.raises(InvalidRequestError) as caught:
        said(words, "  ")
    assert faults(caught) == {"text": "missing"}
    assert said(words, "zo is het") == Because((words,), (), "zo is het")
    fixed = "need" if check is reasons.question else "yes"
    assert said(fixed) == Because((fixed,))


def test_negative_advice_says_what_it_rests_on() -> None:
    """Positive advice may, negative advice must."""
    with pytest.raises(InvalidRequestError):
        reasons.advice([], positive=False)
    with pytest.raises(InvalidRequestError):
        reasons.advice(["dislike"], positive=True)
    assert reasons.advice([], positive=True) == Because()
    assert reasons.advice(["need"], positive=False) == Because(("need",))


@pytest.mark.parametrize("reason", [None, "", "because"])
def test_a_decision_against_advice_says_why(reason: str | None) -> None:
    """One of the list."""
    with pytest.raises(InvalidRequestError) as caught:
        reasons.against(reason)
    assert set(faults(caught)) == {"against"}
    assert reasons.against("duty") == Because(("duty",))


@given(st.lists(st.text()), st.lists(st.text()), st.text())
def test_whatever_is_typed_is_refused_without_being_repeated(because: list[str], helps: list[str], text: str) -> None:
    """An error has names of fields and fixed words alone."""
    found: dict[str, str] = {}
    try:
        reasons.refusal(because, helps, text)
    except InvalidRequestError as error:
        found = error.fields
    assert set(found) <= {"reasons", "helps", "text"}
    assert set(found.values()) <= {"missing", "unknown", "contradiction", "too_long"}
