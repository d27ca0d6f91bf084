"""With database, machine and log key in hand nobody changes history unseen: there is refusal, and evidence."""

from collections.abc import Callable

import pytest

from tests.attacks.attacks import ATTACKS
from tests.attacks.conftest import CAUGHT
from tests.attacks.world import World


def test_what_nobody_attacked_is_noticed_by_nobody(world: World) -> None:
    """Otherwise the other tests would show nothing; partners open what they were sent."""
    world.shown += world.past.envelopes.values()
    world.staple_shown()
    assert world.noticed() == []
    assert world.evidence() == []


@pytest.mark.control("DPIA-10")
@pytest.mark.control("DPIA-11")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_caught(name: str, world: World, record_property: Callable[[str, object], None]) -> None:
    """By exactly those who can see it; what the log's own key signed against itself is kept as evidence."""
    attack = ATTACKS[name]
    attack.do(world)
    caught = world.noticed()
    evidence = world.evidence()
    assert {each.by for each in caught} == attack.caught, caught
    assert set(evidence) == attack.evidence
    for each in caught:
        record_property(CAUGHT, f"{name}: {each.by}: {each.said.split(chr(10))[0]}")
    for kind in evidence:
        record_property(CAUGHT, f"{name}: evidence at the witness: {kind}")
