"""The finished gateway as its pages and interfaces see it: the team's desk and the partners' desk."""

import datetime as dt
import re
from collections.abc import Collection, Sequence

from gateway.approve.enrolments import OFFICERS
from gateway.crypto.nonces import new_seed
from gateway.decide.form import Offer, offer
from gateway.errors import LogUnavailableError, NotFoundError, NotPermittedError, UnknownPartnerError
from gateway.log.audit import LogReport
from gateway.log.checkpoint import Checkpoint
from gateway.log.envelope import Envelope
from gateway.log.leaf import decode
from gateway.log.witnessed import Progress
from gateway.log.years import verify_years
from gateway.model.affairs import Affairs, Need, Stopped
from gateway.model.approvals import Because
from gateway.model.bundle import Bundle
from gateway.model.notices import OwedLine
from gateway.model.partner import Partner
from gateway.model.people import Person, StaffRole
from gateway.model.pickup import SECRET_KEPT, Link
from gateway.model.signal import SignalView
from gateway.model.terms import Json
from gateway.model.tokens import AccessGrant
from gateway.model.views import ChangedLine, DisclosureLine, DisclosureView
from gateway.pipeline import (
    after_refusal,
    change,
    disclose,
    enrol,
    hand_over,
    judge,
    links,
    show,
    signals,
)
from gateway.pipeline.affairs import affairs, needs
from gateway.pipeline.chase import find_owed
from gateway.pipeline.log_lines import LogLine, LogSummary
from gateway.pipeline.public_note import PublicNote
from gateway.pipeline.revoke import revoke_keys
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit

_ID = re.compile(r"[0-9a-f]{32}")  # of a request, a part or a message: 128 random bits


