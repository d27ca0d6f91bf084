"""What who holds a link may do: open the message once, acknowledge it, or say that it came to the wrong person.

The order is the point (decision 0018):

    count the code -> decide again and mark as delivered -> claim the opening -> send

Each arrow is a commit; whoever is killed between two has at most called delivered what still can be opened.
"""

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass

from gateway.crypto.one_time import NOT_FOR_US, receipt_key, verify_not_for_us
from gateway.errors import NotFoundError, ReceiptError, SignatureInvalidError
from gateway.log.envelope import Envelope
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.pickup import LinkState
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.hand_over import acknowledge, envelope
from gateway.pipeline.links import LINK_CLOSED, WRONG_CODES, state_of
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.tools import Tools
from gateway.store.pickup_ports import Pickup
from gateway.store.ports import Unit
from gateway.store.records import StoredReceipt

AGAIN = dt.timedelta(minutes=15)  # in which the same browser may fetch it again, when the connection dropped


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to open: keyed hashes of the link, the code and the browser's random number."""

    link: str
    code: str
    browser: str


def attempt(tools: Tools, *, link: str, code: str, browser: str) -> Attempt:
    """Return the attempt as the database knows such things."""
    tag = tools.lookup.pickup(link)
    return Attempt(tag, tools.lookup.pickup_code(tag, code), tools.lookup.pickup_browser(tag, browser))


def pick_up(tools: Tools, tried: Attempt, at: dt.datetime) -> Envelope:
    """Hand the message of a link over, once, against its code.

    :raises NotFoundError: unknown, wrong code, expired, closed, opened, recalled, or it may no longer leave: all alike.
    :raises NotWitnessedError: it may leave, but too few witnesses have seen its entry yet; nothing was used up.
    """
    admitted = tools.store.write(lambda unit: _admit(tools, unit, tried, at))
    if admitted is None:
        raise _nothing()
    try:
        found = envelope(tools, admitted.partner, admitted.message_id, at)
    except NotFoundError:
        raise _nothing() from None
    # INVARIANT: one browser has it, however many ask at once; nothing was sent before this commit.
    if not tools.store.write(lambda unit: _claim(unit, tried, at)):
        raise _nothing()
    return found


def _admit(tools: Tools, unit: Unit, tried: Attempt, at: dt.datetime) -> Pickup | None:
    kept = unit.pickups.by_link(tried.link)
    known = None if kept is None else kept.code_tag
    right = hmac.compare_digest(tried.code, known or secrets.token_hex(32))
    if kept is not None and right and _opens(kept, tried, at):
        return kept
    unit.pickups.count_refusal(tried.link, wrong=0 if right else 1)
    if kept is not None and not right and kept.wrong + 1 == WRONG_CODES:
        _record_closed(tools, unit, kept, at)
    return None


def _opens(kept: Pickup, tried: Attempt, at: dt.datetime) -> bool:
    """Say whether the link opens for this browser: nobody opened it yet, or this browser did a moment ago."""
    state = state_of(kept, at)
    if state is LinkState.OPENED:
        return (
            kept.opened_at is not None
            and at < kept.opened_at + AGAIN
            and kept.wrong < WRONG_CODES
            and kept.state is PartState.DELIVERED
            and hmac.compare_digest(kept.browser_tag or "", tried.browser)
        )
    return state is LinkState.SENT


def _claim(unit: Unit, tried: Attempt, at: dt.datetime) -> bool:
    kept = unit.pickups.by_link(tried.link)
    if kept is None or not _opens(kept, tried, at):
        return False
    return kept.opened_at is not None or unit.pickups.claim(kept.message_id, tried.browser, at)


def _record_closed(tools: Tools, unit: Unit, kept: Pickup, at: dt.datetime) -> None:
    part = unit.disclosures.part(kept.part_id)
    case_id = unit.disclosures.get(part.disclosure_id).case_id
    detail: dict[str, Json] = {"kind": LINK_CLOSED, "part": part.id}
    entry = Entry(LeafType.KEY, LINK_CLOSED, tools.policy.bundle.digest, detail, prev=part.leaf_index)
    tools.recorder.record(unit, entry, case_id=case_id, case_key=tools.recorder.case_key(unit, case_id), at=at)


def acknowledge_link(tools: Tools, link: str, receipt: str, at: dt.datetime) -> None:
    """Check and log a receipt that the page signed with the link's own key.

    :raises NotFoundError: unknown, not opened, or not well signed: all alike.
    """
    with tools.store.read() as unit:
        kept = unit.pickups.by_link(tools.lookup.pickup(link))
    if kept is None or kept.opened_at is None:
        raise _nothing()
    try:
        acknowledge(tools, kept.partner, kept.message_id, receipt, at, key=receipt_key(kept.receipt_key))
    except (ReceiptError, NotFoundError):
        raise _nothing() from None


def answer_not_for_us(tools: Tools, link: str, answer: str, at: dt.datetime) -> None:
    """Log the answer that a letter came to the wrong person; what was not opened yet is taken back.

    Whatever is not such an answer of this link changes nothing, and is told to nobody.
    """
    tools.store.write(lambda unit: _not_for_us(tools, unit, tools.lookup.pickup(link), answer, at))


def _not_for_us(tools: Tools, unit: Unit, tag: str, answer: str, at: dt.datetime) -> None:
    kept = unit.pickups.by_link(tag)
    if kept is None or kept.state not in {PartState.RELEASED, PartState.DELIVERED}:
        return
    try:
        verify_not_for_us(answer, key=receipt_key(kept.receipt_key), audience=tools.issuer)
    except SignatureInvalidError:
        return
    if any(known.token == answer for known in unit.outbox.receipts(kept.message_id)):
        return
    part = unit.disclosures.part(kept.part_id)
    disclosure = unit.disclosures.get(part.disclosure_id)
    detail: dict[str, Json] = {
        "kind": "receipt",
        "message": kept.message_id,
        "recipient": kept.partner,
        "token": answer,
    }
    index = tools.recorder.record(
        unit,
        Entry(LeafType.RECEIPT, NOT_FOR_US, tools.policy.bundle.digest, detail, prev=part.leaf_index),
        case_id=disclosure.case_id,
        case_key=tools.recorder.case_key(unit, disclosure.case_id),
        at=at,
    )
    unit.outbox.add_receipt(StoredReceipt(index, kept.message_id, NOT_FOR_US, at, answer))
    if kept.opened_at is None:
        withdraw_message(tools, unit, disclosure, part, reason=NOT_FOR_US, prev=index, at=at)


def _nothing() -> NotFoundError:
    return NotFoundError("this link does not open", hint="call the number in the letter")
