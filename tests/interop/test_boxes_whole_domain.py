"""The boxes and the engine over the whole domain: every cell with a rule, every combination that its rules tell apart.

Minutes of work, so `make conformance` runs it; `tests/policy/test_cells.py` compares a part in every run. A cell
without a rule releases nothing whatever is known, and a fact that no rule of a cell reads cannot change it
(docs/proof.md).
"""

from collections.abc import Callable

import pytest

from gateway.decide.table import Cell
from gateway.policy.cells import Cells
from tests.decide.shorthand import DAY, SHIPPED
from tests.policy.combinations import combinations, disagreement

pytestmark = pytest.mark.conformance

CELLS = Cells(SHIPPED, DAY)
FIELDS = tuple(SHIPPED.bundle.vocabulary.fields)


@pytest.mark.parametrize("cell", sorted(SHIPPED.table(DAY).cells), ids="-".join)
def test_boxes_and_engine_agree_in_every_combination(
    cell: Cell, record_property: Callable[[str, object], None]
) -> None:
    """Released and offered alike, for every field that a rule of the cell offers and one that none does."""
    offered = [field for field in FIELDS if CELLS.offered(cell, field)]
    asked = [*offered, next(field for field in FIELDS if field not in offered)]
    count = 0
    for facts in combinations(SHIPPED, cell, DAY):
        assert disagreement(SHIPPED, CELLS, cell, facts, DAY, of=asked) is None, facts
        count += 1
    assert count == CELLS.combinations(cell)
    record_property("suite", "boxes and engine")
