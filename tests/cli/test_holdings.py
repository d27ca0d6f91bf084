"""`gateway holdings import` reads strictly: all or nothing, and a message gives a line's number and nothing of it."""

from pathlib import Path

import pytest

from gateway.cli.holdings import read_dwellings
from gateway.errors import InvalidRequestError

HEAD = "postcode,number,addition,bag_id\n"
GOOD = "1299ZA,12,bis,0402019900000012\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "first line"),
        (GOOD.encode(), "first line"),
        (f"{HEAD}{GOOD}1299ZA\n".encode(), "line 3 has not four values"),
        (f"{HEAD}1299ZA,12,bis,0402019900000012,more\n".encode(), "line 2 has not four values"),
        (f"{HEAD}\n".encode(), "line 2 has not four values"),
        (f"{HEAD}1299ZA,twaalf,,\n".encode(), "line 2 has no house number"),
        (f"{HEAD}1299ZA,²,,\n".encode(), "line 2 has no house number"),
        (f"{HEAD}1299ZA,٣,,\n".encode(), "line 2 has no house number"),
        (f"{HEAD}1299ZA,{'9' * 5000},,\n".encode(), "line 2 has no house number"),
        (f'{HEAD}"1299ZA,12,,\n'.encode(), "cannot be read"),
        (f"{HEAD}{'1299ZA' * 50_000},12,,\n".encode(), "cannot be read"),
        (f"{HEAD}1299ZA,12,bís,\n".encode("latin-1"), "cannot be read"),
    ],
)
def test_a_broken_file_changes_nothing_and_is_not_repeated(tmp_path: Path, content: bytes, problem: str) -> None:
    """An error raised on purpose, with what to do; an unforeseen one would show a trace instead."""
    file = tmp_path / "dwellings.csv"
    file.write_bytes(content)
    with pytest.raises(InvalidRequestError, match=problem) as caught:
        read_dwellings(file)
    assert "1299ZA" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Four values a line, the last two may be empty."""
    file = tmp_path / "dwellings.csv"
    file.write_text(f"{HEAD}{GOOD}1299ZB,3,,\n")
    assert read_dwellings(file) == [("1299ZA", 12, "bis", "0402019900000012"), ("1299ZB", 3, "", "")]
