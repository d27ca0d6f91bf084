"""The rate limit counts exactly, per address and route, begins anew in time, and keeps nothing for ever."""

import threading
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.counters import SWEEP, RateLimit
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import ConfigError
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app


class Hand:
    """A clock that is turned by hand, in seconds."""

    at = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.at


def test_who_asks_too_often_is_refused(gateway: Gateway) -> None:
    """The fourth of three is answered 429; another address, and another route, are not affected."""
    limited = replace(gateway, settings=replace(gateway.settings, rate_limit="3 per hour"))
    client = create_app(limited, DemoSignIn(DEMO_PEOPLE)).test_client()
    here, there = ({"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2"))
    statuses = [client.get("/aanmelden", environ_base=here).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert client.get("/aanmelden", environ_base=there).status_code == 200
    assert client.get("/healthz", environ_base=here).status_code == 200


@pytest.mark.parametrize(
    "rate", ["", "300", "300 minute", "0 per hour", "-1 per hour", "3 per week", "3 per 0 day", "3 per 2 day more"]
)
def test_a_limit_that_is_none_is_refused(rate: str) -> None:
    """A limit that cannot be read must not become no limit."""
    with pytest.raises(ConfigError, match="not a number per time"):
        RateLimit(rate)


def test_no_request_is_lost_or_counted_twice_among_threads() -> None:
    """Eight threads ask 500 times each; exactly as many are admitted as may be, and no thread is left running."""
    limit, before = RateLimit("1000 per day"), threading.active_count()
    admitted: list[bool] = []
    threads = [
        threading.Thread(target=lambda: admitted.extend([limit.admits("a", "r") for _ in range(500)])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(admitted), sum(admitted)) == (4000, 1000)
    assert threading.active_count() == before


@pytest.mark.parametrize(("rate", "seconds"), [("2 per minute", 60), ("2 per 2 hour", 7200)])
def test_a_counter_that_expired_begins_anew(rate: str, seconds: int) -> None:
    """Until its window is over what was counted before counts, and after it no longer."""
    clock = Hand()
    limit = RateLimit(rate, now=clock)
    assert [limit.admits("a", "r") for _ in range(3)] == [True, True, False]
    clock.at += seconds - 1
    assert not limit.admits("a", "r")
    clock.at += 1
    assert [limit.admits("a", "r") for _ in range(3)] == [True, True, False]


def test_what_expired_is_forgotten() -> None:
    """Addresses that came once do not stay in memory; those whose window runs do."""
    clock = Hand()
    limit = RateLimit("2 per minute", now=clock)
    for number in range(100):
        limit.admits(f"once {number}", "r")
    clock.at += SWEEP / 2
    limit.admits("later", "r")
    clock.at += SWEEP / 2
    limit.admits("again", "r")
    assert len(limit) == 2
