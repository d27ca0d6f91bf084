"""Which receipt may follow which: a table written by hand, over all pairs and all short histories."""

from itertools import combinations

import pytest

from gateway.crypto.receipts import ReceiptState
from gateway.receipt.order import may_follow

R, O, N, A, D = ReceiptState  # noqa: E741  # received, opened, not_for_us, acted, destroyed
AFTER = {R: {O, N, A, D}, O: {N, A, D}, N: {D}, A: {D}, D: set()}


@pytest.mark.parametrize("state", list(ReceiptState))
def test_nothing_is_said_twice_and_no_step_goes_back(state: ReceiptState) -> None:
    """Neither after itself, nor after anything that it comes before."""
    for before in ReceiptState:
        assert may_follow(state, [before]) == (state in AFTER[before])


def test_what_follows_a_history_follows_each_of_its_statements() -> None:
    """Receipts may arrive in another order than they were made."""
    for size in range(4):
        for told in combinations(ReceiptState, size):
            for state in ReceiptState:
                assert may_follow(state, told) == all(state in AFTER[before] for before in told)


def test_destruction_may_always_be_told_once() -> None:
    """Whatever was said before, a partner can say that nothing is left."""
    assert may_follow(D, [R, O, A])
    assert may_follow(D, [N])
    assert not may_follow(D, [D])
