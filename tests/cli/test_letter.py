"""`gateway letter`: refuses what is no link and repeats nothing of it; the file is its maker's alone."""

import io
import json
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from gateway.cli.letter import letter
from gateway.errors import InvalidRequestError

LINK = "https://gateway.gemeente.example/ophalen#" + "A" * 43
GOOD = {"link": LINK, "until": "2026-12-08T12:00:00+00:00", "reference": "0a1b2c3d"}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "[]",
        "{}",
        json.dumps({**GOOD, "link": LINK[:-1]}),
        json.dumps({**GOOD, "link": f"{LINK} x"}),
        json.dumps({**GOOD, "until": "2026-12-08T12:00:00"}),
        json.dumps({**GOOD, "until": "soon"}),
        json.dumps({**GOOD, "reference": "Z-2026-0417"}),
    ],
)
def test_what_is_not_the_answer_is_refused_without_a_word_of_it(given: str, tmp_path: Path) -> None:
    """A case number as reference would be read by the postman."""
    done = CliRunner().invoke(letter, ["--out", str(tmp_path / "brief.pdf")], input=given)
    assert isinstance(done.exception, InvalidRequestError)
    assert "AAAA" not in done.output + str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_letter_is_made_for_its_maker_alone_and_never_over_another(tmp_path: Path) -> None:
    """The file holds the link, and the link cannot be made again."""
    path = tmp_path / "brief.pdf"
    done = CliRunner().invoke(letter, ["--out", str(path), "--phone", "035 000 00 00"], input=json.dumps(GOOD))
    assert done.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    text = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages[0].extract_text()
    assert "035 000 00 00" in text
    assert LINK not in done.output
    again = CliRunner().invoke(letter, ["--out", str(path)], input=json.dumps(GOOD))
    assert isinstance(again.exception, FileExistsError)
