"""What the pages of refusals ask (`gateway.web.refusals.desk.RefusalDesk`)."""

import datetime as dt
from collections.abc import Sequence

from gateway.log.recorder import Entry
from gateway.model.bundle import Bundle
from gateway.model.calendar import local_day
from gateway.model.gaps import GapAnswer, GapView
from gateway.model.leaf import LeafType
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.pipeline import gaps
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit


class RefusalDesk:
    """Reads the policy, and keeps questions to the privacy officer."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        return self._tools.policy.bundle

    def today(self) -> dt.date:
        """Return the day that it is."""
        return local_day(self._tools.clock())

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        return sorted(self._tools.partners.values(), key=lambda partner: partner.name)

    def find_gap(self, partner_id: str, ground: str, role: str) -> GapView | None:
        """Return a combination without a rule; None when there is one."""
        return gaps.find_gap(self._tools, partner_id, ground, role, self._tools.clock())

    def ask_for_rule(self, partner_id: str, ground: str, role: str, by: Person) -> None:
        """Tell the privacy officer that nobody decided this."""
        gaps.ask_for_rule(self._tools, partner_id, ground, role, by, self._tools.clock())

    def gaps(self) -> Sequence[GapView]:
        """Return what was asked, the open ones first."""
        return gaps.list_gaps(self._tools, self._tools.clock())

    def answer_gap(self, tag: str, answer: GapAnswer, due: dt.date | None, by: Person) -> None:
        """Keep the privacy officer's answer."""
        gaps.answer_gap(self._tools, tag, answer, due, by, self._tools.clock())

    def begin_letter(self, kind: str, address: tuple[str, int, str], by: Person) -> bool:
        """Log that somebody makes a draft of a letter to an owner: who and which kind; nothing of what stands in it.

        It is no disclosure: nothing leaves here, and the municipality's lawyer decides whether anything will. Return
        False, and log nothing, while AVIM has an open signal about the address: a letter could warn somebody.
        """
        place = self._tools.lookup.address(*address)
        told: dict[str, Json] = {"kind": "owner_letter", "letter": kind, "by": by.id, "by_name": by.name}

        def commit(unit: Unit) -> bool:
            if unit.circumstances.held([place]):
                return False
            case_id, key = self._tools.recorder.case(unit, tag=self._tools.lookup.own_affairs())
            entry = Entry(LeafType.ACCESS, "letter_made", self._tools.policy.bundle.digest, told)
            self._tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=self._tools.clock())
            return True

        return self._tools.store.write(commit)
