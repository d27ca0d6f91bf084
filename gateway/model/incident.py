"""One incident, as on a control day: an address, a report of findings, and the roles that were met. Never a name."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.terms import Json, items, members, words

Codes = Mapping[str, tuple[str, ...]]
"""Codes of the policy's vocabulary, by field."""


@dataclass(frozen=True, slots=True)
class IncidentSubject:
    """Somebody who was met: the role that was recorded, and what the report says of it, in codes.

    `facts` are those for which the report is the evidence. Whether they hold is a person's answer, each time anew.
    """

    role: str
    codes: Codes = field(default_factory=dict, repr=False)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """What several requests share. `report` is the number of the report of findings, `date` its ISO date."""

    report: str
    date: str
    case_ref: str = field(default="", repr=False)
    address: Mapping[str, Json] = field(default_factory=dict, repr=False)
    codes: Codes = field(default_factory=dict, repr=False)
    subjects: tuple[IncidentSubject, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the form in which a report is pasted, and in which it is sealed; what is empty is left out."""
        told: dict[str, Json] = {"report": self.report, "date": self.date}
        if self.case_ref:
            told["case_ref"] = self.case_ref
        if self.address:
            told["address"] = dict(self.address)
        if self.codes:
            told["codes"] = _told(self.codes)
        told["subjects"] = [_subject(one) for one in self.subjects]
        return told

    @classmethod
    def from_json(cls, value: Json) -> "Incident":
        """Return what `to_json` told."""
        kept = members(value)
        return cls(
            report=str(kept["report"]),
            date=str(kept["date"]),
            case_ref=str(kept.get("case_ref", "")),
            address=members(kept.get("address", {})),
            codes=_codes(kept.get("codes", {})),
            subjects=tuple(
                IncidentSubject(str(one["role"]), _codes(one.get("codes", {})), words(one.get("facts", [])))
                for one in map(members, items(kept["subjects"]))
            ),
        )


@dataclass(frozen=True, slots=True)
class KeptIncident:
    """An incident as the team finds it back, until `expires`. `mine`: the person who looks made it."""

    id: str
    content: Incident = field(repr=False)
    created: dt.datetime
    expires: dt.datetime
    mine: bool


def _told(codes: Codes) -> dict[str, Json]:
    return {name: list(some) for name, some in codes.items()}


def _codes(value: Json) -> dict[str, tuple[str, ...]]:
    return {name: words(some) for name, some in members(value).items()}


def _subject(one: IncidentSubject) -> dict[str, Json]:
    told: dict[str, Json] = {"role": one.role}
    if one.codes:
        told["codes"] = _told(one.codes)
    if one.facts:
        told["facts"] = list(one.facts)
    return told
