"""Recalls over the whole road: to exactly who has the message, sealed, signed and logged; to nobody else."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, parse_jwks
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import ReceiptOrderError, SignatureInvalidError
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.notices import Channels, MessageKind, Missing, NoticeKind
from gateway.model.terms import Json
from gateway.model.views import DisclosureView, PartState
from gateway.pipeline import chase
from gateway.pipeline.desk import PartnerDesk, TeamDesk
from gateway.store.notice_ports import StoredNotice
from tests.conftest import NOON, SetClock

SANNE, BRAM, _, _, _ = DEMO_PEOPLE
DAY = NOON.date()
ALL_WAYS = Channels(email=True, webhook=True, team=True, approvers=True)


@pytest.fixture
def scene(gateway: Gateway) -> Gateway:
    """Return a gateway that has every way of notices."""
    tools = replace(gateway.tools, channels=ALL_WAYS)
    return replace(
        gateway, tools=tools, team=TeamDesk(tools), partners=PartnerDesk(tools, gateway.partners.issuer_jwks())
    )


def keys_of(gateway: Gateway, partner: str) -> dict[str, PrivateJwk]:
    """Return a demo partner's own keys."""
    path: Path = gateway.settings.home / "partners" / partner / f"{partner}.keys.json"
    kept = json.loads(path.read_text())["keys"]
    return {key.use: key for key in map(PrivateJwk.from_json, kept)}


def submit(gateway: Gateway, body: dict[str, Json]) -> DisclosureView:
    """Submit as Sanne."""
    return gateway.team.submit(json.dumps(body).encode(), SANNE)


def fetch(gateway: Gateway, partner: str, message_id: str) -> Envelope:
    """Fetch a message and verify its place in the log."""
    now = gateway.tools.clock()
    envelope = gateway.partners.envelope(partner, message_id, now=now)
    trust = TrustPolicy.from_text(f"log {gateway.tools.log_vkey}\nquorum none\n")
    verify_message(envelope, trust, recipient=partner, now=now)
    return envelope


def opened(gateway: Gateway, partner: str, envelope: Envelope, *, recalls: bool = True) -> dict[str, Json]:
    """Open a message as its recipient."""
    return read_disclosure(
        envelope.message,
        profile=PROFILES[gateway.tools.partner(partner).profile],
        key=keys_of(gateway, partner)["enc"],
        issuer_keys=parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode()),
        issuer=gateway.settings.issuer,
        me=partner,
        now=gateway.tools.clock(),
        recalls=recalls,
    )


def acknowledge(gateway: Gateway, partner: str, envelope: Envelope, state: str) -> int:
    """Send a receipt for a message."""
    message_id = str(opened(gateway, partner, envelope)["jti"])
    receipt = make_receipt(
        key=keys_of(gateway, partner)["sig"],
        partner_id=partner,
        audience=gateway.settings.issuer,
        message_id=message_id,
        payload_digest=digest(envelope.message.encode()),
        state=ReceiptState(state),
        at=gateway.tools.clock(),
    )
    return gateway.partners.acknowledge(partner, message_id, receipt, now=gateway.tools.clock())


def notices(gateway: Gateway) -> list[StoredNotice]:
    """Return what waits to be sent."""
    with gateway.tools.store.read() as unit:
        return [notice for notice, _ in unit.notices.due(gateway.tools.clock() + dt.timedelta(days=999), 99)]


