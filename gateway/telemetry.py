"""One JSON line per event, for operations: allow-listed keys, no messages of others, never a personal value.

What is not on the list is dropped and counted. An error shows its type and the places it passed through, because its
text, its arguments and local variables may hold a value (structlog's own `dict_tracebacks` prints local variables).
The standard library's logging goes the same way: who logged, how loud, and where in the source, without the message.
"""

import contextlib
import logging
import math
import re
from collections.abc import Mapping
from pathlib import PurePath
from traceback import walk_tb
from typing import TextIO, TypeGuard

import structlog
from structlog.typing import FilteringBoundLogger

from gateway.errors import ConfigError, GatewayError

ALLOWED_KEYS = frozenset(
    {
        "bundle",
        "code",
        "count",
        "demo",
        "dropped_keys",
        "entries",
        "error",
        "host",
        "logger",
        "message",
        "method",
        "outcome",
        "port",
        "problem",
        "route",
        "seconds",
        "size",
        "status",
        "surface",
        "tries",
        "version",
        "where",
        "witness",
    }
)
LONGEST = 200  # characters of a string
FRAMES = 8  # places of an error, the innermost first
UNNAMED = "unnamed_event"  # a name built from values could hold one of them
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}\Z")

Field = str | int | float | bool | None


class _Sink:
    """Where events go; nowhere until `configure` is called."""

    logger: FilteringBoundLogger | None = None


def configure(level: str, stream: TextIO) -> None:
    """Send events of this level and louder to the stream, and the standard library's logging with them.

    :raises ConfigError: the level is not debug, info, warning or error.
    """
    if level not in LEVELS:
        raise ConfigError("the log level is unknown", hint="use debug, info, warning or error")
    lowest = LEVELS[level]
    _Sink.logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(allow_nan=False),
        ],
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    # Only our handler: any other one would print messages with their arguments.
    root.handlers[:] = [_Handler()]
    # Without their messages, the quieter lines of libraries tell an operator nothing.
    root.setLevel(lowest if level == "debug" else max(lowest, logging.WARNING))


def event(name: str, /, **fields: Field) -> None:
    """Write one event. The name is a constant in the source; fields that are not on the list are dropped."""
    _write(logging.INFO, name, fields)


def failure(name: str, error: BaseException) -> None:
    """Write that something failed: the type and places of the error, and the message of an error raised on purpose."""
    _write(logging.ERROR, name, _about(error))


def _about(error: BaseException) -> dict[str, Field]:
    fields: dict[str, Field] = {"error": type(error).__name__, "where": places(error)}
    if isinstance(error, GatewayError):
        fields |= {"code": error.code, "message": error.message}
    return fields


def places(error: BaseException) -> str:
    """Return where in the source an error passed through, the innermost place first; nothing of what it says."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    return " < ".join(_place(name, line) for name, line in reversed(frames[-FRAMES:]))


def _place(file: str, line: int) -> str:
    return f"{'/'.join(PurePath(file).parts[-2:])}:{line}"


def _write(level: int, name: str, fields: Mapping[str, object]) -> None:
    if _Sink.logger is None:
        return
    kept: dict[str, Field] = {}
    dropped = 0
    for key, value in fields.items():
        if key in ALLOWED_KEYS and key != "dropped_keys" and _is_plain(value):
            kept[key] = value[:LONGEST] if isinstance(value, str) else value
        else:
            dropped += 1
    if _NAME.match(name) is None:
        name, dropped = UNNAMED, dropped + 1
    if dropped:
        kept["dropped_keys"] = dropped
    # A full disk or a closed pipe under the log must not undo or repeat a release.
    with contextlib.suppress(OSError, ValueError):
        _Sink.logger.log(level, name, **kept)


def _is_plain(value: object) -> TypeGuard[Field]:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


class _Handler(logging.Handler):
    """Takes the standard library's records and keeps of each only what cannot hold a value."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Field] = {"logger": record.name, "where": _place(record.pathname, record.lineno)}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields |= _about(error)
        _write(record.levelno, "library", fields)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the standard library's name
        """Say nothing: the standard library's own report prints the message's arguments."""
