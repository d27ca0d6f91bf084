"""The board: at most one checkpoint a second, the newest one, and an end to every wait."""

from gateway.cosign.push import LOOK, Board


class Steps:
    """A clock that goes on by itself, one step for each look at it."""

    def __init__(self, *moments: float) -> None:
        """Show these moments one after the other."""
        self.left = list(moments)

    def __call__(self) -> float:
        """Return the next."""
        return self.left.pop(0)


def test_the_next_checkpoint_waits_for_its_second() -> None:
    """The first goes at once; what comes within a second of it goes after, and only the newest of that."""
    steps = Steps(0.0, 0.0, 0.2, 0.2, 0.95, 1.0)
    board = Board(timer=steps)
    board.put("one")
    assert board.take("") == "one"
    board.put("two")
    board.put("three")
    assert board.take("one") == "three"
    assert steps.left == []


def test_nothing_new_is_a_time_to_look() -> None:
    """Another process may have written: the one who takes is sent to look, without a checkpoint."""
    board = Board(timer=Steps(0.0, 0.0, 1.0, LOOK + 1))
    board.put("one")
    assert board.take("") == "one"
    assert board.take("one") == ""


def test_a_pause_ends_with_the_board() -> None:
    """Who is left alone for a minute is not waited for at the end."""
    board = Board()
    board.put("one")
    board.close()
    assert board.take("one", pause=600) is None
