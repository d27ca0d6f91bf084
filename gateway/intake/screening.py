"""Screens free text for what must not leave in it (research/ux.md section 1): an aid to a person, not a guarantee.

Known limits: names that the request does not hold, street names without a postcode, letters of another script that
look the same, and numbers broken up by other words are not found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.errors import InvalidRequestError
from gateway.intake.folding import Folded, fold, spelled_out
from gateway.intake.identifiers import identifiers_of
from gateway.intake.numbers import Span, find_bsns, find_ibans, find_phones
from gateway.intake.words import find_addresses, find_emails, find_handles, find_identifiers, find_plates, find_urls
from gateway.model.bundle import FieldType, Vocabulary
from gateway.model.request import DisclosureRequest

SCREENED = frozenset({FieldType.TEXT, FieldType.NARRATIVE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters [start, end) of the text as given hold something of this category; never the matched text itself."""

    start: int
    end: int
    category: str


def screen(text: str, *, identifiers: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return what blocks a text, in order of place: BSN, IBAN, PHONE, EMAIL, URL, HANDLE, PLATE, ADDRESS, IDENTIFIER.

    A finding that lies wholly inside a longer one is left out.
    """
    folded = fold(text)
    known = [fold(identifier).text for identifier in identifiers]
    found = list(_findings(text, folded, known))
    spelled = spelled_out(folded)
    if spelled is not None:
        found += _in(spelled, "BSN", find_bsns(spelled.text))
        found += _in(spelled, "PHONE", find_phones(spelled.text))
    kept: list[Finding] = []
    for finding in sorted(dict.fromkeys(found), key=lambda one: (one.start, -one.end)):
        if not kept or finding.end > kept[-1].end or (finding.start, finding.end) == (kept[-1].start, kept[-1].end):
            kept.append(finding)
    return tuple(kept)


def _in(folded: Folded, category: str, spans: Iterator[Span]) -> Iterator[Finding]:
    for start, end in spans:
        yield Finding(*folded.span(start, end), category)


def _findings(text: str, folded: Folded, known: list[str]) -> Iterator[Finding]:
    plain = folded.text
    capital = frozenset(index for index, start in enumerate(folded.starts) if text[start].isupper())
    yield from _in(folded, "BSN", find_bsns(plain))
    yield from _in(folded, "IBAN", find_ibans(plain))
    yield from _in(folded, "PHONE", find_phones(plain))
    yield from _in(folded, "EMAIL", find_emails(plain))
    yield from _in(folded, "URL", find_urls(plain))
    yield from _in(folded, "HANDLE", find_handles(plain))
    yield from _in(folded, "PLATE", find_plates(plain))
    yield from _in(folded, "ADDRESS", find_addresses(plain, capital=capital))
    yield from _in(folded, "IDENTIFIER", find_identifiers(plain, known))


def screen_request(request: DisclosureRequest, vocabulary: Vocabulary) -> None:
    """Refuse a request whose free text holds an identifier of any of its subjects, or one recognised by its form.

    :raises InvalidRequestError: names the path of the field and the categories, never the text.
    """
    identifiers = identifiers_of(request, vocabulary)
    faults: dict[str, str] = {}
    for index, subject in enumerate(request.subjects):
        for name, value in subject.data.items():
            if vocabulary.fields[name].type in SCREENED and isinstance(value, str):
                categories = sorted({finding.category for finding in screen(value, identifiers=identifiers)})
                if categories:
                    faults[f"subjects.{index}.data.{name}"] = (
                        f"holds what may not stand in free text: {', '.join(categories)}"
                    )
    if faults:
        raise InvalidRequestError(
            "free text holds something that identifies a person",
            hint="take it out, or put it in the field that is made for it",
            fields=faults,
        )
