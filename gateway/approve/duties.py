"""Decides whether a person may judge a part, from identities and recorded judgements alone.

A second person is another identity, never a fact that the requester states. The FG advises and never decides; a
mandated manager decides on `pre_fg` after that advice is recorded, whatever it says. Each function returns None when
the person may, else the reason in words for that person.
"""

from collections.abc import Sequence

from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text, Truth
from gateway.model.views import PartState
from gateway.store.records import Judgement, StoredPart

APPROVE, REFUSE = "approve", "refuse"
ADVICE = {"advise_positive": "positive", "advise_negative": "negative"}
REVIEW_GOOD, REVIEW_BAD = "review_good", "review_bad"
KEY_REVOKED = "key_revoked"
"""What a part keeps when its message was voided, because the recipient's key was revoked before it was fetched."""

NOT_WAITING = Text("Dit onderdeel wacht niet meer op een besluit.", "This part no longer waits for a decision.")
OWN_REQUEST = Text("U mag uw eigen verzoek niet beoordelen.", "You may not judge your own request.")
OWN_ADVICE = Text("Wie adviseert, beslist niet.", "Whoever advised does not decide.")
NO_ROLE = Text("Uw rol mag dit niet.", "Your role may not do this.")
ADVICE_FIRST = Text("Eerst moet het advies van de FG er zijn.", "The FG's advice must be recorded first.")
NOTHING_TO_REVIEW = Text("Dit onderdeel vraagt geen controle achteraf.", "This part needs no review afterwards.")
ALREADY = Text("Dit is al gedaan.", "This was already done.")


def advice(judgements: Sequence[Judgement]) -> str | None:
    """Return the FG's latest advice ("positive" or "negative"), or None."""
    given = [ADVICE[judgement.kind] for judgement in judgements if judgement.kind in ADVICE]
    return given[-1] if given else None


def advice_fact(approval: Approval, given: str | None) -> Truth:
    """Return the fact `fg_advice` for a part.

    For a mandated manager (`pre_fg`) recorded advice is enough, as the FG never decides. A colleague (`pre_two`) may
    rely on it only when it is positive.
    """
    if given == "positive" or (given == "negative" and approval is Approval.PRE_FG):
        return Truth.YES
    return Truth.NO


def may_approve(part: StoredPart, judgements: Sequence[Judgement], *, requester: str, person: Person) -> Text | None:
    """Return why this person may not approve or refuse the part, or None."""
    needed = StaffRole.MANAGER if part.approval is Approval.PRE_FG else StaffRole.SUPERVISOR
    if part.state is not PartState.WAITING:
        return NOT_WAITING
    if not person.has(needed, StaffRole.MANAGER):
        return NO_ROLE
    if person.id == requester:
        return OWN_REQUEST
    if any(judgement.person == person.id and judgement.kind in ADVICE for judgement in judgements):
        return OWN_ADVICE
    if part.approval is Approval.PRE_FG and advice(judgements) is None:
        return ADVICE_FIRST
    return None


def may_advise(part: StoredPart, *, requester: str, person: Person) -> Text | None:
    """Return why this person may not advise on the part, or None."""
    if part.state is not PartState.WAITING:
        return NOT_WAITING
    if not person.has(StaffRole.FG):
        return NO_ROLE
    return OWN_REQUEST if person.id == requester else None


def may_review(part: StoredPart, judgements: Sequence[Judgement], *, requester: str, person: Person) -> Text | None:
    """Return why this person may not review an urgent release afterwards, or None."""
    if part.approval is not Approval.POST_24H or part.state not in {PartState.RELEASED, PartState.DELIVERED}:
        return NOTHING_TO_REVIEW
    if not person.has(StaffRole.SUPERVISOR, StaffRole.MANAGER):
        return NO_ROLE
    if person.id == requester:
        return OWN_REQUEST
    if any(judgement.kind in {REVIEW_GOOD, REVIEW_BAD} for judgement in judgements):
        return ALREADY
    return None


def send_again(part: StoredPart, judgements: Sequence[Judgement]) -> bool:
    """Say whether the message was stopped because its recipient's key was revoked: the request must be made again."""
    return part.state is PartState.VOIDED and any(judgement.kind == KEY_REVOKED for judgement in judgements)
