"""The requests of the end-to-end benchmark: an invented, permit-heavy mix in which 15 of 20 release something."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.demo import cases
from gateway.model.terms import Json

PURPOSE_OF_HELP = "offer_help"
PURPOSE_OF_SIGNAL = "protect_victim"


def _help(day: dt.date, number: int) -> dict[str, Json]:
    return cases.help_with_consent(day, number, PURPOSE_OF_HELP)


def _reduced(day: dt.date, number: int) -> dict[str, Json]:
    return cases.help_and_name(day, number, PURPOSE_OF_HELP)


def _urgent(day: dt.date, number: int) -> dict[str, Json]:
    return cases.urgent(day, number, PURPOSE_OF_SIGNAL)


def _held(day: dt.date, number: int) -> dict[str, Json]:
    return cases.landlord(day, number)


def _denied(day: dt.date, number: int) -> dict[str, Json]:
    return cases.landlord(day, number, illegality_established="unknown")


Make = Callable[[dt.date, int], dict[str, Json]]
CYCLE: tuple[Make, ...] = (
    *(_help, _help, _held, _help, _reduced, _help, _help, _denied, _help, _help),
    *(_held, _help, _reduced, _help, _help, _denied, _help, _held, _urgent, _help),
)
"""One round of twenty: 12 releases with consent, 2 reduced, 1 urgent, 3 that wait for an approval, 2 denied."""

RELEASING = sum(make in {_help, _reduced, _urgent} for make in CYCLE) / len(CYCLE)
"""The share of requests of which something leaves at once."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Requests dated `day`. Equal numbers give equal bodies, so that every arm of a comparison gets the same ones."""

    day: dt.date

    def body(self, number: int) -> bytes:
        """Return the request with this number; its case and its idempotency key are its own."""
        return json.dumps(CYCLE[number % len(CYCLE)](self.day, number)).encode()


def is_release(answer: Mapping[str, Json]) -> bool:
    """Say whether the staff API's answer tells that something left."""
    return answer.get("outcome") in {"permit", "permit_reduced"}
