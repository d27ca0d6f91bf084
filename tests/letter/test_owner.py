"""The draft of a letter to an owner: one page, Dutch, every place for the lawyer, and nobody in it."""

import io
import re

import pypdf
import pytest

from gateway.letter.owner import KINDS, Dwelling, OwnerLetter, owner_letter, owner_pdf

LETTER = OwnerLetter("intention", Dwelling("1299ZA", "12", "bis"), "Hilversum", "gebruik in strijd met de bestemming")
ARTICLES = {
    "intention": ("artikel 125 van de Gemeentewet", "5:32", "5:31d", "5:1", "4:8", "4:9", "5:21"),
    "decision": ("artikel 125 van de Gemeentewet", "5:32", "5:31d", "5:1", "3:41", "6:7", "6:5", "8:81", "3:4"),
}


def text_of(kind: str) -> str:
    """Return the whole draft as text."""
    return "\n".join(block.text for block in owner_letter(OwnerLetter(kind, *letter_parts())))


def letter_parts() -> tuple[Dwelling, str, str]:
    """Return what is the same in every draft."""
    return LETTER.dwelling, LETTER.municipality, LETTER.neutral


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_nothing_of_who_lives_or_works_there(kind: str) -> None:
    """No word of work, of a person other than the owner, or of a report; the address stands in it once."""
    told = text_of(kind)
    assert not re.search(
        r"sek|huurder|bewoner|overlast|melder|gemeld|slachtoffer|werkt|uitbuiting", told, re.IGNORECASE
    )
    assert told.count("1299 ZA") == 1
    assert told.startswith("CONCEPT.")


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_names_its_articles_and_leaves_the_rest_to_a_lawyer(kind: str) -> None:
    """Each article that the letter rests on is named, and what only a lawyer may say is an empty place."""
    told = text_of(kind)
    assert [article for article in ARTICLES[kind] if article not in told] == []
    assert told.count("[") == told.count("]") >= 15
    assert "{" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_the_paper_is_one_tagged_page_that_is_not_too_full(kind: str) -> None:
    """Another program reads it as one page in Dutch, and its last line stands above the lower margin."""
    document = owner_pdf(OwnerLetter(kind, *letter_parts()))
    (page,) = pypdf.PdfReader(io.BytesIO(document), strict=True).pages
    told = " ".join(page.extract_text().split())
    assert "[straat] 12 bis, 1299 ZA [plaats]" in told
    assert told.endswith("handtekening]")
    assert b"/Lang (nl)" in document
    written = re.findall(rb"1 0 0 1 71 (-?[0-9.]+) Tm", page.get_contents().get_data())  # type: ignore[union-attr]
    assert min(float(one) for one in written) > 42


def test_a_letter_shows_no_address_when_it_is_printed_for_a_log() -> None:
    """repr() of a dwelling or a letter names no address."""
    assert "1299" not in repr(LETTER)
    assert "12" not in repr(LETTER.dwelling)
