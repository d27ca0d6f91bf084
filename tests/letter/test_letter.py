"""The letter: its QR code is the link, it fits on one page, and it says nothing of anybody."""

import datetime as dt
import io
import re

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import zxingcpp
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject

from gateway.crypto.one_time import OneTimeKey
from gateway.letter.letter import Letter, day, letter_pdf
from gateway.letter.paper import Paper

LINK = f"https://gateway.gemeente.example/ophalen#{OneTimeKey.from_secret(bytes(range(32))).fragment}"
UNTIL = dt.datetime(2026, 12, 8, 12, 0, tzinfo=dt.UTC)
LETTER = Letter(LINK, UNTIL, "Hilversum", "14 035", "0a1b2c3d")


@pytest.fixture(scope="module")
def document() -> bytes:
    """Return the letter."""
    return letter_pdf(LETTER)


@pytest.fixture(scope="module")
def reader(document: bytes) -> pypdf.PdfReader:
    """Return it as another program reads it."""
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


def test_a_letter_that_a_font_cannot_write_is_not_made() -> None:
    """Better none than one with holes."""
    with pytest.raises(UnicodeEncodeError):
        Paper(title="x", language="nl", top=0).write(["\u4e2d"])


def test_a_scanner_reads_the_very_link(document: bytes) -> None:
    """Rendered as a printer would, and read by a program that is not the one that drew it."""
    page = pypdfium2.PdfDocument(document)[0]
    drawn = page.render(scale=3, grayscale=True)
    width, height, stride = drawn.width, drawn.height, drawn.stride
    rows = b"".join(bytes(drawn.buffer[at * stride : at * stride + width]) for at in range(height))
    found = zxingcpp.read_barcodes(memoryview(rows).cast("B", shape=[height, width]))
    assert [code.text for code in found] == [LINK]


def test_the_link_can_be_typed_over(reader: pypdf.PdfReader) -> None:
    """Who has no camera needs it in letters."""
    assert LINK in "".join(reader.pages[0].extract_text().split("\n"))


def test_it_is_one_page_and_nothing_runs_off_it(document: bytes, reader: pypdf.PdfReader) -> None:
    """All text stands within the page's margins."""
    assert len(reader.pages) == 1
    text = pypdfium2.PdfDocument(document)[0].get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    assert min(left for left, _, _, _ in boxes) >= 70
    assert max(right for _, _, right, _ in boxes) <= 560
    assert min(bottom for _, bottom, _, _ in boxes) >= 30
    assert max(top for _, _, _, top in boxes) <= 842 - 150  # the window of the envelope stays free


def test_it_says_what_to_do_until_when_and_whom_to_call(reader: pypdf.PdfReader) -> None:
    """In Dutch, with a summary in English."""
    words = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    for sentence in (
        "Die code staat niet in deze brief.",
        "tot en met 7 december 2026",
        "until 7 December 2026",
        "Bel 14 035",
        "Kenmerk 0a1b2c3d",
        "Deze brief is niet voor mij",
    ):
        assert sentence in words


def test_it_says_nothing_of_why_or_about_whom(reader: pypdf.PdfReader) -> None:
    """A housemate or the postman may read it: no ground, no person, no dwelling, no landlord."""
    words = reader.pages[0].extract_text().lower()
    for telling in (
        "sekswerk",
        "overlast",
        "woning",
        "verhuur",
        "huurder",
        "pand",
        "overtreding",
        "toezicht",
        "politie",
    ):
        assert telling not in words


def test_its_properties_name_nobody_and_no_time(document: bytes, reader: pypdf.PdfReader) -> None:
    """Properties travel with a file that is mailed on."""
    assert {name: str(value) for name, value in (reader.metadata or {}).items()} == {
        "/Title": "Brief van de gemeente Hilversum"
    }
    assert reader.xmp_metadata is None
    assert b"CreationDate" not in document
    assert letter_pdf(LETTER) == document


def test_a_screen_reader_finds_its_way(reader: pypdf.PdfReader) -> None:
    """Tagged, in Dutch, with a title, headings, and words for the picture."""
    assert str(reader.root_object["/Lang"]) == "nl"
    assert inside(reader.root_object, "/MarkInfo")["/Marked"] == BooleanObject(True)
    assert inside(reader.root_object, "/ViewerPreferences")["/DisplayDocTitle"] == BooleanObject(True)
    document = kids(inside(reader.root_object, "/StructTreeRoot"))[0]
    elements = kids(document)
    tags = [str(element["/S"]) for element in elements]
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == 2
    figure = next(element for element in elements if str(element["/S"]) == "/Figure")
    assert "QR-code" in str(figure["/Alt"])
    assert str(elements[-1]["/Lang"]) == "en"


def inside(holder: DictionaryObject, name: str) -> DictionaryObject:
    """Return the dictionary under a name."""
    found = holder[name].get_object()
    assert isinstance(found, DictionaryObject)
    return found


def kids(element: DictionaryObject) -> list[DictionaryObject]:
    """Return the elements under one."""
    listed = element["/K"].get_object()
    assert isinstance(listed, ArrayObject)
    found = [kid.get_object() for kid in listed]
    return [kid for kid in found if isinstance(kid, DictionaryObject)]


def test_the_day_named_is_one_on_which_the_link_opens_till_midnight() -> None:
    """The last whole day in the Netherlands, summer and winter."""
    assert day(UNTIL, "nl") == "7 december 2026"
    assert day(dt.datetime(2026, 7, 14, 22, 30, tzinfo=dt.UTC), "en") == "14 July 2026"
