"""The form of a request: every fault has a path and fixed words; no value comes back."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.schema import read_request
from gateway.model.bundle import Vocabulary
from gateway.model.request import FactClaim
from gateway.model.terms import Json, Provenance, Truth
from tests.intake.conftest import CANARY, TODAY, VALID, part_of, refusal, small_vocabulary, subject_of

Path = tuple[str | int, ...]
SUBJECT: Path = ("subjects", 0)
BAD_BSN = "is not a citizen service number: it fails the 11-test"
BAD_EVIDENCE = "is not a document as in report RVB-2026-112"
NO_FACT = "is not a fact of the policy's vocabulary"
BARE = "a yes or no needs a document and its date"
AT = "subjects.0.facts."
CLAIM: Path = (*SUBJECT, "facts", "contract_party")


def put(value: Json, path: Path, new: Json) -> None:
    """Set one place of a request."""
    for step in path[:-1]:
        if isinstance(value, list):
            assert isinstance(step, int)
            value = value[step]
        else:
            assert isinstance(value, dict)
            value = value[str(step)]
    if isinstance(value, list):
        assert isinstance(path[-1], int)
        value[path[-1]] = new
    else:
        assert isinstance(value, dict)
        value[str(path[-1])] = new


def faults(told: Json, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the faults of a request that must be refused."""
    with pytest.raises(InvalidRequestError) as caught:
        read_request(told, vocabulary, today=TODAY)
    assert caught.value.__context__ is None
    return caught.value.fields


