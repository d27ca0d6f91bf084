"""Plays the gateway and the small model side by side, and compares them after every step."""

import datetime as dt
from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass
from threading import Barrier, Thread

from hypothesis.stateful import RuleBasedStateMachine, invariant

from gateway.model.people import Person, StaffRole
from gateway.model.views import PartState
from tests.conftest import NOON
from tests.pipeline.account import Opened, check_account, check_history, check_opening
from tests.pipeline.gateway_at_work import HOLDERS, KINDS, AtWork
from tests.pipeline.known_cases import LANDLORDS, Case, make
from tests.pipeline.small_model import ABSENT, CHANGED, MERYEM, PEOPLE, REFUSED, SANNE, WAITING, Organisation, World

PARTNERS = tuple(KINDS)
DAY = dt.timedelta(days=1)
FAR = NOON.date() + 3000 * DAY
LISTED = {PartState.RELEASED: "waiting", PartState.DELIVERED: "delivered", PartState.RECALLED: "recalled"}
CODES = {
    ABSENT,
    CHANGED,
    REFUSED,
    "receipt_invalid",
    "receipt_mismatch",
    "receipt_order",
    "invalid_request",
    "unknown_partner",
}
OWNERS = {"A": 0, "B": 1, "C": 2, "D": 0}  # whose dwelling each place is at first, D nobody's


@dataclass
class Deed:
    """Something done: what the model foresees, and what the gateway answers."""

    foresee: Callable[[World], str]
    do: Callable[[], str]


def first_world() -> World:
    """Return the partners at the beginning: some papers lapse soon, some never."""
    day = NOON.date()
    partners = {partner: Organisation(FAR, FAR) for partner in PARTNERS}
    partners["dudok-wonen"] = Organisation(day + 50 * DAY, day + 80 * DAY, homes={"A"})
    partners["gooi-wonen"] = Organisation(day + 200 * DAY, day + 40 * DAY, homes={"B"})
    partners["verhuurder-1"] = Organisation(FAR, FAR, checked=day - 10 * DAY, homes={"C"})
    partners["arbeidsinspectie"] = Organisation(day + 50 * DAY, FAR)
    partners["avim"] = Organisation(day + 20 * DAY, day + 20 * DAY)  # an urgent hand-over needs no papers
    return World(NOON, partners)


