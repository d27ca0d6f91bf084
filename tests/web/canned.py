"""A small desk and app for the tests of the pages: it keeps what was asked and answers with invented views."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect

from gateway.errors import GatewayError
from gateway.http import install
from gateway.log.witnessed import Progress
from gateway.metrics import Metrics
from gateway.model.affairs import Affairs, Concern, KeyView, Need, PartnerAffairs, PendingEnrolment, Stopped
from gateway.model.bundle import (
    Bundle,
    Category,
    Edition,
    FactDefinition,
    FieldDefinition,
    FieldType,
    Ground,
    Scope,
    Vocabulary,
)
from gateway.model.decision import Approval, Outcome
from gateway.model.mirror import MessageView, Preview
from gateway.model.notices import MessageKind, Missing, OwedLine
from gateway.model.partner import Partner
from gateway.model.people import Person, StaffRole
from gateway.model.signal import SignalView
from gateway.model.terms import Json, Text
from gateway.model.timeline import Correctable, Doubt, History, RecallReason, TakingBack
from gateway.model.views import (
    ChangedLine,
    DisclosureLine,
    DisclosureView,
    FieldState,
    FieldView,
    PartState,
    PartView,
    ReceiptView,
    SubjectView,
)
from gateway.web.follow.pages import add_follow
from gateway.web.language import speak
from gateway.web.pages import create_entrance_blueprint, create_team_blueprint, error_page
from gateway.web.signin import DemoSignIn, SignIn
from tests.builders import PARTNER, a_basis

AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
SUPERVISOR = Person("demo:a", "Sanne Verzonnen", frozenset({StaffRole.SUPERVISOR}))
MANAGER = Person("demo:m", "Meryem Verzonnen", frozenset({StaffRole.MANAGER}))
FG = Person("demo:f", "Fleur Verzonnen", frozenset({StaffRole.FG}))
OFFICER = Person("demo:o", "Otto Verzonnen", frozenset({StaffRole.PRIVACY_OFFICER}))
PEOPLE = (SUPERVISOR, MANAGER, FG, OFFICER)
NASTY = '<script>alert("x")</script>'
DIGEST = "sha256:" + "ab" * 32


def _text(nl: str) -> Text:
    return Text(nl, nl)


def _field(name: str, kind: FieldType, scope: Scope = Scope.SUBJECT) -> FieldDefinition:
    return FieldDefinition(name, "group", kind, scope, Category.ORDINARY, _text(f"veld {name}"), _text(name))


FIELDS = (
    _field("name", FieldType.NAME),
    _field("bsn", FieldType.BSN),
    _field("birth_date", FieldType.DATE),
    _field("dwelling_address", FieldType.ADDRESS, Scope.CASE),
    _field("finding_code", FieldType.CODE, Scope.CASE),
    _field("indicators", FieldType.CODES),
    _field("visits", FieldType.COUNT),
    _field("nuisance_summary", FieldType.TEXT),
    _field("case_ref", FieldType.REFERENCE, Scope.CASE),
)
VOCABULARY = Vocabulary(
    recipients={"housing_corporation": _text("woningcorporatie")},
    internal=frozenset(),
    grounds={
        "illegal_sex_work": Ground(
            "illegal_sex_work", _text("illegaal sekswerk"), ("prevent_recurrence",), urgent=False
        ),
        "exploitation_signal": Ground("exploitation_signal", _text("signaal"), ("protect",), urgent=True),
    },
    purposes={"prevent_recurrence": _text("herhaling voorkomen"), "protect": _text("beschermen")},
    roles={"facilitator": _text("facilitator"), "tenant": _text("huurder"), "client": _text("klant")},
    facts={
        "illegality_established": FactDefinition(
            "illegality_established",
            computed=False,
            category=Category.ORDINARY,
            definition=_text("Er is een rapport."),
            evidence=_text("Rapport"),
        ),
        "own_fact": FactDefinition(
            "own_fact",
            computed=False,
            category=Category.ORDINARY,
            definition=_text("Iets anders staat vast."),
            evidence=None,
        ),
        "avim_hold": FactDefinition(
            "avim_hold", computed=True, category=Category.NONE, definition=_text("Berekend."), evidence=None
        ),
    },
    fields={definition.name: definition for definition in FIELDS},
    codes={
        "finding_code": {"GEB-1": _text("gebruik in strijd")},
        "indicators": {"I1": _text("een"), "I2": _text("twee")},
    },
    legal={"L1": a_basis("L1")},
)
_EDITIONS = (Edition(dt.date(2023, 1, 1), None, {}, frozenset({"bsn"}), (), (), 365),)
BUNDLE = Bundle("sha256:00", VOCABULARY, _EDITIONS, _EDITIONS)
SUBJECT = SubjectView(
    ref="s1",
    role="facilitator",
    outcome=Outcome.PERMIT_REDUCED,
    approval=Approval.PRE_TWO,
    fields=(
        FieldView("dwelling_address", _text("adres"), FieldState.RELEASED, None, ("WC-1",)),
        FieldView("finding_code", _text("bevinding"), FieldState.PENDING, None, ("WC-1",)),
        FieldView("name", _text("naam"), FieldState.WITHHELD, _text("De naam is niet nodig."), ("WC-1n",)),
    ),
    explanation=_text("Een deel mag."),
    legal_basis=("L1",),
)
PART = PartView(
    id="p1",
    approval=Approval.PRE_TWO,
    state=PartState.WAITING,
    digest=DIGEST,
    contents={"subjects": [{"ref": "s1", "data": {"name": NASTY, "finding_code": "GEB-1"}}]},
    advice=None,
    review_due=AT,
    message_id=None,
    leaf_index=None,
    receipts=(ReceiptView("received", AT, 4),),
    may_approve=True,
    may_advise=True,
    may_review=True,
    why_not=None,
)
SEED = bytes(range(32))
MESSAGE = MessageView(Approval.PRE_TWO, DIGEST, PART.contents, "kid-1", "sha256:00")
VIEW = DisclosureView(
    id="d1",
    case_ref="Z-2026-0417",
    recipient="dudok-wonen",
    ground="illegal_sex_work",
    purpose="prevent_recurrence",
    requester="Sanne Verzonnen",
    submitted_at=AT,
    outcome=Outcome.PERMIT_REDUCED,
    subjects=(SUBJECT,),
    parts=(PART,),
    leaf_index=3,
)


@dataclass(frozen=True, slots=True)
class CannedOffer:
    """Names of fields and facts."""

    fields: tuple[str, ...]
    facts: tuple[str, ...]
    ways: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class CannedSummary:
    """Where an invented log stands."""

    entries: int = 60
    root: str = "ab" * 32
    checkpoint: str = "example.org/log\n60\nqqq\n"
    vkey: str = "example.org/log+0000"


@dataclass(frozen=True, slots=True)
class CannedLine:
    """An invented entry."""

    index: int
    type: str = "decision"
    outcome: str = "permit"
    time: str = "2026-11-24T09:30Z"


@dataclass(frozen=True, slots=True)
class CannedReport:
    """An invented verification."""

    ok: bool
    entries: int = 60
    root: str = "cd" * 32
    seconds: float = 0.5
    entries_per_second: float = 120.0
    problem: str | None = None


AFFAIRS = Affairs(
    (
        PartnerAffairs(
            PARTNER,
            (
                KeyView("kid-1", "enc", AT, None, "counts"),
                KeyView("kid-2", "sig", AT, AT, "ends"),
                KeyView("kid-3", "enc", AT, AT, "revoked"),
            ),
            (
                Need(
                    PARTNER.id, Concern.AGREEMENT, stops=False, until=AT.date(), text=_text("Verleng de overeenkomst.")
                ),
            ),
        ),
    ),
    (
        PendingEnrolment("e1", PARTNER.id, ("kid-4", "kid-5"), AT, AT, (), may_confirm=True),
        PendingEnrolment("e2", PARTNER.id, ("kid-6", "kid-7"), AT, AT, ("demo:o",), may_confirm=False),
    ),
)


@dataclass(slots=True)
class CannedDesk:
    """The port `TeamDesk` with fixed answers; `calls` holds what was asked, `refusal` is raised when set."""

    view: DisclosureView = VIEW
    offered: dict[str, CannedOffer] = field(
        default_factory=lambda: {
            role: CannedOffer(tuple(VOCABULARY.fields), tuple(VOCABULARY.facts)) for role in ("facilitator", "tenant")
        }
    )
    report: CannedReport = field(default_factory=lambda: CannedReport(ok=True))
    refusal: GatewayError | None = None
    changed: tuple[ChangedLine, ...] = ()
    witnesses: tuple[Progress, ...] = ()
    affairs: Affairs = field(default_factory=lambda: AFFAIRS)
    counts: bool = False
    told: tuple[SignalView, ...] = ()
    calls: list[tuple[object, ...]] = field(default_factory=list)

    def _answer(self, *call: object) -> DisclosureView:
        self.calls.append(call)
        if self.refusal is not None:
            raise self.refusal
        return self.view

    @property
    def bundle(self) -> Bundle:
        """Return the invented policy."""
        return BUNDLE

    def partners(self) -> Sequence[Partner]:
        """Return the only partner."""
        return (PARTNER,)

    def offer(self, recipient: str, ground: str, role: str) -> CannedOffer:
        """Return what was set for the role."""
        return self.offered.get(role, CannedOffer((), (), (_text("Bel eerst AVIM."),)))

    def preview(self, body: bytes, by: Person, *, seed: bytes | None = None) -> DisclosureView:
        """Answer with the view."""
        mirror = Preview(seed or SEED, (MESSAGE,))
        return replace(self._answer("preview", body), id="", parts=(), leaf_index=None, preview=mirror)

    def submit(
        self, body: bytes, by: Person, *, seed: bytes | None = None, expected: Collection[str] | None = None
    ) -> DisclosureView:
        """Answer with the view."""
        return self._answer("submit", body, seed, expected)

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Answer with the view."""
        return self._answer("follow", disclosure_id)

    def lines(self, by: Person) -> Sequence[DisclosureLine]:
        """Return a waiting line and another."""
        lines = [DisclosureLine("d1", "dudok-wonen", AT, Outcome.NEEDS_APPROVAL, (PartState.WAITING,), True)]
        return [*lines, DisclosureLine("d2", "dudok-wonen", AT, Outcome.DENY, (), False)]

    def owed(self, by: Person) -> Sequence[OwedLine]:
        """Return an urgent one and one that is about a mistake."""
        lines = ((Missing.UNANSWERED, True), (Missing.NOT_FOR_US, False))
        return [
            OwedLine("d1", "m1", "dudok-wonen", MessageKind.DISCLOSURE, what, urgent, AT, 0) for what, urgent in lines
        ]

    def changed_lines(self, by: Person) -> Sequence[ChangedLine]:
        """Return what was set."""
        return self.changed

    def approve(
        self, disclosure_id: str, part_id: str, digest: str, by: Person, against: str | None = None
    ) -> DisclosureView:
        """Answer with the view."""
        return self._answer("approve", disclosure_id, part_id, digest, against)

    def review(self, disclosure_id: str, part_id: str, good: bool, by: Person) -> DisclosureView:
        """Answer with the view."""
        return self._answer("review", disclosure_id, part_id, good)

    def withdraw_consent(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Answer with the view."""
        return self._answer("withdraw", disclosure_id)

    def lift_hold(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Answer with the view."""
        return self._answer("lift", disclosure_id)

    def needs(self) -> Sequence[Need]:
        """Return what was set."""
        return self.affairs.needs

    def partner_affairs(self, by: Person) -> Affairs:
        """Return what was set."""
        return self.affairs

    def confirm_enrolment(self, enrolment_id: str, number: str, by: Person) -> bool:
        """Say what was set."""
        self._answer("confirm", enrolment_id, number)
        return self.counts

    def refuse_enrolment(self, enrolment_id: str, by: Person) -> None:
        """Keep what was asked."""
        self._answer("refuse_enrolment", enrolment_id)

    def revoke_keys(self, partner_id: str, by: Person) -> Stopped:
        """Return one request to make again, and one that is urgent."""
        self._answer("revoke", partner_id)
        return Stopped(("kid-1",), ("d1",), ("d2",), ("d3",), 7)

    def signals(self) -> Sequence[SignalView]:
        """Return the signals that were set."""
        return self.told

    def handle_signal(self, signal_id: str, by: Person) -> None:
        """Keep what was asked."""
        self._answer("handle_signal", signal_id, by)

    def log_summary(self) -> CannedSummary:
        """Return where the log stands."""
        return CannedSummary()

    def log_witnesses(self) -> Sequence[Progress]:
        """Return what was set."""
        return self.witnesses

    def log_entries(self, start: int, stop: int) -> Sequence[CannedLine]:
        """Return invented entries."""
        return [CannedLine(index) for index in range(start, stop)]

    def verify_log(self) -> CannedReport:
        """Return the report that was set."""
        return self.report


@dataclass(frozen=True, slots=True)
class CannedFollow:
    """The port `FollowDesk`: nothing happened yet, and whatever is asked is kept by the desk."""

    desk: CannedDesk

    def history(self, disclosure_id: str, by: Person) -> History:
        """Return that nothing happened, and that everything may be done."""
        return History((), {part.id: TakingBack(None, None) for part in self.desk.view.parts}, by_consent=True)

    def doubts(self, by: Person) -> Sequence[Doubt]:
        """Return one."""
        return [Doubt("d1", 3, AT)]

    def recall(self, disclosure_id: str, part_id: str, reason: RecallReason, by: Person) -> None:
        """Keep what was asked."""
        self.desk.calls.append(("recall", disclosure_id, part_id, reason.value))

    def correctable(self, disclosure_id: str, part_id: str, by: Person) -> Correctable:
        """Return two fields of one subject."""
        fields = ("dwelling_address", "finding_code")
        return Correctable("dudok-wonen", "illegal_sex_work", "prevent_recurrence", (("s1", "facilitator", fields),))

    def correct(
        self, disclosure_id: str, part_id: str, ref: str, data: Mapping[str, Json], *, decision: str, by: Person
    ) -> Sequence[str]:
        """Keep what was asked."""
        self.desk.calls.append(("correct", disclosure_id, part_id, ref, dict(data), decision))
        return ()


def make_app(desk: CannedDesk, people: SignIn | None = None, *, csrf: bool = False) -> Flask:
    """Return an app with only the pages."""
    app = Flask("test", static_folder=None, template_folder=None)
    app.config.update(SECRET_KEY=b"k" * 32, WTF_CSRF_ENABLED=csrf, SESSION_COOKIE_SAMESITE="Strict")
    CSRFProtect(app)
    speak(app)
    install(app, rate_limit="1000 per minute", metrics=Metrics(), show=error_page)
    app.register_blueprint(create_entrance_blueprint(DemoSignIn(PEOPLE) if people is None else people))
    team = create_team_blueprint(desk)
    add_follow(team, desk, CannedFollow(desk))
    app.register_blueprint(team)
    return app


def client_for(desk: CannedDesk, person: Person | None) -> FlaskClient:
    """Return a client that is signed in as this person."""
    client = make_app(desk).test_client()
    if person is not None:
        assert client.post("/aanmelden", data={"person": person.id}).status_code == 303
    return client
