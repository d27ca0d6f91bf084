"""What a gateway under stress is given to do: real requests, judgements, fetches and receipts, from several threads.

Every result is told on the socket after the call returned, and only then. So whatever the test has heard, somebody was
told, and it must be in the database for ever.
"""

import datetime as dt
import itertools
import json
import os
import queue
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.crypto.commitments import digest
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import GatewayError
from gateway.model.decision import Approval
from gateway.model.terms import Json
from gateway.model.views import DisclosureView, PartState, PartView
from gateway.partner.keys import read_keys
from tests.builders import ADVICE, NO

T = TypeVar("T")
P = ParamSpec("P")

SANNE, BRAM, MERYEM, FLEUR, _OTTO = DEMO_PEOPLE
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
DAY = NOON.date()
CHANCE = secrets.SystemRandom()
PARTNERS = ("avim", "belle", "dudok-wonen")

REQUESTS: Mapping[str, Callable[[int], dict[str, Json]]] = {
    "urgent": lambda number: cases.urgent(DAY, number, "protect_victim"),
    "permit": lambda number: cases.help_with_consent(DAY, number, "offer_help"),
    "reduced": lambda number: cases.help_and_name(DAY, number, "offer_help"),
    "waits": lambda number: cases.landlord(DAY, number),
    "advice": lambda number: cases.landlord_about_tenant(DAY, number),
    "denied": lambda number: cases.landlord(DAY, number, illegality_established="unknown"),
}
CONSENTS = {"permit", "reduced"}
MIX = ("urgent", "permit", "permit", "reduced", "waits", "waits", "advice", "denied")


class Running:
    """A clock that said noon on 24 November 2026 at `began`, for whoever asks on this machine."""

    def __init__(self, began: float) -> None:
        """Count from this time.monotonic()."""
        self._began = began

    def __call__(self) -> dt.datetime:
        """Return the present moment."""
        return NOON + dt.timedelta(seconds=time.monotonic() - self._began)


class Voice:
    """Tells lines on a socket, whole and one at a time."""

    def __init__(self, pipe: socket.socket) -> None:
        """Speak on this socket."""
        self._pipe = pipe
        self._lock = threading.Lock()

    def __call__(self, **told: object) -> None:
        """Tell one thing; it has left this process when the call returns."""
        line = json.dumps(told).encode() + b"\n"
        with self._lock:
            self._pipe.sendall(line)


def body_of(kind: str, number: int) -> bytes:
    """Return the request of this kind and case number: the same bytes, and the same idempotency key, each time."""
    return json.dumps(REQUESTS[kind](number)).encode()


def call_of(number: int) -> dict[str, Json]:
    """Return what was told by telephone in the case of this number, an hour before noon: the same form each time."""
    case_ref = REQUESTS["urgent"](number)["case_ref"]
    claim: Json = {"value": "yes", "evidence": "SIG-2026-77", "date": DAY.isoformat()}
    subject: dict[str, Json] = {"role": "possible_victim", "fields": ["name"], "provenance": "own"}
    return {
        "case_ref": case_ref,
        "recipient": "avim",
        "via": "phone",
        "told_at": (NOON - dt.timedelta(hours=1)).isoformat(),
        "ground": "exploitation_signal",
        "subjects": [{**subject, "facts": {"indicator_recorded": claim}}],
        "idempotency_key": f"oral-{number:016d}",
    }


def submitted(view: DisclosureView) -> dict[str, object]:
    """Return what the requester of a request was told."""
    messages = [[part.message_id, part.leaf_index] for part in view.parts if part.message_id]
    return {"id": view.id, "leaf": view.leaf_index, "outcome": view.outcome.value, "messages": messages}


def receipt_of(gateway: Gateway, partner: str, message_id: str, message: str) -> str:
    """Return the partner's signed receipt for a message."""
    return make_receipt(
        key=read_keys(Path(gateway.settings.home) / "partners" / partner / f"{partner}.keys.json").signing,
        partner_id=partner,
        audience=gateway.tools.issuer,
        message_id=message_id,
        payload_digest=digest(message.encode()),
        state=ReceiptState.OPENED,
        at=gateway.tools.clock(),
    )


