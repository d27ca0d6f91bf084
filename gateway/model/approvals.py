"""Closed words of approvals: why a part is refused, what is asked back, why advice is negative, what is a risk.

Their Dutch and English are the pages' (`gateway.web.approvals.words`). None of them says anything of a person.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from gateway.model.decision import Approval
from gateway.model.people import StaffRole
from gateway.model.terms import Text


class Reason(StrEnum):
    """Why a part is refused."""

    FACTS = "facts"  # the facts or documents do not carry it
    TOO_MUCH = "too_much"  # more would leave than the purpose needs
    RECIPIENT = "recipient"  # this recipient does not need it, or another fits better
    GROUND = "ground"  # the ground does not fit what happened
    HARM = "harm"  # it would do the person more harm than good
    NOT_HEARD = "not_heard"  # the person could not respond yet
    ADVICE = "advice"  # the FG advises against it
    OTHER_WAY = "other_way"  # the purpose can be reached without these data


class Help(StrEnum):
    """What would help: the way forward of who was refused."""

    NEWER_DOCUMENT = "newer_document"
    FEWER_DATA = "fewer_data"
    OTHER_RECIPIENT = "other_recipient"
    OTHER_GROUND = "other_ground"
    HEAR_PERSON = "hear_person"
    OFFER_HELP = "offer_help"
    ASK_FG = "ask_fg"
    NOTHING = "nothing"  # it must not be asked again


class Question(StrEnum):
    """What is asked back."""

    DOCUMENT = "document"  # on which document does this rest
    NEED = "need"  # why does the recipient need these data
    RECIPIENT = "recipient"  # why this recipient
    HEARD = "heard"  # could the person respond
    OTHER = "other"  # as the text says


class Reply(StrEnum):
    """What the requester answers."""

    YES = "yes"
    NO = "no"
    TEXT = "text"  # as the text says
    NEW_REQUEST = "new_request"  # something must change, so it is asked again


class AdviceReason(StrEnum):
    """What the FG's advice rests on."""

    NEED = "need"  # the data are, or are not, needed for the purpose
    PROPORTION = "proportion"  # the harm weighs less, or more, than the purpose
    OTHER_WAY = "other_way"  # there is, or is not, a way with fewer data
    BASIS = "basis"  # the legal basis holds, or is doubtful
    FACTS = "facts"  # the facts are clear, or are not
    RIGHTS = "rights"  # the person could respond, or could not


class Against(StrEnum):
    """Why a decision differs from the FG's advice."""

    PURPOSE = "purpose"  # the purpose weighs more
    NEW_FACTS = "new_facts"  # more is known since
    DUTY = "duty"  # the law or an agreement obliges
    LESS = "less"  # what the advice named was met in another way


class Risk(StrEnum):
    """What whoever decides must look at: about what would leave, never about a person."""

    NAMES = "names"  # it names somebody, or says how to reach them
    SPECIAL = "special"  # GDPR article 9
    CRIMINAL = "criminal"  # GDPR article 10
    POLICE = "police"  # data of the police
    MEDICAL = "medical"  # data of a doctor
    LANDLORD = "landlord"  # a private landlord reads it
    CHANGED = "changed"  # the request changed after a refusal
    SEVERAL = "several"  # about several people
    ADVISED_AGAINST = "advised_against"  # the FG's advice is negative
    ALREADY_GONE = "already_gone"  # it has left, and waits for its review


class Task(StrEnum):
    """What somebody is to do about a part."""

    REVIEW = "review"
    DECIDE = "decide"
    ADVISE = "advise"
    ANSWER = "answer"


class Spoken(StrEnum):
    """What was said of a part, as people see it."""

    REFUSED = "refused"
    APPROVED = "approved"
    ADVISED_POSITIVE = "advised_positive"
    ADVISED_NEGATIVE = "advised_negative"
    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Because:
    """The closed words of what somebody says, and a short screened text. Kept in the encrypted detail alone."""

    reasons: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a part: `by` is a name for display; `deputy` says whether it was in somebody's place."""

    what: Spoken
    by: str
    at: dt.datetime
    because: Because
    deputy: bool = False
    against: bool = False


class Queue(NamedTuple):
    """What waits; `cut`: more than is listed."""

    lines: "Sequence[QueueLine]"
    cut: bool


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A part that somebody must judge: no name, address or case number. `why_not`: why not this person; None: they may.

    `review_due`: for a review alone. `people`: how many it is about. `asked`: a question is open.
    """

    disclosure_id: str
    part_id: str
    recipient: str
    ground: str
    approval: Approval
    task: Task
    since: dt.datetime
    review_due: dt.datetime | None
    risks: tuple[Risk, ...]
    people: int
    asked: bool
    why_not: Text | None


@dataclass(frozen=True, slots=True)
class AgainstLine:
    """A decision that differs from the FG's advice, for officers: no names, no address, no case number."""

    disclosure_id: str
    at: dt.datetime
    leaf_index: int
    approved: bool
    because: Because  # empty when the case was erased


@dataclass(frozen=True, slots=True)
class DeputyView:
    """A deputyship as either of the two sees it. `given`: by who looks; `other`: the other's name, or identity."""

    id: str
    role: StaffRole
    begins: dt.date
    ends: dt.date
    given: bool
    other: str
    state: str
    may_agree: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Why somebody may not say something of a part; None: they may. `question`: what is asked and not answered."""

    refuse: Text | None
    advise: Text | None
    ask: Text | None
    answer: Text | None
    question: Said | None = None
