"""Takes a message back, or corrects it, because a person of the team says so; always with a leaf that says who.

A message is recalled for a reason of a closed list. What its recipient already destroyed is not recalled: there is
nothing left to ask. Whoever opened a link cannot be reached by a message, so the recall is noted and the team
telephones.
"""

import datetime as dt
from collections.abc import Mapping

from gateway.approve.recalls import OUT, may_correct, may_recall
from gateway.crypto.receipts import ReceiptState
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError, NotPermittedError
from gateway.model.notices import MessageKind
from gateway.model.people import Person
from gateway.model.terms import Json, Text, is_reference, items, members, words
from gateway.model.timeline import Correctable, Over, RecallReason, TakingBack
from gateway.model.views import PartState
from gateway.pipeline.correct import Corrected, Correction, correct_in, received
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart


def taking_back(tools: Tools, unit: Unit, disclosure: StoredDisclosure, part: StoredPart, by: Person) -> TakingBack:
    """Return what this person may do with a part that left."""
    urgent = tools.is_urgent(_ground(tools, unit, disclosure))
    return TakingBack(
        no_recall=may_recall(part, requester=disclosure.requester, urgent=urgent, person=by),
        no_correction=may_correct(part, requester=disclosure.requester, person=by),
        over=_over(unit, part),
    )


def _over(unit: Unit, part: StoredPart) -> Over | None:
    if part.message_id is None or part.state not in OUT:
        return None
    if any(kept.state == ReceiptState.DESTROYED.value for kept in unit.outbox.receipts(part.message_id)):
        return Over.DESTROYED
    link = unit.pickups.of_message(part.message_id)
    return Over.LINK_OPENED if link is not None and part.state is PartState.DELIVERED else None


def _ground(tools: Tools, unit: Unit, disclosure: StoredDisclosure) -> str:
    return str(tools.recorder.read(unit, disclosure.leaf_index)[1]["ground"])


def _find(unit: Unit, disclosure_id: str, part_id: str) -> tuple[StoredDisclosure, StoredPart]:
    part, disclosure = unit.disclosures.part(part_id), unit.disclosures.get(disclosure_id)
    if part.disclosure_id != disclosure.id:
        raise NotFoundError("there is no such part", hint="look at the request again")
    return disclosure, part


def _refuse_unless(reason: Text | None) -> None:
    if reason is not None:
        raise NotPermittedError(reason.en, hint="look at the request again, or ask a colleague who may")


def recall(tools: Tools, disclosure_id: str, part_id: str, reason: RecallReason, by: Person, at: dt.datetime) -> None:
    """Take the message of a part back.

    :raises NotPermittedError: this person may not, or there is nothing to take back.
    :raises DuplicateRequestError: its recipient destroyed it already.
    """

    def commit(unit: Unit) -> None:
        disclosure, part = _find(unit, disclosure_id, part_id)
        urgent = tools.is_urgent(_ground(tools, unit, disclosure))
        _refuse_unless(may_recall(part, requester=disclosure.requester, urgent=urgent, person=by))
        if _over(unit, part) is Over.DESTROYED:
            raise DuplicateRequestError("the recipient destroyed this message already", hint="nothing more is needed")
        withdraw_message(tools, unit, disclosure, part, reason=reason.value, prev=None, at=at, by=by)

    tools.store.write(commit)


def correctable(tools: Tools, disclosure_id: str, part_id: str, by: Person) -> Correctable:
    """Return which fields of a part left, for the form that asks for their right values, and only those.

    :raises NotPermittedError: this person may not send a correction of it.
    """
    with tools.store.read() as unit:
        disclosure, part = _find(unit, disclosure_id, part_id)
        _refuse_unless(may_correct(part, requester=disclosure.requester, person=by))
        if part.leaf_index is None:
            raise AssertionError("a message that left without its leaf")
        _, detail, _ = tools.recorder.read(unit, part.leaf_index)
        _, asked, _ = tools.recorder.read(unit, disclosure.leaf_index)
    roles = {str(members(one)["ref"]): str(members(one)["role"]) for one in items(detail["subjects"])}
    return Correctable(
        disclosure.recipient,
        str(asked["ground"]),
        str(asked["purpose"]),
        tuple((ref, roles[ref], tuple(words(items(names)))) for ref, names in members(detail["released"]).items()),
    )


def send_correction(
    tools: Tools,
    disclosure_id: str,
    part_id: str,
    ref: str,
    data: Mapping[str, Json],
    *,
    decision: str,
    by: Person,
    at: dt.datetime,
) -> Corrected:
    """Send right values to whoever received the wrong ones, and say to whom and how; `decision` is on file.

    :raises NotPermittedError: this person may not send it for one of the messages that hold one of the fields.
    :raises InvalidRequestError: nothing was filled in, a value has not the form of its field, or nobody received it.
    """
    if not is_reference(decision):
        raise InvalidRequestError(
            "say where it is on file", hint="give a number, not a name", fields={"decision": "missing"}
        )
    if not data:
        raise InvalidRequestError("no new value was filled in", hint="fill in what is to be corrected")
    wanted = Correction(disclosure_id, ref, data)

    def commit(unit: Unit) -> Corrected:
        disclosure, part = _find(unit, disclosure_id, part_id)
        _refuse_unless(may_correct(part, requester=disclosure.requester, person=by))
        for other in unit.disclosures.parts(disclosure.id):
            if other.kind is MessageKind.DISCLOSURE and received(tools, unit, other, wanted):
                _refuse_unless(may_correct(other, requester=disclosure.requester, person=by))
        return correct_in(tools, unit, [wanted], decision=decision, by=by.id, at=at)

    return tools.store.write(commit)
