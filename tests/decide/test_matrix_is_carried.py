"""The shipped policy says exactly what the agreed matrix says, row by row."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from gateway.config import strict_yaml
from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.model.bundle import Bundle, Edition, FieldType
from gateway.model.terms import Json

REPOSITORY = Path(__file__).parents[2]
DOMAIN = REPOSITORY.parent / "shared" / "domain"

COMPUTED = {
    "owned_by_recipient", "agreement_current", "dpia_current", "partner_active", "within_retention", "single_case",
    "purpose_matches", "avim_hold", "second_approver", "fg_advice", "source_wpg", "source_medical",
}  # fmt: skip

needs_matrix = pytest.mark.skipif(
    not (DOMAIN / "matrix.yaml").exists(), reason="shared/domain/matrix.yaml is not on this machine"
)
needs_scenarios = pytest.mark.skipif(
    not (DOMAIN / "scenarios.yaml").exists(), reason="shared/domain/scenarios.yaml is not on this machine"
)


@cache
def _bundle() -> Bundle:
    return load_bundle(read_policy_files(REPOSITORY / "policies"))


def _blueprint() -> Edition:
    """Return the blueprint alone: on this day Hilversum had no rules of its own."""
    return _bundle().on(dt.date(2025, 12, 31))


@cache
def _matrix() -> dict[str, Json]:
    return cast("dict[str, Json]", strict_yaml.load((DOMAIN / "matrix.yaml").read_bytes(), name="matrix.yaml"))


def _words(value: Json) -> set[str]:
    assert isinstance(value, list)
    return {str(word) for word in value}


def _part(*path: str) -> dict[str, Json]:
    part = _matrix()
    for key in path:
        part = cast("dict[str, Json]", part[key])
    return part


@needs_matrix
def test_every_row_is_carried_unchanged() -> None:
    """Recipients, grounds, roles, facts, skips, approval and fields of each row equal the matrix; no row is added."""
    expected = {
        str(row["id"]): (
            _words(row["recipients"]),
            _words(row["grounds"]),
            _words(row["roles"]),
            row["when"],
            _words(row.get("skip", [])),
            row["approval"],
            _words(row["fields"]),
        )
        for row in cast("list[dict[str, Json]]", _matrix()["permit"])
    }
    carried = {
        row.id: (
            set(row.recipients),
            set(row.grounds),
            set(row.roles),
            {fact: value.value for fact, value in row.when.items()},
            set(row.skip),
            row.approval.value,
            set(row.fields),
        )
        for row in _blueprint().rows
    }
    assert carried == expected


@needs_matrix
def test_every_guard_is_carried_unchanged() -> None:
    """Required facts, fields that never leave and forbids equal the matrix."""
    assert {fact: value.value for fact, value in _blueprint().require.items()} == _part("global", "require")
    assert _blueprint().never_fields == _words(_part("global")["never_fields"])
    forbids = cast("list[dict[str, Json]]", _part("global")["forbid"])
    assert {
        forbid.id: (
            {fact: value.value for fact, value in forbid.when.items()},
            set(forbid.except_recipients),
            set(forbid.except_grounds),
            set(forbid.only_when_known),
        )
        for forbid in _blueprint().forbids
    } == {
        str(forbid["id"]): (
            forbid["when"],
            _words(forbid["except_recipients"]),
            _words(forbid.get("except_grounds", [])),
            _words(forbid.get("only_when_known", [])),
        )
        for forbid in forbids
    }


@needs_matrix
def test_the_vocabulary_has_exactly_the_words_of_the_matrix() -> None:
    """No word is lost and none is added; fields keep their group."""
    vocabulary = _bundle().vocabulary
    words = _part("vocabulary")
    assert vocabulary.internal == _words(_part("vocabulary", "recipients")["internal"])
    assert set(vocabulary.recipients) - vocabulary.internal == _words(_part("vocabulary", "recipients")["external"])
    assert set(vocabulary.grounds) == _words(words["grounds"])
    assert set(vocabulary.roles) == _words(words["roles"])
    assert set(vocabulary.facts) == _words(words["facts"])
    groups = {name: group for group, names in _part("fields").items() for name in _words(names)}
    assert {name: field.group for name, field in vocabulary.fields.items()} == groups


@needs_scenarios
def test_the_worked_examples_are_a_copy() -> None:
    """policies/examples/scenarios.yaml holds the agreed cases, byte for byte."""
    copy = REPOSITORY / "policies" / "examples" / "scenarios.yaml"
    assert copy.read_bytes() == (DOMAIN / "scenarios.yaml").read_bytes()


def test_exactly_these_facts_are_computed() -> None:
    """What the gateway establishes itself is never taken from a requester."""
    assert {fact.name for fact in _bundle().vocabulary.facts.values() if fact.computed} == COMPUTED


def test_a_landlord_reads_no_word_that_says_sex_work() -> None:
    """Labels, codes, purposes and revealed legal bases for landlords are neutral, and no role is shown."""
    bundle = _bundle()
    vocabulary = bundle.vocabulary
    rows = [row for row in _blueprint().rows if row.recipients & {"housing_corporation", "private_landlord"}]
    assert len(rows) == 6
    texts = [row.label for row in rows]
    for row in rows:
        assert row.shows_roles == frozenset()
        bases = [vocabulary.legal[basis] for basis in row.legal_basis if not vocabulary.legal[basis].reveals]
        texts += [basis.text for basis in bases]
        assert bases
        assert not [basis for basis in bases if "seks" in (basis.id + basis.source).lower()]
        for name in (row.fields - {"finding_specific"}) & set(vocabulary.codes):
            texts += vocabulary.codes[name].values()
        for ground in row.grounds:
            texts += [vocabulary.purposes[purpose] for purpose in vocabulary.grounds[ground].purposes]
    said = " ".join(f"{text.nl} {text.en}" for text in texts).lower()
    assert not [word for word in ("seks", "sex", "pro" + "stit", "bordeel", "brothel", "escort") if word in said]


def test_the_role_of_a_sex_worker_is_never_shown() -> None:
    """No recipient reads a role that itself says that someone does sex work; care recipients read no role at all."""
    for row in _blueprint().rows:
        assert not row.shows_roles & {"sex_worker", "client"}
        if row.grounds & {"care_consent", "care_coordination", "child_protection"}:
            assert row.shows_roles == frozenset()


def test_a_basis_in_article_9_reveals() -> None:
    """Naming AVG art. 9, or its execution in UAVG 23, already says something special about a person."""
    legal = _bundle().vocabulary.legal
    assert {basis for basis in legal if legal[basis].reveals} == {"AVG-9-1", "AVG-9-2-a", "AVG-9-2-g", "UAVG-23-c"}


def test_what_never_leaves_or_is_sensitive_has_a_closed_form() -> None:
    """Findings, measures and help wanted are codes; only the narrative of a signal is longer free text in a row."""
    bundle = _bundle()
    fields = bundle.vocabulary.fields
    narrative = {name for row in _blueprint().rows for name in row.fields if fields[name].type is FieldType.NARRATIVE}
    assert narrative == {"indicator_narrative"}
    assert not [name for row in _blueprint().rows for name in row.fields if fields[name].type is FieldType.OPAQUE]
    assert set(bundle.vocabulary.codes) == {"finding_code", "finding_specific", "measure", "indicators", "help_domain"}
    assert {"GEB-0", "GEB-1", "GEB-2"} <= set(bundle.vocabulary.codes["finding_code"])


def test_the_rows_are_in_force_since_2023() -> None:
    """No end is known yet, and a case is kept for two years."""
    assert {(row.valid_from, row.valid_until) for row in _blueprint().rows} == {(dt.date(2023, 1, 1), None)}
    assert _blueprint().retention_days == 730
    assert "prevent_recurrence" in _bundle().vocabulary.grounds["illegal_sex_work"].purposes


def test_hilversum_only_takes_away() -> None:
    """The municipality's own rules keep each row, and let fewer fields leave."""
    before, since = _blueprint(), _bundle().on(dt.date(2026, 1, 1))
    assert [row.id for row in since.rows] == [row.id for row in before.rows]
    assert all(mine.fields <= row.fields for mine, row in zip(since.rows, before.rows, strict=True))
    assert since.never_fields > before.never_fields


@needs_matrix
def test_the_shorthand_of_the_examples_is_that_of_the_matrix() -> None:
    """policies/examples/assumed.yaml fills in what the matrix says the examples leave out, and nothing else."""
    shipped = strict_yaml.load(
        (REPOSITORY / "policies" / "examples" / "assumed.yaml").read_bytes(), name="assumed.yaml"
    )
    matrix = strict_yaml.load((DOMAIN / "matrix.yaml").read_bytes(), name="matrix.yaml")
    assert cast("dict[str, Json]", shipped)["facts"] == cast("dict[str, dict[str, Json]]", matrix)["global"]["assumed"]