@pytest.mark.parametrize(
    ("path", "new", "where", "message"),
    [
        (("extra",), "x", "?", "unknown key"),
        (("Jan Janssen",), "x", "?", "unknown key"),
        (("case_ref",), "Z-2026-0417\n", "case_ref", "is not a case reference as in Z-2026-0417"),
        (("recipient",), "Dudok", "recipient", "is not a partner id"),
        (("recipient",), None, "recipient", "is empty"),
        (("recipient",), 3, "recipient", "is not text"),
        (("ground",), "gossip", "ground", "is not a word of the policy's vocabulary"),
        (("purpose",), "gossip", "purpose", "is not a word of the policy's vocabulary"),
        (("idempotency_key",), "short", "idempotency_key", "is not 16 to 128 letters, digits, full stops, _ or -"),
        (("subjects",), [], "subjects", "does not have 1 to 10 subjects"),
        (("subjects",), [VALID["subjects"][0]] * 11, "subjects", "does not have 1 to 10 subjects"),  # type: ignore[index]
        (("subjects",), "x", "subjects", "is not a list"),
        (SUBJECT, "x", "subjects.0.form", "is not an object"),
        ((*SUBJECT, "ref"), "S-1", "subjects.0.ref", "is not 1 to 12 small letters or digits"),
        ((*SUBJECT, "role"), "gossip", "subjects.0.role", "is not a word of the policy's vocabulary"),
        ((*SUBJECT, "data"), {}, "subjects.0.data", "does not have 1 to 40 data"),
        ((*SUBJECT, "data", "gossip"), "x", "subjects.0.data.?", "is not a field of the policy's vocabulary"),
        ((*SUBJECT, "data", "bsn"), "111222334", "subjects.0.data.bsn", BAD_BSN),
        ((*SUBJECT, "data", "name"), None, "subjects.0.data.name", "is empty"),
        ((*SUBJECT, "facts", "gossip"), {"value": "unknown"}, "@?", NO_FACT),
        ((*SUBJECT, "facts", "avim_hold"), {"value": "unknown"}, "@avim_hold", "the gateway establishes this itself"),
        ((*CLAIM, "value"), "maybe", "@contract_party.value", "is not yes, no or unknown"),
        ((*CLAIM, "value"), True, "@contract_party.value", "is not text"),
        ((*CLAIM, "why"), "x", "@contract_party.?", "unknown key"),
        (CLAIM, {"value": "yes", "date": "2026-11-20"}, "@contract_party.evidence", BARE),
        (CLAIM, {"value": "no", "evidence": "RVB-2026-1"}, "@contract_party.date", BARE),
        ((*CLAIM, "date"), "2026-11-25", "@contract_party.date", "lies in the future"),
        ((*CLAIM, "date"), "2026-02-30", "@contract_party.date", "is not a date as in 2026-11-24"),
        ((*CLAIM, "evidence"), "Report RVB-2026-1", "@contract_party.evidence", BAD_EVIDENCE),
        ((*SUBJECT, "provenance"), "hearsay", "subjects.0.provenance", "is not own, police or medical"),
        ((*SUBJECT, "provenance"), ["own"], "subjects.0.provenance", "is not a word, nor an object of field and word"),
        ((*SUBJECT, "provenance"), {"name": 1}, "subjects.0.provenance.name", "is not own, police or medical"),
        ((*SUBJECT, "provenance"), {"phone": "own"}, "subjects.0.provenance.phone", "is not a field of this subject"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_path_and_fixed_words(
    told: dict[str, Json], vocabulary: Vocabulary, path: Path, new: Json, where: str, message: str
) -> None:
    """One fault gives exactly one path and its message."""
    put(told, path, new)
    assert faults(told, vocabulary) == {where.replace("@", AT): message}


@pytest.mark.parametrize("words", ["", "report ", "verklaring van vera verzonnen "])
def test_of_a_document_only_the_reference_is_kept(told: dict[str, Json], vocabulary: Vocabulary, words: str) -> None:
    """It stays in the log's detail when the data are gone; free words before it could be a name."""
    put(told, (*CLAIM, "evidence"), f"{words}RVB-2026-1")
    request = read_request(told, vocabulary, today=TODAY)
    assert request.subjects[0].facts["contract_party"].evidence == "RVB-2026-1"


@pytest.mark.parametrize("key", sorted(VALID))
def test_a_missing_part_is_named(told: dict[str, Json], vocabulary: Vocabulary, key: str) -> None:
    """Every part of the request is required."""
    del told[key]
    assert faults(told, vocabulary) == {key: "is missing"}


@pytest.mark.parametrize("told_as", [None, [], "x", 3])
def test_anything_but_an_object_is_refused(vocabulary: Vocabulary, told_as: Json) -> None:
    """A list of requests is not a request: no bulk use."""
    assert faults(told_as, vocabulary) == {"request": "is not an object"}


def test_two_subjects_do_not_share_a_ref(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """A ref names one subject."""
    told["subjects"] = [subject_of(told), copy.deepcopy(subject_of(told))]
    assert faults(told, vocabulary) == {"subjects.1.ref": "is used by another subject"}


def test_a_datum_more_than_forty_is_refused(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """Forty data is the most for one subject."""
    subject_of(told)["data"] = {f"field_{chr(97 + i // 10)}{chr(97 + i % 10)}": "x" for i in range(41)}
    assert faults(told, vocabulary) == {"subjects.0.data": "does not have 1 to 40 data"}


def test_a_valid_request_is_read_in_normal_form(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """Data are normalised, claims typed, and one word of provenance counts for every datum."""
    request = read_request(told, vocabulary, today=TODAY)
    (subject,) = request.subjects
    assert (request.case_ref, request.recipient, request.idempotency_key) == (
        "Z-2026-0417", "dudok-wonen", "0123456789abcdef",
    )  # fmt: skip
    assert subject.data["dwelling_address"] == {"postcode": "1299ZA", "number": 12, "addition": "bis"}
    claim = subject.facts["contract_party"]
    assert (claim.value, claim.evidence, str(claim.date)) == (Truth.YES, "RVB-2026-112", "2026-11-20")
    assert subject.facts["subject_minor"] == FactClaim(Truth.UNKNOWN)
    assert subject.provenance == dict.fromkeys(subject.data, Provenance.OWN)


def test_a_datum_without_provenance_stays_without(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """An origin is never assumed."""
    subject_of(told)["provenance"] = {"name": "police"}
    assert read_request(told, vocabulary, today=TODAY).subjects[0].provenance == {"name": Provenance.POLICE}
    del subject_of(told)["provenance"]
    assert read_request(told, vocabulary, today=TODAY).subjects[0].provenance == {}


def _places(value: Json, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, item in inner for place in _places(item, (*path, key))]


ODD: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY) | st.text(max_size=8).map(lambda noise: CANARY + noise),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just(CANARY) | st.just("name"), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=300)
@given(st.sampled_from(_places(VALID)), ODD)
def test_nothing_crashes_it_and_no_value_comes_back(path: Path, odd: Json) -> None:
    """Whatever stands anywhere, the outcome is a request or InvalidRequestError without any of it."""
    told = copy.deepcopy(VALID)
    put(told, path, odd)
    error = refusal(lambda: read_request(told, small_vocabulary(), today=TODAY))
    if error is not None:
        assert CANARY not in f"{error!r}{error.hint}{error.fields}"
        assert error.fields


def test_the_fixture_follows_its_own_vocabulary(told: dict[str, Json], vocabulary: Vocabulary) -> None:
    """The valid request names only known fields, or the tests above would prove nothing."""
    assert part_of(subject_of(told), "data").keys() <= vocabulary.fields.keys()
