"""Decides whether a person may judge a part, from identities and recorded judgements alone.

A second person is another identity, never a fact that the requester states. The FG advises and never decides; a
mandated manager decides on `pre_fg` after that advice is recorded, whatever it says. A deputy acts in the place of who
named them, while it lasts: on nothing that either of the two asked for, and decides nothing on which either of the two
advised. Each function returns None when the person may, else the reason in words for that person.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from gateway.model.approvals import Task
from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text, Truth
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState, StoredDeputy
from gateway.store.records import Judgement, StoredPart

APPROVE, REFUSE = "approve", "refuse"
ADVICE = {"advise_positive": "positive", "advise_negative": "negative"}
REVIEW_GOOD, REVIEW_BAD = "review_good", "review_bad"
ASK, ANSWER = "ask_back", "answer_back"
KEY_REVOKED = "key_revoked"
"""What a part keeps when its message was voided, because the recipient's key was revoked before it was fetched."""

MAY_STAND_IN = {
    StaffRole.MANAGER: (StaffRole.SUPERVISOR, StaffRole.MANAGER),
    StaffRole.FG: (StaffRole.PRIVACY_OFFICER, StaffRole.FG),
}
"""For each role that has deputies, the roles of whom may be one.

The FG's is a privacy officer: whoever asks for hand-overs does not also supervise them (GDPR article 38(6)).
"""

NOT_WAITING = Text("Dit onderdeel wacht niet meer op een besluit.", "This part no longer waits for a decision.")
OWN_REQUEST = Text("U mag uw eigen verzoek niet beoordelen.", "You may not judge your own request.")
OWN_ADVICE = Text("Wie adviseert, beslist niet.", "Whoever advised does not decide.")
NO_ROLE = Text("Uw rol mag dit niet.", "Your role may not do this.")
INVOLVED = Text(
    "U vervangt iemand die dit zelf vroeg of erover adviseerde. Een ander moet beslissen.",
    "You act in the place of somebody who asked for this or advised on it. Somebody else must decide.",
)
ADVICE_FIRST = Text("Eerst moet het advies van de FG er zijn.", "The FG's advice must be recorded first.")
NOTHING_TO_REVIEW = Text("Dit onderdeel vraagt geen controle achteraf.", "This part needs no review afterwards.")
ALREADY = Text("Dit is al gedaan.", "This was already done.")
OPEN_QUESTION = Text("Er staat al een vraag open.", "A question is open already.")
NO_QUESTION = Text("Er staat geen vraag open.", "No question is open.")
NOT_YOURS = Text("De aanvrager beantwoordt de vraag.", "The requester answers the question.")


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


def against_advice(judgements: Sequence[Judgement], *, approves: bool) -> bool:
    """Say whether approving, or refusing, would differ from the FG's latest advice."""
    return advice(judgements) == ("negative" if approves else "positive")


def question(judgements: Sequence[Judgement]) -> Judgement | None:
    """Return the question that is open, if there is one: the last that was asked and not answered."""
    said = [judgement for judgement in judgements if judgement.kind in {ASK, ANSWER}]
    return said[-1] if said and said[-1].kind == ASK else None


def in_place_of(
    role: StaffRole,
    deputies: Sequence[StoredDeputy],
    *,
    person: Person,
    on: dt.date,
    barred: Collection[str] = (),
) -> str | None:
    """Return the identity in whose place this person may act in a role on this day, or None.

    Nobody acts in the place of who is barred, nor in their own. It does not pass on: who was named names nobody.
    """
    if not person.has(*MAY_STAND_IN[role]):  # it was so when they agreed; roles are taken away
        return None
    for one in deputies:
        lasts = one.state is DeputyState.AGREED and one.begins <= on <= one.ends
        if lasts and one.role is role and one.deputy == person.id and one.giver not in {person.id, *barred}:
            return one.giver
    return None


def advisers(judgements: Sequence[Judgement]) -> frozenset[str]:
    """Return who advised, and in whose place."""
    said = [judgement for judgement in judgements if judgement.kind in ADVICE]
    return frozenset({one.person for one in said} | {one.instead_of for one in said if one.instead_of is not None})


def decides_for(
    part: StoredPart,
    judgements: Sequence[Judgement],
    *,
    requester: str,
    person: Person,
    deputies: Sequence[StoredDeputy],
    on: dt.date,
) -> str | None:
    """Return in whose place this person decides on the part; None when it is in their own role, or not at all."""
    if person.has(*_deciders(part)):
        return None
    barred = {requester, *advisers(judgements)}
    return in_place_of(StaffRole.MANAGER, deputies, person=person, on=on, barred=barred)


