"""Gives all that is held about a case to the officer who answers a person's request for access (GDPR article 15).

It is logged before it is given, for each request on the case: reading a case leaves a trace, also when an officer does.
"""

import datetime as dt
from dataclasses import dataclass, field

from gateway.crypto.canonical import parse_canonical
from gateway.crypto.casebox import open_box
from gateway.errors import CryptoError, LogTamperedError, NotFoundError
from gateway.log.leaf import decode
from gateway.log.recorder import Entry, Recorder
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.terms import Json, Text
from gateway.rights.holding import HeldPart, read_holding
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure

CANNOT = "this cannot be opened: it was altered; tell the privacy officer and keep the database"
HELD = Text(
    "Let op: AVIM houdt deze zaak aan. Wie nu inzage geeft, kan een onderzoek verstoren. Beslis eerst of artikel 41 "
    "UAVG de inzage beperkt, en leg die beslissing vast.",
    "Mind: AVIM holds this case. Access now may disturb an investigation. First decide whether article 41 of the Dutch "
    "GDPR act (UAVG) limits it, and put that decision on file.",
)


@dataclass(frozen=True, slots=True)
class Access:
    """What is held about a case. `contents` is personal: it is shown to the officer and kept nowhere."""

    contents: dict[str, Json] = field(repr=False)
    counts: dict[str, int]
    held: bool
    entries: tuple[int, ...]


def give_access(
    unit: Unit, recorder: Recorder, *, tag: str, by: str, decision: str, bundle: str, at: dt.datetime
) -> Access | None:
    """Return all that is held about the case with this tag, and log that it was read; None when there is nothing.

    The caller's transaction MUST be durable before anything of it is shown. `decision` says where it is on file that
    access was asked for.
    """
    holding = read_holding(unit, tag=tag)
    if holding is None:
        return None
    case_id = holding.key.case_id
    key = recorder.case_key(unit, case_id)
    contents: dict[str, Json] = {
        "requests": [_request(request, parts, key) for request, parts in holding.requests],
        "log": [_entry(unit, recorder, detail.leaf_index) for detail in holding.details],
    }
    entries = []
    for request, _ in holding.requests:
        told: dict[str, Json] = {"kind": "access", "disclosure": request.id, "by": by, "decision": decision}
        entry = Entry(LeafType.ACCESS, "exported", bundle, told, prev=request.leaf_index)
        entries.append(recorder.record(unit, entry, case_id=case_id, case_key=key, at=at))
    return Access(contents, holding.counts(), unit.circumstances.held([tag]), tuple(entries))


def _entry(unit: Unit, recorder: Recorder, index: int) -> Json:
    leaf = decode(unit.book.leaf(index))
    told: dict[str, Json] = {"entry": index, "type": leaf.type.value, "outcome": leaf.outcome, "time": leaf.time}
    try:
        return {**told, "detail": recorder.read(unit, index)[1]}
    except (NotFoundError, LogTamperedError, CryptoError):
        return {**told, "problem": CANNOT}


def _request(request: StoredDisclosure, parts: tuple[HeldPart, ...], key: bytes) -> Json:
    told: dict[str, Json] = {
        "id": request.id,
        "submitted_at": request.submitted_at.isoformat(),
        "by": request.requester,
        "recipient": request.recipient,
        "outcome": request.outcome.value,
        "entry": request.leaf_index,
        "parts": [_part(held, request.recipient) for held in parts],
    }
    if request.box is None:
        return told
    try:
        return {**told, "waiting": parse_canonical(open_box(request.box, key=key, aad=request.id.encode()))}
    except (LogTamperedError, CryptoError):
        return {**told, "waiting": CANNOT}


def _part(held: HeldPart, recipient: str) -> Json:
    part, message = held.part, held.message
    said: list[Json] = [
        {"by": one.person, "kind": one.kind, "at": one.at.isoformat(), "entry": one.leaf_index}
        for one in held.judgements
    ]
    receipts: list[Json] = [
        {"state": one.state, "at": one.at.isoformat(), "entry": one.leaf_index} for one in held.receipts
    ]
    told: dict[str, Json] = {"approval": part.approval.value, "state": part.state.value, "judgements": said}
    if part.kind is MessageKind.ORAL:  # there is no message; which fields were told stands in its entry of the log
        told["by_telephone"] = {"to": recipient, "entry": part.leaf_index}
    if message is not None:
        told["message"] = {
            "to": message.partner,
            "sealed_at": message.sent_at.isoformat(),
            "entry": message.leaf_index,
            "receipts": receipts,
        }
    return told
