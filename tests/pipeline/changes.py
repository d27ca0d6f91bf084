"""What can change under a request while somebody looks at it, and after it was approved."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace

from gateway.bootstrap import Gateway
from gateway.decide.engine import Policy
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.partner import SealProfile
from gateway.pipeline.change import import_holdings
from gateway.pipeline.desk import PartnerDesk, TeamDesk
from gateway.pipeline.revoke import revoke_keys
from gateway.pipeline.tools import Tools
from tests.conftest import NOON, SetClock

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE
LANDLORD = "dudok-wonen"
OTHER_BUNDLE = "sha256:" + "5a" * 32

Change = Callable[[Gateway, SetClock], Tools]
"""Lets something change; returns the tools with which the gateway goes on, as after a restart."""


def policy(gateway: Gateway, _: SetClock) -> Tools:
    """Activate a policy in which no row lets a landlord hear of illegal sex work."""
    bundle = gateway.tools.policy.bundle
    editions = tuple(
        replace(edition, rows=tuple(row for row in edition.rows if "housing_corporation" not in row.recipients))
        for edition in bundle.editions
    )
    return replace(gateway.tools, policy=Policy(replace(bundle, digest=OTHER_BUNDLE, editions=editions)))


def agreement(gateway: Gateway, clock: SetClock) -> Tools:
    """Let the day come on which the agreement holds no more."""
    found = gateway.tools.partners[LANDLORD].agreement
    assert found is not None
    clock.now = dt.datetime.combine(found.until, dt.time(12), dt.UTC)
    return gateway.tools


def holdings(gateway: Gateway, _: SetClock) -> Tools:
    """Let the dwelling be another's."""
    import_holdings(gateway.tools, LANDLORD, (("1299ZA", 14, "", "0402019900000014"),))
    return gateway.tools


def hold(gateway: Gateway, _: SetClock) -> Tools:
    """Let a signal of exploitation about the same address go to AVIM."""
    signal = cases.urgent(NOON.date(), 99, "protect_victim", address=cases.ADDRESS)
    gateway.team.submit(json.dumps(signal).encode(), SANNE)
    return gateway.tools


def key(gateway: Gateway, _: SetClock) -> Tools:
    """Let the partner's keys be revoked."""
    revoke_keys(gateway.tools, LANDLORD, by="os:test", at=NOON)
    return gateway.tools


CHANGES: dict[str, Change] = {change.__name__: change for change in (policy, agreement, holdings, hold, key)}
"""Every change that stops what a landlord would read."""


def same_rules(gateway: Gateway, _: SetClock) -> Tools:
    """Activate a policy that decides the same, under another digest."""
    bundle = gateway.tools.policy.bundle
    return replace(gateway.tools, policy=Policy(replace(bundle, digest=OTHER_BUNDLE)))


def tomorrow(gateway: Gateway, clock: SetClock) -> Tools:
    """Let midnight pass: the recipient must destroy what it gets a day later."""
    clock.now += dt.timedelta(days=1)
    return gateway.tools


def other_key(gateway: Gateway, _: SetClock) -> Tools:
    """Let another key of the partner count, by giving it those of a partner with the same profile."""
    partners = dict(gateway.tools.partners)
    jose = [p for p in partners.values() if p.profile is SealProfile.JOSE and p.id != LANDLORD and p.keys]
    partners[LANDLORD] = replace(partners[LANDLORD], keys=jose[0].keys)
    return replace(gateway.tools, partners=partners)


SLIGHT: dict[str, Change] = {change.__name__: change for change in (same_rules, tomorrow, other_key)}
"""Changes after which as much leaves as before, but not what was shown."""


def team(tools: Tools) -> TeamDesk:
    """Return the team's desk after a change."""
    return TeamDesk(tools)


def partners(gateway: Gateway, tools: Tools) -> PartnerDesk:
    """Return the partners' desk after a change."""
    return PartnerDesk(tools, gateway.partners.issuer_jwks())
