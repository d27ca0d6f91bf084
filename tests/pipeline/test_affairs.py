"""What somebody must do about a partner is told a month ahead; on the day itself sharing stops, AVIM's urgent apart."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import NotFoundError
from gateway.model.affairs import Concern, Need, needs_of
from gateway.model.partner import Commitment, Partner, SealProfile
from gateway.model.views import PartState
from gateway.pipeline.desk import PartnerDesk, TeamDesk
from gateway.pipeline.revoke import revoke_keys
from tests.builders import PARTNER
from tests.conftest import NOON
from tests.pipeline.newcomer import Newcomer

SANNE, BRAM, MERYEM, FLEUR = DEMO_PEOPLE[:4]
WHO = "dudok-wonen"
ON = dt.date(2026, 11, 24)


def paper(until: dt.date) -> Commitment:
    """Return a paper that holds up to, not including, this day."""
    return Commitment("OVK-1", dt.date(2020, 1, 1), until)


def found(partner: Partner, **told: bool) -> list[tuple[Concern, bool]]:
    """Return what a partner needs, with keys and dwellings in order unless told otherwise."""
    uses = ("enc", "sig") if told.get("keys", True) else ("enc",)
    seen = needs_of(
        partner, uses=uses, dwellings=told.get("dwellings", True), pending=told.get("pending", False), on=ON
    )
    return [(need.concern, need.stops) for need in seen]


GOOD = replace(PARTNER, agreement=paper(dt.date(2030, 1, 1)), dpia=paper(dt.date(2030, 1, 1)), active=True)


def test_a_partner_in_order_needs_nothing_and_neither_does_one_that_is_not_active() -> None:
    """Nothing is shared with the second."""
    assert found(GOOD) == []
    assert found(replace(GOOD, active=False, agreement=None), keys=False) == []


@pytest.mark.parametrize(("days", "expected"), [(32, None), (31, False), (1, False), (0, True), (-1, True)])
@pytest.mark.parametrize("which", ["agreement", "dpia"])
def test_the_end_of_a_paper_is_told_31_days_ahead(days: int, expected: bool | None, which: str) -> None:
    """And it stops sharing on the day itself."""
    concern = Concern(which)
    until = paper(ON + dt.timedelta(days=days))
    partner = replace(GOOD, agreement=until) if which == "agreement" else replace(GOOD, dpia=until)
    assert found(partner) == ([] if expected is None else [(concern, expected)])


def test_a_paper_that_was_never_there_or_has_not_begun_stops_sharing() -> None:
    """Unknown means no."""
    early = Commitment("OVK-1", ON + dt.timedelta(days=1), dt.date(2030, 1, 1))
    for agreement in (None, early):
        assert found(replace(GOOD, agreement=agreement)) == [(Concern.AGREEMENT, True)]


def test_keys_dwellings_and_new_keys_are_told() -> None:
    """One key of the two is not enough."""
    owner = replace(GOOD, has_holdings=True)
    assert found(owner, keys=False) == [(Concern.KEYS, True)]
    assert found(owner, dwellings=False) == [(Concern.HOLDINGS, True)]
    assert found(replace(owner, has_holdings=False), dwellings=False) == []
    assert found(replace(owner, profile=SealProfile.LINK), keys=False) == []
    assert found(owner, pending=True) == [(Concern.ENROLMENT, False)]


@pytest.mark.parametrize(("age", "stops"), [(None, True), (31, True), (30, False), (23, False), (22, None), (-1, True)])
def test_the_check_of_a_landlord_is_told_a_week_ahead(age: int | None, stops: bool | None) -> None:
    """It is good for 30 days, exactly as the decision counts them."""
    checked = None if age is None else ON - dt.timedelta(days=age)
    landlord = replace(GOOD, kind="private_landlord", ownership_verified=checked)
    assert found(landlord) == ([] if stops is None else [(Concern.OWNERSHIP, stops)])
    assert (landlord.agreement_current(ON).value == "no") == (stops is True)


def test_only_for_avim_it_is_said_that_an_urgent_signal_goes_on() -> None:
    """Elsewhere it would be a promise that the policy does not make."""
    for kind, said in (("avim", True), ("housing_corporation", False)):
        (need,) = needs_of(
            replace(GOOD, kind=kind, agreement=None), uses=("enc", "sig"), dwellings=True, pending=False, on=ON
        )
        assert ("AVIM" in need.text.nl, "AVIM" in need.text.en) == (said, said)


def lapse(gateway: Gateway, partner_id: str) -> tuple[TeamDesk, PartnerDesk]:
    """Let a partner's agreement end yesterday; return the desks as they are after a restart."""
    tools = gateway.tools
    ended = replace(tools.partners[partner_id], agreement=paper(NOON.date()))
    tools = replace(tools, partners={**tools.partners, partner_id: ended})
    return TeamDesk(tools), PartnerDesk(tools, gateway.partners.issuer_jwks())


