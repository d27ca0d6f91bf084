"""Which tests a planted fault meets first: those of its own file, or else of its own room."""

import pytest

from tests.mutation.order import _by_distance

FILE = "tests/log/test_merkle.py::test_a"
DEEP = "tests/decide/loading/test_place.py::test_b"
ROOM = "tests/log/test_tiles.py::test_c"
FAR = "tests/web/test_pages.py::test_d"
NAMES = [FAR, DEEP, ROOM, FILE]


@pytest.mark.parametrize(
    ("mutant", "near"),
    [
        ("gateway.log.merkle.x_root__mutmut_3", [FILE]),
        ("gateway.log.walk.xǁWalkǁgo_to__mutmut_1", [ROOM, FILE]),
        ("gateway.decide.loading.place.x_of__mutmut_2", [DEEP]),
        ("gateway.decide.engine.x_decide__mutmut_2", [DEEP]),
        ("gateway.minimise.project.x_project__mutmut_1", []),
        ("", NAMES),
    ],
)
def test_the_nearest_tests_come_first_and_none_is_lost(mutant: str, near: list[str]) -> None:
    """A fault without a test near it meets all at once, and so does a run without a fault."""
    first, later = _by_distance(NAMES, mutant)
    assert first == near
    assert sorted([*first, *later]) == sorted(NAMES)
