"""Any deed of the whole pipeline in any order, on the real gateway beside the small model (issue 3, point 4)."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.model.views import PartState
from tests.pipeline.gateway_at_work import HOLDERS, KINDS
from tests.pipeline.known_cases import LANDLORDS, NAMES, PLACES, URGENT, Case
from tests.pipeline.play import Deed, Play
from tests.pipeline.small_model import BRAM, CHANGED, DELIVERED, FLEUR, MERYEM, PEOPLE, RELEASED, SANNE, WAITING, World

PARTNERS = sorted(KINDS)
RECEIPTS = ("received", "opened", "not_for_us", "acted", "destroyed")
pick = st.integers(0, 11)
people = st.sampled_from([*sorted(PEOPLE), *["who may"] * 8, *["who advised"] * 4])
requesters = st.sampled_from(["sanne", "sanne", "bram, called Sanne", "sanne, called Bram", "samir, FG and supervisor"])
places = st.sampled_from(sorted(PLACES))
cases = st.sampled_from(NAMES)
waiting = st.sampled_from(
    ["landlord", "landlord specific", "landlord too much", "tenant", "both", "two homes", "labour"]
)


DEEDS: dict[str, tuple[int, dict[str, st.SearchStrategy[object]]]] = {}
"""What may come at any time: how often beside the others, and what is drawn for it."""

Do = TypeVar("Do", bound=Callable[..., None])


def may(weight: int, **draws: st.SearchStrategy[object]) -> Callable[[Do], Do]:
    """Note a deed. Rules of Hypothesis would be switched off for whole examples; these all stay possible."""

    def note(do: Do) -> Do:
        DEEDS[do.__name__] = weight, draws
        return do

    return note


class AnyOrder(Play):
    """Every deed may come at any time: a refusal is as good a step as a success."""

    @initialize(names=st.tuples(waiting, cases, cases))
    def begin(self, names: tuple[str, ...]) -> None:
        """Something is there already; the first waits for somebody else."""
        for number, name in enumerate(names):
            self.play(self.submission(self.case(name, "A", 1 + number, number), SANNE))

    @rule(step=st.deferred(lambda: STEPS))
    def step(self, step: tuple[str, dict[str, object]]) -> None:
        """Do one of the deeds."""
        name, drawn = step
        getattr(self, name)(**drawn)

    # -- requests -----------------------------------------------------------------------------------------------------
    @may(3, name=cases, place=places, number=st.integers(1, 3), twist=st.integers(0, 3), by=requesters)
    def submit(self, name: str, place: str, number: int, twist: int, by: str) -> None:
        """Any case, by anybody of the team."""
        self.play(self.submission(self.case(name, place, number, twist), PEOPLE[by]))

    @may(3, name=waiting, place=places, twist=st.integers(0, 2), by=requesters)
    def submit_what_waits(self, name: str, place: str, twist: int, by: str) -> None:
        """A case that needs somebody else."""
        self.play(self.submission(self.case(name, place, 4, twist), PEOPLE[by]))

    @may(1, index=pick, by=requesters, how=st.sampled_from(["same", "other body", "malformed", "nobody"]))
    def submit_again(self, index: int, by: str, how: str) -> None:
        """An old request once more, the same key for another, or what is no request."""
        if not self.world.asks:
            return
        old = self.world.asks[self.ask(index)].case
        body: dict[str, Json] = deepcopy(old.body)
        if how == "other body":
            body["purpose"] = "assess_pattern" if body["purpose"] != "assess_pattern" else "offer_help"
        elif how != "same":
            body["idempotency_key"] = f"any-order-{how.replace(' ', '-')}"
            body |= {"recipient": "nobody"} if how == "nobody" else {"colour": "blue"}
        code = {"malformed": "invalid_request", "nobody": "unknown_partner"}.get(how)
        if how == "other body" and (PEOPLE[by].id, str(body["idempotency_key"])) not in self.world.keys:
            return  # under another person's key it is a new request, of a kind that no example settles
        again = Case(old.name, old.day, old.recipient, old.strands, body, old.consent, old.holds)
        self.play(
            Deed(lambda world: code or world.submit(again, PEOPLE[by]), lambda: self.real.submit(body, PEOPLE[by]))
        )

    @may(1, name=cases, place=places, twist=st.integers(0, 3), by=requesters)
    def preview(self, name: str, place: str, twist: int, by: str) -> None:
        """Looking ahead tells the outcome and keeps nothing."""
        case = self.case(name, place, 1, twist)
        size, before = len(self.world.leaves), self.before
        self.play(Deed(lambda world: world.preview(case, PEOPLE[by]), lambda: self.real.preview(case.body, PEOPLE[by])))
        assert (len(self.world.leaves), self.before) == (size, before)

    @may(1, name=st.sampled_from(URGENT), place=places, number=st.integers(1, 3), by=requesters)
    def hand_over_now(self, name: str, place: str, number: int, by: str) -> None:
        """Liveness: whatever the world is like, an urgent hand-over is released and fetched at once."""
        case = self.case(name, place, number, 0)
        self.play(self.submission(case, PEOPLE[by]))
        if self.world.partners[case.recipient].active:
            number = len(self.world.parts) - 1
            assert self.world.parts[number].approval is Approval.POST_24H
            assert self.play(self.fetching(case.recipient, number)) == "fetched"

    # -- judgements ---------------------------------------------------------------------------------------------------
    @may(
        5,
        index=pick,
        by=people,
        saw=st.sampled_from(["now", "now", "now", "stale", "stale", "other", "nonsense", "under another request"]),
        advised=st.booleans(),
        why=st.sampled_from([True, True, True, False]),
    )
    def approve(self, index: int, by: str, saw: str, advised: bool, why: bool) -> None:
        """Approve what is there now, what was there, what is somewhere else, or nothing known."""
        number = self.part(index, WAITING)
        if advised and number >= 0:
            # Every third advice is negative: it binds a colleague, not a manager.
            adviser = self.person("who may", number, "advise", index)
            self.play(self.judgement("advised", number, adviser, yes=index % 3 > 0))
        shown = self.look(number)
        if saw == "stale" and number in self.seen:
            shown = self.seen[number][0]
        elif saw == "other":
            shown = self.look(self.part(index + 1))
        elif saw == "nonsense":
            shown = ("nothing", f"sha256:{'1' * 64}")
        person, ask = self.person(by, number, "judge", index), self.ask(index + 1)
        if saw == "under another request" and number >= 0 and ask != self.ask_of(number):
            self.play(Deed(lambda _: CHANGED, lambda: self.real.approve(ask, number, shown[1], person)))
        else:
            self.play(self.approval(number, person, shown, why=why))

    @may(2, index=pick, by=people, what=st.sampled_from(["asked", "asked", "answered"]))
    def ask_or_answer(self, index: int, by: str, what: str) -> None:
        """Ask the requester something, or answer: it stops nothing."""
        number = self.part(index, WAITING)
        person = self.person(by, number, "judge", index)
        if what == "answered" and by == "who may" and number >= 0:
            person = self.world.asks[self.ask_of(number)].by
        self.play(self.judgement(what, number, person))

    @may(
        2,
        by=st.sampled_from(["meryem", "fleur", "farida, FG and manager", "sanne, called Bram", "sanne"]),
        deputy=st.sampled_from([*sorted(PEOPLE), "otto", "sanne"]),
        role=st.sampled_from([StaffRole.MANAGER, StaffRole.MANAGER, StaffRole.FG]),
        days=st.sampled_from([0, 7, 60]),
        agrees=st.booleans(),
    )
    def name_a_deputy(self, by: str, deputy: str, role: StaffRole, days: int, agrees: bool) -> None:
        """Somebody names a deputy, also in a role that they do not have; who agrees at once, or not."""
        giver, person = PEOPLE[by], PEOPLE[deputy]
        named = self.play(
            Deed(
                lambda world: world.name(giver, person.id, role, days),
                lambda: self.real.name_deputy(giver, person.id, role, days),
            )
        )
        if named == "named" and agrees:
            self.play(self.deputising("agreed", len(self.world.deputies) - 1, person))

    @may(1, index=pick, by=st.sampled_from(sorted(PEOPLE)), what=st.sampled_from(["agreed", "ended"]))
    def agree_or_end(self, index: int, by: str, what: str) -> None:
        """Agree to a deputyship, or end one: one's own, another's, or none."""
        every = [*range(len(self.world.deputies))] or [-1]
        self.play(self.deputising(what, every[-1 - index % len(every)], PEOPLE[by]))

    @may(3, index=pick, by=people, what=st.sampled_from(["refused", "advised", "reviewed"]), yes=st.booleans())
    def judge(self, index: int, by: str, what: str, yes: bool) -> None:
        """Refuse, advise or review, whoever it is."""
        number = self.part(index, *((RELEASED, DELIVERED) if what == "reviewed" else (WAITING,)))
        act = {"refused": "judge", "advised": "advise", "reviewed": "review"}[what]
        self.play(self.judgement(what, number, self.person(by, number, act, index), yes=yes))

    @may(2, index=pick, by=people, what=st.sampled_from(["withdrawn", "lifted", "seen"]))
    def change_or_look(self, index: int, by: str, what: str) -> None:
        """Withdraw a consent, lift a hold, or look."""
        likely = {
            "withdrawn": [number for number, ask in enumerate(self.world.asks) if ask.case.consent],
            "lifted": [*self.world.holds],
            "seen": [],
        }[what]
        self.play(self.change(what, self.ask(index, *likely), PEOPLE.get(by, BRAM)))

    @may(2, index=pick, fetched=st.booleans())
    def usher(self, index: int, fetched: bool) -> None:
        """Bring a part as far as it goes, as people who do it right would."""
        number = self.part(index, WAITING, RELEASED)
        if number < 0:
            return
        part = self.world.parts[number]
        if part.approval is Approval.PRE_FG and part.state is WAITING and not part.advice:
            self.play(self.judgement("advised", number, FLEUR))
        if part.state is WAITING:
            self.play(self.approval(number, MERYEM, self.look(number)))
        if fetched:
            self.play(self.fetching(self.world.recipient(self.world.parts[number]), number))

    # -- partners -----------------------------------------------------------------------------------------------------
    @may(2, index=pick, stranger=st.sampled_from(["", "", *PARTNERS]))
    def fetch(self, index: int, stranger: str) -> None:
        """Fetch a message, one's own or somebody else's."""
        number = self.part(index, RELEASED, DELIVERED)
        partner = stranger or (self.world.recipient(self.world.parts[number]) if number >= 0 else "avim")
        self.play(self.fetching(partner, number))

    @may(
        3,
        index=pick,
        stranger=st.sampled_from(["", "", "", "", "belle", "avim"]),
        state=st.sampled_from(RECEIPTS),
        wrong=st.sampled_from(["", "", "", "message", "hash", "audience", "issuer", "issuer", "date"]),
        signer=st.sampled_from(["newest", "newest", "newest", "first", "another's"]),
        twice=st.booleans(),
    )
    def acknowledge(self, index: int, stranger: str, state: str, wrong: str, signer: str, twice: bool) -> None:
        """Send a receipt, right or wrong, once or twice."""
        number = self.part(index, *((RELEASED,) if index == 0 else (DELIVERED, PartState.RECALLED)))
        partner = stranger or (self.world.recipient(self.world.parts[number]) if number >= 0 else "avim")
        key = {"newest": self.world.partners[partner].keys[0], "first": 0, "another's": -1}[signer]
        whose = self.real.keys[partner][key] if key >= 0 else self.real.keys["ggd"][0]
        if key == -1 and partner == "ggd":
            return

        def foresee(world: World) -> str:
            return world.acknowledge(partner, number, wrong=wrong, state=state, key=key)

        for _ in range(1 + twice):
            self.play(
                Deed(
                    foresee,
                    lambda: self.real.acknowledge(partner, number, state, wrong=wrong, signer=whose["sig"]),
                )
            )

    # -- the world ----------------------------------------------------------------------------------------------------
    @may(
        2,
        forward=st.sampled_from(
            [dt.timedelta(hours=1), dt.timedelta(hours=25), *(dt.timedelta(days=n) for n in (1, 1, 2, 11, 31, 61, 731))]
        ),
        start=st.booleans(),
    )
    def time_passes(self, forward: dt.timedelta, start: bool) -> None:
        """Papers lapse, messages expire, evidence grows too old; a restart loses nothing and does nothing twice."""
        self.world.now += forward
        self.real.clock.now = self.world.now
        if start:
            self.restart()
            assert self.real.everything() == self.before

    @may(
        2,
        partner=st.sampled_from([*PARTNERS, *LANDLORDS, *LANDLORDS, "arbeidsinspectie"]),
        what=st.sampled_from(["suspend", "admit", "admit", "renew", "renew", "renew", "lapse"]),
    )
    def a_partner_changes(self, partner: str, what: str) -> None:
        """Somebody changes partners.yaml; it counts from the next start on."""
        who, today = self.world.partners[partner], self.world.now.date()
        if what in {"suspend", "admit"}:
            who.active = what == "admit"
        elif what == "renew":
            who.renew(today)
        else:
            who.agreement = min(who.agreement, today)
        self.restart()

    @may(1, place=places, to=st.sampled_from([*HOLDERS, ""]))
    def a_dwelling_is_sold(self, place: str, to: str) -> None:
        """Another partner owns it from now on, or nobody."""
        for partner in HOLDERS:
            homes = self.world.partners[partner].homes
            if partner == to or place in homes:
                homes ^= {place} if (place in homes) != (partner == to) else set()
                self.real.own(partner, homes)
        self.before = self.real.everything()

    @may(2, index=pick, overlap=st.booleans())
    def a_partner_enrols_new_keys(self, index: int, overlap: bool) -> None:
        """The old key stays beside the new one for a time, or not; mostly where something waits."""
        number = self.part(index, WAITING)
        partner = self.world.recipient(self.world.parts[number]) if number >= 0 else PARTNERS[index % len(PARTNERS)]
        self.look(number)  # so that there is an older digest to approve
        self.real.new_keys(partner)
        self.world.enrol(partner, overlap=overlap)
        self.restart()

    @may(1, announce=st.booleans(), start=st.booleans())
    def the_issuers_key_rotates(self, announce: bool, start: bool) -> None:
        """The gateway may go on with the old key until it starts again."""
        self.real.rotate(announce=announce)
        self.world.leaves.append(("key", "announced" if announce else "rotated"))
        self.before = self.real.everything()
        if start:
            self.restart()

    # -- two at once --------------------------------------------------------------------------------------------------
    @may(
        2,
        index=pick,
        what=st.sampled_from(["refuse", "approve", "advise", "withdraw", "signal"]),
        threads=st.booleans(),
    )
    def approve_while(self, index: int, what: str, threads: bool) -> None:
        """A manager approves while somebody refuses, approves, advises, withdraws, or signals about the place."""
        number = self.part(index, WAITING)
        if number >= 0:
            # An adviser's own look at the answer is an entry of its own: between two threads it may come last.
            apart = threads and what != "advise"
            self.race(self.approval(number, MERYEM, self.look(number)), self.other(what, number), threads=apart)

    @may(1, index=pick, what=st.sampled_from(["fetch", "withdraw", "reject", "signal"]), threads=st.booleans())
    def fetch_while(self, index: int, what: str, threads: bool) -> None:
        """A partner fetches while it fetches, or the message is withdrawn, rejected, or held."""
        number = self.part(index, RELEASED)
        if number >= 0:
            partner = self.world.recipient(self.world.parts[number])
            self.race(self.fetching(partner, number), self.other(what, number), threads=threads)

    @may(2, name=waiting, place=places, index=pick, what=st.sampled_from(["withdraw", "signal"]), threads=st.booleans())
    def submit_while(self, name: str, place: str, index: int, what: str, threads: bool) -> None:
        """A request is decided while a consent is withdrawn or a signal about the place or the case goes out."""
        likely = [number for number, ask in enumerate(self.world.asks) if ask.case.consent]
        if what == "withdraw" and not likely:
            return
        consented = self.world.asks[self.ask(index, *likely)].case if likely else None
        case = self.case("labour" if what == "withdraw" else name, place, 4, 0)
        if what == "withdraw" and consented is not None:
            case = self.case("help", place, 4, 1 if str(consented.consent).endswith("2") else 0)
            other = self.change("withdrawn", self.ask(index, *likely), BRAM)
        else:
            other = self.submission(self.case("signal", place, 4, 0), BRAM)
        self.race(self.submission(case, SANNE), other, threads=threads)

    @may(1, name=cases, threads=st.booleans())
    def submit_twice_at_once(self, name: str, threads: bool) -> None:
        """A retry while the first is under way: one request, one answer."""
        case = self.case(name, "A", 2, 0)
        self.race(self.submission(case, SANNE), self.submission(case, SANNE), threads=threads)

    def other(self, what: str, number: int) -> Deed:
        """Return what somebody else does meanwhile."""
        deeds: dict[str, Callable[[], Deed]] = {
            "refuse": lambda: self.judgement("refused", number, BRAM),
            "approve": lambda: self.approval(number, BRAM, self.look(number)),
            "advise": lambda: self.judgement("advised", number, self.adviser(number)),
            "withdraw": lambda: self.change("withdrawn", self.ask_of(number), SANNE),
            "reject": lambda: self.judgement("reviewed", number, BRAM, yes=False),
            "signal": lambda: self.submission(self.case("signal", "ABCD"[number % 4], 3, 0), SANNE),
            "fetch": lambda: self.fetching(self.world.recipient(self.world.parts[number]), number),
        }
        return deeds[what]()

    def adviser(self, number: int) -> Person:
        """Return whom the model lets advise, or else somebody whom it does not."""
        return self.person("who may", number, "advise", 0)


STEPS: st.SearchStrategy[tuple[str, dict[str, object]]] = st.one_of(
    [
        st.tuples(st.just(name), st.fixed_dictionaries(draws))
        for name, (weight, draws) in DEEDS.items()
        for _ in range(weight)
    ]
)
