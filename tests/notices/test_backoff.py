"""How long a notice waits between two tries."""

from gateway.notices.backoff import TRIES, pause


def test_pauses_grow_differ_and_end() -> None:
    """From half a minute to an hour, and of the urgent from ten seconds to five minutes; each a half more or less."""
    for urgent, first, longest in ((False, 30, 3600), (True, 10, 300)):
        for tries, middle in ((1, first), (2, 2 * first), (TRIES, longest), (10_000, longest)):
            for _ in range(20):
                assert 0.5 * middle <= pause(tries, urgent=urgent).total_seconds() <= 1.5 * middle
    assert len({pause(20, urgent=False) for _ in range(50)}) > 1