def helped(gateway: Gateway) -> tuple[DisclosureView, Envelope]:
    """Let Belle fetch a message that rests on consent."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    message = view.parts[0].message_id
    assert message is not None
    return view, fetch(gateway, "belle", message)


@pytest.mark.control("DPIA-15")
def test_whose_message_was_stopped_in_the_queue_learns_nothing(scene: Gateway) -> None:
    """No recall, no line in the inbox, no notice: it must not learn that there was one."""
    view = submit(scene, cases.help_with_consent(DAY, 1, "offer_help"))
    after = scene.team.withdraw_consent(view.id, SANNE)
    assert [(part.kind, part.state) for part in after.parts] == [(MessageKind.DISCLOSURE, PartState.VOIDED)]
    assert scene.partners.inbox("belle", now=NOON) == []
    assert not after.parts[0].to_phone


@pytest.mark.control("DPIA-15")
@pytest.mark.control("DPIA-09")
def test_withdrawn_consent_recalls_what_was_delivered_by_a_message_of_its_own(scene: Gateway) -> None:
    """Sealed to the partner that has it, signed, in the log, naming the message and nothing else; acknowledged."""
    view, original = helped(scene)
    told = opened(scene, "belle", original)
    after = scene.team.withdraw_consent(view.id, SANNE)
    recall = next(part for part in after.parts if part.kind is MessageKind.RECALL)
    assert (recall.about, recall.state) == (view.parts[0].message_id, PartState.RELEASED)
    assert [part.to_phone for part in after.parts] == [False, False]
    assert {line.state for line in scene.partners.inbox("belle", now=NOON)} == {"recalled", "waiting"}
    envelope = fetch(scene, "belle", str(recall.message_id))
    claims = opened(scene, "belle", envelope)
    assert set(claims) == {"iss", "aud", "rkid", "jti", "iat", "nbf", "exp", "recalls", "asks", "rnd", "pad"}
    assert (claims["recalls"], claims["asks"]) == (told["jti"], "destroy")
    with pytest.raises(SignatureInvalidError):  # who does not know recalls takes it for no disclosure
        opened(scene, "belle", envelope, recalls=False)
    for state in ("received", "destroyed"):
        acknowledge(scene, "belle", envelope, state)
    seen = scene.team.follow(view.id, SANNE)
    assert [[r.state for r in part.receipts] for part in seen.parts if part.kind is MessageKind.RECALL] == [
        ["received", "destroyed"]
    ]
    with scene.tools.store.read() as unit:  # destruction was told of the recall: the message itself owes none
        assert all(row.destroy_by is None for row in unit.outbox.of_partner("belle") if row.message_id == told["jti"])


@pytest.mark.control("DPIA-13")
def test_a_negative_review_recalls_an_urgent_hand_over_from_its_recipient_only(scene: Gateway) -> None:
    """AVIM fetched it; nobody else hears of it."""
    view = submit(scene, cases.urgent(DAY, 9, "protect_victim"))
    fetch(scene, "avim", str(view.parts[0].message_id))
    after = scene.team.review(view.id, view.parts[0].id, False, BRAM)
    recalls = [part for part in after.parts if part.kind is MessageKind.RECALL]
    assert len(recalls) == 1
    with scene.tools.store.read() as unit:
        partners = [p for p in scene.tools.partners if unit.outbox.of_partner(p)]
    assert partners == ["avim"]
    assert (
        opened(scene, "avim", fetch(scene, "avim", str(recalls[0].message_id)))["recalls"] == view.parts[0].message_id
    )


def test_a_partner_that_cannot_get_a_recall_is_to_be_phoned(scene: Gateway) -> None:
    """Out of use since: the log has the recall all the same, the page says to call, and the team has a notice."""
    view, _ = helped(scene)
    gone = replace(scene.tools.partners["belle"], active=False)
    tools = replace(scene.tools, partners={**scene.tools.partners, "belle": gone})
    after = TeamDesk(tools).withdraw_consent(view.id, SANNE)
    assert [(part.kind, part.state, part.to_phone) for part in after.parts] == [
        (MessageKind.DISCLOSURE, PartState.RECALLED, True)
    ]
    assert NoticeKind.ATTENTION in {notice.kind for notice in notices(scene)}


def test_a_recall_is_in_the_log_with_nothing_to_replay_and_verifies(scene: Gateway) -> None:
    """Two entries: that it was recalled, and the release of the message that says so."""
    view, _ = helped(scene)
    size = scene.team.log_summary().entries
    scene.team.withdraw_consent(view.id, SANNE)
    lines = [(line.type, line.outcome) for line in scene.team.log_entries(size, size + 9)]
    assert lines == [("review", "consent_withdrawn"), ("recall", "recalled"), ("release", "recall")]
    assert scene.team.verify_log().ok


def test_the_same_statement_twice_is_one_entry_and_none_goes_back(scene: Gateway) -> None:
    """Also when it is signed anew because its answer was lost."""
    view, envelope = helped(scene)
    first = acknowledge(scene, "belle", envelope, "opened")
    assert isinstance(scene.tools.clock, SetClock)
    scene.tools.clock.now += dt.timedelta(minutes=5)
    assert acknowledge(scene, "belle", envelope, "opened") == first
    with pytest.raises(ReceiptOrderError):
        acknowledge(scene, "belle", envelope, "received")
    acknowledge(scene, "belle", envelope, "destroyed")
    with pytest.raises(ReceiptOrderError):
        acknowledge(scene, "belle", envelope, "acted")
    assert [r.state for r in scene.team.follow(view.id, SANNE).parts[0].receipts] == ["opened", "destroyed"]


@pytest.mark.control("DPIA-16")
def test_not_for_us_is_told_to_the_team_at_once(scene: Gateway) -> None:
    """On the page of the request, in the worklist, and by a notice."""
    view, envelope = helped(scene)
    acknowledge(scene, "belle", envelope, "not_for_us")
    assert scene.team.follow(view.id, SANNE).parts[0].missing is Missing.NOT_FOR_US
    assert [(line.partner, line.what) for line in scene.team.owed(SANNE)] == [("belle", Missing.NOT_FOR_US)]
    assert [n.kind for n in notices(scene) if n.recipient == "team"] == [NoticeKind.ATTENTION]


@pytest.mark.control("DPIA-17")
def test_a_receipt_that_stays_away_is_chased_and_the_urgent_one_first(scene: Gateway) -> None:
    """Shown, counted without a name, reminded to the partner, told to the team; and not again before as long again."""
    submit(scene, cases.help_with_consent(DAY, 1, "offer_help"))
    view = submit(scene, cases.urgent(DAY, 9, "protect_victim"))
    clock = scene.tools.clock
    assert isinstance(clock, SetClock)
    clock.now = NOON + dt.timedelta(minutes=59)
    chase.sweep(scene.tools)
    assert scene.team.owed(SANNE) == []
    clock.now = NOON + dt.timedelta(minutes=60)
    for _ in range(2):
        chase.sweep(scene.tools)
    assert [(line.disclosure_id, line.urgent) for line in scene.team.owed(SANNE)] == [(view.id, True)]
    assert b'gateway_receipts_owed{what="unanswered"} 1.0' in scene.tools.metrics.text()
    reminders = [(n.recipient, n.kind, n.urgent) for n in notices(scene) if n.created_at == clock.now]
    assert sorted(reminders) == [("avim", NoticeKind.REMINDER, True), ("team", NoticeKind.ATTENTION, True)]
    for _ in range(9):
        clock.now += dt.timedelta(hours=1)
        chase.sweep(scene.tools)
    assert len([n for n in notices(scene) if n.kind is NoticeKind.REMINDER]) == chase.MOST
    clock.now = NOON + dt.timedelta(days=3)
    chase.sweep(scene.tools)
    assert [line.partner for line in scene.team.owed(SANNE)] == ["avim", "belle"]


@pytest.mark.control("DPIA-17")
def test_destruction_is_chased_after_its_day(scene: Gateway) -> None:
    """The partner that opened it and said no more is reminded the day after."""
    view, envelope = helped(scene)
    acknowledge(scene, "belle", envelope, "opened")
    clock = scene.tools.clock
    assert isinstance(clock, SetClock)
    days = scene.tools.partners["belle"].retention_days
    clock.now = NOON + dt.timedelta(days=days + 1)
    chase.sweep(scene.tools)
    assert [(line.disclosure_id, line.what) for line in scene.team.owed(SANNE)] == [(view.id, Missing.UNDESTROYED)]
    assert [n.recipient for n in notices(scene) if n.kind is NoticeKind.REMINDER] == ["belle"]
