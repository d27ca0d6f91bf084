"""The plaintext of a backup: its golden bytes, and that nothing but what was written is ever read from it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import CannotOpenError, LogTamperedError
from gateway.keep.archive import FULL, LARGEST, ArchiveReader, ArchiveWriter, Manifest
from gateway.store.rows import Cell, Column, Group, Kind, Row, Shape

NOTES = Shape(
    "notes", (Column("idx", Kind.INTEGER, False), Column("word", Kind.TEXT, True), Column("box", Kind.BYTES, True))
)
TAGS = Shape("tags", (Column("tag", Kind.TEXT, False),))
MANIFEST = Manifest("0001", 2, (NOTES, TAGS))
ROWS: list[Row] = [(0, "één", b"\x00\xff"), (-7, None, None)]

HEAD = (
    b'{"entries":2,"revision":"0001","tables":['
    b'{"columns":[["idx","integer",false],["word","text",true],["box","bytes",true]],"name":"notes"},'
    b'{"columns":[["tag","text",false]],"name":"tags"}]}'
)
GOLDEN = (
    bytes.fromhex("000000ba")
    + HEAD
    + bytes.fromhex("00 00000002 00000025")
    + bytes.fromhex("01 0000000000000000 02 00000005 c3a9c3a96e 03 00000002 00ff")
    + bytes.fromhex("01 fffffffffffffff9 00 00")
    + bytes.fromhex("ff 0000001d")
    + b'{"rows":{"notes":2,"tags":0}}'
)


class Bytes:
    """A source in memory that gives exactly what is asked, as the sealed reader does."""

    def __init__(self, data: bytes) -> None:
        """Start at the beginning."""
        self._file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        """Return so many bytes, or raise."""
        data = self._file.read(size)
        if len(data) != size:
            raise CannotOpenError("cut off", hint="try another")
        return data


def written(*groups: Group, manifest: Manifest = MANIFEST) -> bytes:
    """Return the bytes of an archive."""
    file = io.BytesIO()
    writer = ArchiveWriter(file, manifest)
    for group in groups:
        writer.add(group)
    writer.finish()
    return file.getvalue()


def read(data: bytes) -> list[Group]:
    """Return the groups of an archive."""
    return list(ArchiveReader(Bytes(data)).groups())


@pytest.mark.parametrize(
    "row",
    [
        (None, None, None),
        ("0", None, None),
        (True, None, None),
        (1.5, None, None),
        (0, b"word", None),
        (0, 5, None),
        (0, None, "box"),
        (0, None, 5),
    ],
)
def test_a_cell_of_another_type_is_not_written(row: Row) -> None:
    """SQLite takes any type anywhere; what this program never wrote is an alteration, and named as such."""
    with pytest.raises(LogTamperedError, match="`notes`"):
        written(Group("notes", [row]))


def test_a_row_of_another_length_is_not_written() -> None:
    """Each cell has its column."""
    with pytest.raises(ValueError, match="zip"):
        written(Group("notes", [(0, None)]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"revision":"0001"', b'"revision":"../1"'),
        (b'"entries":2', b'"entries":x'),
        (b'"entries":2', b'"extra":20'),
        (b'"name":"notes"', b'"name":"no;es"'),
        (b'"name":"tags"', b'"name":"tag "'),
        (b'"name":"notes"', b'"name":"TAGS_"'),
        (b'["idx","integer"', b'["idx","numbers"'),
        (b"false", b'"fals'),
        (b"false]", b"1e45]]"),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("02 00000002 00000025")),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("00 00000000 00000025")),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("00 00000001 00000025")),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("00 00000003 00000025")),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("00 00000002 00000024")),
        (bytes.fromhex("00 00000002 00000025"), bytes.fromhex("00 00000002 04000001")),
        (bytes.fromhex("02 00000005"), bytes.fromhex("04 00000005")),
        (bytes.fromhex("02 00000005"), bytes.fromhex("03 00000005")),
        (bytes.fromhex("02 00000005"), bytes.fromhex("02 7fffffff")),
        (bytes.fromhex("c3a9c3a9"), bytes.fromhex("c3a9c3ff")),
        (bytes.fromhex("03 00000002 00ff"), bytes.fromhex("02 00000002 0041")),
        (b'"notes":2', b'"notes":1'),
        (b'"tags":0', b'"more":0'),
        (bytes.fromhex("000000ba"), bytes.fromhex("04000001")),
    ],
)
def test_a_form_that_was_never_written_is_refused(old: bytes, new: bytes) -> None:
    """Even under the right passphrase: unknown names, types, places and lengths, and rows that are not all there."""
    assert GOLDEN.count(old) >= 1
    with pytest.raises(CannotOpenError):
        read(GOLDEN.replace(old, new, 1))


@pytest.mark.parametrize("shapes", [(), (TAGS, TAGS), (TAGS,) * 255])
def test_a_manifest_names_each_table_once_and_fewer_than_255(shapes: tuple[Shape, ...]) -> None:
    """The place of a table is one byte, and 255 is the end."""
    file = io.BytesIO()
    ArchiveWriter(file, Manifest("0001", 0, shapes))
    with pytest.raises(CannotOpenError):
        ArchiveReader(Bytes(file.getvalue()))


@settings(max_examples=300)
@given(st.integers(0, len(GOLDEN) - 1), st.integers(1, 255))
def test_whatever_the_bytes_reading_ends_in_rows_or_in_one_error(at: int, change: int) -> None:
    """No other exception, and no row with a cell that its column does not hold."""
    data = bytearray(GOLDEN)
    data[at] ^= change
    try:
        groups = read(bytes(data))
    except CannotOpenError:
        return
    shapes = ArchiveReader(Bytes(bytes(data))).manifest.shapes
    columns = {shape.table: shape.columns for shape in shapes}
    for group in groups:
        for row in group.rows:
            assert all(column.fits(cell) for column, cell in zip(columns[group.table], row, strict=True))


def test_the_bytes_are_golden() -> None:
    """What was written by this program will be read by its successors."""
    assert written(Group("notes", ROWS)) == GOLDEN
    reader = ArchiveReader(Bytes(GOLDEN))
    assert reader.manifest == MANIFEST
    assert list(reader.groups()) == [Group("notes", ROWS)]
    assert reader.rows == {"notes": 2, "tags": 0}


CELLS = (
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.binary(),
)


@given(st.lists(st.tuples(*CELLS), max_size=5), st.lists(st.tuples(st.text(max_size=5)), max_size=5))
def test_what_is_written_is_read(notes: list[Row], tags: list[tuple[Cell, ...]]) -> None:
    """Every value of every type, byte for byte."""
    groups = [Group(name, rows) for name, rows in (("notes", notes), ("tags", tags)) if rows]
    assert read(written(*groups)) == groups


def test_large_rows_are_written_in_several_groups() -> None:
    """So that a reader never needs more memory than a few megabytes and one row."""
    rows: list[Row] = [(index, None, bytes(FULL // 2)) for index in range(5)]
    groups = read(written(Group("notes", rows)))
    assert [len(group.rows) for group in groups] == [2, 2, 1]
    assert [row for group in groups for row in group.rows] == rows
    assert FULL + FULL < LARGEST
