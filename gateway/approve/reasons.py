"""Checks what somebody says with a judgement: closed words, and a text only where it is asked for.

Whether a text holds what may not stand in it is checked where the request can be read (`gateway.pipeline.consult`).
"""

from collections.abc import Sequence
from enum import StrEnum

from gateway.errors import InvalidRequestError
from gateway.model.approvals import AdviceReason, Against, Because, Help, Question, Reason, Reply

LONGEST = 300  # characters of a text


def refusal(reasons: Sequence[str], helps: Sequence[str], text: str = "") -> Because:
    """Return why a part is refused, and what would help: at least one of each.

    :raises InvalidRequestError: none, or a word outside the list; its fields are `reasons`, `helps` and `text`.
    """
    faults = {**_fault("reasons", reasons, Reason), **_fault("helps", helps, Help), **_long(text)}
    if Help.NOTHING in helps and len(set(helps)) > 1:
        faults["helps"] = "contradiction"
    return _made(faults, reasons, helps, text)


def question(asked: str, text: str = "") -> Because:
    """Return a question: one of the list, with a text when it is another one.

    :raises InvalidRequestError: its fields are `reasons` and `text`.
    """
    faults = {**_fault("reasons", [asked], Question), **_long(text)}
    if asked == Question.OTHER and not text.strip():
        faults["text"] = "missing"
    return _made(faults, [asked], (), text)


def reply(answered: str, text: str = "") -> Because:
    """Return an answer: one of the list, with a text when the text is the answer.

    :raises InvalidRequestError: its fields are `reasons` and `text`.
    """
    faults = {**_fault("reasons", [answered], Reply), **_long(text)}
    if answered == Reply.TEXT and not text.strip():
        faults["text"] = "missing"
    return _made(faults, [answered], (), text)


def advice(reasons: Sequence[str], *, positive: bool) -> Because:
    """Return what the FG's advice rests on; negative advice names at least one reason.

    :raises InvalidRequestError: its field is `reasons`.
    """
    faults = _fault("reasons", reasons, AdviceReason) if reasons or not positive else {}
    return _made(faults, reasons, (), "")


def against(reason: str | None) -> Because:
    """Return why a decision differs from the FG's advice.

    :raises InvalidRequestError: there is no reason, or one outside the list; its field is `against`.
    """
    return _made(_fault("against", [reason] if reason else [], Against), [reason or ""], (), "")


def _fault(name: str, given: Sequence[str], words: type[StrEnum]) -> dict[str, str]:
    allowed = {word.value for word in words}
    if not given:
        return {name: "missing"}
    return {} if allowed.issuperset(given) else {name: "unknown"}


def _long(text: str) -> dict[str, str]:
    return {"text": "too_long"} if len(text) > LONGEST else {}


def _made(faults: dict[str, str], reasons: Sequence[str], helps: Sequence[str], text: str) -> Because:
    if faults:
        raise InvalidRequestError("choose from the list", hint="one answer is missing or unknown", fields=faults)
    return Because(tuple(dict.fromkeys(reasons)), tuple(dict.fromkeys(helps)), " ".join(text.split()))
