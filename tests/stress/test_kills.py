"""A gateway is killed at a random moment under load, again and again, on one log.

SIGKILL takes the process, not what the system already holds for the disk: a missing flush (synchronous=OFF) it cannot
show, as only a power cut takes that back.
"""

import os
import secrets
from collections.abc import Callable

import pytest

from tests.databases import POSTGRESQL, SQLITE
from tests.stress.life import PATIENCE, Life

pytestmark = pytest.mark.stress

KILLS = int(os.environ.get("STRESS_KILLS", "200"))
ON_POSTGRESQL = KILLS // 5
ONE_LOG = 40  # kills that one log goes through
CHANCE = secrets.SystemRandom()


def go_through(life: Life, number: int) -> list[str]:
    """Start a gateway, let it work, kill it; return what is wrong afterwards, with the moment of the kill."""
    watching = CHANCE.random() < 0.5
    child = life.start("work")
    if CHANCE.random() < 0.2:
        answers, delay = 0, CHANCE.uniform(0, 0.1)  # while it starts
    else:
        answers, delay = CHANCE.randint(1, 10), CHANCE.uniform(0, 0.03)
        told = life.listen(child, PATIENCE, until="did", times=answers, watching=watching)
        assert told, "a gateway that was started after a kill does not work"
    life.listen(child, delay, watching=watching)
    life.kill(child)
    moment = f"kill {number}, {delay * 1000:.2f} ms after answer {answers}"
    unexplained = [f"nothing was wrong, yet a caller heard: {refusal}" for refusal in life.refusals]
    return [f"{moment}: {wrong}" for wrong in [*life.examine(), *unexplained]]


def settle(life: Life) -> list[str]:
    """Submit again whatever was not acknowledged; afterwards each request was made exactly once."""
    child = life.start("settle")
    assert life.listen(child, PATIENCE, until="settled"), "what was begun could not be submitted again"
    life.kill(child)
    wrong, found = life.look_at()
    if life.open or len(found.disclosures) != life.begun:
        wrong.append(f"{life.begun} requests were made, {len(found.disclosures)} are kept, {len(life.open)} are open")
    return wrong


@pytest.mark.control("DPIA-11")
@pytest.mark.parametrize(
    ("new_life", "kills"), [(SQLITE, KILLS - ON_POSTGRESQL), (POSTGRESQL, ON_POSTGRESQL)], indirect=["new_life"]
)
def test_whenever_a_gateway_is_killed_nothing_left_without_its_record(new_life: Callable[[], Life], kills: int) -> None:
    """Every payload has its leaf, every leaf its message; what anybody was told stays; the tree only grew."""
    for first in range(0, kills, ONE_LOG):
        life = new_life()
        for number in range(first, min(first + ONE_LOG, kills)):
            assert go_through(life, number) == []
        assert settle(life) == []
