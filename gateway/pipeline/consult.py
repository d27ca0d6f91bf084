"""What is asked back of the requester, what they answer, and what was said of a part, for who may read it.

A question stops nothing: the part waits as it did, may be decided on meanwhile, and what is urgent never waits at all.
An answer holds no data: what must change is asked for in a new request.
"""

import datetime as dt
from collections.abc import Sequence

from gateway.approve import duties
from gateway.errors import NotFoundError
from gateway.model.approvals import Because, Said, Spoken
from gateway.model.calendar import local_day
from gateway.model.leaf import LeafType
from gateway.model.people import Person
from gateway.model.terms import words
from gateway.pipeline.judgement import Word, find, record_judgement, refuse_identifying, refuse_unless
from gateway.pipeline.tell import notify_approver, tell_team
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import Judgement

SPOKEN = {
    duties.APPROVE: Spoken.APPROVED,
    duties.REFUSE: Spoken.REFUSED,
    "advise_positive": Spoken.ADVISED_POSITIVE,
    "advise_negative": Spoken.ADVISED_NEGATIVE,
    duties.ASK: Spoken.ASKED,
    duties.ANSWER: Spoken.ANSWERED,
}


def ask_back(tools: Tools, disclosure_id: str, part_id: str, because: Because, by: Person, at: dt.datetime) -> None:
    """Ask the requester something; the part goes on waiting.

    :raises NotPermittedError: this person may neither decide nor advise, or a question is open already.
    :raises InvalidRequestError: the text holds what may not stand in it; its field is `text`.
    """

    def commit(unit: Unit) -> None:
        about, on = find(unit, disclosure_id, part_id), local_day(at)
        requester, deputies = about.disclosure.requester, unit.approvals.stands_in(by.id, on=on)
        part, said = about.part, about.judgements
        refuse_unless(duties.may_ask(part, said, requester=requester, person=by, deputies=deputies, on=on))
        refuse_identifying(tools, unit, about, because.text)
        word = Word(duties.ASK, LeafType.APPROVAL, "asked", because)
        record_judgement(tools, unit, about, word, by, at, digest=part.digest)
        tell_team(tools, unit, None, urgent=False, at=at)

    tools.store.write(commit)


def answer(tools: Tools, disclosure_id: str, part_id: str, because: Because, by: Person, at: dt.datetime) -> None:
    """Answer the open question.

    :raises NotPermittedError: this person did not make the request, or no question is open.
    :raises InvalidRequestError: the text holds what may not stand in it; its field is `text`.
    """

    def commit(unit: Unit) -> None:
        about = find(unit, disclosure_id, part_id)
        part, said, requester = about.part, about.judgements, about.disclosure.requester
        refuse_unless(duties.may_answer(part, said, requester=requester, person=by))
        refuse_identifying(tools, unit, about, because.text)
        word = Word(duties.ANSWER, LeafType.APPROVAL, "answered", because)
        record_judgement(tools, unit, about, word, by, at, digest=part.digest)
        notify_approver(tools, unit, urgent=False, at=at)

    tools.store.write(commit)


def told(tools: Tools, unit: Unit, judgements: Sequence[Judgement]) -> tuple[Said, ...]:
    """Return what people said of a part, oldest first; what was erased is left out."""
    found = []
    for one in judgements:
        spoken = SPOKEN.get(one.kind)
        if spoken is None:
            continue
        try:
            _, detail, _ = tools.recorder.read(unit, one.leaf_index)
        except NotFoundError:
            continue
        because = Because(words(detail.get("reasons")), words(detail.get("helps")), str(detail.get("text") or ""))
        by = str(detail.get("by_name", ""))
        found.append(Said(spoken, by, one.at, because, one.instead_of is not None, one.against))
    return tuple(found)
