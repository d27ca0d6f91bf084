"""A gateway that carries out one order at a time, with a driver that can be told to fail.

The gateway lives on through every fault that does not kill it, as a real one would have to.
"""

import json
import os
import resource
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.errors import GatewayError
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.pipeline.deputise import Naming, name_deputy
from gateway.pipeline.oral_desk import OralDesk
from tests import faulty_driver
from tests.builders import ADVICE, NO
from tests.faulty_driver import PLAN, Fault
from tests.stress.work import (
    BRAM,
    DAY,
    FLEUR,
    MERYEM,
    SANNE,
    Running,
    Voice,
    body_of,
    call_of,
    place_of,
    receipt_of,
    submitted,
)

PEOPLE = {"bram": BRAM, "meryem": MERYEM, "fleur": FLEUR, "sanne": SANNE}
GATEWAY = str(Path(sys.modules["gateway"].__path__[0]).resolve())
STEPS = ("pipeline", "store", "log", "seal", "deliver", "receipt")  # the packages between decide and deliver

Order = Mapping[str, object]


class InjectedError(Exception):
    """Raised at a step of the program where nothing of the kind can happen in life."""


class Steps:
    """Counts the calls of the program's own functions, and lets one of them raise."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.calls = self.at = 0

    def __call__(self, frame: FrameType, what: str, _argument: object) -> None:
        """Be told of a call (sys.settrace)."""
        name = frame.f_code.co_filename
        if what != "call" or not name.startswith(self._places):
            return
        self.calls += 1
        if self.calls == self.at:
            raise InjectedError

    _places = tuple(f"{GATEWAY}/{step}/" for step in STEPS)


class Servant:
    """The orders that a test can give, each a method."""

    def __init__(self, gateway: Gateway, say: Voice) -> None:
        """Work on this gateway."""
        self._gateway = gateway
        self._team = gateway.team
        self._approvals = ApprovalsDesk(gateway.tools)
        self._say = say

    def submit(self, order: Order) -> Order:
        """Submit a request of a kind."""
        view = self._team.submit(body_of(str(order["kind"]), int(str(order["number"]))), SANNE)
        parts = [{"part": part.id, "digest": part.digest} for part in view.parts]
        return {**submitted(view), "kind": order["kind"], "number": order["number"], "parts": parts}

    def approve(self, order: Order) -> Order:
        """Approve a part by its digest."""
        by = PEOPLE[str(order["by"])]
        view = self._team.approve(str(order["id"]), str(order["part"]), str(order["digest"]), by)
        part = next(part for part in view.parts if part.id == order["part"])
        return {"part": part.id, "id": view.id, "message": part.message_id, "leaf": part.leaf_index}

    def refuse(self, order: Order) -> Order:
        """Refuse a part."""
        self._team.refuse(str(order["id"]), str(order["part"]), NO, BRAM)
        return self._judged(order, "refuse")

    def advise(self, order: Order) -> Order:
        """Advise on a part."""
        self._team.advise(str(order["id"]), str(order["part"]), ADVICE, True, FLEUR)
        return self._judged(order, "advise_positive")

    def review(self, order: Order) -> Order:
        """Reject an urgent release afterwards."""
        self._team.review(str(order["id"]), str(order["part"]), False, BRAM)
        return self._judged(order, "review_bad")

    def _judged(self, order: Order, kind: str) -> Order:
        return {"did": "judge", "kind": kind, "id": order["id"], "part": order["part"]}

    def ask(self, order: Order) -> Order:
        """Ask the requester something before deciding."""
        self._approvals.ask_back(str(order["id"]), str(order["part"]), "need", "", BRAM)
        return self._judged(order, "ask_back")

    def answer(self, order: Order) -> Order:
        """Answer the open question."""
        self._approvals.answer(str(order["id"]), str(order["part"]), "yes", "", SANNE)
        return self._judged(order, "answer_back")

    def call(self, order: Order) -> Order:
        """Enter what was told by telephone."""
        return {"id": OralDesk(self._gateway.tools).record(call_of(int(str(order["number"]))), SANNE)}

    def name(self, _order: Order) -> Order:
        """Name a deputy of the manager for today."""
        naming = Naming("manager", BRAM.id, DAY, DAY)
        return {"id": name_deputy(self._gateway.tools, naming, MERYEM, self._gateway.tools.clock())}

    def agree(self, order: Order) -> Order:
        """Agree to act in the manager's place."""
        self._approvals.agree(str(order["id"]), BRAM)
        return {"id": order["id"]}

    def withdraw(self, order: Order) -> Order:
        """Withdraw the consent behind a request."""
        return {"id": self._team.withdraw_consent(str(order["id"]), SANNE).id}

    def fetch(self, order: Order) -> Order:
        """Fetch a message; the receipt for it comes along, signed and not yet sent."""
        partner, message = str(order["partner"]), str(order["message"])
        got = self._gateway.partners.envelope(partner, message, now=self._gateway.tools.clock())
        token = receipt_of(self._gateway, partner, message, got.message)
        return {"partner": partner, "message": message, "envelope": got.to_json(), "token": token}

    def receipt(self, order: Order) -> Order:
        """Acknowledge a message."""
        token = str(order["token"])
        now = self._gateway.tools.clock()
        leaf = self._gateway.partners.acknowledge(str(order["partner"]), str(order["message"]), token, now=now)
        return {"leaf": leaf, "message": str(order["message"])}

    def arm(self, order: Order) -> Order:
        """Let a call of the driver fail."""
        PLAN.arm(int(str(order["at"])), Fault(str(order["fault"])), str(order.get("only", "")))
        return {}

    def disarm(self, _order: Order) -> Order:
        """Let everything work again; tell whether the fault came."""
        PLAN.disarm()
        return {"fired": PLAN.fired, "calls": PLAN.calls}

    def limit_file(self, order: Order) -> Order:
        """Let no file of this process grow past so many bytes (0: as before)."""
        most = int(str(order["bytes"])) or resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        return {}

    def carry_out(self, order: Order) -> None:
        """Do what is ordered, and tell how it went."""
        name = str(order["do"])
        steps = Steps()
        steps.at = int(str(order.get("step", 0)))
        call: Callable[[Order], Order] = getattr(self, name)
        try:
            sys.settrace(steps if steps.at else None)
            try:
                told = call(order)
            finally:
                sys.settrace(None)
        except GatewayError as error:
            told = {"refused": name, "code": error.code, "message": error.message, "hint": error.hint}
        except Exception as error:  # noqa: BLE001  # told as what it is
            told = {"broken": name, "error": type(error).__name__, "place": place_of(error)}
        else:
            told = {"did": name, **told}
        if steps.at:
            told = {**told, "fired": steps.calls >= steps.at}
        self._say(**told)


def serve(settings: Settings, materials: Materials, pipe: socket.socket, *, began: float) -> None:
    """Start the gateway and carry out orders until the test goes away."""
    faulty_driver.install()
    say = Voice(pipe)
    servant = Servant(build(settings, clock=Running(began), materials=materials), say)
    say(ready=True)
    with pipe.makefile() as orders:
        for line in orders:
            servant.carry_out(json.loads(line))
    os._exit(0)
