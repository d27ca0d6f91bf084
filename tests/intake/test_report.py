"""A pasted report: only numbers, dates, codes and roles have a place in it; refusals first."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import InvalidRequestError
from gateway.intake import report
from gateway.intake.report import CODED, read_report
from gateway.intake.schema import SUBJECTS
from gateway.model.bundle import FieldType, Scope
from gateway.model.incident import Incident, IncidentSubject
from gateway.model.terms import Json

WORDS = load_bundle(read_policy_files(Path(__file__).parents[2] / "policies")).vocabulary
TODAY = dt.date(2026, 11, 24)
LINES = """
rapport: RVB-2026-112
datum: 2026-11-20
zaak: Z-2026-0417
adres: 1211AB 12-bis
finding_code: GEB-1

betrokkene: facilitator
feiten: illegality_established, breach_recorded
betrokkene: possible_victim
indicators: UIT-01, UIT-02
"""
INCIDENT = Incident(
    report="RVB-2026-112",
    date="2026-11-20",
    case_ref="Z-2026-0417",
    address={"postcode": "1211AB", "number": 12, "addition": "bis"},
    codes={"finding_code": ("GEB-1",)},
    subjects=(
        IncidentSubject("facilitator", {}, ("illegality_established", "breach_recorded")),
        IncidentSubject("possible_victim", {"indicators": ("UIT-01", "UIT-02")}),
    ),
)
SECRET = "Fatima Verzonnen"


def read(text: str) -> Incident:
    """Read under the shipped policy."""
    return read_report(text, WORDS, today=TODAY)


def faults(text: str) -> dict[str, str]:
    """Return where a report is refused, after looking that nothing of it is repeated."""
    with pytest.raises(InvalidRequestError) as caught:
        read(text)
    told = f"{caught.value} {caught.value.hint} {caught.value.fields}"
    assert SECRET not in told
    assert "Fatima" not in told
    assert caught.value.__context__ is None
    return caught.value.fields


@pytest.mark.parametrize(
    ("line", "place", "what"),
    [
        ("", "line.1", report.UNKNOWN),  # a line without a colon
        ("naam:", "line.1", report.UNKNOWN),
        ("name:", "line.1", report.UNKNOWN),
        ("toelichting:", "line.1", report.UNKNOWN),
        ("rapport:", "report", report.FORM),
        ("datum:", "date", report.FORM),
        ("zaak:", "case_ref", report.FORM),
        ("adres:", "address", report.FORM),
        ("finding_code:", "codes.finding_code", report.CODE),
    ],
)
def test_a_name_has_a_place_nowhere(line: str, place: str, what: str) -> None:
    """Whatever word it stands behind, it is refused, and the refusal says where without repeating it."""
    kept = [one for one in LINES.strip().splitlines() if not line or not one.startswith(line)]
    assert faults("\n".join([f"{line} {SECRET}", *kept]))[place] == what


def test_who_somebody_is_is_no_role() -> None:
    """Only a role that the policy knows."""
    assert faults(f"rapport: RVB-2026-1\ndatum: 2026-11-20\nbetrokkene: {SECRET}") == {"subjects.0.role": report.ROLE}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("feiten: Fatima", report.FACT),
        ("feiten: owned_by_recipient", report.FACT),  # the gateway computes it
        ("feiten: illegality_established, illegality_established", report.FACT),
        ("indicators: UIT-01, Fatima", report.CODE),
        ("indicators: UIT-01, UIT-01", report.MANY),
        ("finding_code: GEB-1", report.PLACE),  # it is about the case, not about somebody
    ],
)
def test_of_somebody_only_codes_and_facts_of_the_policy_are_taken(line: str, what: str) -> None:
    """Each once, in the place that the vocabulary gives it."""
    told = faults(f"rapport: RVB-2026-1\ndatum: 2026-11-20\nbetrokkene: facilitator\n{line}")
    assert list(told.values()) == [what]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "subjects", report.MISSING),
        ("rapport: RVB-2026-1\nbetrokkene: tenant", "date", report.MISSING),
        ("rapport: RVB-2026-1\ndatum: 2026-11-25\nbetrokkene: tenant", "date", report.FORM),  # tomorrow
        ("rapport: RVB-2026-1\nrapport: RVB-2026-2", "line.2", report.TWICE),
        ("betrokkene: tenant\nrapport: RVB-2026-1", "line.2", report.PLACE),
        ("feiten: breach_recorded", "line.1", report.PLACE),
        ("finding_code: GEB-1\nfinding_code: GEB-2", "line.2", report.TWICE),
        ("finding_code: GEB-1, GEB-2", "codes.finding_code", report.MANY),
        ("betrokkene: tenant\nfeiten: breach_recorded\nfeiten: breach_recorded", "line.3", report.TWICE),
        ("adres: 1211AB 12 vanderMeer", "address", report.FORM),
        ("betrokkene: tenant\n" * (SUBJECTS + 1), "subjects", report.MANY),
        ("\n" * 300, "report", report.MANY),
        ("x" * (report.LARGEST + 1), "report", report.MANY),
        ('{"report": "RVB-2026-1", "note": 1, "subjects": [{"role": "tenant"}]}', "report", report.UNKNOWN),
        ('{"subjects": [{"role": "tenant", "name": 1}]}', "subjects.0", report.UNKNOWN),
        ('{"subjects": [1]}', "subjects.0", report.UNKNOWN),
        ('{"codes": [], "subjects": [{"role": "tenant", "facts": 1}]}', "codes", report.FORM),
        ('{"codes": {"Fatima": ["x"], "name": ["x"]}, "subjects": {}}', "codes", report.UNKNOWN),
        ('{"address": {"postcode": "1211AB", "number": 1, "addition": "a de Vries"}}', "address", report.FORM),
    ],
)  # fmt: skip
def test_what_is_missing_double_misplaced_or_too_much_is_refused(text: str, place: str, what: str) -> None:
    """In both spellings, by the line or the member that is wrong."""
    assert faults(text)[place] == what


def test_json_that_is_none_is_refused_without_repeating_it() -> None:
    """A double key and a broken text too."""
    for text in ('{"report": "Fatima Verzonnen"', '{"report": "a", "report": "b"}', '{"report": 1.5}'):
        assert faults(text) == {}


def test_lines_and_json_tell_the_same_incident() -> None:
    """What a person types and what a program exports; the value of a fact is in neither."""
    assert read(LINES) == INCIDENT
    assert read(json.dumps(INCIDENT.to_json())) == INCIDENT
    assert Incident.from_json(INCIDENT.to_json()) == INCIDENT
    assert read(LINES.replace("rapport", "REPORT ").replace("\n", "\r\n")) == INCIDENT


def some_codes(scope: Scope) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """Return codes of fields of one scope."""
    fields = [one for one in WORDS.fields.values() if one.type in CODED and one.scope is scope]
    some = {
        one.name: st.lists(
            st.sampled_from(sorted(WORDS.codes[one.name])),
            min_size=1,
            max_size=1 if one.type is FieldType.CODE else 3,
            unique=True,
        ).map(tuple)
        for one in fields
    }
    return st.fixed_dictionaries({}, optional=some)


FACTS = sorted(name for name, fact in WORDS.facts.items() if not fact.computed)
SUBJECT = st.builds(
    IncidentSubject,
    role=st.sampled_from(sorted(WORDS.roles)),
    codes=some_codes(Scope.SUBJECT),
    facts=st.lists(st.sampled_from(FACTS), max_size=3, unique=True).map(tuple),
)
ADDRESSES: st.SearchStrategy[dict[str, Json]] = st.sampled_from([{}, {"postcode": "1211AB", "number": 7}])
INCIDENTS = st.builds(
    Incident,
    report=st.from_regex(r"[A-Z]{1,5}-[0-9]{4}-[0-9]{1,4}", fullmatch=True),
    date=st.dates(dt.date(2024, 1, 1), TODAY).map(dt.date.isoformat),
    case_ref=st.sampled_from(["", "Z-2026-12"]),
    address=ADDRESSES,
    codes=some_codes(Scope.CASE),
    subjects=st.lists(SUBJECT, min_size=1, max_size=3).map(tuple),
)


@given(incident=INCIDENTS)
def test_every_incident_of_the_policy_is_read_as_it_is_told(incident: Incident) -> None:
    """Nothing is lost or added, whatever codes, roles and facts it has."""
    assert read(json.dumps(incident.to_json())) == incident


FIXED = {
    report.UNKNOWN,
    report.TWICE,
    report.MISSING,
    report.FORM,
    report.CODE,
    report.ROLE,
    report.FACT,
    report.PLACE,
    report.MANY,
}
PIECES = st.sampled_from(
    [*LINES.splitlines(), "{", '{"report": ', "naam: ", ":", ",", "[]", "}", "\r", "betrokkene: ", '"subjects": [']
)


@given(text=st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map("\n".join)))
def test_whatever_is_pasted_is_read_whole_or_refused_in_fixed_words(text: str) -> None:
    """No other error; what is read has only words of the policy, numbers and dates; a refusal has only fixed words."""
    try:
        found = read(text)
    except InvalidRequestError as exc:
        told = set(exc.fields.values())
        found = None
    else:
        told = set()
    assert told <= FIXED
    if found is not None:
        assert {one.role for one in found.subjects} <= set(WORDS.roles)
        assert set(found.codes) <= set(WORDS.codes)