class Play(RuleBasedStateMachine):
    """Deeds, and what is compared after each; `tests.pipeline.any_order` says which deed may come when."""

    def __init__(self, open_gateway: Callable[[], AtWork]) -> None:
        """Start a gateway on a state of its own."""
        super().__init__()
        self.world = first_world()
        self.real = open_gateway()
        self.real.start(self.world.partners)
        for partner in HOLDERS:
            self.real.own(partner, self.world.partners[partner].homes)
        self.sound = True
        self.count = 0
        self.checked = 0
        self.before = self.real.everything()
        self.digests: dict[Hashable, str] = {}
        self.seen: dict[int, list[tuple[Hashable, str]]] = {}
        self.opened: list[Opened] = []
        self.notes: list[str] = []  # every checkpoint that was seen

    # -- playing ------------------------------------------------------------------------------------------------------
    def play(self, deed: Deed) -> str:
        """Do it in both worlds; a refusal leaves everything as it was."""
        self.sound = False
        size = len(self.world.leaves)
        expected = deed.foresee(self.world)
        actual = deed.do()
        assert actual == expected, f"{actual} instead of {expected}"
        after = self.real.everything()
        if (expected in CODES or expected.startswith("same")) and size == len(self.world.leaves):
            assert after == self.before, f"a step that answered {expected} changed something"
        self.before = after
        self.sound = True
        return expected

    def race(self, one: Deed, other: Deed, *, threads: bool) -> None:
        """Do both at once: the outcome must be that of one order or the other.

        In two threads, or exactly so that the other acts after the one has decided and before it writes.
        """
        self.sound = False
        answers = ["", ""]
        barrier = Barrier(2)

        def act() -> None:
            answers[1] = other.do()

        def run(place: int, deed: Deed) -> None:
            barrier.wait()
            answers[place] = deed.do()

        if threads:
            pair = [Thread(target=run, args=(place, deed)) for place, deed in enumerate((one, other))]
            for thread in pair:
                thread.start()
            for thread in pair:
                thread.join()
        else:
            self.real.between.act = act
            answers[0] = one.do()
            if self.real.between.act is not None:  # the one wrote nothing
                self.real.between.act = None
                act()
        forth, back = deepcopy(self.world), deepcopy(self.world)
        first = [one.foresee(forth), other.foresee(forth)]
        second = [other.foresee(back), one.foresee(back)][::-1]
        leaves = self.real.leaves(0)
        worlds = [w for w, told in ((forth, first), (back, second)) if told == answers and w.leaves == leaves]
        assert worlds, f"{answers} with {leaves[self.checked :]} is neither {first} nor {second}"
        self.world = worlds[0]
        self.before = self.real.everything()
        self.sound = True

    def part(self, index: int, *states: PartState) -> int:
        """Choose one of the latest parts, in one of these states if there is one; -1 when there is no part at all."""
        every = range(len(self.world.parts))
        wanted = [n for n in every if self.world.parts[n].state in states] or [*every, *([] if every else [-1])]
        return wanted[-1 - index % len(wanted)]

    def ask(self, index: int, *wanted: int) -> int:
        """Choose one of these requests, or else of the latest; -1 when there is none."""
        some = sorted(wanted) or [*range(len(self.world.asks))] or [-1]
        return some[-1 - index % len(some)]

    def person(self, name: str, number: int, what: str, turn: int) -> Person:
        """Return the person of this name; "who may": one whom the model lets do this; "who advised": the last one."""
        if name == "who advised":
            advice = self.world.parts[number].advice if number >= 0 else []
            return next((by for by in PEOPLE.values() if advice and by.id == advice[-1][0]), MERYEM)
        may = {
            "advise": lambda by: number >= 0 and self.world.advises_as(self.world.parts[number], by) is not None,
            "judge": lambda by: number >= 0 and self.world.may_judge(self.world.parts[number], by),
            "review": lambda by: by.has(StaffRole.SUPERVISOR),
        }[what]
        ask = self.ask_of(number)
        others = [by for by in PEOPLE.values() if ask < 0 or by.id != self.world.asks[ask].by.id]
        able = [*filter(may, others)] or [MERYEM]
        return PEOPLE[name] if name in PEOPLE else able[turn % len(able)]

    def ask_of(self, number: int) -> int:
        """Return which request a part is of."""
        return self.world.parts[number].ask if number >= 0 else -1

    def look(self, number: int) -> tuple[Hashable, str]:
        """Look at a part as its requester: what would leave, and its digest. Equal digests mean equal contents."""
        if number < 0:
            return None, f"sha256:{'0' * 64}"
        ask = self.ask_of(number)
        view = self.real.look(ask, self.world.asks[ask].by)
        digest = next(part.digest for part in view.parts if part.id == self.real.part(number))
        leaving = self.world.leaving(number) if self.world.parts[number].state is WAITING else None
        if leaving is not None:
            assert self.digests.setdefault(leaving, digest) == digest
            assert len(set(self.digests.values())) == len(self.digests), "another content has the same digest"
            self.seen.setdefault(number, []).append((leaving, digest))
        return leaving, digest

    # -- deeds --------------------------------------------------------------------------------------------------------
    def submission(self, case: Case, by: Person) -> Deed:
        """Submit a case."""
        return Deed(lambda world: world.submit(case, by), lambda: self.real.submit(case.body, by))

    def approval(self, number: int, by: Person, saw: tuple[Hashable, str], *, why: bool = True) -> Deed:
        """Approve a part as it was seen; `why`: with a reason, should the advice be negative."""
        ask = self.ask_of(number)
        return Deed(
            lambda world: world.approve(number, by, saw[0], why=why),
            lambda: self.real.approve(ask, number, saw[1], by, why=why),
        )

    def deputising(self, what: str, number: int, by: Person) -> Deed:
        """Agree to a deputyship, or end it."""
        foreseen: dict[str, Callable[[World], str]] = {
            "agreed": lambda world: world.agree(number, by),
            "ended": lambda world: world.end(number, by),
        }
        return Deed(foreseen[what], lambda: self.real.deputise(what, number, by))

    def judgement(self, what: str, number: int, by: Person, *, yes: bool = True) -> Deed:
        """Refuse, advise on or review a part, ask something about it, or answer."""
        foreseen: dict[str, Callable[[World], str]] = {
            "refused": lambda world: world.refuse(number, by),
            "advised": lambda world: world.advise(number, by, positive=yes),
            "reviewed": lambda world: world.review(number, by, good=yes),
            "asked": lambda world: world.ask_back(number, by),
            "answered": lambda world: world.answer(number, by),
        }
        return Deed(foreseen[what], lambda: self.real.judge(what, self.ask_of(number), number, by, yes=yes))

    def change(self, what: str, ask: int, by: Person) -> Deed:
        """Withdraw or lift for a request, or look at it."""
        foreseen: dict[str, Callable[[World], str]] = {
            "withdrawn": lambda world: world.withdraw(ask, by),
            "lifted": lambda world: world.lift(ask, by),
            "seen": lambda world: world.follow(ask, by),
        }
        return Deed(foreseen[what], lambda: self.real.judge(what, ask, -1, by))

    def fetching(self, partner: str, number: int) -> Deed:
        """Fetch a message, and open what comes."""

        def do() -> str:
            answer, message = self.real.fetch(partner, number)
            if message:
                part = self.world.parts[number]
                opened = Opened(message, partner, part.key or 0, self.world.now, number)
                if all(known.number != number for known in self.opened):
                    check_opening(self.real, self.world, opened)
                    self.opened.append(opened)
            return answer

        return Deed(lambda world: world.fetch(partner, number), do)

    def case(self, name: str, place: str, number: int, twist: int) -> Case:
        """Make a new case; one time in four the landlord is not the dwelling's first owner."""
        self.count += 1
        return make(
            name,
            self.world.now.date(),
            number=number,
            recipient=LANDLORDS[(OWNERS[place] + (twist == 3)) % 3],
            place=place,
            consent=f"consent CNS-2026-{1 + twist % 2}",
            key=f"any-order-{self.count:08}",
        )

    # -- what is compared ---------------------------------------------------------------------------------------------
    @invariant()
    def both_agree(self) -> None:
        """Entries, parts, what is kept, and what each partner sees are as foreseen; skipped once a step failed."""
        if self.sound:
            self.log_agrees()
            # A request is kept exactly as long as a part of it waits.
            assert self.real.states() == [(part.approval, part.state) for part in self.world.parts]
            assert self.real.kept() == [self.world.waits(ask) for ask in range(len(self.world.asks))]
            for partner in KINDS:
                own = list(self.world.of_partner(partner))
                listed = sorted((self.real.message(number), LISTED[part.state]) for number, part in own)
                assert sorted(self.real.inbox(partner)) == listed
                assert self.real.recalled(partner) == self.world.recalls.count(partner)

    def log_agrees(self) -> None:
        """Check that the new entries are of the foreseen types and outcomes; remember the checkpoint."""
        assert self.real.leaves(self.checked) == self.world.leaves[self.checked :]
        self.checked = len(self.world.leaves)
        note = self.real.gateway.partners.checkpoint()
        if note and note not in self.notes[-1:]:
            self.notes.append(note)

    def restart(self) -> None:
        """Stop, and start again from the files."""
        self.real.stop()
        self.real.start(self.world.partners)

    def teardown(self) -> None:
        """Look at everything once more, unless a step failed already."""
        try:
            if self.sound:
                self.look_back()
        finally:
            self.real.close()

    def look_back(self) -> None:
        """After a restart: fetch everything as everybody, hand over once more, and read the whole log."""
        self.restart()
        for number, part in enumerate(self.world.parts):
            own = self.world.recipient(part)
            for partner in (own, next(other for other in KINDS if other != own)):
                self.play(self.fetching(partner, number))
        case = self.case("signal", "A", 1, 0)
        self.play(self.submission(case, SANNE))
        if self.world.partners[case.recipient].active:
            assert self.play(self.fetching(case.recipient, len(self.world.parts) - 1)) == "fetched"
        self.both_agree()
        for opened in self.opened:
            check_opening(self.real, self.world, opened)
        check_account(self.real.details())
        check_history(self.real, self.notes)
