"""The worked examples that lawyers read: every one must come out as expected."""

import pytest

from gateway.config.strict_yaml import load
from gateway.decide.query import parse_query
from gateway.model.terms import Json
from tests.decide.shorthand import ASSUMED, DAY, ROOT, SHIPPED

SHIPPED_EXAMPLES = ROOT / "policies" / "examples" / "scenarios.yaml"
SHARED = ROOT.parent / "shared" / "domain" / "scenarios.yaml"


def _scenarios() -> dict[str, dict[str, Json]]:
    source = SHIPPED_EXAMPLES if SHIPPED_EXAMPLES.exists() else SHARED
    told = load(source.read_bytes(), name="scenarios.yaml")
    assert isinstance(told, list)
    return {str(one["id"]): one for one in told if isinstance(one, dict)}


SCENARIOS = _scenarios()


def test_no_example_is_lost() -> None:
    """The examples are evidence: there are at least the thirty-seven that came with the matrix."""
    assert len(SCENARIOS) >= 37


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_worked_example_comes_out_as_expected(name: str) -> None:
    """Outcome and withheld fields are those written down; a gap meets an expected deny."""
    told = SCENARIOS[name]
    facts = told["facts"]
    assert isinstance(facts, dict)
    query: Json = {
        "recipient": told["recipient"],
        "ground": told["ground"],
        "subject_role": told["subject_role"],
        "facts": {**{fact: truth.value for fact, truth in ASSUMED.items()}, **facts},
        "fields": told["fields_requested"],
    }
    decision = SHIPPED.decide(parse_query(query, SHIPPED.bundle.vocabulary, today=DAY))
    outcome = "deny" if decision.outcome == "gap" else decision.outcome.value
    assert outcome == told["expected"]
    expected = told["withheld_fields"]
    assert isinstance(expected, list)
    assert {one.field for one in decision.withheld} == set(expected)
