"""What cannot be an id never reaches the database, whose own messages might quote it: it may be somebody's name."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import LogUnavailableError, NotFoundError
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.store.engine import open_engine
from tests.builders import ADVICE, NO
from tests.conftest import NOON

SANNE, *_ = DEMO_PEOPLE
GOOD = "0" * 32
WAYS: dict[str, Callable[[Gateway, str], object]] = {
    "follow": lambda gateway, one: gateway.team.follow(one, SANNE),
    "approve": lambda gateway, one: gateway.team.approve(one, GOOD, "sha256:", SANNE),
    "approve a part": lambda gateway, one: gateway.team.approve(GOOD, one, "sha256:", SANNE),
    "refuse": lambda gateway, one: gateway.team.refuse(one, GOOD, NO, SANNE),
    "advise": lambda gateway, one: gateway.team.advise(one, GOOD, ADVICE, True, SANNE),
    "review": lambda gateway, one: gateway.team.review(one, GOOD, True, SANNE),
    "withdraw": lambda gateway, one: gateway.team.withdraw_consent(one, SANNE),
    "lift": lambda gateway, one: gateway.team.lift_hold(one, SANNE),
    "ask back": lambda gateway, one: ApprovalsDesk(gateway.tools).ask_back(one, GOOD, "need", "", SANNE),
    "answer": lambda gateway, one: ApprovalsDesk(gateway.tools).answer(GOOD, one, "yes", "", SANNE),
    "refuse and say why": lambda gateway, one: ApprovalsDesk(gateway.tools).refuse(
        one, GOOD, ["facts"], ["nothing"], "", SANNE
    ),
    "advise and say why": lambda gateway, one: ApprovalsDesk(gateway.tools).advise(one, GOOD, "positive", [], SANNE),
    "what may be said": lambda gateway, one: ApprovalsDesk(gateway.tools).standing(one, GOOD, SANNE),
    "agree": lambda gateway, one: ApprovalsDesk(gateway.tools).agree(one, SANNE),
    "end": lambda gateway, one: ApprovalsDesk(gateway.tools).end(one, SANNE),
    "fetch": lambda gateway, one: gateway.partners.envelope("belle", one, now=NOON),
    "acknowledge": lambda gateway, one: gateway.partners.acknowledge("belle", one, "a.b.c", now=NOON),
}


def break_off(database: str) -> None:
    """Take away the tables in which anything would be looked up."""
    engine = open_engine(database)
    with engine.begin() as connection:
        for table in ("disclosure", "part", "outbox", "deputy"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_gone"))
    engine.dispose()


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_an_id_is_not_looked_up(gateway: Gateway, database: str, way: str) -> None:
    """It is not found, although the database could not have told; a good id shows that it would have been asked."""
    break_off(database)
    for one in ("Vera Verzonnen", "111222333", "", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n"):
        with pytest.raises(NotFoundError) as caught:
            WAYS[way](gateway, one)
        assert not one.strip() or one not in f"{caught.value} {caught.value.hint}"
    with pytest.raises(LogUnavailableError):
        WAYS[way](gateway, GOOD)