class TeamDesk:
    """What staff do (`gateway.web.desk.TeamDesk`). Every method says who asks; refusals carry a reason and a hint."""

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

    def offer(self, recipient: str, ground: str, role: str) -> Offer:
        """Return the fields and facts that a form for this combination needs."""
        partner = self._tools.partner(recipient)
        return offer(
            self._tools.policy, recipient=partner.kind, ground=ground, role=role, on=self._tools.clock().date()
        )

    def preview(self, body: bytes, by: Person, *, seed: bytes | None = None) -> DisclosureView:
        """Show what a request would do, with the messages as they would be sealed; nothing is stored."""
        at = self._tools.clock()
        request, shown = disclose.intake(self._tools, body, at)
        seed = seed or shown.seed or new_seed()
        with self._tools.store.read() as unit:
            assessment = disclose.assess(self._tools, unit, request, by, at, seed=seed)
            changed = after_refusal.changes(self._tools, unit, assessment.setting, assessment.matters)
        return show.preview_view(self._tools, assessment, changed, by, at, seed=seed)

    def submit(
        self, body: bytes, by: Person, *, seed: bytes | None = None, expected: Collection[str] | None = None
    ) -> DisclosureView:
        """Take a request through every stage up to the outbox, if it still is what the preview showed."""
        recorded = disclose.disclose(self._tools, body, by, self._tools.clock(), seed=seed, expected=expected)
        if recorded.assessment is None:
            return self.follow(recorded.disclosure.id, by)
        return show.recorded_view(self._tools, recorded, recorded.assessment, by)

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show a request as it stands now."""
        look_for(disclosure_id)
        return show.disclosure_view(self._tools, disclosure_id, by, self._tools.clock())

    def _done(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show what was just recorded. That it cannot be shown must not look as if it was not done."""
        try:
            return self.follow(disclosure_id, by)
        except LogUnavailableError as exc:
            raise LogUnavailableError(
                "it was recorded, but the database does not answer to show it",
                hint="open the request again in a moment, and look at it before you do anything twice",
            ) from exc

    def lines(self, by: Person) -> Sequence[DisclosureLine]:
        """List this person's requests and what waits for them."""
        return show.lines(self._tools, by)

    def owed(self, by: Person) -> Sequence[OwedLine]:
        """List the receipts that are overdue, the urgent first; no names, no address, no case number."""
        if not by.has(*StaffRole):
            return ()
        with self._tools.store.read() as unit:
            return find_owed(unit, self._tools.patience, self._tools.clock())

    def changed_lines(self, by: Person) -> Sequence[ChangedLine]:
        """List, for officers, the requests that changed something after a refusal."""
        return show.changed_lines(self._tools, by)

    def approve(
        self, disclosure_id: str, part_id: str, digest: str, by: Person, against: str | None = None
    ) -> DisclosureView:
        """Approve exactly what the digest covers; `against`: why, when the FG's advice is negative."""
        look_for(disclosure_id, part_id)
        judge.approve(self._tools, disclosure_id, part_id, digest, by, self._tools.clock(), against=against)
        return self._done(disclosure_id, by)

    def refuse(self, disclosure_id: str, part_id: str, because: Because, by: Person) -> DisclosureView:
        """Refuse a part, and say why."""
        look_for(disclosure_id, part_id)
        judge.refuse(self._tools, disclosure_id, part_id, because, by, self._tools.clock())
        return self._done(disclosure_id, by)

    def advise(self, disclosure_id: str, part_id: str, because: Because, positive: bool, by: Person) -> DisclosureView:
        """Record the FG's advice and what it rests on."""
        look_for(disclosure_id, part_id)
        judge.advise(self._tools, disclosure_id, part_id, because, positive=positive, by=by, at=self._tools.clock())
        return self._done(disclosure_id, by)

    def review(self, disclosure_id: str, part_id: str, good: bool, by: Person) -> DisclosureView:
        """Review an urgent release afterwards."""
        look_for(disclosure_id, part_id)
        judge.review(self._tools, disclosure_id, part_id, good=good, by=by, at=self._tools.clock())
        return self._done(disclosure_id, by)

    def withdraw_consent(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Note that the consent behind a request was withdrawn."""
        look_for(disclosure_id)
        change.withdraw_consent(self._tools, disclosure_id, by, self._tools.clock())
        return self._done(disclosure_id, by)

    def lift_hold(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Record that AVIM lifted the hold."""
        look_for(disclosure_id)
        change.lift_hold(self._tools, disclosure_id, by, self._tools.clock())
        return self._done(disclosure_id, by)

    def needs(self) -> Sequence[Need]:
        """Return what somebody must do about the partners, what stops sharing first."""
        with self._tools.store.read() as unit:
            return needs(self._tools, unit, self._tools.clock())

    def partner_affairs(self, by: Person) -> Affairs:
        """Return every partner's papers, keys and needs, and the enrolments that wait."""
        with self._tools.store.read() as unit:
            return affairs(self._tools, unit, by, self._tools.clock())

    def confirm_enrolment(self, enrolment_id: str, number: str, by: Person) -> bool:
        """Keep an officer's word about a partner's new keys; say whether they count now."""
        look_for(enrolment_id)
        return enrol.confirm_enrolment(self._tools, enrolment_id, number, by, self._tools.clock()).counts

    def refuse_enrolment(self, enrolment_id: str, by: Person) -> None:
        """Throw a partner's new keys away."""
        look_for(enrolment_id)
        enrol.refuse_enrolment(self._tools, enrolment_id, by, self._tools.clock())

    def revoke_keys(self, partner_id: str, by: Person) -> Stopped:
        """Let every key of a partner count no more, at once."""
        if not by.has(*OFFICERS):
            raise NotPermittedError("your role may not do this", hint="ask the privacy officer or the manager")
        return revoke_keys(self._tools, partner_id, by=by.id, at=self._tools.clock())

    def make_link(self, disclosure_id: str, part_id: str, by: Person) -> Link:
        """Return the link of a released part, once, for its letter."""
        look_for(disclosure_id, part_id)
        return links.make_link(self._tools, disclosure_id, part_id, by, self._tools.clock())

    def make_code(self, disclosure_id: str, part_id: str, by: Person) -> str:
        """Return a new code for an unopened link."""
        look_for(disclosure_id, part_id)
        return links.make_code(self._tools, disclosure_id, part_id, by, self._tools.clock())

    def signals(self) -> Sequence[SignalView]:
        """Return what partners told the team in the last 30 days, newest first."""
        return signals.signals(self._tools, self._tools.clock())

    def handle_signal(self, signal_id: str, by: Person) -> None:
        """Note that somebody handled a signal."""
        look_for(signal_id)
        signals.handle(self._tools, signal_id, by, self._tools.clock())

    def log_summary(self) -> LogSummary:
        """Return where the log stands."""
        with self._tools.store.read() as unit:
            note, size = self._tools.witnessed.newest_note(unit, self._tools.clock()), unit.book.size()
        if not note:
            return LogSummary(0, "", "", self._tools.log_vkey)
        signed = Checkpoint.from_note(note)
        vkeys = {vkey.partition("+")[0]: vkey for vkey in self._tools.log_vkeys}
        return LogSummary(size, signed.root.hex(), note, vkeys.get(signed.origin, ""))

    def log_witnesses(self) -> Sequence[Progress]:
        """Return how far each witness has seen the log."""
        with self._tools.store.read() as unit:
            return self._tools.witnessed.progress(unit, self._tools.clock())

    def log_entries(self, start: int, stop: int) -> Sequence[LogLine]:
        """Return the entries of [start, stop), as far as they exist."""
        with self._tools.store.read() as unit:
            stop = min(stop, unit.book.size())
            leaves = [decode(entry) for entry in unit.book.leaves(max(0, start), stop)]
        return [
            LogLine(index, leaf.type.value, leaf.outcome, leaf.time)
            for index, leaf in enumerate(leaves, start=max(0, start))
        ]

    def verify_log(self) -> LogReport:
        """Recompute the whole log from its leaves and compare everything."""
        with self._tools.store.read() as unit:
            return verify_years(unit.book, vkeys=self._tools.log_vkeys, seen=self._tools.seen)


class PartnerDesk:
    """What partners' programs do (`gateway.api.partner_desk.PartnerDesk`); each sees only its own messages."""

    def __init__(self, tools: Tools, issuer_jwks: Json) -> None:
        """Work with finished tools; `issuer_jwks` is the public key set to publish."""
        self._tools = tools
        self._issuer_jwks = issuer_jwks
        self._public = PublicNote(tools.store)

    @property
    def issuer(self) -> str:
        """Return this gateway's name in tokens and messages."""
        return self._tools.issuer

    def issuer_jwks(self) -> Json:
        """Return the public keys that verify messages."""
        return self._issuer_jwks

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one, with the keys that count now."""
        with self._tools.store.read() as unit:
            try:
                return self._tools.partner_at(unit, partner_id, self._tools.clock())
            except UnknownPartnerError:
                return None

    def inbox(self, partner_id: str, *, now: dt.datetime) -> Sequence[hand_over.InboxLine]:
        """Return the partner's own messages."""
        return hand_over.inbox(self._tools, partner_id)

    def envelope(self, partner_id: str, message_id: str, *, now: dt.datetime) -> Envelope:
        """Hand a message over, after deciding again."""
        look_for(message_id)
        return hand_over.envelope(self._tools, partner_id, message_id, now)

    def acknowledge(self, partner_id: str, message_id: str, receipt: str, *, now: dt.datetime) -> int:
        """Log a signed receipt."""
        look_for(message_id)
        return hand_over.acknowledge(self._tools, partner_id, message_id, receipt, now)

    def signal(self, partner: Partner, body: bytes, *, now: dt.datetime) -> None:
        """Take a program's signal in, whatever it is about."""
        signals.receive(self._tools, partner, body, now)

    def remember_assertion(self, partner_id: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note a client assertion; False when it was used before."""
        tag = self._tools.lookup.jti(partner_id, jti)
        return self._tools.store.write(lambda unit: unit.door.remember_assertion(tag, expires=expires))

    def remember_proof(self, thumbprint: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note a proof of possession; False when it was used before."""
        tag = self._tools.lookup.proof(thumbprint, jti)
        return self._tools.store.write(lambda unit: unit.door.remember_assertion(tag, expires=expires))

    def store_token(self, token_digest: str, grant: AccessGrant, *, signers: Collection[str]) -> bool:
        """Keep the digest of a token with what it stands for; or nothing, and False, when a signer was revoked."""
        now = self._tools.clock()

        def commit(unit: Unit) -> bool:
            unit.door.forget_expired(now)
            unit.pickups.forget_old_secrets(now - SECRET_KEPT)
            counting = {key.kid for key in self._tools.partner_at(unit, grant.partner, now).keys}
            if not counting.issuperset(signers):
                return False
            unit.door.add_token(token_digest, grant)
            return True

        return self._tools.store.write(commit)

    def token_grant(self, token_digest: str, *, now: dt.datetime) -> AccessGrant | None:
        """Return what this token stands for, if it is still good."""
        with self._tools.store.read() as unit:
            return unit.door.token_grant(token_digest, now=now)

    def public_checkpoint(self, *, now: dt.datetime) -> str:
        """Return the newest note of before today."""
        return self._public.of_day(now.astimezone(dt.UTC).date())

    def checkpoint(self) -> str:
        """Return the newest note that the witnesses have seen; without witnesses the newest."""
        with self._tools.store.read() as unit:
            return self._tools.witnessed.seen_note(unit, self._tools.clock())


def look_for(*ids: str) -> None:
    """Refuse what cannot be an id before the database is asked: whatever stands in an address may be a name.

    :raises NotFoundError: one of them is not 32 hex digits, so nothing has it.
    """
    if not all(_ID.fullmatch(one) for one in ids):
        raise NotFoundError("there is no such thing", hint="look in the list for what is there")
