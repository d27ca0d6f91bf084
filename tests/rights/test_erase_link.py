"""Erasing a case whose letter is in the post: refused until somebody says so, and then the link opens nothing."""

import pytest
from sqlalchemy import Engine, select

from gateway.bootstrap import Gateway
from gateway.errors import NotFoundError
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.leaf import LeafType
from gateway.rights.erase import Refusal
from gateway.rights.holding import Obstacle
from gateway.store import schema
from tests.pipeline.a_link import LANDLORD, Sent
from tests.rights.cases import erase_one, erased


def test_a_letter_in_the_post_stops_an_erasure_until_it_is_withdrawn(gateway: Gateway) -> None:
    """The landlord would stand before a dead link: somebody must want that."""
    Sent(gateway, 301).letter()
    done = erase_one(gateway, 301)
    assert isinstance(done, Refusal)
    assert set(done.obstacles) == {Obstacle.NOT_FETCHED}


@pytest.mark.parametrize("posted", [True, False])
def test_an_erased_case_takes_its_link_and_its_secret_along(gateway: Gateway, engine: Engine, *, posted: bool) -> None:
    """Whether the letter was made or its secret still waited; the traces are looked for in the raw files."""
    sent = Sent(gateway, 301)
    with gateway.tools.store.read() as unit:
        kept = unit.pickups.of_message(str(sent.part().message_id))
    assert kept is not None
    assert kept.secret is not None
    key, code = (sent.letter(), sent.code()) if posted else (None, "")
    done = erased(gateway, 301, withdraw=True)
    assert any(kept.link_tag.encode().startswith(trace) for trace in done.traces)
    assert posted or any(kept.secret.startswith(trace) for trace in done.traces)
    with engine.connect() as connection:
        assert connection.execute(select(schema.pickup)).all() == []
    if key is not None:
        with pytest.raises(NotFoundError, match="does not open"):
            sent.open(key, code)


def test_after_it_was_opened_the_proof_in_the_landlords_hands_outlives_the_case(gateway: Gateway) -> None:
    """What he saved still verifies; here nothing is left of it."""
    sent = Sent(gateway, 301)
    key = sent.letter()
    found = sent.open(key, sent.code())
    erased(gateway, 301)
    trust = TrustPolicy.from_text(f"log {gateway.tools.log_vkey}\nquorum none\n")
    assert verify_message(found, trust, recipient=LANDLORD, now=gateway.tools.clock()).leaf.type is LeafType.RELEASE
