"""Canonical JSON (RFC 8785) over a closed domain, where json.dumps gives the same bytes five times faster.

The domain: objects with ASCII keys, arrays, strings without lone surrogates, booleans, and whole numbers below 2^53.
No floats and no nulls: their absence is what makes sorted, compact json.dumps equal to RFC 8785 (the tests compare).
"""

import json
from json.encoder import encode_basestring

from gateway.errors import LogTamperedError, MinimisationError
from gateway.model.terms import Json

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# What the standard library makes anew for every text, made once: canonical texts are short and many. This one sorts,
# skips nothing, takes no NaN and looks for no circle; `_check` comes first and would meet it.
_MAKE = getattr(json.encoder, "c_make_encoder", None)
_PARTS = _MAKE(None, _WRITER.default, encode_basestring, None, ":", ",", True, False, False) if _MAKE else None
SAFE = 2**53  # RFC 8785 section 3.2.2.3: numbers are IEEE doubles


def canonical(value: Json) -> bytes:
    """Return the canonical bytes; raise MinimisationError for a value outside the domain (its content is not shown)."""
    _check(value)
    try:
        return ("".join(_PARTS(value, 0)) if _PARTS else _WRITER.encode(value)).encode()
    except UnicodeEncodeError as exc:  # a lone surrogate
        raise MinimisationError("a text is not valid Unicode", hint="type it again") from exc


def _check(value: object) -> None:
    # Exact types, asked in the order in which they come: this runs over every word that is ever recorded.
    kind = type(value)
    if kind is str or kind is bool:
        return
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]  # mypy does not narrow by type()
            if type(key) is not str or not key.isascii():
                raise MinimisationError("a key of an object is not plain ASCII", hint="this is a fault in the program")
            if type(item) is not str:
                _check(item)
    elif kind is list:
        for item in value:  # type: ignore[attr-defined]
            if type(item) is not str:
                _check(item)
    elif kind is int:
        if not -SAFE < value < SAFE:  # type: ignore[operator]
            raise MinimisationError("a number is too large for canonical JSON", hint="send it as text")
    else:
        raise MinimisationError("a value has no canonical form", hint="this is a fault in the program")


def parse_canonical(data: bytes) -> Json:
    """Return the value of exactly canonical bytes; raise LogTamperedError for any other spelling of it."""
    try:
        value: Json = json.loads(data)
        if canonical(value) == data:
            return value
    except (ValueError, RecursionError, MinimisationError) as exc:
        raise _not_canonical() from exc
    raise _not_canonical()


def _not_canonical() -> LogTamperedError:
    return LogTamperedError("the bytes are not canonical JSON", hint="they were altered or cut: fetch them again")
