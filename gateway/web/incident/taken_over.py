"""What a draft takes over from an incident: case, address, codes, and the document of each fact; never its value."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.model.incident import Incident
from gateway.model.terms import Json

Pairs = Iterator[tuple[str, str]]


def typed_of(incident: Incident, chosen: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Return names and values of inputs for a draft about these subjects of an incident, by their place from 0."""
    pairs = [*_case(incident)]
    for number, place in enumerate(chosen, start=1):
        subject = incident.subjects[place]
        for name, codes in subject.codes.items():
            pairs += [(f"s{number}-data-{name}", code) for code in codes]
        for fact in subject.facts:
            name = f"s{number}-fact-{fact}"
            pairs += [(f"{name}-evidence", incident.report), *_day(name, incident.date)]
    return tuple(pairs)


def _case(incident: Incident) -> Pairs:
    if incident.case_ref:
        yield "case_ref", incident.case_ref
    yield from _address("case-data-dwelling_address", incident.address)
    yield "case-data-report_ref", incident.report
    yield from _day("case-data-finding_date", incident.date)
    for name, codes in incident.codes.items():
        for code in codes:
            yield f"case-data-{name}", code


def _address(name: str, address: Mapping[str, Json]) -> Pairs:
    for part in ("postcode", "number", "addition"):
        if part in address:
            yield f"{name}-{part}", str(address[part])


def _day(name: str, day: str) -> Pairs:
    for part, value in zip(("year", "month", "day"), day.split("-"), strict=True):
        yield f"{name}-{part}", value
