"""Exact sets of combinations of three-valued facts: unions of boxes.

A box gives each fact the values that it may have. With n facts there are 3^n combinations, too many to go through; but
what a rule asks for is a box, so what rules release together is a union of a few boxes, and "may this ever happen",
"does that always hold" and "does this never give more than that" are intersections and differences of boxes. Nothing is
sampled or rounded: an answer holds for each combination, and a difference that is not empty is a counterexample.

A box is one whole number: for n facts, bits 0 to n-1 say which may be yes, the next n which may be no, and the last n
which may be unknown. A fact without any value left makes the whole box empty.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NewType

from gateway.model.terms import Truth

Box = NewType("Box", int)
Union = Sequence[Box]
"""The combinations that are in at least one of these boxes; they may overlap. Nothing when there is none."""

_ORDER = (Truth.YES, Truth.NO, Truth.UNKNOWN)


class Space:
    """All combinations of these facts."""

    def __init__(self, facts: Iterable[str]) -> None:
        """Give each fact its place; the order is that of `facts`."""
        self.facts = tuple(facts)
        self._count = len(self.facts)
        self._places = {name: place for place, name in enumerate(self.facts)}
        self._each = (1 << self._count) - 1
        self.everything = Box((1 << 3 * self._count) - 1)

    def box(self, allowed: Mapping[str, Collection[Truth]]) -> Box:
        """Return the combinations in which each fact has one of its values here; a fact not named may have any.

        :raises KeyError: there is no such fact.
        """
        found = int(self.everything)
        for name, values in allowed.items():
            for truth in _ORDER:
                if truth not in values:
                    found &= ~(1 << self._bit(name, truth))
        return Box(found)

    def known(self, *, yes: int, no: int) -> Box:
        """Return the combinations in which the facts of one mask are known to be so, and of the other not to be so."""
        return Box(
            self._each & ~no | (self._each & ~yes) << self._count | (self._each & ~(yes | no)) << 2 * self._count
        )

    def is_empty(self, box: Box) -> bool:
        """Say whether no combination is in it: some fact has no value left."""
        return (box | box >> self._count | box >> 2 * self._count) & self._each != self._each

    def meet(self, one: Union, other: Union) -> list[Box]:
        """Return the combinations that are in both."""
        return [Box(a & b) for a in one for b in other if not self.is_empty(Box(a & b))]

    def first_meeting(self, one: Union, other: Union) -> Box | None:
        """Return some combinations that are in both, or None when there are none."""
        return next((Box(a & b) for a in one for b in other if not self.is_empty(Box(a & b))), None)

    def subtract(self, box: Box, taken: Box) -> list[Box]:
        """Return the combinations of a box that are not in another, as boxes that do not overlap."""
        if self.is_empty(Box(box & taken)):
            return [] if self.is_empty(box) else [box]
        pieces = []
        rest = int(box)
        for place in self._places_outside(box, taken):
            column = self._column(place)
            pieces.append(Box(rest & ~(column & taken)))
            rest &= ~column | taken
        return pieces

    def outside(self, box: Box, union: Union) -> Box | None:
        """Return a box of combinations that are in `box` and in none of the union; None when the union covers it."""
        if self.is_empty(box):
            return None
        for index, taken in enumerate(union):
            if not self.is_empty(Box(box & taken)):
                left = (self.outside(piece, union[index + 1 :]) for piece in self.subtract(box, taken))
                return next((piece for piece in left if piece is not None), None)
        return box

    def uncovered(self, boxes: Union, union: Union) -> Box | None:
        """Return a box of combinations that are in `boxes` and not in the union; None when there are none."""
        if boxes == union:  # most of what is compared is the same
            return None
        return next((left for box in boxes if (left := self.outside(box, union)) is not None), None)

    def widen(self, box: Box, facts: Iterable[str]) -> Box:
        """Return the box with any value for each of these facts; an empty box stays empty."""
        if self.is_empty(box):
            return box
        for name in facts:
            box = Box(box | self._column(self._places[name]))
        return box

    def values(self, box: Box, fact: str) -> frozenset[Truth]:
        """Return the values that a fact may have in a box."""
        return frozenset(truth for truth in _ORDER if box >> self._bit(fact, truth) & 1)

    def decided(self, box: Box) -> Iterator[str]:
        """Yield the facts that may not have every value."""
        every = box & box >> self._count & box >> 2 * self._count
        yield from (name for place, name in enumerate(self.facts) if not every >> place & 1)

    def combination(self, box: Box) -> dict[str, Truth]:
        """Return one combination of a box that is not empty, with as little known as can be; unknown is left out."""
        chosen = {}
        for name in self.facts:
            values = self.values(box, name)
            if Truth.UNKNOWN not in values:
                chosen[name] = Truth.YES if Truth.YES in values else Truth.NO
        return chosen

    def size(self, box: Box) -> int:
        """Return how many combinations are in a box."""
        count = 1
        for name in self.facts:
            count *= len(self.values(box, name))
        return count

    def _bit(self, name: str, truth: Truth) -> int:
        return self._places[name] + _ORDER.index(truth) * self._count

    def _column(self, place: int) -> int:
        return (1 | 1 << self._count | 1 << 2 * self._count) << place

    def _places_outside(self, box: Box, taken: Box) -> Iterator[int]:
        """Yield the places of the facts that have a value in `box` that they have not in `taken`."""
        more = box & ~taken
        more = (more | more >> self._count | more >> 2 * self._count) & self._each
        while more:
            lowest = more & -more
            yield lowest.bit_length() - 1
            more ^= lowest
