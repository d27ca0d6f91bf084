"""A policy as a dictionary: which fields a kind of partner may have, on which ground, about whom, after which approval.

It covers the grounds and roles of the benchmark's mix, and gives the same outcomes for it as the shipped policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PARTNERS = {"avim": "avim", "belle": "belle", "dudok-wonen": "housing_corporation", "gooi-wonen": "housing_corporation"}
LAPSED = {"gooi-wonen"}  # partners whose agreement ran out
DWELLINGS = {"dudok-wonen": {("1299ZA", 12), ("1299ZA", 14)}, "gooi-wonen": {("1299ZB", 3)}}
GROUNDS = ["care_consent", "exploitation_signal", "illegal_sex_work"]
PURPOSES = ["offer_help", "protect_victim", "prevent_recurrence"]
ROLES = ["facilitator", "possible_victim", "sex_worker", "suspect"]
FACTS = ["consent_explicit", "illegality_established", "indicator_recorded", "subject_is_sex_worker", "subject_minor"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Facts that must hold, fields that may leave, and whether a second person decides first."""

    facts: Mapping[str, str]
    fields: frozenset[str]
    approval: bool = False


_HELP = frozenset({"alias", "language", "safe_contact", "case_ref"})
_VICTIM = frozenset({"name", "alias", "language", "dwelling_address", "finding_date", "work_name"})
_DWELLING = frozenset({"dwelling_address", "finding_code", "finding_date", "case_ref"})
RULES: Mapping[tuple[str, str, str], Rule] = {
    ("belle", "care_consent", "sex_worker"): Rule({"consent_explicit": "yes", "subject_minor": "no"}, _HELP),
    ("avim", "exploitation_signal", "possible_victim"): Rule({"indicator_recorded": "yes"}, _VICTIM),
    ("avim", "exploitation_signal", "suspect"): Rule({"indicator_recorded": "yes"}, _VICTIM),
    ("housing_corporation", "illegal_sex_work", "facilitator"): Rule(
        {"illegality_established": "yes", "subject_is_sex_worker": "no", "subject_minor": "no"},
        _DWELLING,
        approval=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fields of each subject that leave now, that wait, and that stay."""

    released: Mapping[str, Sequence[str]]
    pending: Mapping[str, Sequence[str]]
    withheld: Mapping[str, Sequence[str]]

    @property
    def outcome(self) -> str:
        """Return the outcome in the words of our own API."""
        if any(self.released.values()):
            return "permit_reduced" if any(self.withheld.values()) or any(self.pending.values()) else "permit"
        return "needs_approval" if any(self.pending.values()) else "deny"


def decide(form: Mapping[str, object]) -> Verdict:
    """Return what leaves of a request that the form has read."""
    recipient = str(form["recipient"])
    released: dict[str, Sequence[str]] = {}
    pending: dict[str, Sequence[str]] = {}
    withheld: dict[str, Sequence[str]] = {}
    for subject in _list(form["subjects"]):
        ref, data = str(subject["ref"]), _members(subject["data"])
        rule = RULES.get((PARTNERS[recipient], str(form["ground"]), str(subject["role"])))
        if rule is None or recipient in LAPSED or not _holds(rule, subject) or not _owned(recipient, data):
            withheld[ref] = list(data)
            continue
        allowed = [name for name in data if name in rule.fields]
        (pending if rule.approval else released)[ref] = allowed
        withheld[ref] = [name for name in data if name not in rule.fields]
    return Verdict(released, pending, withheld)


def _holds(rule: Rule, subject: Mapping[str, object]) -> bool:
    claims = _members(subject["facts"])
    return all(name in claims and _members(claims[name]).get("value") == value for name, value in rule.facts.items())


def _owned(recipient: str, data: Mapping[str, object]) -> bool:
    if recipient not in DWELLINGS:
        return True
    address = _members(data.get("dwelling_address", {}))
    return (address.get("postcode"), address.get("number")) in DWELLINGS[recipient]


def _list(value: object) -> list[Mapping[str, object]]:
    return value if isinstance(value, list) else []


def _members(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
