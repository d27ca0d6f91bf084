"""A waiting request is kept as JSON and comes back exactly."""

import json

import pytest

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.errors import InvalidRequestError
from gateway.intake.schema import read_request
from gateway.intake.serialise import from_json, to_json
from gateway.model.bundle import Vocabulary
from gateway.model.terms import Json
from tests.intake.conftest import TODAY, part_of, subject_of

GOLDEN = (
    '{"case_ref":"Z-2026-0417","ground":"illegal_sex_work","idempotency_key":"0123456789abcdef",'
    '"purpose":"prevent_recurrence","recipient":"dudok-wonen","subjects":[{"data":{"dwelling_address":{"addition":"bis",'
    '"number":12,"postcode":"1299ZA"},"finding_code":"GEB-1","indicator_narrative":"De deur stond open.",'
    '"name":"Vera Verzonnen"},"facts":{"contract_party":{"date":"2026-11-20","evidence":"RVB-2026-112",'
    '"value":"yes"},"subject_minor":{"value":"unknown"}},"provenance":{"name":"police"},"ref":"s1","role":"facilitator"}]}'
)


@pytest.fixture
def kept(told: dict[str, Json], vocabulary: Vocabulary) -> dict[str, Json]:
    """Return a request as it is kept."""
    subject_of(told)["provenance"] = {"name": "police"}
    return to_json(read_request(told, vocabulary, today=TODAY))


def test_the_kept_form_is_pinned_byte_for_byte(kept: dict[str, Json]) -> None:
    """Requests that wait must still open after an upgrade."""
    assert canonical(kept).decode() == GOLDEN


def test_a_request_comes_back_exactly(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """Reading what was written gives the same request, also through its canonical bytes."""
    request = read_request(told, vocabulary, today=TODAY)
    assert from_json(to_json(request)) == request
    assert from_json(parse_canonical(canonical(to_json(request)))) == request


@pytest.mark.parametrize("key", ["case_ref", "recipient", "ground", "purpose", "subjects", "idempotency_key"])
@pytest.mark.parametrize("wrong", [None, 3, ["x"], {"x": 1}])
def test_an_altered_form_is_refused_without_its_values(kept: dict[str, Json], key: str, wrong: Json) -> None:
    """What is not exactly a kept request is refused, and nothing of it is shown."""
    kept[key] = wrong
    with pytest.raises(InvalidRequestError) as caught:
        from_json(kept)
    assert "Verzonnen" not in repr(caught.value)
    assert caught.value.__context__ is None


def test_an_unknown_word_or_an_extra_key_is_refused(kept: dict[str, Json]) -> None:
    """A word of another version does not slip through."""
    more = json.loads(json.dumps(kept))
    more["subjects"][0]["extra"] = "x"
    part_of(subject_of(kept), "provenance")["name"] = "hearsay"
    altered: list[Json] = [kept, more, None, [], "x"]
    for wrong in altered:
        with pytest.raises(InvalidRequestError):
            from_json(wrong)
