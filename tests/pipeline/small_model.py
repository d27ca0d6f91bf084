"""The whole gateway in a few rules of plain Python: what each deed must answer, and what is so afterwards.

It asks no engine. Each deed returns one word: what was done, or the code of the refusal. A refusal changes nothing.
"""

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.calendar import AMSTERDAM
from gateway.model.decision import Approval, Outcome
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.model.views import PartState
from tests.pipeline.known_cases import Case, Need, Strand

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
PEOPLE = {
    "sanne": SANNE,
    "bram, called Sanne": Person(BRAM.id, SANNE.name, BRAM.roles),
    "meryem": MERYEM,
    "fleur": FLEUR,
    "otto": OTTO,
    "sanne, called Bram": Person(SANNE.id, BRAM.name, SANNE.roles | MERYEM.roles),
    "farida, FG and manager": Person("demo:farida", "Farida (verzonnen)", FLEUR.roles | MERYEM.roles),
    "samir, FG and supervisor": Person("demo:samir", "Samir (verzonnen)", FLEUR.roles | SANNE.roles),
}
OFFICERS = {StaffRole.FG, StaffRole.PRIVACY_OFFICER}
MAY_STAND_IN = {
    StaffRole.MANAGER: {StaffRole.SUPERVISOR, StaffRole.MANAGER},
    StaffRole.FG: {StaffRole.PRIVACY_OFFICER, StaffRole.FG},
}
DECIDERS = {StaffRole.SUPERVISOR, StaffRole.MANAGER}
RETENTION = dt.timedelta(days=730)
REFUSED, ABSENT, CHANGED, MALFORMED = "not_permitted", "not_found", "duplicate_request", "invalid_request"
WAITING, RELEASED, DELIVERED = PartState.WAITING, PartState.RELEASED, PartState.DELIVERED
AFTER = {
    "received": {"opened", "not_for_us", "acted", "destroyed"},
    "opened": {"not_for_us", "acted", "destroyed"},
    "acted": {"destroyed"},
    "not_for_us": {"destroyed"},
    "destroyed": set[str](),
}
"""What a partner may still say of a message after it said this."""


@dataclass
class Organisation:
    """A partner. `keys` are generations, the newest first; `old` says which of them are enrolled no longer."""

    agreement: dt.date
    dpia: dt.date
    checked: dt.date | None = None
    active: bool = True
    homes: set[str] = field(default_factory=set)
    keys: list[int] = field(default_factory=lambda: [0])
    made: int = 1

    def renew(self, today: dt.date) -> None:
        """Sign the papers again."""
        self.agreement, self.dpia = today + dt.timedelta(days=50), today + dt.timedelta(days=80)
        self.checked = today if self.checked else None

    def agreed(self, today: dt.date) -> bool:
        """Say whether the agreement holds; a private landlord's ownership was checked in the last 30 days."""
        return today < self.agreement and (self.checked is None or (today - self.checked).days <= 30)


@dataclass
class Part:
    """What leaves together. `sealed`, `key`, `at`: the subjects, generation of key and moment of its message."""

    ask: int
    approval: Approval
    state: PartState
    first: Hashable
    advice: list[tuple[str, str, bool]] = field(default_factory=list)  # who, in whose place or "", and which way
    asked: bool = False  # a question is open
    reviewed: bool = False
    sealed: tuple[Strand, ...] = ()
    key: int | None = None
    at: dt.datetime | None = None
    receipts: dict[str, int] = field(default_factory=dict)  # what was said -> its entry


@dataclass
class Ask:
    """A request as submitted."""

    case: Case
    by: Person


@dataclass
class Deputy:
    """Who acts in whose place, in which role, on which days."""

    giver: str
    deputy: str
    role: StaffRole
    begins: dt.date
    ends: dt.date
    state: str = "named"


