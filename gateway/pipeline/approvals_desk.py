"""What approvers, the FG, requesters and deputies do (`gateway.web.approvals.desk.ApprovalsDesk`)."""

import datetime as dt
from collections.abc import Sequence

from gateway.approve import duties, reasons
from gateway.errors import InvalidRequestError
from gateway.model.approvals import AgainstLine, DeputyView, Queue, Spoken, Standing
from gateway.model.bundle import Bundle
from gateway.model.calendar import local_day
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.pipeline import consult, deputise, judge, queue
from gateway.pipeline.desk import look_for
from gateway.pipeline.judgement import find
from gateway.pipeline.tools import Tools


class ApprovalsDesk:
    """The same checks whoever asks, and from wherever."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        return self._tools.policy.bundle

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        return sorted(self._tools.partners.values(), key=lambda partner: partner.name)

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        return self._tools.clock()

    def queue(self, by: Person) -> Queue:
        """Return what waits for this person or for others of their roles, the soonest due first."""
        return queue.queue(self._tools, by, self.now())

    def standing(self, disclosure_id: str, part_id: str, by: Person) -> Standing:
        """Return what this person may say of a part, without opening what is in it."""
        look_for(disclosure_id, part_id)
        on = local_day(self.now())
        with self._tools.store.read() as unit:
            about = find(unit, disclosure_id, part_id)
            deputies = unit.approvals.stands_in(by.id, on=on)
            part, said, requester = about.part, about.judgements, about.disclosure.requester
            asked = [one for one in consult.told(self._tools, unit, said) if one.what is Spoken.ASKED]
            return Standing(
                duties.may_approve(part, said, requester=requester, person=by, deputies=deputies, on=on),
                duties.may_advise(part, requester=requester, person=by, deputies=deputies, on=on),
                duties.may_ask(part, said, requester=requester, person=by, deputies=deputies, on=on),
                duties.may_answer(part, said, requester=requester, person=by),
                asked[-1] if asked and duties.question(said) is not None else None,
            )

    def refuse(
        self, disclosure_id: str, part_id: str, because: Sequence[str], helps: Sequence[str], text: str, by: Person
    ) -> None:
        """Refuse a part, and say why."""
        look_for(disclosure_id, part_id)
        judge.refuse(self._tools, disclosure_id, part_id, reasons.refusal(because, helps, text), by, self.now())

    def ask_back(self, disclosure_id: str, part_id: str, question: str, text: str, by: Person) -> None:
        """Ask the requester something; the part goes on waiting."""
        look_for(disclosure_id, part_id)
        consult.ask_back(self._tools, disclosure_id, part_id, reasons.question(question, text), by, self.now())

    def answer(self, disclosure_id: str, part_id: str, reply: str, text: str, by: Person) -> None:
        """Answer the open question."""
        look_for(disclosure_id, part_id)
        consult.answer(self._tools, disclosure_id, part_id, reasons.reply(reply, text), by, self.now())

    def advise(self, disclosure_id: str, part_id: str, advice: str, because: Sequence[str], by: Person) -> None:
        """Record the FG's advice ("positive" or "negative") and what it rests on."""
        look_for(disclosure_id, part_id)
        if advice not in {"positive", "negative"}:
            raise InvalidRequestError(
                "choose one of the two", hint="positive or negative", fields={"advice": "missing"}
            )
        positive = advice == "positive"
        rests = reasons.advice(because, positive=positive)
        judge.advise(self._tools, disclosure_id, part_id, rests, positive=positive, by=by, at=self.now())

    def against_lines(self, by: Person) -> Sequence[AgainstLine]:
        """List, for officers, the decisions that differ from the FG's advice."""
        return queue.against_lines(self._tools, by)

    def deputies(self, by: Person) -> Sequence[DeputyView]:
        """Return the deputyships that this person gave or was given."""
        return deputise.views(self._tools, by, self.now())

    def name_deputy(self, role: str, deputy: str, begins: dt.date | None, ends: dt.date | None, by: Person) -> None:
        """Name a deputy, who must still agree."""
        deputise.name_deputy(self._tools, deputise.Naming(role, deputy, begins, ends), by, self.now())

    def agree(self, deputy_id: str, by: Person) -> None:
        """Agree to act in somebody's place."""
        look_for(deputy_id)
        deputise.agree(self._tools, deputy_id, by, self.now())

    def end(self, deputy_id: str, by: Person) -> None:
        """End a deputyship at once."""
        look_for(deputy_id)
        deputise.end(self._tools, deputy_id, by, self.now())
