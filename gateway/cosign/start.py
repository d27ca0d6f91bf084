"""Asks every witness, before anything is written, what it has seen of this log: an older copy is not gone on with."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from gateway import telemetry
from gateway.cosign.client import PATIENCE, TIMEOUTS, WitnessClient
from gateway.cosign.compare import ahead, ask_newest, compare
from gateway.errors import GatewayError, LogForkError
from gateway.log.checkpoint import Checkpoint
from gateway.log.policy import TrustPolicy
from gateway.log.seen import Volumes

LONGEST = PATIENCE + sum(TIMEOUTS)  # seconds until a start goes on without a witness's word


@dataclass(frozen=True, slots=True)
class Told:
    """What a witness has seen of the log; the note bears the log's signature and its own, both verified."""

    name: str
    checkpoint: Checkpoint
    note: str


def ask_all(trust: TrustPolicy, origin: str, clock: Callable[[], dt.datetime]) -> Sequence[Told]:
    """Return what the witnesses tell, all asked at once. Ask BEFORE a view of the database is opened.

    One that does not answer, or shows nothing that is signed, is told to operations and stops nobody: help must go on,
    and how far the log may run ahead of its witnesses is limited anyway.
    """
    if not trust.addresses:
        return ()
    pool = ThreadPoolExecutor(len(trust.addresses), thread_name_prefix="ask-witness")
    asked = {name: pool.submit(_ask, name, url, trust, origin, clock) for name, url in trust.addresses}
    wait(asked.values(), timeout=LONGEST)
    pool.shutdown(wait=False, cancel_futures=True)
    return [told for name, answer in asked.items() for told in _said(name, answer)]


def contradictions(told: Sequence[Told], book: Volumes | None) -> Iterator[tuple[Told, LogForkError]]:
    """Yield what this log does not continue, and the error that says so; `book` is None before the first tables.

    A volume that a witness has seen and that is not here was begun after this copy was made.
    """
    names = [] if book is None else [volume.origin for volume in book.volumes()]
    for each in told:
        try:
            # Before the first entry nothing has a name.
            number = 0 if names == [""] else _place(names, each.checkpoint.origin)
            if (book is None or number is None) and each.checkpoint.size:
                raise ahead(each.name, each.checkpoint.size, 0)
            if book is not None and number is not None:
                compare(each.name, each.checkpoint, book.volume(number))
        except LogForkError as fork:
            yield each, fork


def _place(names: Sequence[str], origin: str) -> int | None:
    return names.index(origin) if origin in names else None


def refuse_contradicted(told: Sequence[Told], book: Volumes | None) -> None:
    """Raise the first LogForkError of `contradictions`, if there is one."""
    for _, fork in contradictions(told, book):
        raise fork


def _ask(name: str, url: str, trust: TrustPolicy, origin: str, clock: Callable[[], dt.datetime]) -> Told | None:
    client = WitnessClient(name, url)
    try:
        found = ask_newest(client, trust, origin, now=clock())
        return None if found is None else Told(name, *found)
    finally:
        client.close()


def _said(name: str, answer: Future[Told | None]) -> Sequence[Told]:
    if not answer.done():
        telemetry.event("witness_silent", witness=name)
        return ()
    error = answer.exception()
    if isinstance(error, GatewayError):
        telemetry.event("witness_silent", witness=name, code=error.code, problem=error.message)
        return ()
    told = answer.result()
    return () if told is None else (told,)
