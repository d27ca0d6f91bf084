"""Looks at every partner as it stands now: its papers, its keys, and what somebody must do about it."""

import datetime as dt
from collections.abc import Iterator

from gateway.crypto.profiles import key_for
from gateway.model.affairs import Affairs, KeyView, Need, PartnerAffairs, needs_of
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.pipeline.enrol import pending
from gateway.pipeline.tools import Tools, keys_at
from gateway.store.ports import Unit
from gateway.store.records import StoredKey


def affairs(tools: Tools, unit: Unit, by: Person, at: dt.datetime) -> Affairs:
    """Return all partners with their keys and needs, and the enrolments that wait, as this person sees them."""
    waiting = tuple(one for one in pending(unit, by, at) if one.partner_id in tools.partners)
    asked = {one.partner_id for one in waiting}
    listed = sorted(tools.partners.values(), key=lambda partner: partner.name)
    return Affairs(tuple(_of(unit, partner, partner.id in asked, at) for partner in listed), waiting)


def needs(tools: Tools, unit: Unit, at: dt.datetime) -> tuple[Need, ...]:
    """Return what any partner needs, what stops sharing first."""
    nobody = Person("", "", frozenset())
    return affairs(tools, unit, nobody, at).needs


def _of(unit: Unit, partner: Partner, asked: bool, at: dt.datetime) -> PartnerAffairs:
    keys = keys_at(unit, partner, at)
    uses = [key.use for key in keys if key.use == "sig" or key_for(partner.profile, [key]) is not None]
    dwellings = partner.has_holdings and unit.circumstances.has_holdings(partner.id)
    found = needs_of(partner, uses=uses, dwellings=dwellings, pending=asked, on=at.date())
    return PartnerAffairs(partner, tuple(_keys(unit, partner, at)), found)


def _keys(unit: Unit, partner: Partner, at: dt.datetime) -> Iterator[KeyView]:
    kept = unit.partner_keys.of_partner(partner.id)
    for key in kept:
        yield KeyView(key.kid, key.use, key.since, key.until, _state(key, at))
    known = {key.kid for key in kept}
    for on_file in partner.keys:
        if on_file.kid not in known:
            yield KeyView(on_file.kid, on_file.use, None, None, "counts")


def _state(key: StoredKey, at: dt.datetime) -> str:
    if key.revoked is not None:
        return "revoked"
    if not key.counts(at):
        return "ended"
    return "counts" if key.until is None else "ends"
