"""Reads JSON (RFC 8259) under I-JSON's limits (RFC 7493) and stricter: one spelling, no surprises, no floats.

No exception raised here repeats or carries what was sent: json's own errors hold the whole document, so each one is
raised outside the handler that caught it, and has no cause or context.
"""

import json
from typing import NoReturn

from gateway.errors import InvalidRequestError
from gateway.model.terms import Json, half_character

DEPTH = 12  # levels of nesting; a disclosure request needs six
SAFE_DIGITS = 15  # a whole number of at most 15 digits is exact in every JSON implementation (below 2**53)
_HINT = "send one JSON object as the contract describes"


class _FaultError(ValueError):
    """What is wrong, in fixed words."""


def parse_json(body: bytes, *, limit: int) -> Json:
    """Return the value of a JSON text of at most `limit` bytes.

    :raises InvalidRequestError: too large, not UTF-8 or JSON, a double key, a float, NaN, a lone surrogate, or nested
        more than 12 deep; the message never repeats a value.
    """
    if len(body) > limit:
        raise InvalidRequestError(f"the request is larger than {limit} bytes", hint="send less at a time")
    value: Json = None
    problem = ""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
        )
        _check(value, depth=0)
    except _FaultError as exc:
        problem = str(exc)
    except UnicodeDecodeError:
        problem = "the request is not UTF-8"
    except RecursionError:
        problem = f"the request is nested deeper than {DEPTH} levels"
    except ValueError:
        problem = "the request is not JSON"
    if problem:
        raise InvalidRequestError(problem, hint=_HINT)
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise _FaultError("an object has the same key twice")
    return told


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > SAFE_DIGITS:
        raise _FaultError(f"a number has more than {SAFE_DIGITS} digits")
    return int(digits)


def _refuse_float(_: str) -> NoReturn:
    raise _FaultError("a number is not a whole number")


def _check(value: Json, *, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list | dict):
        if depth == DEPTH:
            raise _FaultError(f"the request is nested deeper than {DEPTH} levels")
        if isinstance(value, dict):
            for key in value:
                _check_text(key)
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth=depth + 1)


def _check_text(text: str) -> None:
    if half_character(text):
        raise _FaultError("a text holds half a character (a lone surrogate)")
