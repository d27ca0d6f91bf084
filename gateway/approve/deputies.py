"""Decides who may name a deputy, for how long, and who may agree or end it; `duties.MAY_STAND_IN` says for whom."""

import datetime as dt
import re

from gateway.approve.duties import MAY_STAND_IN
from gateway.errors import InvalidRequestError
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text
from gateway.store.approval_ports import DeputyState, StoredDeputy

GIVERS = tuple(MAY_STAND_IN)
LONGEST = dt.timedelta(days=60)
AHEAD = dt.timedelta(days=365)
IDENTITY = re.compile(r"[a-z0-9-]{1,63}:[A-Za-z0-9._-]{1,64}\Z")

NO_ROLE = Text("Alleen de manager en de FG hebben een vervanger.", "Only the manager and the FG have a deputy.")
NOT_YOURS = Text("Deze vervanging is niet van u.", "This deputyship is not yours.")
WRONG_ROLE = Text(
    "U kunt deze rol niet vervangen. Vraag wie u noemde om iemand anders te kiezen.",
    "You cannot act in this role. Ask who named you to choose somebody else.",
)
OVER = Text("Deze vervanging is voorbij.", "This deputyship is over.")


def check_named(role: str, identity: str, begins: dt.date | None, ends: dt.date | None, *, on: dt.date) -> StaffRole:
    """Return the role of a new deputyship.

    :raises InvalidRequestError: its fields are `role`, `deputy`, `begins` and `ends`.
    """
    faults: dict[str, str] = {}
    if role not in set(GIVERS):
        faults["role"] = "missing"
    if not IDENTITY.fullmatch(identity):
        faults["deputy"] = "unknown"
    if begins is None or not on <= begins <= on + AHEAD:
        faults["begins"] = "day"
    elif ends is None or not begins <= ends <= begins + LONGEST:
        faults["ends"] = "day"
    if faults:
        raise InvalidRequestError("a deputy has a role, an identity and two days", hint="look again", fields=faults)
    return StaffRole(role)


def may_name(role: StaffRole, person: Person, identity: str) -> Text | None:
    """Return why this person may not name this deputy, or None: only in a role of their own, and never themselves."""
    if role not in GIVERS or not person.has(role):
        return NO_ROLE
    return NOT_YOURS if identity == person.id else None


def may_know(deputy: StoredDeputy, person: Person) -> bool:
    """Say whether this person may know that there is such a deputyship: either of the two, or a privacy officer."""
    return person.id in {deputy.giver, deputy.deputy} or person.has(StaffRole.PRIVACY_OFFICER)


def may_agree(deputy: StoredDeputy, person: Person, *, on: dt.date) -> Text | None:
    """Return why this person may not agree to be a deputy, or None."""
    if deputy.deputy != person.id:
        return NOT_YOURS
    if deputy.state is not DeputyState.NAMED or deputy.ends < on:
        return OVER
    return None if person.has(*MAY_STAND_IN[deputy.role]) else WRONG_ROLE


def may_end(deputy: StoredDeputy, person: Person, *, on: dt.date) -> Text | None:
    """Return why this person may not end it before its last day, or None: either of the two, or a privacy officer."""
    if not may_know(deputy, person):
        return NOT_YOURS
    return OVER if deputy.state is DeputyState.ENDED or deputy.ends < on else None
