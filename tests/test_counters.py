"""The rate limit counts exactly, per address, begins anew in time, and keeps nothing for ever."""

import threading
from dataclasses import replace

import pytest

from gateway import counters
from gateway.bootstrap import Gateway
from gateway.counters import Counters
from gateway.demo.setting import DEMO_PEOPLE
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app


def test_who_asks_too_often_is_refused(gateway: Gateway) -> None:
    """The fourth of three is answered 429; another address is not affected."""
    limited = replace(gateway, settings=replace(gateway.settings, rate_limit="3 per hour"))
    client = create_app(limited, DemoSignIn(DEMO_PEOPLE)).test_client()
    here, there = ({"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2"))
    statuses = [client.get("/aanmelden", environ_base=here).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert client.get("/aanmelden", environ_base=there).status_code == 200


def test_no_request_is_lost_or_counted_twice_among_threads() -> None:
    """Eight threads count 500 each, and no thread is left running."""
    kept, before = Counters(), threading.active_count()
    threads = [threading.Thread(target=lambda: [kept.incr("a", 60) for _ in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept.get("a") == 4000
    assert threading.active_count() == before


def test_a_counter_that_expired_begins_anew() -> None:
    """Its window is over: what was counted before no longer counts."""
    kept = Counters()
    assert [kept.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert [kept.incr("b", 0) for _ in range(3)] == [1, 1, 1]
    assert (kept.get("a"), kept.get("b"), kept.get("never")) == (3, 0, 0)
    assert kept.get_expiry("a") > kept.get_expiry("never")


def test_what_expired_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses that came once do not stay in memory."""
    kept = Counters()
    for number in range(100):
        kept.incr(f"once {number}", 0)
    monkeypatch.setattr(counters, "SWEEP", 0.0)
    kept.incr("again", 60)
    assert kept.reset() == 1
    kept.incr("again", 60)
    kept.clear("again")
    assert (kept.get("again"), kept.check()) == (0, True)