@dataclass
class World:
    """Everything that the model remembers."""

    now: dt.datetime
    partners: dict[str, Organisation]
    asks: list[Ask] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    keys: dict[tuple[str, str], tuple[dict[str, Json], int]] = field(default_factory=dict)
    holds: dict[int, frozenset[Hashable]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    deputies: list[Deputy] = field(default_factory=list)
    recalls: list[str] = field(default_factory=list)  # to whom each recall went; nobody fetches one here
    leaves: list[tuple[str, str]] = field(default_factory=lambda: [("policy", "unsigned")])  # the start says so

    # -- what is so ---------------------------------------------------------------------------------------------------
    def stands(self, ask: Ask, strand: Strand) -> bool:
        """Say whether this subject's data may leave now, once approved."""
        today, partner = self.now.date(), self.partners[ask.case.recipient]
        met = {
            Need.AGREEMENT: partner.agreed(today),
            Need.DPIA: today < partner.dpia,
            Need.OWNER: strand.place in partner.homes,
            Need.NO_HOLD: not any(held & self.tags(ask.case, (strand,)) for held in self.holds.values()),
            Need.CONSENT: ask.case.consent not in self.withdrawn,
        }
        timely = self.now.astimezone(AMSTERDAM).date() - ask.case.day <= RETENTION
        return strand.refused is None and partner.active and timely and all(met[need] for need in strand.needs)

    @staticmethod
    def tags(case: Case, strands: tuple[Strand, ...]) -> frozenset[Hashable]:
        """Return the case and the places of these subjects."""
        return frozenset({str(case.body["case_ref"]), *(strand.place for strand in strands if strand.place)})

    def going(self, ask: Ask, approval: Approval) -> tuple[Strand, ...]:
        """Return the subjects that leave under this approval as things stand."""
        return tuple(s for s in ask.case.strands if s.approval is approval and self.stands(ask, s))

    def leaving(self, number: int) -> Hashable:
        """Return what an approval of this part would be of, or None: two are equal exactly when their digests are."""
        part = self.parts[number]
        ask = self.asks[part.ask]
        going = self.going(ask, part.approval)
        data = frozenset((s.ref, s.fields | (s.advised if self.advised(part) else frozenset())) for s in going)
        return (number, self.partners[ask.case.recipient].keys[0], self.now.date(), data) if going else None

    @staticmethod
    def advised(part: Part) -> bool:
        """Say whether the FG's latest advice is positive."""
        return bool(part.advice) and part.advice[-1][2]

    def of_partner(self, partner: str) -> Iterator[tuple[int, Part]]:
        """Yield the numbers and parts whose message this partner may see listed."""
        listed = {RELEASED, DELIVERED, PartState.RECALLED}
        return ((n, p) for n, p in enumerate(self.parts) if self.recipient(p) == partner and p.state in listed)

    def recipient(self, part: Part) -> str:
        """Return whose message it is."""
        return self.asks[part.ask].case.recipient

    def waits(self, ask: int) -> bool:
        """Say whether a part of this request waits: only then may the request be kept."""
        return any(part.ask == ask and part.state is WAITING for part in self.parts)

    # -- what people do -----------------------------------------------------------------------------------------------
    def preview(self, case: Case, by: Person) -> str:
        """Look what a request would do."""
        return self._outcome(Ask(case, by)).value

    def submit(self, case: Case, by: Person) -> str:
        """Submit a request; the same again is the same."""
        key = (by.id, str(case.body["idempotency_key"]))
        if key in self.keys:
            return f"same as {self.keys[key][1]}" if self.keys[key][0] == case.body else CHANGED
        ask, number = Ask(case, by), len(self.asks)
        outcome = self._outcome(ask)
        self.keys[key] = (case.body, number)
        self.asks.append(ask)
        self.leaves.append(("decision", outcome.value))
        for approval in Approval:
            going = self.going(ask, approval)
            if going:
                self.parts.append(Part(number, approval, WAITING, None))
                self.parts[-1].first = self.leaving(len(self.parts) - 1)
                if not approval.before_release:
                    self._release(self.parts[-1])
        return outcome.value

    def follow(self, number: int, by: Person) -> str:
        """Look at a request; an officer's look is logged."""
        if not 0 <= number < len(self.asks):
            return ABSENT
        self._look(number, by)
        return "seen"

    def approve(self, number: int, by: Person, saw: Hashable, *, why: bool = True) -> str:
        """Approve what was seen; `why`: whether a reason is given, which negative advice asks for."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part, now = self.parts[number], self.leaving(number)
        if not self.may_judge(part, by):
            return REFUSED
        if now is None:
            self.leaves.append(("decision", "deny"))
            self._take_back(part)
            self._look(part.ask, by)
            return "voided"
        if saw != now:
            return CHANGED
        if part.advice and not self.advised(part) and not why:
            return MALFORMED
        self.leaves.append(("approval", "approved"))
        self._release(part)
        self._look(part.ask, by)
        return "released"

    def refuse(self, number: int, by: Person) -> str:
        """Refuse a part."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part = self.parts[number]
        if not self.may_judge(part, by):
            return REFUSED
        self.leaves.append(("approval", "refused"))
        part.state = PartState.REFUSED
        self._look(part.ask, by)
        return "refused"

    def advise(self, number: int, by: Person, *, positive: bool) -> str:
        """Advise on a part."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part = self.parts[number]
        place = self.advises_as(part, by)
        if place is None:
            return REFUSED
        part.advice.append((by.id, place, positive))
        self.leaves.append(("approval", "advise_positive" if positive else "advise_negative"))
        self._look(part.ask, by)
        return "advised"

    def ask_back(self, number: int, by: Person) -> str:
        """Ask the requester something: nothing is stopped by it."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part = self.parts[number]
        if part.asked or not (self.advises_as(part, by) is not None or self.decides_as(part, by) is not None):
            return REFUSED
        part.asked = True
        self.leaves.append(("approval", "asked"))
        return "asked"

    def answer(self, number: int, by: Person) -> str:
        """Answer what was asked."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part = self.parts[number]
        if part.state is not WAITING or by.id != self.asks[part.ask].by.id or not part.asked:
            return REFUSED
        part.asked = False
        self.leaves.append(("approval", "answered"))
        return "answered"

    def name(self, by: Person, deputy: str, role: StaffRole, days: int) -> str:
        """Name a deputy from today on."""
        if not by.has(role) or deputy == by.id:
            return REFUSED
        today = self.now.astimezone(AMSTERDAM).date()
        self.deputies.append(Deputy(by.id, deputy, role, today, today + dt.timedelta(days=days)))
        self.leaves.append(("access", "deputy_named"))
        return "named"

    def agree(self, number: int, by: Person) -> str:
        """Agree to be a deputy."""
        if not 0 <= number < len(self.deputies):
            return ABSENT
        one = self.deputies[number]
        if by.id not in {one.giver, one.deputy} and not by.has(StaffRole.PRIVACY_OFFICER):
            return ABSENT
        over = one.state != "named" or one.ends < self.now.astimezone(AMSTERDAM).date()
        if one.deputy != by.id or over or not by.has(*MAY_STAND_IN[one.role]):
            return REFUSED
        one.state = "agreed"
        self.leaves.append(("access", "deputy_agreed"))
        return "agreed"

    def end(self, number: int, by: Person) -> str:
        """End a deputyship."""
        if not 0 <= number < len(self.deputies):
            return ABSENT
        one = self.deputies[number]
        if by.id not in {one.giver, one.deputy} and not by.has(StaffRole.PRIVACY_OFFICER):
            return ABSENT
        if one.state == "ended" or one.ends < self.now.astimezone(AMSTERDAM).date():
            return REFUSED
        one.state = "ended"
        self.leaves.append(("access", "deputy_ended"))
        return "ended"

    def review(self, number: int, by: Person, *, good: bool) -> str:
        """Review an urgent hand-over afterwards."""
        if not 0 <= number < len(self.parts):
            return ABSENT
        part = self.parts[number]
        open_now = part.approval is Approval.POST_24H and part.state in {RELEASED, DELIVERED} and not part.reviewed
        if not open_now or not by.has(*DECIDERS) or by.id == self.asks[part.ask].by.id:
            return REFUSED
        part.reviewed = True
        self.leaves.append(("review", "upheld" if good else "rejected"))
        if not good:
            self._take_back(part)
        self._look(part.ask, by)
        return "reviewed"

    def withdraw(self, number: int, by: Person) -> str:
        """Note that the consent behind a request was withdrawn."""
        if not by.has(*DECIDERS):
            return REFUSED
        if not 0 <= number < len(self.asks):
            return ABSENT
        consent = self.asks[number].case.consent
        if consent is None:
            return REFUSED
        self.withdrawn.add(consent)
        self.leaves.append(("review", "consent_withdrawn"))
        for part in self.parts:
            about = part.sealed or tuple(s for s in self.asks[number].case.strands if s.approval is part.approval)
            relies = any(Need.CONSENT in strand.needs for strand in about)
            if part.ask == number and relies and part.state in {WAITING, RELEASED, DELIVERED}:
                self._take_back(part)
        self._look(number, by)
        return "withdrawn"

    def lift(self, number: int, by: Person) -> str:
        """Lift the hold that a request opened."""
        if not by.has(*DECIDERS):
            return REFUSED
        if not 0 <= number < len(self.asks):
            return ABSENT
        if self.holds.pop(number, None) is None:
            return REFUSED
        self.leaves.append(("review", "hold_lifted"))
        self._look(number, by)
        return "lifted"

    # -- what partners do ---------------------------------------------------------------------------------------------
    def fetch(self, partner: str, number: int) -> str:
        """Fetch a message; decided again at every fetch."""
        part = self.parts[number] if 0 <= number < len(self.parts) else None
        if part is None or self.recipient(part) != partner or part.state not in {RELEASED, DELIVERED}:
            return ABSENT
        if not all(self.stands(self.asks[part.ask], strand) for strand in part.sealed):
            self._take_back(part)
            return ABSENT
        part.state = DELIVERED
        return "fetched"

    def acknowledge(self, partner: str, number: int, *, wrong: str, state: str, key: int) -> str:
        """Take a receipt; `wrong` names what it misstates, `key` the generation that signed it (-1: another's)."""
        part = self.parts[number] if 0 <= number < len(self.parts) else None
        if part is None or self.recipient(part) != partner or part.state not in {DELIVERED, PartState.RECALLED}:
            return ABSENT
        if key not in self.partners[partner].keys or wrong == "date":
            return "receipt_invalid"
        if wrong:
            return "receipt_mismatch"
        if state not in part.receipts:  # the same said again is the same entry, whoever signed it
            if not all(state in AFTER[said] for said in part.receipts):
                return "receipt_order"
            part.receipts[state] = len(self.leaves)
            self.leaves.append(("receipt", state))
        return f"leaf {part.receipts[state]}"

    def enrol(self, partner: str, *, overlap: bool) -> None:
        """Enrol a new set of keys; the last one stays when they overlap."""
        who = self.partners[partner]
        who.keys = [who.made, *(who.keys[:1] if overlap else [])]
        who.made += 1

    # -- what follows -------------------------------------------------------------------------------------------------
    def _outcome(self, ask: Ask) -> Outcome:
        found = [self._alone(ask, strand) for strand in ask.case.strands]
        if Outcome.PERMIT in found or Outcome.PERMIT_REDUCED in found:
            return Outcome.PERMIT if set(found) == {Outcome.PERMIT} else Outcome.PERMIT_REDUCED
        return next((o for o in (Outcome.NEEDS_APPROVAL, Outcome.DENY) if o in found), Outcome.GAP)

    def _alone(self, ask: Ask, strand: Strand) -> Outcome:
        if not self.stands(ask, strand):
            return strand.refused or Outcome.DENY
        if strand.approval.before_release:
            return Outcome.NEEDS_APPROVAL
        return Outcome.PERMIT_REDUCED if strand.reduced else Outcome.PERMIT

    def _release(self, part: Part) -> None:
        ask = self.asks[part.ask]
        part.state, part.sealed = RELEASED, self.going(ask, part.approval)
        part.key, part.at = self.partners[ask.case.recipient].keys[0], self.now
        kept_back = any(s.reduced or (s.advised and not self.advised(part)) for s in part.sealed)
        self.leaves.append(("release", "permit_reduced" if kept_back else "permit"))
        if ask.case.holds:
            self.holds[part.ask] = self.tags(ask.case, part.sealed)

    def _take_back(self, part: Part) -> None:
        left = part.state is DELIVERED
        part.state = PartState.RECALLED if left else PartState.VOIDED
        self.leaves.append(("recall", "recalled" if left else "voided"))
        if left and self.partners[self.recipient(part)].active:
            self.leaves.append(("release", "recall"))  # a message of its own, which asks to destroy
            self.recalls.append(self.recipient(part))

    def places(self, by: Person, role: StaffRole) -> list[str]:
        """Return in whose places this person may act today, in a role that they do not have."""
        today = self.now.astimezone(AMSTERDAM).date()
        agreed = [one for one in self.deputies if (one.deputy, one.role, one.state) == (by.id, role, "agreed")]
        return [one.giver for one in agreed if one.begins <= today <= one.ends] if by.has(*MAY_STAND_IN[role]) else []

    def decides_as(self, part: Part, by: Person) -> str | None:
        """Return in whose place this person decides on a part, "" in their own role, None when they may not."""
        needed = {StaffRole.MANAGER} if part.approval is Approval.PRE_FG else DECIDERS
        barred = {self.asks[part.ask].by.id, *(who for one in part.advice for who in one[:2])}
        places = [""] if by.has(*needed) else [one for one in self.places(by, StaffRole.MANAGER) if one not in barred]
        return places[0] if places and part.state is WAITING and by.id not in barred else None

    def advises_as(self, part: Part, by: Person) -> str | None:
        """Return in whose place this person advises on a part, "" as the FG, None when they may not."""
        barred = self.asks[part.ask].by.id
        places = [""] if by.has(StaffRole.FG) else [one for one in self.places(by, StaffRole.FG) if one != barred]
        return places[0] if places and part.state is WAITING and by.id != barred else None

    def may_judge(self, part: Part, by: Person) -> bool:
        """Say whether this person decides on a part: not on their own request, nor after their own advice."""
        in_time = bool(part.advice) or part.approval is not Approval.PRE_FG
        return in_time and self.decides_as(part, by) is not None

    def _look(self, number: int, by: Person) -> None:
        if by.has(*OFFICERS) and by.id != self.asks[number].by.id:
            self.leaves.append(("access", "read"))