class Shift:
    """The people and partners at work on one gateway."""

    def __init__(self, gateway: Gateway, say: Voice, *, first: int) -> None:
        """Give case numbers from `first` on; each is used once."""
        self._gateway = gateway
        self._team = gateway.team
        self._say = say
        self._numbers = itertools.count(first)
        self._to_judge: queue.SimpleQueue[DisclosureView] = queue.SimpleQueue()
        self._consents: queue.SimpleQueue[DisclosureView] = queue.SimpleQueue()

    def submit(self, kind: str, number: int) -> None:
        """Submit one request, and hand it to whoever must judge it."""
        self._say(begun=[kind, number])
        view = self._attempt("submit", self._team.submit, body_of(kind, number), SANNE)
        if view is not None:
            self._say(did="submit", kind=kind, number=number, **submitted(view))
            (self._consents if kind in CONSENTS else self._to_judge).put(view)

    def submit_on(self) -> None:
        """Submit without end."""
        while True:
            self.submit(CHANCE.choice(MIX), next(self._numbers))

    def judge_on(self) -> None:
        """Judge whatever waits, now and then also what earlier shifts left."""
        for person in (BRAM, MERYEM):
            left = self._attempt("lines", self._team.lines, person) if CHANCE.random() < 0.1 else None
            for line in left or ():
                view = self._attempt("follow", self._team.follow, line.id, BRAM) if line.waits_for_me else None
                if view is not None:
                    self._judge(view)
        while True:
            self._judge(self._to_judge.get())

    def _judge(self, view: DisclosureView) -> None:
        for part in view.parts:
            told: dict[str, object] = {"id": view.id, "part": part.id}
            if part.may_review or part.approval is Approval.POST_24H:
                good = CHANCE.random() < 0.7
                if self._attempt("review", self._team.review, view.id, part.id, good, BRAM):
                    self._say(did="judge", kind="review_good" if good else "review_bad", **told)
            elif part.state is PartState.WAITING:
                self._decide(view.id, part, told)

    def _decide(self, disclosure_id: str, part: PartView, told: dict[str, object]) -> None:
        by = BRAM
        if part.approval is Approval.PRE_FG:
            by = MERYEM
            if part.advice is None:
                if not self._attempt("advise", self._team.advise, disclosure_id, part.id, ADVICE, True, FLEUR):
                    return
                self._say(did="judge", kind="advise_positive", **told)
        if CHANCE.random() < 0.1:
            if self._attempt("refuse", self._team.refuse, disclosure_id, part.id, NO, by):
                self._say(did="judge", kind="refuse", **told)
            return
        after = self._attempt("approve", self._team.approve, disclosure_id, part.id, part.digest, by)
        now = next((other for other in after.parts if other.id == part.id), None) if after else None
        if now is not None and now.message_id is not None:
            self._say(did="approve", message=now.message_id, leaf=now.leaf_index, **told)

    def withdraw_on(self) -> None:
        """Withdraw one consent in five, whether its message was fetched or not."""
        while True:
            view = self._consents.get()
            if CHANCE.random() < 0.2:
                after = self._attempt("withdraw", self._team.withdraw_consent, view.id, SANNE)
                if after is not None:
                    self._say(did="withdraw", id=view.id)

    def fetch_on(self, partner: str) -> None:
        """Fetch what waits for a partner, now and then once more, and acknowledge it."""
        while True:
            now = self._gateway.tools.clock()
            for line in self._attempt("inbox", self._gateway.partners.inbox, partner, now=now) or ():
                if line.state == "waiting" or (line.state == "delivered" and CHANCE.random() < 0.02):
                    self._fetch(partner, line.message_id)
            time.sleep(0.02)

    def _fetch(self, partner: str, message_id: str) -> None:
        desk, now = self._gateway.partners, self._gateway.tools.clock()
        got = self._attempt("fetch", desk.envelope, partner, message_id, now=now)
        if got is None:
            return
        self._say(did="fetch", partner=partner, message=message_id, envelope=got.to_json())
        token = receipt_of(self._gateway, partner, message_id, got.message)
        leaf = self._attempt("receipt", desk.acknowledge, partner, message_id, token, now=now)
        if leaf is not None:
            self._say(did="receipt", leaf=leaf, message=message_id)

    def _attempt(self, what: str, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
        try:
            return call(*args, **named)
        except GatewayError as error:
            self._say(refused=what, code=error.code, message=error.message, hint=error.hint)
            time.sleep(0.05)  # nobody presses a button faster than that when the database is away
        except Exception as error:  # noqa: BLE001  # told as what it is: a promise that nobody made
            self._say(broken=what, error=type(error).__name__, place=place_of(error))
        return None


def place_of(error: BaseException) -> str:
    """Return the file and line that raised it; never its message, which may quote a value."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def work(
    settings: Settings,
    materials: Materials,
    pipe: socket.socket,
    *,
    began: float,
    retries: list[tuple[str, int]],
    first: int,
    anew: bool,
) -> None:
    """Start the gateway and everybody; go on until killed, or until the test goes away.

    First submit again what earlier gateways did not acknowledge; `anew` says whether to go on with new requests.
    """
    say = Voice(pipe)
    gateway = build(settings, clock=Running(began), materials=materials)
    say(ready=True)
    shift = Shift(gateway, say, first=first)

    def submit_again() -> None:
        for kind, number in retries:
            shift.submit(kind, number)
        say(settled=True)

    jobs: list[Callable[[], None]] = [submit_again, shift.judge_on, shift.withdraw_on]
    jobs += [shift.submit_on] * (3 if anew else 0)
    jobs += [partial(shift.fetch_on, partner) for partner in PARTNERS]
    for job in jobs:
        threading.Thread(target=job, daemon=True).start()
    while pipe.recv(1):
        pass
    os._exit(0)
