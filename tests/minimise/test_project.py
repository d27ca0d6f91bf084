"""Only what was decided for a datum's own provenance leaves; any contradiction stops everything."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import MinimisationError
from gateway.minimise.project import project
from gateway.model.decision import Approval, Decision, Outcome, Withheld
from gateway.model.payload import ReleasedSubject
from gateway.model.request import Subject
from gateway.model.terms import Provenance, Text
from tests.refusals import refused

OWN, POLICE = Provenance.OWN, Provenance.POLICE
SUBJECT = Subject(
    ref="s1",
    role="facilitator",
    facts={},
    data={"name": "Vera Verzonnen", "finding_code": "GEB-1", "vehicle": "XX-000-X", "alias": "Demo"},
    provenance={"name": OWN, "finding_code": OWN, "vehicle": POLICE},
)


def a_decision(*released: str, withheld: tuple[str, ...] = (), pending: tuple[str, ...] = ()) -> Decision:
    """Return a decision that releases these fields."""
    outcome = Outcome.PERMIT_REDUCED if released else Outcome.DENY
    kept = tuple(Withheld(name, ("default_deny",), Text("nee", "no")) for name in withheld)
    return Decision(outcome, released, pending, kept, Approval.NONE, ("L-1",), (), "sha256:0", Text("", ""))


NONE_LEFT = {OWN: a_decision(), POLICE: a_decision(), None: a_decision()}


def test_nothing_released_is_nothing_made() -> None:
    """There is no empty released subject."""
    assert project(SUBJECT, NONE_LEFT, shows_role=True) is None
    assert project(replace(SUBJECT, data={}), {}, shows_role=True) is None


def test_a_field_that_the_subject_lacks_stops_everything() -> None:
    """Decision and data do not belong together."""
    with refused(MinimisationError, "releases `phone`, which the subject does not have"):
        project(SUBJECT, {**NONE_LEFT, OWN: a_decision("name", "phone")}, shows_role=False)


@pytest.mark.parametrize(("origin", "field"), [(OWN, "vehicle"), (POLICE, "name"), (None, "name"), (OWN, "alias")])
def test_a_field_of_another_provenance_stops_everything(origin: Provenance | None, field: str) -> None:
    """A police datum never rides on the decision about the team's own findings; an unknown origin is its own."""
    with refused(MinimisationError, f"releases `{field}` of another provenance"):
        project(SUBJECT, {**NONE_LEFT, origin: a_decision(field)}, shows_role=False)


@pytest.mark.parametrize("origin", [OWN, POLICE, None])
def test_a_provenance_that_nobody_decided_about_stops_everything(origin: Provenance | None) -> None:
    """Silence is not a denial: a step was skipped."""
    decisions = {known: decision for known, decision in NONE_LEFT.items() if known is not origin}
    with refused(MinimisationError, "nobody decided about the provenance of `"):
        project(SUBJECT, decisions, shows_role=False)


@pytest.mark.parametrize("outcome", [Outcome.DENY, Outcome.GAP, Outcome.NEEDS_APPROVAL])
def test_a_refusal_that_releases_stops_everything(outcome: Outcome) -> None:
    """`released` is empty unless the outcome is permit or permit_reduced."""
    decision = replace(a_decision("name"), outcome=outcome)
    with refused(MinimisationError, "a decision that does not permit releases a field"):
        project(SUBJECT, {**NONE_LEFT, OWN: decision}, shows_role=False)


@pytest.mark.parametrize(
    "decision", [a_decision("name", withheld=("name",)), a_decision("name", "finding_code", pending=("name",))]
)
def test_a_field_both_released_and_kept_stops_everything(decision: Decision) -> None:
    """A decision that contradicts itself is none."""
    with refused(MinimisationError, "a decision both releases and keeps `name`"):
        project(SUBJECT, {**NONE_LEFT, OWN: decision}, shows_role=False)


def test_an_error_and_a_trace_never_show_a_value() -> None:
    """Messages and reprs name fields, not people."""
    with refused(MinimisationError, "another provenance") as caught:
        project(SUBJECT, {**NONE_LEFT, POLICE: a_decision("name")}, shows_role=False)
    assert "Verzonnen" not in caught.value.message + caught.value.hint
    released = project(SUBJECT, {**NONE_LEFT, OWN: a_decision("name")}, shows_role=False)
    assert "Verzonnen" not in repr(released)


def test_exactly_the_released_data_remain() -> None:
    """Values are untouched; what waits or is withheld is not there."""
    decisions = {
        OWN: a_decision("finding_code", withheld=("name",)),
        POLICE: a_decision("vehicle"),
        None: a_decision(pending=("alias",)),
    }
    assert project(SUBJECT, decisions, shows_role=False) == ReleasedSubject(
        "s1", None, {"finding_code": "GEB-1", "vehicle": "XX-000-X"}
    )


def test_the_role_is_told_only_where_a_row_shows_it() -> None:
    """A role can itself say that someone does sex work."""
    decisions = {**NONE_LEFT, OWN: a_decision("name")}
    shown, hidden = (project(SUBJECT, decisions, shows_role=shows) for shows in (True, False))
    assert shown is not None
    assert hidden is not None
    assert shown.to_json() == {"ref": "s1", "role": "facilitator", "data": {"name": "Vera Verzonnen"}}
    assert hidden.to_json() == {"ref": "s1", "data": {"name": "Vera Verzonnen"}}


FIELDS = ("name", "alias", "phone", "vehicle", "finding_code")
ORIGINS = (OWN, POLICE, Provenance.MEDICAL, None)


@given(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ORIGINS)), st.sets(st.sampled_from(FIELDS)))
def test_no_datum_leaves_that_its_own_decision_does_not_name(
    origins: dict[str, Provenance | None], allowed: set[str]
) -> None:
    """For any origins and any decisions about them: what leaves is the intersection, no more and no less."""
    subject = Subject(
        ref="s1",
        role="suspect",
        facts={},
        data={name: f"value of {name}" for name in origins},
        provenance={name: origin for name, origin in origins.items() if origin is not None},
    )
    decisions = {
        origin: a_decision(*sorted(name for name, said in origins.items() if said is origin and name in allowed))
        for origin in ORIGINS
    }
    left = project(subject, decisions, shows_role=False)
    assert set(left.data if left else {}) == set(origins) & allowed
