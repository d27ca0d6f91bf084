"""Screening: what must not stand in free text is found in every common spelling, and is never repeated."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.schema import read_request
from gateway.intake.screening import Finding, screen, screen_request
from gateway.model.bundle import Vocabulary
from gateway.model.terms import Json
from tests.intake.conftest import TODAY, part_of, subject_of

OBSERVATIONS = Path(__file__).resolve().parents[3] / "shared" / "domain" / "observations.yaml"
FORMATTED = {"BSN", "IBAN", "PHONE", "EMAIL", "URL", "PLATE"}


@pytest.mark.parametrize(
    ("held", "category"),
    [
        ("111222333", "BSN"), ("1112.22.333", "BSN"), ("111 222 333", "BSN"), ("111-222-333", "BSN"),
        ("1 1 1 2 2 2 3 3 3", "BSN"), ("111\u200b222\u200b333", "BSN"), ("１１１２２２３３３", "BSN"),
        ("١١١٢٢٢٣٣٣", "BSN"), ("111\u00ad222333", "BSN"),
        ("een een een twee twee twee drie drie drie", "BSN"),
        ("NL91ABNA0417164300", "IBAN"), ("nl91 abna 0417 1643 00", "IBAN"), ("NL20INGB0001234567", "IBAN"),
        ("DE89 3704 0044 0532 0130 00", "IBAN"), ("BE68539007547034", "IBAN"),
        ("0612345678", "PHONE"), ("06-12345678", "PHONE"), ("06 12 34 56 78", "PHONE"), ("06.12.34.56.78", "PHONE"),
        ("+31612345678", "PHONE"), ("+31 (0)6 12345678", "PHONE"), ("0031612345678", "PHONE"),
        ("035 - 624 18 90", "PHONE"), ("+40721334556", "PHONE"), ("0040 721 334 556", "PHONE"),
        ("612345678", "PHONE"), ("nul zes, twaalf, vierendertig, zesenvijftig, achtenzeventig", "PHONE"),
        ("vera@example.org", "EMAIL"), ("VERA(at)example.org", "EMAIL"), ("vera [at] example [punt] org", "EMAIL"),
        ("https://example.org/a-1", "URL"), ("www.example.org", "URL"), ("example.nl/vera", "URL"),
        ("example.com", "URL"), ("@vera_9", "HANDLE"),
        ("KR-482-N", "PLATE"), ("kr482n", "PLATE"), ("12-XK-BP", "PLATE"), ("12 xk bp", "PLATE"), ("9-TBB-12", "PLATE"),
        ("K-123-ST", "PLATE"), ("k123st", "PLATE"),
        ("B 123 XYZ", "PLATE"), ("CB 1234 AB", "PLATE"), ("B-MW 1234", "PLATE"), ("kenteken WX9 4YZ", "PLATE"),
        ("1299 ZA 12", "ADDRESS"), ("1299za, nr. 12", "ADDRESS"), ("12 bis, 1299 ZA", "ADDRESS"),
        ("1299ZA12", "ADDRESS"),
    ],
)  # fmt: skip
def test_an_identifier_is_found_wholly_in_each_spelling(held: str, category: str) -> None:
    """The finding covers the text with offsets into the original, also after characters that fold to more."""
    text = f"ﬁche ½: {held} staat er"
    found = [one for one in screen(text) if one.category == category]
    covered = {index for one in found for index in range(one.start, one.end)}
    start = text.index(held) + (9 if held.startswith("kenteken") else 0)
    expected = {i for i in range(start, text.index(held) + len(held)) if text[i].isalnum()}
    assert expected <= covered, f"{category} is not covered"


@pytest.mark.parametrize("plate", ["K-123-BD", "1-BDF-23", "KB-123-D", "12-BDF-3", "k123bd", "1bdf23"])
@pytest.mark.parametrize("word", ["de", "in", "een", "3"])
def test_a_short_word_before_a_plate_does_not_hide_it(word: str, plate: str) -> None:
    """Each place of the text is tried, whatever a match before it took."""
    text = f"zag {word} {plate} staan"
    start = text.index(plate)
    assert Finding(start, start + len(plate), "PLATE") in screen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Klant verliet de woning om 21:40 uur.", "Tussen 10 en 12 mannen, 3 mei 2026, 450 euro per week.",
        "Gecontroleerd op 14-03-2026 om 15.20 uur.", "Van 2020 tot 2026 in 3 woningen.",
        "Op 3-mei-26, na 12 km 10 min, kamer nr1234.",
        "De deur is open.de sleutel ligt er", "Overtreding van artikel 3:4 APV; melding 2026-004512.",
        "een vrouw en twee mannen, drie kamers", "", "\u200b",
    ],
)  # fmt: skip
def test_ordinary_observations_pass(text: str) -> None:
    """A lawful hand-over must stay easy: plain dates, times, amounts and counts block nothing."""
    assert screen(text) == ()


@pytest.mark.parametrize(
    "text",
    ["VERA  verzonnen", "Vera-Verzonnen", "véra verzonnen", "ve\u200bra verzonnen", "vera's huis, Vera Verzonnen"],
)
def test_a_known_identifier_is_found_in_other_spellings(text: str) -> None:
    """Case, accents, separators and hidden characters do not hide it."""
    assert "IDENTIFIER" in {one.category for one in screen(text, identifiers=["Vera Verzonnen"])}


def test_a_known_identifier_inside_a_longer_word_is_not_a_finding() -> None:
    """Whole words only."""
    assert screen("veranda", identifiers=["Vera"]) == ()


def test_findings_are_ordered_and_a_smaller_one_inside_a_larger_one_is_left_out() -> None:
    """The offsets are exact; a link is one finding, whatever it holds."""
    assert screen("zie example.nl/0612345678 of a@example.org") == (Finding(4, 25, "URL"), Finding(29, 42, "EMAIL"))


def test_recall_on_the_shared_observations_is_99_percent_for_formatted_identifiers() -> None:
    """Every letter and digit of the gold spans is covered (the set on which the patterns were tuned)."""
    if not OBSERVATIONS.exists():
        pytest.skip("shared/domain/observations.yaml is not here")
    spans, full, false = 0, 0, 0
    for note in yaml.safe_load(OBSERVATIONS.read_text(encoding="utf-8")):
        found = screen(note["text"])
        covered = {index for one in found for index in range(one.start, one.end)}
        for span in note["spans"]:
            if span["cat"] in FORMATTED:
                spans += 1
                full += all(i in covered for i in range(span["start"], span["end"]) if note["text"][i].isalnum())
        false += sum(not any(o.start < s["end"] and s["start"] < o.end for s in note["spans"]) for o in found)
    assert spans == 20
    assert full / spans >= 0.99
    assert false == 0


@given(st.text(), st.lists(st.text(max_size=12), max_size=3))
def test_no_text_crashes_it_and_offsets_stay_inside(text: str, identifiers: list[str]) -> None:
    """Every finding is a non-empty range of the text as given."""
    for one in screen(text, identifiers=identifiers):
        assert 0 <= one.start < one.end <= len(text)


@given(
    st.sampled_from(["111222333", "123456782"]),
    st.lists(st.sampled_from(["", " ", ".", "-", "\u200b"]), min_size=8, max_size=8),
)
def test_a_bsn_is_found_however_its_digits_are_grouped(digits: str, between: list[str]) -> None:
    """Separators between any two digits hide nothing."""
    text = digits[0] + "".join(sep + digit for sep, digit in zip(between, digits[1:], strict=True))
    assert any(one.category == "BSN" and one.start == 0 and one.end == len(text) for one in screen(text))


@pytest.mark.parametrize(
    ("narrative", "category"),
    [
        ("Verzonnen deed open", "IDENTIFIER"), ("zie Z 2026 0417", "IDENTIFIER"), ("in 1299 za gezien", "IDENTIFIER"),
        ("geboren 14 maart 1998", "IDENTIFIER"), ("geboren 14-3-1998", "IDENTIFIER"), ("bel 06-12345678", "PHONE"),
        ("Andersnaam was er ook", "IDENTIFIER"),
    ],
)  # fmt: skip
def test_free_text_with_data_of_any_subject_is_refused_by_path_and_category_only(
    told: dict[str, Json], vocabulary: Vocabulary, narrative: str, category: str
) -> None:
    """The identifiers of every subject and the case reference count, and no message repeats them."""
    data = part_of(subject_of(told), "data")
    data |= {"indicator_narrative": narrative, "birth_date": "1998-03-14"}
    other: Json = {"ref": "s2", "role": "none", "data": {"name": "Olga Andersnaam"}}
    told["subjects"] = [subject_of(told), other]
    request = read_request(told, vocabulary, today=TODAY)
    with pytest.raises(InvalidRequestError) as caught:
        screen_request(request, vocabulary)
    assert caught.value.fields == {
        "subjects.0.data.indicator_narrative": f"holds what may not stand in free text: {category}"
    }
    assert narrative not in f"{caught.value!r}{caught.value.hint}"


def test_a_clean_text_passes_and_closed_words_are_no_identifiers(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """Codes, languages and dates of the case may be mentioned."""
    data = part_of(subject_of(told), "data")
    data |= {"language": "nl", "finding_date": "2026-11-20", "indicators": ["debt"], "aggregate_count": 12}
    data["indicator_narrative"] = "Op 2026-11-20 code GEB-1, 12 mannen, debt, nl."
    screen_request(read_request(told, vocabulary, today=TODAY), vocabulary)
