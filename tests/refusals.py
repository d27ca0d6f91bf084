"""Expects a refusal, and that its words help the person who gets them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from gateway.errors import GatewayError

E = TypeVar("E", bound=GatewayError)

_SENTENCE = re.compile(r"[a-z0-9`].*[^.\s]", re.DOTALL)
_SHOUTED = re.compile(r"\b[A-Z]{2,} [A-Z]{2,}\b")


@contextmanager
def refused(kind: type[E] | tuple[type[E], ...], told: str = "") -> Iterator[pytest.ExceptionInfo[E]]:
    """Expect an error of this kind whose message holds `told`, and that says in words what to do now."""
    with pytest.raises(kind) as caught:
        yield caught
    error = caught.value
    assert told in error.message
    for sentence in (error.message, error.hint):
        assert speaks(sentence), sentence


def speaks(sentence: str) -> bool:
    """Say whether this is one of our sentences: lower case, no final full stop, no shouting."""
    return _SENTENCE.fullmatch(sentence) is not None and _SHOUTED.search(sentence) is None


def advises(problem: str) -> bool:
    """Say whether a problem that is reported, not raised, is a sentence of ours that ends in advice after a colon."""
    return speaks(problem) and " " in problem.rpartition(": ")[2]
