"""A partner's signal: read, logged, kept for 30 days, shown to the team. It sets no fact; only AVIM's hold acts.

INVARIANT: what is done for a signal depends on its form alone, never on what it meets: each lookup is one statement
whose answer only decides what goes into a box of the same size. So neither answer nor work tells the sender whether
there is a case, a holding or a message.
"""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import replace

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.commitments import commit, new_salt
from gateway.errors import DuplicateRequestError, NotPermittedError
from gateway.intake.signal import read_signal
from gateway.intake.strict_json import parse_json
from gateway.log.recorder import Entry
from gateway.model.calendar import local_day
from gateway.model.leaf import LeafType
from gateway.model.partner import Partner
from gateway.model.people import Employee, Person
from gateway.model.signal import (
    KEPT,
    Dwelling,
    Nuisance,
    NuisanceKind,
    Question,
    Signal,
    SignalCode,
    SignalView,
    codes_for,
)
from gateway.model.terms import Json, items, members
from gateway.pipeline.tools import Tools
from gateway.store.people_ports import StoredSignal
from gateway.store.ports import Unit

LARGEST = 4096  # bytes of a signal as sent
STEP = 1024  # bytes: a box is filled up to a multiple
OUTCOME = "signal"


def receive(tools: Tools, partner: Partner, body: bytes, at: dt.datetime, *, by: Employee | None = None) -> None:
    """Take a signal of this partner in: durable and logged when this returns, whatever it is about.

    The entry is of type `review`, as all that changes the circumstances of cases is (`gateway.pipeline.change`), with
    one outcome for every code: the log's form is closed, and its growth must not tell a hold from a question.

    :raises InvalidRequestError: it has not one of the agreed forms.
    :raises NotPermittedError: partners of this kind may not send this code.
    :raises DuplicateRequestError: the idempotency key was used for another signal.
    """
    signal, key = read_signal(parse_json(body, limit=LARGEST), today=local_day(at))
    if signal.code not in codes_for(partner.kind):
        raise NotPermittedError(
            "partners of this kind do not send this code", hint="docs/signals.md says who sends what"
        )
    key_tag = tools.lookup.idempotency(f"signal/{partner.id}", key)
    body_tag = tools.lookup.idempotency(f"signal/{partner.id}", canonical(signal.to_json()).decode())
    tags = [] if signal.dwelling is None else dwelling_tags(tools, signal.dwelling)

    def commit_signal(unit: Unit) -> None:
        known = unit.signals.by_idempotency(key_tag)
        if known is not None:
            if known.body_tag != body_tag:
                raise DuplicateRequestError("this key was used for another signal", hint="use a new key")
            return
        fits = _fits(unit, signal, partner, tags)
        signal_id, salt = secrets.token_hex(16), new_salt()
        kept = signal if fits else replace(signal, dwelling=None, nuisance=(), message=None)
        told: dict[str, Json] = {
            "partner": partner.id,
            "by": "" if by is None else by.name,
            "fits": fits,
            "salt": salt.hex(),
            "signal": kept.to_json(),
        }
        case_id, case_key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
        detail: dict[str, Json] = {
            "kind": OUTCOME,
            "signal": signal_id,
            "partner": partner.id,
            "code": signal.code.value,
            "by": "" if by is None else by.id,
            # Nothing of it can be guessed once the salt is gone with the signal.
            "content": commit("signal", salt, signal.to_json()),
        }
        entry = Entry(LeafType.REVIEW, OUTCOME, tools.policy.bundle.digest, detail)
        index = tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)
        box = seal_box(_filled(canonical(told)), key=case_key, aad=_aad(signal_id))
        unit.signals.add(StoredSignal(signal_id, at, key_tag, body_tag, box, index))
        _act(unit, signal, signal_id, partner, tags, at)

    tools.store.write(commit_signal)


def dwelling_tags(tools: Tools, dwelling: Dwelling) -> list[str]:
    """Return the keyed hashes of a dwelling: what holdings and holds are kept as."""
    tags = [tools.lookup.address(dwelling.postcode, dwelling.number, dwelling.addition)]
    return [*tags, tools.lookup.bag(dwelling.bag_id)] if dwelling.bag_id else tags


def _fits(unit: Unit, signal: Signal, partner: Partner, tags: Sequence[str]) -> bool:
    """Say whether what the signal names is the sender's own: one statement for each thing that it names."""
    if signal.code is SignalCode.NUISANCE:
        return all(unit.circumstances.owned_by(partner.id, tags))
    if signal.message is not None:
        return unit.signals.is_addressed(signal.message, partner=partner.id)
    return True


def _act(unit: Unit, signal: Signal, signal_id: str, partner: Partner, tags: Sequence[str], at: dt.datetime) -> None:
    """Do what AVIM asks. Both are lasting: what was decided under other circumstances is decided again."""
    if signal.code is SignalCode.HOLD:
        unit.circumstances.open_hold(tags, signal_id, at)
    elif signal.code is SignalCode.HOLD_LIFTED:
        if signal.message is not None:
            unit.signals.lift_for_message(signal.message, partner=partner.id)
        unit.circumstances.lift_tags(tags)


def _filled(data: bytes) -> bytes:
    return data + b" " * (-len(data) % STEP)


def _aad(signal_id: str) -> bytes:
    return f"signal/{signal_id}".encode()


def signals(tools: Tools, at: dt.datetime) -> Sequence[SignalView]:
    """Return the signals of the last 30 days, newest first."""
    with tools.store.read() as unit:
        kept = unit.signals.since(at - KEPT)
        if not kept:
            return []
        _, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
    return [_view(row, members(json.loads(open_box(row.box, key=key, aad=_aad(row.id))))) for row in kept]


def handle(tools: Tools, signal_id: str, by: Person, at: dt.datetime) -> None:
    """Note that somebody of the team handled a signal; raise NotFoundError when there is none that is open."""
    tools.store.write(lambda unit: unit.signals.handle(signal_id, by=by.id, at=at))


def _view(row: StoredSignal, told: dict[str, Json]) -> SignalView:
    return SignalView(
        id=row.id,
        partner=str(told["partner"]),
        received_at=row.received_at,
        signal=_signal(members(told["signal"])),
        fits=told["fits"] is True,
        sent_by=str(told["by"]),
        handled_at=row.handled_at,
        leaf_index=row.leaf_index,
    )


def _signal(told: dict[str, Json]) -> Signal:
    place = members(told.get("dwelling"))
    return Signal(
        SignalCode(str(told["code"])),
        dwelling=Dwelling(
            str(place["postcode"]), int(str(place["number"])), str(place["addition"]), str(place["bag_id"])
        )
        if place
        else None,
        nuisance=tuple(
            Nuisance(
                NuisanceKind(str(one["kind"])),
                int(str(one["count"])),
                dt.date.fromisoformat(str(one["first"])),
                dt.date.fromisoformat(str(one["last"])),
            )
            for one in map(members, items(told.get("nuisance")))
        ),
        message=str(told["message"]) if "message" in told else None,
        answer=told["answer"] == "yes" if "answer" in told else None,
        question=Question(str(told["question"])) if "question" in told else None,
    )
