"""`gateway rights correct`: what it asks, prints and how it ends; no value is ever repeated."""

import json
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError
from gateway.model.notices import MessageKind
from tests.cli.test_rights import run
from tests.pipeline.test_recalls import SANNE, helped

NEW = "Anders Verzonnen"
WORDS = ("rights", "correct", "--decision", "AVG-2026-7", "--file")


def body(request: str, **data: str) -> str:
    """Return a file that corrects the first subject."""
    return json.dumps([{"request": request, "ref": "s1", "data": data}])


def test_wrong_use_is_refused(settings: Settings, tmp_path: Path) -> None:
    """A file and a decision are needed, and the decision is a number on one line."""
    for words in (
        ["rights", "correct"],
        ["rights", "correct", "--file", "-"],
        ["rights", "correct", "--decision", "A"],
    ):
        assert run(settings, *words).exit_code == 2
    assert isinstance(run(settings, *WORDS, str(tmp_path / "absent")).exception, InvalidRequestError)
    several = run(settings, "rights", "correct", "--file", "-", "--decision", "two\nlines", typed="[]")
    assert isinstance(several.exception, InvalidRequestError)


@pytest.mark.parametrize("typed", ["", "[]", "{}", '[{"request": "x"}]', body("0" * 32)])
def test_what_is_no_list_of_corrections_is_refused(settings: Settings, typed: str) -> None:
    """Nothing of it is repeated."""
    done = run(settings, *WORDS, "-", typed=typed)
    assert isinstance(done.exception, InvalidRequestError)
    assert not typed or typed not in str(done.exception)


def test_the_new_value_goes_to_who_has_it_and_is_printed_nowhere(gateway: Gateway, settings: Settings) -> None:
    """One line for each message, as text and as data; a value that nobody received is refused."""
    view, _ = helped(gateway)
    message = view.parts[0].message_id
    done = run(settings, *WORDS, "-", typed=body(view.id, alias=NEW))
    assert done.exit_code == 0, done.exception
    assert done.output == f"belle gets the corrected value (message {message})\n"
    assert [part.kind for part in gateway.team.follow(view.id, SANNE).parts] == [
        MessageKind.DISCLOSURE,
        MessageKind.CORRECTION,
    ]
    told = json.loads(run(settings, *WORDS, "-", "--format", "json", typed=body(view.id, alias=NEW)).output)
    assert told == {
        "ok": True,
        "corrected": [{"partner": "belle", "message": message}],
        "recalled": [],
        "stopped": [],
        "telephone": [],
    }
    absent = run(settings, *WORDS, "-", typed=body(view.id, birth_date="1990-01-01"))
    assert isinstance(absent.exception, InvalidRequestError)
    assert "1990" not in str(absent.exception)
