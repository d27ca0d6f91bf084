"""Tells what happened with a request, from the log itself: each step with its time, its entry and who did it.

Everybody who may see the request sees what happened and in which role it was done. Names are for those who had a part
in it, for the manager and for the officers; of a partner's people nobody here sees more than that it was one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.log.decided import RECALL
from gateway.log.leaf import decode, moment
from gateway.model.leaf import Leaf, LeafType
from gateway.model.notices import MessageKind
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.model.timeline import CORRECTION_SEALED, FETCHED, RECALL_SEALED, Event
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

NAMED_TO = (StaffRole.MANAGER, StaffRole.FG, StaffRole.PRIVACY_OFFICER)
LOOKED = {"read", "exported"}  # who only looked changed nothing; the logbook has it
TWICE_TOLD = {"void"}  # the withdrawal that follows it says so


def timeline(tools: Tools, unit: Unit, disclosure: StoredDisclosure, by: Person) -> Sequence[Event]:
    """Return what happened with a request, oldest first, as this person may see it."""
    parts = unit.disclosures.parts(disclosure.id)
    kinds = {part.id: part.kind for part in parts}
    ids = {part.message_id: part.id for part in parts if part.message_id is not None}
    found: list[tuple[Event, str]] = []
    for index in unit.cases.indexes_of(disclosure.case_id):
        leaf = decode(unit.book.leaf(index)) if index >= disclosure.leaf_index else None
        if leaf is None or leaf.outcome in LOOKED:
            continue
        _, detail, _ = tools.recorder.read(unit, index)
        part = _part_of(detail, ids)
        if (detail.get("disclosure") == disclosure.id or part in kinds) and detail["kind"] not in TWICE_TOLD:
            found.append((_event(leaf, index, detail, part, kinds), str(detail.get("by", ""))))
    named = by.id == disclosure.requester or by.has(*NAMED_TO) or by.id in {who for _, who in found}
    events = [event if named else replace(event, who=None) for event, _ in found]
    known = {event.part for event in events if event.what == "fetched"}
    fetched = [event for part in parts if part.id not in known for event in _fetched(unit, part)]
    # A program's fetch has no entry: within its minute it stands right after the message was sealed.
    sealed = {part.id: (part.leaf_index or 0) + 0.5 for part in parts}
    order = {
        event: sealed[event.part or ""] if event.leaf_index is None else event.leaf_index for event in events + fetched
    }
    return sorted(order, key=lambda event: (event.at, order[event]))


def _part_of(detail: Mapping[str, Json], ids: Mapping[str, str]) -> str | None:
    """Return the part that an entry is about: by name, or by the id of its message."""
    if "part" in detail:
        return str(detail["part"])
    return ids.get(str(detail["message"])) if "message" in detail else None


def _event(
    leaf: Leaf, index: int, detail: Mapping[str, Json], part: str | None, kinds: Mapping[str, MessageKind]
) -> Event:
    what = str(detail["kind"])
    if what == RECALL:
        what = RECALL_SEALED
    elif what == "release" and kinds.get(part or "") is MessageKind.CORRECTION:
        what = CORRECTION_SEALED
    elif leaf.type in {LeafType.RECEIPT, LeafType.RECALL}:
        what = leaf.outcome
    name = "" if what == "fetched" else str(detail.get("by_name", ""))
    because = str(detail.get("reason", "")) if leaf.type is LeafType.RECALL else ""
    return Event(what, moment(leaf.time), index, part, name or None, because)


def _fetched(unit: Unit, part: StoredPart) -> Sequence[Event]:
    """Return when a partner's program first fetched a message; what a person opened stands in the log already."""
    row = unit.outbox.of_part(part.id)
    if row is None or row.fetched_at is None:
        return ()
    return (Event(FETCHED, row.fetched_at.replace(second=0, microsecond=0), None, part.id),)
