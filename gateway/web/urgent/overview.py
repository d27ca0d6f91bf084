"""What every page of the team shows of the urgent: the button, and on the overview the clocks that still run."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from gateway.model.notices import MessageKind
from gateway.model.partner import Contact
from gateway.model.people import Person, StaffRole
from gateway.model.urgent import Clock, OpenReview, Way
from gateway.web.urgent.desk import UrgentDesk
from gateway.web.urgent.words import BUTTONS, clock_parts, name_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A review that waits, as this person sees it: `mine` is what they sent themselves, and may not review."""

    review: OpenReview
    partner: str
    clock: Clock
    mine: bool
    may: bool

    @property
    def oral(self) -> bool:
        """Say whether it was said by telephone."""
        return self.review.kind is MessageKind.ORAL


class Overview:
    """Answers the templates; what needs the database is asked only where it is shown."""

    def __init__(self, desk: UrgentDesk) -> None:
        """Ask this desk."""
        self._desk = desk

    def ways(self) -> Sequence[tuple[Way, str, str]]:
        """Return each urgent way with its address and the words of its button; needs no database."""
        labels = self._desk.bundle.vocabulary.grounds
        return [
            (way, f"/spoed/{name_of(way.ground)}", BUTTONS.get(way.ground) or labels[way.ground].label.nl)
            for way in self._desk.ways()
        ]

    def contact(self, partner_id: str) -> Contact | None:
        """Return where a partner is reached."""
        partner = self._desk.partner(partner_id)
        return None if partner is None else partner.contact

    def said(self, clock: Clock) -> tuple[int, int]:
        """Return the hours and minutes of a clock to say."""
        return clock_parts(clock)

    def waiting(self) -> Sequence[Waiting]:
        """Return the reviews that wait, the first one due in front."""
        person: Person = g.person
        now = self._desk.now()
        found = []
        for one in self._desk.open_reviews(person):
            partner = self._desk.partner(one.recipient)
            mine = one.requester == person.id
            may = not mine and person.has(StaffRole.SUPERVISOR, StaffRole.MANAGER)
            name = one.recipient if partner is None else partner.name
            found.append(Waiting(one, name, Clock.until(one.due, now), mine, may))
        return found
