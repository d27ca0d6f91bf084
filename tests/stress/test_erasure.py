"""Erasures that are killed at any moment, and erasures while everybody works on the very same case."""

import os
import secrets
import threading
from collections import Counter

import pytest
from sqlalchemy import Engine, select

from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import GatewayError
from gateway.log.audit import verify_log
from gateway.log.erased import read_erased
from gateway.rights.erase import Erasure
from gateway.store import schema
from tests.databases import on_both
from tests.rights.cases import DAY, erase_one, fetch, submit
from tests.rights.kills import kill_erasures
from tests.stress.life import EVERYDAY

pytestmark = pytest.mark.stress

KILLS = int(os.environ.get("STRESS_KILLS", "200")) // 5
CHANCE = secrets.SystemRandom()
ERASURES, TRIES, WORKERS = 12, 10_000, 4


@on_both
def test_an_erasure_that_is_killed_at_any_moment_is_all_or_nothing(gateway: Gateway, settings: Settings) -> None:
    """The case is as it was, or gone with one entry that explains it; the next erasure on the same log works."""
    moments = sorted(CHANCE.uniform(0, 0.999) for _ in range(KILLS))
    wrong, gone = kill_erasures(gateway, settings, moments)
    assert wrong == [], moments
    assert gone


@on_both
def test_erasing_a_case_while_others_work_on_it_leaves_nothing_half(gateway: Gateway, engine: Engine) -> None:
    """Whoever comes before is erased with it, whoever comes after finds a new case; nobody's answer is lost."""
    heard: Counter[str] = Counter()
    broken: list[BaseException] = []
    done = threading.Event()

    def work(worker: int) -> None:
        number = 0
        while not done.is_set():
            number += 1
            request = cases.help_with_consent(DAY, 1, "offer_help")
            try:
                view = submit(gateway, request | {"idempotency_key": f"worker-{worker}-request-{number}"})
                fetch(gateway, "belle", view)
                heard["fetched"] += 1
            except GatewayError as error:
                heard[error.code] += 1
            except BaseException as error:  # noqa: BLE001  # told below
                broken.append(error)
                return

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    erasures = tries = 0
    while erasures < ERASURES and tries < TRIES and not broken:
        tries += 1
        erasures += isinstance(erase_one(gateway, 1, withdraw=True), Erasure)
    done.set()
    for thread in threads:
        thread.join()
    assert broken == []
    assert heard["fetched"]
    assert set(heard) <= EVERYDAY | {"fetched"}
    assert erasures == ERASURES
    tools = gateway.tools
    with tools.store.read() as unit:
        explained = read_erased(unit, tools.recorder)
        for index in range(unit.log.head().size):
            assert (unit.cases.detail(index) is None) is (index in explained)
        assert verify_log(unit.log, vkey=tools.log_vkey).ok
        assert not replay_all(unit, tools.recorder, progress=lambda _done, _total: None).problems
    keys = select(schema.case_key.c.case_id)
    with engine.connect() as connection:
        for table in (schema.detail, schema.disclosure):
            assert connection.execute(select(table.c.case_id).where(table.c.case_id.not_in(keys))).all() == []
