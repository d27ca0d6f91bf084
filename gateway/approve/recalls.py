"""Decides whether a person may take a message back, or correct it, from identities alone.

Taking back only narrows, so one person may do it, also whoever asked. Not so for an urgent hand-over: it protects
somebody, and taking that back can harm; there a second person does it. A corrected value is new data: where the first
one needed a second person, the corrected one is sent by a second person too. Each function returns None when the
person may, else the reason in words for that person.
"""

from gateway.approve.duties import NO_ROLE
from gateway.model.decision import Approval
from gateway.model.notices import MessageKind
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text
from gateway.model.views import PartState
from gateway.store.records import StoredPart

NOTHING_OUT = Text("Er is hier niets om terug te roepen.", "There is nothing to recall here.")
SECOND_PERSON = Text(
    "Dit was een dringende overdracht. Een collega of de manager roept haar terug, niet wie haar deed.",
    "This was an urgent hand-over. A colleague or the manager recalls it, not whoever made it.",
)
OTHER_EYES = Text(
    "Voor dit bericht moest een tweede persoon goedkeuren. Een collega verstuurt daarom ook de verbetering.",
    "This message needed a second person's approval, so a colleague sends the correction as well.",
)
MANAGER_FIRST = Text(
    "Over dit bericht besliste de manager. De manager verstuurt daarom ook de verbetering.",
    "The manager decided on this message, so the manager sends the correction as well.",
)
OUT = (PartState.RELEASED, PartState.DELIVERED)


def may_recall(part: StoredPart, *, requester: str, urgent: bool, person: Person) -> Text | None:
    """Return why this person may not take the part's message back, or None."""
    if part.kind is MessageKind.RECALL or part.state not in OUT:
        return NOTHING_OUT
    if not person.has(StaffRole.SUPERVISOR, StaffRole.MANAGER):
        return NO_ROLE
    return SECOND_PERSON if urgent and person.id == requester else None


def may_correct(part: StoredPart, *, requester: str, person: Person) -> Text | None:
    """Return why this person may not send a correction of the part's message, or None."""
    if part.kind is not MessageKind.DISCLOSURE or part.state not in OUT:
        return NOTHING_OUT
    if not person.has(StaffRole.SUPERVISOR, StaffRole.MANAGER):
        return NO_ROLE
    if part.approval.before_release and person.id == requester:
        return OTHER_EYES
    return MANAGER_FIRST if part.approval is Approval.PRE_FG and not person.has(StaffRole.MANAGER) else None