def test_what_waits_in_the_queue_is_voided_when_the_agreement_ends(gateway: Gateway) -> None:
    """On the whole road: a new request is denied, and a sealed message is never handed over."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    seen = gateway.team.follow(view.id, BRAM).parts[0]
    message = gateway.team.approve(view.id, seen.id, seen.digest, BRAM).parts[0].message_id
    assert message is not None
    team, partners = lapse(gateway, WHO)
    with pytest.raises(NotFoundError):
        partners.envelope(WHO, message, now=NOON)
    part = team.follow(view.id, SANNE).parts[0]
    assert (part.state, part.send_again) == (PartState.VOIDED, False)
    again = team.submit(json.dumps(cases.landlord(NOON.date(), 2)).encode(), SANNE)
    assert (again.outcome.value, again.parts) == ("deny", ())


def test_the_day_of_the_end_is_enough_without_any_restart(gateway: Gateway) -> None:
    """The papers are compared with today's date each time."""
    ends = replace(gateway.tools.partners[WHO], agreement=paper(NOON.date() + dt.timedelta(days=1)))
    tools = replace(gateway.tools, partners={**gateway.tools.partners, WHO: ends})
    team, partners = TeamDesk(tools), PartnerDesk(tools, gateway.partners.issuer_jwks())
    view = team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    seen = team.follow(view.id, BRAM).parts[0]
    message = team.approve(view.id, seen.id, seen.digest, BRAM).parts[0].message_id
    assert message is not None
    with pytest.raises(NotFoundError):
        partners.envelope(WHO, message, now=NOON + dt.timedelta(days=1))


def test_an_exploitation_signal_reaches_avim_without_an_agreement(gateway: Gateway) -> None:
    """Submitted and queued after the end, and queued before it: both are handed over."""
    before = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 1, "protect_victim")).encode(), SANNE)
    team, partners = lapse(gateway, "avim")
    after = team.submit(json.dumps(cases.urgent(NOON.date(), 2, "protect_victim")).encode(), SANNE)
    for view in (before, after):
        message = view.parts[0].message_id
        assert message is not None
        assert partners.envelope("avim", message, now=NOON).message


def test_the_desk_tells_what_every_partner_needs(gateway: Gateway) -> None:
    """The demo has one agreement that ended on purpose; a lost key and new keys are told too."""

    def told() -> list[Need]:
        return list(gateway.team.needs())

    def of(partner_id: str) -> set[Concern]:
        return {need.concern for need in told() if need.partner_id == partner_id}

    assert of("gooi-wonen") == {Concern.AGREEMENT}
    assert of(WHO) == set()
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    new = Newcomer(gateway, WHO)
    new.begin(new.request())
    assert of(WHO) == {Concern.KEYS, Concern.ENROLMENT}
    assert [need.stops for need in told()] == sorted((need.stops for need in told()), reverse=True)
    seen = gateway.team.partner_affairs(MERYEM)
    (waiting,) = seen.pending
    assert (waiting.partner_id, waiting.kids, waiting.may_confirm) == (WHO, (new.enc.kid, new.sig.kid), True)
    (ours,) = [one for one in seen.partners if one.partner.id == WHO]
    assert [key.state for key in ours.keys] == ["revoked", "revoked"]
    assert not gateway.team.partner_affairs(FLEUR).pending[0].may_confirm
