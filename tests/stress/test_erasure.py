"""Erasures that are killed at any moment, or done while everybody works on the case; and the bytes on PostgreSQL."""

import os
import secrets
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import GatewayError
from gateway.log.audit import verify_log
from gateway.log.erased import read_erased
from gateway.rights.erase import Erasure
from gateway.store import schema
from tests.databases import POSTGRESQL, on_both
from tests.rights.cases import DAY, erase_one, erased, fetch, submit
from tests.rights.kills import crowd, erase, found, kill_erasures, pieces
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


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_no_byte_of_an_erased_case_stays_in_the_files_of_postgresql(
    gateway: Gateway, settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    """Deleting and a plain VACUUM leave them in tables and WAL; rewriting tables and turning the WAL over do not."""
    crowd(gateway, 100)
    gone, stays = pieces(gateway, 100), pieces(gateway, 105)

    def tables(folder: str = "base") -> bytes:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            data = str(connection.execute(text("SHOW data_directory")).scalar())
            number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
        place = Path(data, "base", str(number)) if folder == "base" else Path(data, folder)
        return b"".join(path.read_bytes() for path in sorted(place.iterdir()) if path.is_file())

    assert found(gone, tables()) == len(gone)
    erased(gateway, 100)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
    assert found(gone, tables()) > 0
    assert found(gone, tables("pg_wal")) > 0
    code, told = erase(settings, tmp_path, 100)  # there is nothing to erase any more, and it cleans all the same
    assert (code, told["files"]) == (1, {"clean": True, "left": [], "searched": 0, "found": 0})
    assert found(gone, tables()) == found(gone, tables("pg_wal")) == 0
    assert found(stays, tables()) == len(stays)
