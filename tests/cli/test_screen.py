"""`gateway screen`: spans with offsets, and exit 2 for what cannot be read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.screen import screen


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"\xff\xfe"),
        ("a.yaml", b"- id: 1\n  tekst: x\n"),
        ("a.yaml", b"a: [\n"),
        ("a.yaml", b"- 2026-11-24\n"),
        ("a.yml", b"plain"),
    ],
)
def test_an_unreadable_file_ends_with_exit_code_two(tmp_path: Path, name: str, content: bytes) -> None:
    """Not UTF-8, or YAML of another form."""
    file = tmp_path / name
    file.write_bytes(content)
    assert CliRunner().invoke(screen, [str(file)]).exit_code == 2


def test_a_missing_file_ends_with_exit_code_two(tmp_path: Path) -> None:
    """There is nothing to screen."""
    assert CliRunner().invoke(screen, [str(tmp_path / "none.txt")]).exit_code == 2


def test_notes_give_spans_in_the_order_given(tmp_path: Path) -> None:
    """The JSON is the contract's: id, and start, end, category and action of each span."""
    file = tmp_path / "notes.yaml"
    file.write_text("- {id: b, text: 'BSN 111222333.'}\n- {id: 7, text: niets, spans: []}\n", encoding="utf-8")
    result = CliRunner().invoke(screen, [str(file), "--format", "json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == [
        {"id": "b", "spans": [{"start": 4, "end": 13, "category": "BSN", "action": "block"}]},
        {"id": 7, "spans": []},
    ]


def test_a_plain_text_is_one_note_with_offsets_into_the_text_as_given(tmp_path: Path) -> None:
    """Line ends count as they stand in the file."""
    file = tmp_path / "note.txt"
    file.write_bytes("één\r\nbel: 0612345678\r\n".encode())
    result = CliRunner().invoke(screen, [str(file), "--format", "json"])
    assert json.loads(result.output) == [
        {"id": 1, "spans": [{"start": 10, "end": 20, "category": "PHONE", "action": "block"}]}
    ]


def test_the_text_form_never_shows_what_was_found(tmp_path: Path) -> None:
    """Place and category only."""
    file = tmp_path / "note.txt"
    file.write_text("bel 0612345678", encoding="utf-8")
    result = CliRunner().invoke(screen, [str(file)])
    assert result.output == "1: characters 4 to 14 hold PHONE: block\n"
    file.write_text("niets", encoding="utf-8")
    assert CliRunner().invoke(screen, [str(file)]).output.startswith("nothing found")
