"""Telemetry: a canary put anywhere but in an allow-listed field never reaches the stream."""

import io
import json
import logging
from collections.abc import Iterator
from typing import cast

import pytest

from gateway import telemetry
from gateway.errors import ConfigError, LogUnavailableError

CANARY = "111222333"


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, logger = list(root.handlers), root.level, telemetry._Sink.logger  # noqa: SLF001
    telemetry._Sink.logger = None  # noqa: SLF001
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    telemetry._Sink.logger = logger  # noqa: SLF001


@pytest.fixture
def stream() -> io.StringIO:
    """Where the events of one test go."""
    stream = io.StringIO()
    telemetry.configure("info", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """Return what was written, one JSON object per line."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def read_as_number(value: str) -> int:
    """Fail as code would: with the value in the error's text, its cause and a local variable."""
    local = {"bsn": value}
    try:
        return int(local["bsn"] + "x")
    except ValueError as cause:
        raise ValueError(f"cannot read {local}") from cause


def a_fault(value: str) -> BaseException:
    """Return an error that holds the value wherever an error can hold one."""
    with pytest.raises(ValueError, match="cannot read") as caught:
        read_as_number(value)
    return caught.value


def test_a_key_that_is_not_on_the_list_is_dropped_and_counted(stream: io.StringIO) -> None:
    """Allow-list, not block-list."""
    telemetry.event("request", status=200, bsn=CANARY, name=CANARY, dropped_keys=7)
    (line,) = lines(stream)
    assert CANARY not in stream.getvalue()
    assert {key: line[key] for key in line if key != "timestamp"} == {
        "event": "request",
        "level": "info",
        "status": 200,
        "dropped_keys": 3,
    }


@pytest.mark.parametrize("value", [[CANARY], {CANARY: 1}, (CANARY,), CANARY.encode(), ValueError(CANARY), float("nan")])
def test_a_value_that_is_not_plain_is_dropped_even_under_a_listed_key(stream: io.StringIO, value: object) -> None:
    """A list or an object could hold anything."""
    telemetry.event("request", route=cast(str, value))
    assert CANARY not in stream.getvalue()
    assert lines(stream)[0]["dropped_keys"] == 1


@pytest.mark.parametrize("name", [f"case {CANARY}", "Request", "", "x" * 65, "a\nb"])
def test_a_name_that_looks_made_up_is_not_written(stream: io.StringIO, name: str) -> None:
    """The name of an event is a constant in the source."""
    telemetry.event(name)
    (line,) = lines(stream)
    assert (line["event"], line["dropped_keys"]) == ("unnamed_event", 1)


def test_an_error_shows_its_type_and_places_but_not_its_text(stream: io.StringIO) -> None:
    """Texts, causes, arguments and local variables may hold a value."""
    telemetry.failure("unexpected", a_fault(CANARY))
    (line,) = lines(stream)
    assert CANARY not in stream.getvalue()
    assert (line["event"], line["level"], line["error"]) == ("unexpected", "error", "ValueError")
    assert str(line["where"]).startswith("tests/test_telemetry.py:")
    assert "message" not in line


def test_an_error_raised_on_purpose_shows_its_own_message(stream: io.StringIO) -> None:
    """The messages of gateway.errors never hold a personal value."""
    telemetry.failure("failed", LogUnavailableError("the log could not be written", hint="look"))
    (line,) = lines(stream)
    assert (line["code"], line["message"]) == ("log_unavailable", "the log could not be written")


def test_another_librarys_message_and_arguments_are_not_written(stream: io.StringIO) -> None:
    """Not the arguments, and not a message that was put together before it was logged."""
    logger = logging.getLogger("sqlalchemy.engine")
    logger.warning("parameters %s", CANARY)
    logger.warning(f"parameters {CANARY}")  # noqa: G004
    logger.error("failed", exc_info=a_fault(CANARY), extra={"bsn": CANARY})
    assert CANARY not in stream.getvalue()
    first, second, third = lines(stream)
    assert (first["event"], first["logger"], first["level"]) == ("library", "sqlalchemy.engine", "warning")
    assert str(first["where"]).startswith("tests/test_telemetry.py:")
    assert second["where"] != first["where"]
    assert (third["level"], third["error"]) == ("error", "ValueError")


def test_no_other_handler_of_the_root_keeps_printing_messages(stream: io.StringIO) -> None:
    """A handler that was there before would print the arguments."""
    other = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(other))
    telemetry.configure("info", stream)
    logging.getLogger("library").warning(CANARY)
    assert other.getvalue() == ""


def test_a_record_that_cannot_be_written_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The standard library's own report of a broken handler prints the message's arguments."""
    telemetry.configure("info", io.StringIO())
    handler = logging.getLogger().handlers[0]
    handler.handleError(logging.makeLogRecord({"msg": CANARY, "args": (CANARY,)}))
    assert CANARY not in "".join(capsys.readouterr())


def test_a_closed_stream_does_not_stop_the_work() -> None:
    """A broken log of operations must not undo or repeat a release."""
    stream = io.StringIO()
    telemetry.configure("info", stream)
    stream.close()
    telemetry.event("request", status=200)
    assert stream.closed


def test_before_configure_events_go_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    """A library use of the code (tests, the partner's kit) writes nothing."""
    telemetry.event("request", status=200)
    telemetry.failure("unexpected", a_fault(CANARY))
    assert "".join(capsys.readouterr()) == ""


def test_an_unknown_level_is_refused() -> None:
    """A misspelt level must not mean silence."""
    with pytest.raises(ConfigError):
        telemetry.configure("verbose", io.StringIO())


def test_quieter_events_than_the_level_are_not_written() -> None:
    """At level error an event is silent and a failure is not."""
    stream = io.StringIO()
    telemetry.configure("error", stream)
    telemetry.event("request", status=200)
    telemetry.failure("unexpected", a_fault(CANARY))
    assert [line["event"] for line in lines(stream)] == ["unexpected"]


def test_long_strings_are_cut_and_the_plain_kinds_are_kept(stream: io.StringIO) -> None:
    """200 characters, and JSON's own kinds as they are; a line break cannot forge a second line."""
    telemetry.event("request", route="x" * 500, status=200, seconds=0.5, demo=True, host=None, method="GET\n{}")
    (line,) = lines(stream)
    assert line["route"] == "x" * 200
    assert (line["status"], line["seconds"], line["demo"], line["host"]) == (200, 0.5, True, None)
    assert line["method"] == "GET\n{}"
    assert "dropped_keys" not in line