def may_approve(
    part: StoredPart,
    judgements: Sequence[Judgement],
    *,
    requester: str,
    person: Person,
    deputies: Sequence[StoredDeputy] = (),
    on: dt.date = dt.date.min,
) -> Text | None:
    """Return why this person may not approve or refuse the part, or None.

    `deputies`: those under which the person acts; none counts outside its days.
    """
    if part.state is not PartState.WAITING:
        return NOT_WAITING
    own = person.has(*_deciders(part))
    if not own and in_place_of(StaffRole.MANAGER, deputies, person=person, on=on) is None:
        return NO_ROLE
    if person.id == requester or person.id in advisers(judgements):
        return OWN_REQUEST if person.id == requester else OWN_ADVICE
    named = decides_for(part, judgements, requester=requester, person=person, deputies=deputies, on=on)
    if not own and named is None:
        return INVOLVED
    return ADVICE_FIRST if part.approval is Approval.PRE_FG and advice(judgements) is None else None


def advises_for(*, requester: str, person: Person, deputies: Sequence[StoredDeputy], on: dt.date) -> str | None:
    """Return in whose place this person advises; None when it is as the FG, or not at all."""
    if person.has(StaffRole.FG):
        return None
    return in_place_of(StaffRole.FG, deputies, person=person, on=on, barred={requester})


def may_advise(
    part: StoredPart,
    *,
    requester: str,
    person: Person,
    deputies: Sequence[StoredDeputy] = (),
    on: dt.date = dt.date.min,
) -> Text | None:
    """Return why this person may not advise on the part, or None."""
    if part.state is not PartState.WAITING:
        return NOT_WAITING
    if not person.has(StaffRole.FG) and in_place_of(StaffRole.FG, deputies, person=person, on=on) is None:
        return NO_ROLE
    if person.id == requester:
        return OWN_REQUEST
    named = advises_for(requester=requester, person=person, deputies=deputies, on=on)
    return None if person.has(StaffRole.FG) or named is not None else INVOLVED


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


def may_ask(
    part: StoredPart,
    judgements: Sequence[Judgement],
    *,
    requester: str,
    person: Person,
    deputies: Sequence[StoredDeputy] = (),
    on: dt.date = dt.date.min,
) -> Text | None:
    """Return why this person may not ask the requester something, or None: whoever may decide or advise may ask."""
    decide = may_approve(part, judgements, requester=requester, person=person, deputies=deputies, on=on)
    advise = may_advise(part, requester=requester, person=person, deputies=deputies, on=on)
    if advise is not None and decide not in {None, ADVICE_FIRST}:
        return decide
    return OPEN_QUESTION if question(judgements) is not None else None


def may_answer(part: StoredPart, judgements: Sequence[Judgement], *, requester: str, person: Person) -> Text | None:
    """Return why this person may not answer the open question, or None."""
    if part.state is not PartState.WAITING:
        return NOT_WAITING
    if person.id != requester:
        return NOT_YOURS
    return NO_QUESTION if question(judgements) is None else None


def task_of(
    part: StoredPart,
    judgements: Sequence[Judgement],
    *,
    requester: str,
    person: Person,
    deputies: Sequence[StoredDeputy] = (),
    on: dt.date = dt.date.min,
) -> tuple[Task, Text | None] | None:
    """Return what is to be done about a part in a role that this person has, and why not by them; None: nothing."""
    if may_answer(part, judgements, requester=requester, person=person) is None:
        return Task.ANSWER, None
    review = may_review(part, judgements, requester=requester, person=person)
    if review not in {NOTHING_TO_REVIEW, NO_ROLE, ALREADY}:
        return Task.REVIEW, review
    advise = may_advise(part, requester=requester, person=person, deputies=deputies, on=on)
    unadvised = part.approval is Approval.PRE_FG and advice(judgements) is None
    if unadvised and advise is None:
        return Task.ADVISE, None
    decide = may_approve(part, judgements, requester=requester, person=person, deputies=deputies, on=on)
    if decide not in {NO_ROLE, NOT_WAITING}:
        return Task.DECIDE, decide
    return (Task.ADVISE, advise) if unadvised and advise not in {NO_ROLE, NOT_WAITING} else None


def send_again(part: StoredPart, judgements: Sequence[Judgement]) -> bool:
    """Say whether the message was stopped because its recipient's key was revoked: the request must be made again."""
    return part.state is PartState.VOIDED and any(judgement.kind == KEY_REVOKED for judgement in judgements)


def _deciders(part: StoredPart) -> tuple[StaffRole, ...]:
    if part.approval is Approval.PRE_FG:
        return (StaffRole.MANAGER,)
    return StaffRole.SUPERVISOR, StaffRole.MANAGER
