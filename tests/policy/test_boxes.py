"""The algebra of boxes says the same as going through every combination."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.terms import Truth
from gateway.policy.boxes import Box, Space

FACTS = ("owned", "heard", "hold")
SPACE = Space(FACTS)
Combination = tuple[Truth, ...]
EVERY: list[Combination] = list(product(Truth, repeat=len(FACTS)))

BOXES = st.builds(
    SPACE.box, st.dictionaries(st.sampled_from(FACTS), st.sets(st.sampled_from(Truth)), max_size=len(FACTS))
)
UNIONS = st.lists(BOXES, max_size=5)


def inside(box: Box) -> set[Combination]:
    """Return the combinations of a box, one by one."""
    allowed = [SPACE.values(box, fact) for fact in FACTS]
    return {each for each in EVERY if all(truth in values for truth, values in zip(each, allowed, strict=True))}


def all_inside(boxes: list[Box]) -> set[Combination]:
    """Return the combinations of a union, one by one."""
    return {each for box in boxes for each in inside(box)}


def test_a_box_without_conditions_holds_every_combination() -> None:
    """And each condition takes a third or two thirds away."""
    assert inside(SPACE.everything) == set(EVERY)
    assert SPACE.size(SPACE.everything) == 27
    assert SPACE.size(SPACE.box({"owned": {Truth.YES}, "hold": {Truth.NO, Truth.UNKNOWN}})) == 1 * 3 * 2


def test_known_masks_are_the_box_in_which_each_is_known() -> None:
    """Bit 0 is the first fact. One that must be yes and no at once leaves nothing."""
    assert SPACE.known(yes=0b001, no=0b100) == SPACE.box({"owned": {Truth.YES}, "hold": {Truth.NO}})
    assert SPACE.known(yes=0, no=0) == SPACE.everything
    assert SPACE.is_empty(SPACE.known(yes=0b1, no=0b1))


@given(BOXES)
def test_a_box_is_empty_when_no_combination_is_in_it(box: Box) -> None:
    """And its size counts them."""
    assert SPACE.is_empty(box) is (not inside(box))
    assert SPACE.size(box) == len(inside(box))


@given(UNIONS, UNIONS)
def test_a_meeting_is_what_both_hold(one: list[Box], other: list[Box]) -> None:
    """Also the first of it that is found."""
    both = all_inside(one) & all_inside(other)
    assert all_inside(SPACE.meet(one, other)) == both
    first = SPACE.first_meeting(one, other)
    assert (first is None) is (not both)
    assert first is None or inside(first) <= both


@given(BOXES, BOXES)
def test_a_difference_is_what_is_left_in_pieces_that_do_not_overlap(box: Box, taken: Box) -> None:
    """Nothing is lost, nothing is counted twice, and no piece is empty."""
    pieces = SPACE.subtract(box, taken)
    assert all_inside(pieces) == inside(box) - inside(taken)
    assert sum(len(inside(piece)) for piece in pieces) == len(all_inside(pieces))
    assert not any(SPACE.is_empty(piece) for piece in pieces)


@given(UNIONS, UNIONS)
def test_what_a_union_does_not_cover_is_found(boxes: list[Box], union: list[Box]) -> None:
    """None when it covers all; otherwise combinations that are really left."""
    left = all_inside(boxes) - all_inside(union)
    found = SPACE.uncovered(boxes, union)
    assert (found is None) is (not left)
    assert found is None or (inside(found) and inside(found) <= left)


@given(BOXES, st.sets(st.sampled_from(FACTS)))
def test_widening_lets_the_facts_be_anything(box: Box, facts: set[str]) -> None:
    """And leaves the others as they were; of nothing it makes nothing."""
    places = [place for place, fact in enumerate(FACTS) if fact not in facts]
    kept = {tuple(each[place] for place in places) for each in inside(box)}
    expected = {each for each in EVERY if tuple(each[place] for place in places) in kept}
    assert inside(SPACE.widen(box, facts)) == expected


@given(BOXES)
def test_one_combination_of_a_box_knows_as_little_as_can_be(box: Box) -> None:
    """It is in the box, and what may be unknown is left out."""
    if SPACE.is_empty(box):
        return
    chosen = SPACE.combination(box)
    assert tuple(chosen.get(fact, Truth.UNKNOWN) for fact in FACTS) in inside(box)
    assert {fact for fact in FACTS if Truth.UNKNOWN not in SPACE.values(box, fact)} == chosen.keys()


@given(BOXES)
def test_the_decided_facts_are_those_that_may_not_be_anything(box: Box) -> None:
    """In the order of the facts."""
    assert list(SPACE.decided(box)) == [fact for fact in FACTS if len(SPACE.values(box, fact)) < len(Truth)]
