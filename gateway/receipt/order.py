"""Which statement of a partner about a message may follow which: a small machine of states.

    received -> opened -> acted -> destroyed          not_for_us -> destroyed

A step may be left out, because a partner may open a message long after it was fetched, or tell of it later; no step
goes back. `not_for_us` is said before anything was done with the message. After `destroyed` there is nothing to say.
"""

from collections.abc import Collection

from gateway.crypto.receipts import ReceiptState

FOLLOWERS: dict[ReceiptState, frozenset[ReceiptState]] = {
    ReceiptState.RECEIVED: frozenset(
        {ReceiptState.OPENED, ReceiptState.NOT_FOR_US, ReceiptState.ACTED, ReceiptState.DESTROYED}
    ),
    ReceiptState.OPENED: frozenset({ReceiptState.NOT_FOR_US, ReceiptState.ACTED, ReceiptState.DESTROYED}),
    ReceiptState.ACTED: frozenset({ReceiptState.DESTROYED}),
    ReceiptState.NOT_FOR_US: frozenset({ReceiptState.DESTROYED}),
    ReceiptState.DESTROYED: frozenset(),
}
"""What may still be said after each statement."""


def may_follow(state: ReceiptState, told: Collection[ReceiptState]) -> bool:
    """Say whether a partner may still say this of a message of which it told these before, in any order."""
    return all(state in FOLLOWERS[before] for before in told)
