"""What the pages ask of the gateway: the port that `gateway.pipeline.desk.TeamDesk` fills."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from gateway.model.affairs import Affairs, Need, Stopped
from gateway.model.bundle import Bundle
from gateway.model.notices import OwedLine
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.model.signal import SignalView
from gateway.model.terms import Text
from gateway.model.views import ChangedLine, DisclosureLine, DisclosureView


class Offer(Protocol):
    """What a form for one combination needs: names of fields, and of the facts that a person evidences."""

    @property
    def fields(self) -> Iterable[str]:
        """Return the fields that some row may release."""
        ...

    @property
    def facts(self) -> Iterable[str]:
        """Return the facts that the form asks for."""
        ...

    @property
    def ways(self) -> Iterable[Text]:
        """Return what may be done instead, where nothing could leave."""
        ...


class LogSummary(Protocol):
    """Where the log stands."""

    @property
    def entries(self) -> int:
        """Return the number of entries."""
        ...

    @property
    def root(self) -> str:
        """Return the Merkle root in hex."""
        ...

    @property
    def checkpoint(self) -> str:
        """Return the latest signed note."""
        ...

    @property
    def vkey(self) -> str:
        """Return the verifier key of the log."""
        ...


class WitnessProgress(Protocol):
    """How far one witness has seen the log."""

    @property
    def name(self) -> str:
        """Return its name in the trust policy."""
        ...

    @property
    def size(self) -> int:
        """Return how many entries it has seen."""
        ...

    @property
    def at(self) -> dt.datetime | None:
        """Return when (UTC); None when it has seen nothing."""
        ...


class LogLine(Protocol):
    """One entry of the log; it names nobody."""

    @property
    def index(self) -> int:
        """Return the leaf index."""
        ...

    @property
    def type(self) -> str:
        """Return what happened."""
        ...

    @property
    def outcome(self) -> str:
        """Return a closed word."""
        ...

    @property
    def time(self) -> str:
        """Return the UTC time to the minute."""
        ...


class LogReport(Protocol):
    """The result of a full verification."""

    @property
    def ok(self) -> bool:
        """Say whether everything agrees."""
        ...

    @property
    def entries(self) -> int:
        """Return how many entries were checked."""
        ...

    @property
    def root(self) -> str:
        """Return the recomputed root in hex."""
        ...

    @property
    def seconds(self) -> float:
        """Return how long it took."""
        ...

    @property
    def entries_per_second(self) -> float:
        """Return the speed."""
        ...

    @property
    def problem(self) -> str | None:
        """Return the first contradiction found, if any."""
        ...


class TeamDesk(Protocol):
    """What staff do. Every method says who asks; refusals are exceptions with a hint."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        ...

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        ...

    def offer(self, recipient: str, ground: str, role: str) -> Offer:
        """Return the fields and facts that a form for this combination needs."""
        ...

    def preview(self, body: bytes, by: Person, *, seed: bytes | None = None) -> DisclosureView:
        """Show what a request would do, with the messages as they would be sealed; nothing is stored."""
        ...

    def submit(
        self, body: bytes, by: Person, *, seed: bytes | None = None, expected: Collection[str] | None = None
    ) -> DisclosureView:
        """Take a request through every stage up to the outbox, if it still is what the preview showed."""
        ...

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show a request as it stands now."""
        ...

    def lines(self, by: Person) -> Sequence[DisclosureLine]:
        """List this person's requests and what waits for them."""
        ...

    def owed(self, by: Person) -> Sequence[OwedLine]:
        """List the receipts that are overdue, the urgent first."""
        ...

    def changed_lines(self, by: Person) -> Sequence[ChangedLine]:
        """List, for officers, the requests that changed something after a refusal."""
        ...

    def approve(
        self, disclosure_id: str, part_id: str, digest: str, by: Person, against: str | None = None
    ) -> DisclosureView:
        """Approve exactly what the digest covers; `against`: why, when the FG's advice is negative."""
        ...

    def review(self, disclosure_id: str, part_id: str, good: bool, by: Person) -> DisclosureView:
        """Review an urgent release afterwards."""
        ...

    def withdraw_consent(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Note that the consent behind a request was withdrawn."""
        ...

    def lift_hold(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Record that AVIM lifted the hold."""
        ...

    def needs(self) -> Sequence[Need]:
        """Return what somebody must do about the partners, what stops sharing first."""
        ...

    def partner_affairs(self, by: Person) -> Affairs:
        """Return every partner's papers, keys and needs, and the enrolments that wait."""
        ...

    def confirm_enrolment(self, enrolment_id: str, number: str, by: Person) -> bool:
        """Keep an officer's word about a partner's new keys; say whether they count now."""
        ...

    def refuse_enrolment(self, enrolment_id: str, by: Person) -> None:
        """Throw a partner's new keys away."""
        ...

    def revoke_keys(self, partner_id: str, by: Person) -> Stopped:
        """Let every key of a partner count no more, at once."""
        ...

    def signals(self) -> Sequence[SignalView]:
        """Return what partners told the team in the last 30 days, newest first."""
        ...

    def handle_signal(self, signal_id: str, by: Person) -> None:
        """Note that somebody handled a signal."""
        ...

    def log_summary(self) -> LogSummary:
        """Return where the log stands."""
        ...

    def log_witnesses(self) -> Sequence[WitnessProgress]:
        """Return how far each witness has seen the log; none when there are none."""
        ...

    def log_entries(self, start: int, stop: int) -> Sequence[LogLine]:
        """Return the entries of [start, stop), as far as they exist."""
        ...

    def verify_log(self) -> LogReport:
        """Recompute the whole log."""
        ...
