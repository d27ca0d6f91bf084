"""Which preview a request answers: two optional members, exactly as the preview gave them, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.shown import Shown, take_shown
from gateway.model.terms import Json

SEED = "0f" * 32
DIGEST = "sha256:" + "ab" * 32
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70) | st.sampled_from([SEED, DIGEST]),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"seed": SEED[:-2]}, "seed"),
        ({"seed": SEED.upper()}, "seed"),
        ({"seed": SEED + "\n"}, "seed"),
        ({"seed": None}, "seed"),
        ({"expected": []}, "expected"),
        ({"seed": SEED, "expected": DIGEST}, "expected"),
        ({"seed": SEED, "expected": [DIGEST, DIGEST]}, "expected"),
        ({"seed": SEED, "expected": [DIGEST.upper()]}, "expected"),
        ({"seed": SEED, "expected": ["sha256:" + f"{n:064x}" for n in range(9)]}, "expected"),
        ({"seed": SEED, "expected": None}, "expected"),
    ],
)
def test_what_is_not_as_the_preview_gave_it_is_refused(told: dict[str, Json], fault: str) -> None:
    """By the name of the member, and never by what was in it."""
    with pytest.raises(InvalidRequestError) as refusal:
        take_shown(told)
    assert set(refusal.value.fields) == {fault}
    assert SEED not in str(refusal.value.args) + refusal.value.hint


def test_the_members_are_taken_off_the_request() -> None:
    """They are no part of it: it has the same idempotency tag with another seed."""
    request: dict[str, Json] = {"case_ref": "Z-2026-1"}
    assert take_shown(request) == (request, Shown())
    assert take_shown({**request, "seed": SEED}) == (request, Shown(bytes.fromhex(SEED)))
    told = take_shown({**request, "seed": SEED, "expected": [DIGEST]})
    assert told == (request, Shown(bytes.fromhex(SEED), frozenset({DIGEST})))
    assert "\\x0f" not in repr(told[1])


@given(ANY, ANY, ANY)
def test_any_value_is_read_or_refused(value: Json, seed: Json, expected: Json) -> None:
    """No value is a fault of ours; what is not an object is left to the reader of requests."""
    for told in (value, {"seed": seed}, {"seed": seed, "expected": expected}, {"seed": SEED, "expected": expected}):
        try:
            rest, shown = take_shown(told)
        except InvalidRequestError:
            continue
        assert shown.seed is None or len(shown.seed) == 32
        assert not isinstance(rest, dict) or not {"seed", "expected"} & rest.keys()
