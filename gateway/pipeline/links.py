"""What the requester does with a link that opens once: the letter, made once, and the code that goes another road."""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.errors import DuplicateRequestError, NotFoundError, NotPermittedError
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.people import Person
from gateway.model.pickup import SECRET_KEPT, Link, LinkState, LinkView
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.link import open_secret
from gateway.pipeline.tools import Tools
from gateway.store.pickup_ports import Pickup
from gateway.store.ports import Unit

OPENS = dt.timedelta(days=14)  # that the letter's link opens
DUE = dt.timedelta(days=7)  # after which the team is told of a letter that was not opened
WRONG_CODES = 5
DIGITS = 8
LINK_MADE, CODE_MADE, LINK_CLOSED = "link_made", "code_made", "link_closed"

T = TypeVar("T")


def state_of(kept: Pickup, at: dt.datetime) -> LinkState:
    """Return where a link stands now."""
    if kept.opened_at is not None:
        return LinkState.OPENED
    if kept.wrong >= WRONG_CODES:
        return LinkState.CLOSED
    if kept.state not in {PartState.RELEASED, PartState.DELIVERED}:
        return LinkState.LOST
    if kept.expires is not None:
        return LinkState.SENT if at < kept.expires else LinkState.EXPIRED
    return LinkState.READY if kept.secret is not None and at < kept.sealed_at + SECRET_KEPT else LinkState.LOST


def view_of(kept: Pickup, *, mine: bool, at: dt.datetime) -> LinkView:
    """Return a link as a person sees it."""
    state = state_of(kept, at)
    return LinkView(
        state=state,
        until=kept.sealed_at + SECRET_KEPT if state is LinkState.READY else kept.expires,
        has_code=kept.code_tag is not None,
        tries_left=max(0, WRONG_CODES - kept.wrong),
        overdue=is_overdue(kept, at),
        mine=mine,
    )


def is_overdue(kept: Pickup, at: dt.datetime) -> bool:
    """Say whether the team must look: no letter the day before the secret is destroyed, not opened, or shut."""
    match state_of(kept, at):
        case LinkState.OPENED:
            return False
        case LinkState.READY:
            return at >= kept.sealed_at + SECRET_KEPT - dt.timedelta(days=1)
        case LinkState.SENT:
            return kept.expires is not None and at >= kept.expires - OPENS + DUE
        case LinkState.LOST | LinkState.EXPIRED | LinkState.CLOSED:
            return kept.state in {PartState.RELEASED, PartState.DELIVERED}


def overdue(unit: Unit, by: Person, at: dt.datetime) -> Sequence[str]:
    """Return the ids of this person's requests whose link needs a look, oldest first."""
    found = (request for request, kept in unit.pickups.unopened(by.id) if is_overdue(kept, at))
    return list(dict.fromkeys(found))


def make_link(tools: Tools, disclosure_id: str, part_id: str, by: Person, at: dt.datetime) -> Link:
    """Return the link of a released part, once: its secret is destroyed, and that recorded, before it is returned.

    :raises NotPermittedError: this person did not ask for it.
    :raises DuplicateRequestError: the letter was made before, or the secret was destroyed.
    """

    def make(unit: Unit, kept: Pickup, case_key: bytes) -> tuple[Link, dict[str, Json]]:
        if state_of(kept, at) is not LinkState.READY or kept.secret is None:
            raise _over()
        key = open_secret(kept.secret, kept.message_id, case_key=case_key)
        link = Link(key.fragment, min(at + OPENS, kept.sealed_at + tools.lifetime))
        unit.pickups.made(kept.message_id, expires=link.until)
        return link, {"expires": link.until.isoformat()}

    return _record(tools, disclosure_id, part_id, by, at, LINK_MADE, make)


def make_code(tools: Tools, disclosure_id: str, part_id: str, by: Person, at: dt.datetime) -> str:
    """Return a new code for an unopened link; it replaces the one before, and only a keyed hash of it is kept.

    :raises NotPermittedError: this person did not ask for it.
    :raises DuplicateRequestError: the link was opened, or does not open any more.
    """

    def make(unit: Unit, kept: Pickup, _case_key: bytes) -> tuple[str, dict[str, Json]]:
        if state_of(kept, at) not in {LinkState.READY, LinkState.SENT}:
            raise _over()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        unit.pickups.set_code(kept.message_id, tools.lookup.pickup_code(kept.link_tag, code))
        return code, {}

    return _record(tools, disclosure_id, part_id, by, at, CODE_MADE, make)


def _record(
    tools: Tools,
    disclosure_id: str,
    part_id: str,
    by: Person,
    at: dt.datetime,
    what: str,
    make: Callable[[Unit, Pickup, bytes], tuple[T, dict[str, Json]]],
) -> T:
    """Make it and record that it was made, in one transaction; return it only after COMMIT."""

    def commit(unit: Unit) -> T:
        part, disclosure = unit.disclosures.part(part_id), unit.disclosures.get(disclosure_id)
        kept = None if part.message_id is None else unit.pickups.of_message(part.message_id)
        if part.disclosure_id != disclosure.id or kept is None:
            raise NotFoundError("there is no link here", hint="look at the request again")
        if disclosure.requester != by.id:
            raise NotPermittedError(
                "only who asked for it makes its letter and its code", hint="ask the colleague who made the request"
            )
        case_key = tools.recorder.case_key(unit, disclosure.case_id)
        made, more = make(unit, kept, case_key)
        detail: dict[str, Json] = {
            "kind": what,
            "disclosure": disclosure.id,
            "part": part.id,
            "by": by.id,
            "by_name": by.name,
            **more,
        }
        entry = Entry(LeafType.KEY, what, tools.policy.bundle.digest, detail, prev=part.leaf_index)
        tools.recorder.record(unit, entry, case_id=disclosure.case_id, case_key=case_key, at=at)
        unit.pickups.forget_old_secrets(at - SECRET_KEPT)
        return made

    return tools.store.write(commit)


def _over() -> DuplicateRequestError:
    return DuplicateRequestError(
        "this link was made or ended before", hint="look at the request again; if it is still needed, make a new one"
    )
