"""A database driver that fails at one of its calls: below SQLAlchemy and below the store, where real faults come from.

Counting the driver's calls covers every step between deciding and delivering without naming one: what the gateway does
between two calls changes nothing outside the process, so a fault there is a fault before the next call.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

import psycopg
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")


class Fault(StrEnum):
    """What happens at a call."""

    FAIL = "fail"  # it is not carried out, and fails
    FAIL_AFTER = "fail_after"  # it is carried out, and its answer is lost
    FAIL_ON = "fail_on"  # it fails, and so does every later call until the fault is gone
    KILL = "kill"  # the process is killed before it
    KILL_AFTER = "kill_after"  # the process is killed when it has been carried out


@dataclass
class Plan:
    """Which call of the driver fails, and how. One for the whole process, as there is one database."""

    calls: int = 0
    at: int = 0  # 0: none
    fault: Fault = Fault.FAIL
    only: str = ""  # count only calls of this name (commit)
    fired: bool = False

    def arm(self, at: int, fault: Fault, only: str = "") -> None:
        """Let the `at`th call from now on fail."""
        self.calls, self.at, self.fault, self.only, self.fired = 0, at, fault, only, False

    def disarm(self) -> None:
        """Let everything work again."""
        self.at = 0

    def step(self, name: str, error: Callable[[str], Exception], call: Callable[[], T]) -> T:
        """Carry out one call of the driver, or not."""
        if self.only in {"", name}:
            self.calls += 1
        lasting = self.fault is Fault.FAIL_ON and self.calls > self.at
        if not self.at or not (lasting or (self.calls == self.at and self.only in {"", name})):
            return call()
        self.fired = True
        if self.fault is Fault.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault in {Fault.FAIL, Fault.FAIL_ON}:
            raise error("this call failed on purpose")
        call()
        if self.fault is Fault.KILL_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        raise error("the answer to this call was lost on purpose")


PLAN = Plan()


def _faulty(kind: type, methods: Mapping[str, str], error: Callable[[str], Exception]) -> type:
    """Return a subclass whose methods follow the plan; `methods` says under which name each counts."""

    def around(method: Callable[..., object], name: str) -> Callable[..., object]:
        def call(self: object, *args: object, **named: object) -> object:
            return PLAN.step(name, error, partial(method, self, *args, **named))

        return call

    members = {method: around(getattr(kind, method), name) for method, name in methods.items()}
    return type(f"Faulty{kind.__name__}", (kind,), members)


STATEMENTS = {"execute": "execute", "executemany": "execute"}
ENDS = {"commit": "commit", "rollback": "rollback"}

_SqliteCursor = _faulty(sqlite3.Cursor, STATEMENTS, sqlite3.OperationalError)
_SqliteConnection = _faulty(sqlite3.Connection, ENDS, sqlite3.OperationalError)
_ServerCursor = _faulty(psycopg.Cursor, STATEMENTS, psycopg.OperationalError)
_ServerConnection = _faulty(psycopg.Connection, ENDS, psycopg.OperationalError)
_SqliteConnection.cursor = lambda self: sqlite3.Connection.cursor(self, _SqliteCursor)  # type: ignore[attr-defined]


def install(engine: Engine | type[Engine] = Engine) -> None:
    """Let the engine, or every engine of this process, use the faulty drivers; the plan says when they fail."""
    event.listen(engine, "do_connect", _connect)


@contextmanager
def installed() -> Iterator[Plan]:
    """Let every engine that is opened meanwhile use the faulty drivers; yield the plan."""
    install()
    try:
        yield PLAN
    finally:
        PLAN.disarm()
        event.remove(Engine, "do_connect", _connect)


def _connect(
    dialect: Dialect, _record: ConnectionPoolEntry, args: Sequence[object], named: Mapping[str, object]
) -> object:
    if dialect.name == "sqlite":
        connect = partial(sqlite3.connect, *args, **{**named, "factory": _SqliteConnection})
        return PLAN.step("connect", sqlite3.OperationalError, connect)
    connect = partial(_ServerConnection.connect, *args, **{**named, "cursor_factory": _ServerCursor})  # type: ignore[attr-defined]
    return PLAN.step("connect", psycopg.OperationalError, connect)
