"""Erases cases one after another, each in a process that is killed in the midst of it: `python -m tests.rights.doomed`.

Each argument is a case's reference, `@`, and how far its erasure comes: 1 to its end, 0.5 to half of its steps, which
are calls of the gateway's own functions and returns from them, or the name of a function that is not entered any more.
The first one MUST come to its end: it counts the steps.
"""

import datetime as dt
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from gateway import casework
from gateway.config.settings import Settings
from gateway.crypto.lookup import LookupKey
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Order, Refusal, erase
from gateway.rights.holding import Means
from gateway.store.ports import Unit
from tests.rights.cases import DECISION

GATEWAY = str(Path(sys.modules["gateway"].__path__[0]).resolve())


class Doom:
    """Counts steps once an erasure has begun, and kills the process at one of them."""

    def __init__(self, at: int, name: str) -> None:
        """Count nothing yet."""
        self.steps, self._at, self._name = 0, at, name

    def begin(
        self, unit: Unit, means: Means, lookup: LookupKey, order: Order, *, bundle: str, at: dt.datetime
    ) -> Erasure | Refusal:
        """Erase, counting from here on: to be told of every call of a start would take most of the time."""
        sys.setprofile(self)
        return erase(unit, means, lookup, order, bundle=bundle, at=at)

    def __call__(self, frame: FrameType, what: str, _argument: object) -> None:
        """Be told of a call or return (sys.setprofile)."""
        if what not in {"call", "return"} or not frame.f_code.co_filename.startswith(GATEWAY):
            return
        self.steps += 1
        if self.steps == self._at or (what == "call" and frame.f_code.co_name == self._name):
            os.kill(os.getpid(), signal.SIGKILL)


def carry_out(settings: Settings, reference: str, at: int, name: str) -> int:
    """Erase the case in a process of its own; return how many steps it took, 0 when it was killed."""
    read, write = os.pipe()
    child = os.fork()  # this process has one thread and no connection
    if child == 0:
        doom = Doom(at, name)
        vars(casework)["erase"] = doom.begin
        casework.erase_case(
            settings,
            reference,
            basis=Basis.TERM_OVER,
            decision=DECISION,
            by="os:test",
            withdraw=False,
            large=False,
        )
        sys.setprofile(None)
        os.write(write, str(doom.steps).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        steps = told.read()
    os.waitpid(child, 0)
    return int(steps or 0)


def main(orders: list[str]) -> None:
    """Carry out the orders; print how many of them were killed."""
    settings = Settings.from_env(os.environ)
    steps = killed = 0
    for order in orders:
        reference, far = order.split("@")
        name = far if far.isidentifier() else ""
        at = 0 if name or float(far) == 1 else max(1, round(steps * float(far)))
        taken = carry_out(settings, reference, at, name)
        steps = steps or taken
        killed += taken == 0
    sys.stdout.write(f"{killed}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
