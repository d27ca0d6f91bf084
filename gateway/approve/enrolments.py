"""Decides whether a person may confirm a partner's new keys: two different people, neither of whom can do it alone.

The FG supervises and does not decide; a supervisor of the team asks for hand-overs, and so does not also say to whom
they are sealed.
"""

from collections.abc import Sequence

from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text
from gateway.store.records import Confirmation

NEEDED = 2
"""How many people confirm before a key counts."""

OFFICERS = (StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)
NO_ROLE = Text(
    "De privacy officer en de manager bevestigen sleutels.", "The privacy officer and the manager confirm keys."
)
TWICE = Text(
    "U hebt dit al bevestigd. Een ander moet het ook doen.", "You confirmed this already. Somebody else must do it too."
)


def may_confirm(given: Sequence[Confirmation], person: Person) -> Text | None:
    """Return why this person may not confirm the enrolment, or None."""
    if not person.has(*OFFICERS):
        return NO_ROLE
    if any(confirmation.person == person.id for confirmation in given):
        return TWICE
    return None
