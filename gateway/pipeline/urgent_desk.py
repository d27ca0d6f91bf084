"""What the pages of an urgent hand-over ask (`gateway.web.urgent.desk.UrgentDesk`): ways, sending, and open reviews."""

import datetime as dt
from collections.abc import Sequence

from gateway.decide.form import Offer, offer
from gateway.model.bundle import Bundle
from gateway.model.decision import Approval
from gateway.model.notices import OwedLine
from gateway.model.partner import Partner
from gateway.model.people import Person, StaffRole
from gateway.model.urgent import OpenReview, Way
from gateway.model.views import DisclosureView
from gateway.pipeline.chase import find_owed
from gateway.pipeline.desk import TeamDesk
from gateway.pipeline.tools import Tools


class UrgentDesk:
    """The same stages as for any request: what is urgent about it stands in the policy, not in this desk."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools
        self._team = TeamDesk(tools)

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        return self._tools.policy.bundle

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        return self._tools.clock()

    def receipt_within(self) -> dt.timedelta:
        """Return how long the receipt of an urgent message may take."""
        return self._tools.patience.urgent

    def mails_team(self) -> bool:
        """Say whether the team's mailbox is told that a receipt is missing."""
        return self._tools.channels.team

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one."""
        return self._tools.partners.get(partner_id)

    def ways(self) -> Sequence[Way]:
        """Return the ways that the policy has today for what is urgent, in the vocabulary's order of grounds.

        It asks no database: the telephone numbers stand on the page that says that the database does not answer.
        """
        grounds = self.bundle.vocabulary.grounds.values()
        found = (self._way(ground.name, ground.purposes[0]) for ground in grounds if ground.urgent)
        return [way for way in found if way is not None]

    def _way(self, ground: str, purpose: str) -> Way | None:
        """Return the way of a ground: to the first kind of recipient in the vocabulary's order that has a partner.

        For acute danger that is the police before any other, because that is who stands at the door.
        """
        for kind in self._kinds(ground):
            partners = sorted(
                (one for one in self._tools.partners.values() if one.kind == kind),
                key=lambda one: (not one.active, one.id),
            )
            roles = self._roles(kind, ground)
            if partners and roles:
                return Way(ground, purpose, partners[0], next(iter(roles.values())), tuple(roles))
        return None

    def _kinds(self, ground: str) -> Sequence[str]:
        """Return the kinds of recipients, those to whom this ground alone leads first."""
        rows = self.bundle.on(self._tools.clock().date()).rows
        grounds = {
            kind: {name for row in rows if kind in row.recipients for name in row.grounds if self._urgent(name)}
            for kind in self.bundle.vocabulary.recipients
        }
        asked = [kind for kind, names in grounds.items() if ground in names]
        return sorted(asked, key=lambda kind: len(grounds[kind]))

    def _urgent(self, ground: str) -> bool:
        return self.bundle.vocabulary.grounds[ground].urgent

    def _roles(self, kind: str, ground: str) -> dict[str, str]:
        """Return the roles that one fact of a person's own is enough for, each with that fact."""
        on, words = self._tools.clock().date(), self.bundle.vocabulary
        found: dict[str, str] = {}
        for role in words.roles:
            for row in self._tools.policy.rows_in_force(recipient=kind, ground=ground, role=role, on=on):
                told = [name for name in row.when if not words.facts[name].computed]
                if row.approval is Approval.POST_24H and len(told) == 1:
                    found.setdefault(role, told[0])
        one = next(iter(found.values()), "")
        return {role: fact for role, fact in found.items() if fact == one}

    def offer(self, way: Way, role: str) -> Offer:
        """Return the fields and facts that a form for this way and role needs."""
        on = self._tools.clock().date()
        return offer(self._tools.policy, recipient=way.partner.kind, ground=way.ground, role=role, on=on)

    def submit(self, body: bytes, by: Person) -> DisclosureView:
        """Take a request through every stage up to the outbox; the same again answers with what came of it."""
        return self._team.submit(body, by)

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show a request as it stands now."""
        return self._team.follow(disclosure_id, by)

    def open_reviews(self, by: Person) -> Sequence[OpenReview]:
        """Return what still waits for a second pair of eyes, what is due first in front."""
        if not by.has(*StaffRole):
            return ()
        with self._tools.store.read() as unit:
            return unit.reviews.open()

    def owed(self, by: Person) -> Sequence[OwedLine]:
        """Return the urgent receipts that are overdue."""
        if not by.has(*StaffRole):
            return ()
        with self._tools.store.read() as unit:
            return [one for one in find_owed(unit, self._tools.patience, self._tools.clock()) if one.urgent]
