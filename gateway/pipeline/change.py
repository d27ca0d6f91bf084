"""What changes in the world while a disclosure waits: a withdrawn consent, a lifted hold, new holdings."""

import datetime as dt
from collections.abc import Iterable

from gateway.errors import NotPermittedError
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, members
from gateway.model.views import PartState
from gateway.pipeline.assess import read_matters
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure, StoredPart

LIVE = {PartState.WAITING, PartState.RELEASED, PartState.DELIVERED}


def withdraw_consent(tools: Tools, disclosure_id: str, by: Person, at: dt.datetime) -> None:
    """Note that the consent behind this request was withdrawn (GDPR article 7(3)); the log says who noted it.

    A part that is about someone whose consent it was is voided while it waits or was not fetched yet, and recalled when
    it was delivered. Other requests that rest on the same consent are stopped when they are sealed or fetched.
    """
    _only(by, StaffRole.SUPERVISOR, StaffRole.MANAGER)

    def commit(unit: Unit) -> None:
        disclosure = unit.disclosures.get(disclosure_id)
        _, asked, _ = tools.recorder.read(unit, disclosure.leaf_index)
        matters = read_matters(asked)
        tags = [tag for matter in matters for tag in matter.watch.consents]
        if not tags:
            raise NotPermittedError("this request does not rest on consent", hint="nothing was changed")
        unit.circumstances.withdraw(tags, at)
        index = _record(tools, unit, disclosure, "consent_withdrawn", by, at)
        relying = {matter.ref for matter in matters if matter.watch.consents}
        for part in unit.disclosures.parts(disclosure_id):
            if (
                part.state in LIVE
                and part.kind is not MessageKind.RECALL
                and relying & _about(tools, unit, part, asked)
            ):
                withdraw_message(tools, unit, disclosure, part, reason="consent", prev=index, at=at)

    tools.store.write(commit)


def _about(tools: Tools, unit: Unit, part: StoredPart, asked: dict[str, Json]) -> set[str]:
    """Return the refs of the subjects in a part: as sealed, or as they were decided while it waits."""
    if part.leaf_index is not None:
        _, sealed, _ = tools.recorder.read(unit, part.leaf_index)
        return set(members(sealed["told"] if part.kind is MessageKind.ORAL else sealed["released"]))
    return {
        ref
        for ref, groups in members(asked["decisions"]).items()
        if any(members(decision)["approval"] == part.approval.value for decision in members(groups).values())
    }


def lift_hold(tools: Tools, disclosure_id: str, by: Person, at: dt.datetime) -> None:
    """Record that AVIM lifted the hold which this hand-over opened."""
    _only(by, StaffRole.SUPERVISOR, StaffRole.MANAGER)

    def commit(unit: Unit) -> None:
        disclosure = unit.disclosures.get(disclosure_id)
        if unit.circumstances.lift_hold(disclosure_id) == 0:
            raise NotPermittedError("this request holds nothing", hint="nothing was changed")
        _record(tools, unit, disclosure, "hold_lifted", by, at)

    tools.store.write(commit)


def _record(tools: Tools, unit: Unit, disclosure: StoredDisclosure, what: str, by: Person, at: dt.datetime) -> int:
    detail: dict[str, Json] = {"kind": what, "disclosure": disclosure.id, "by": by.id, "by_name": by.name}
    return tools.recorder.record(
        unit,
        Entry(LeafType.REVIEW, what, tools.policy.bundle.digest, detail, prev=disclosure.leaf_index),
        case_id=disclosure.case_id,
        case_key=tools.recorder.case_key(unit, disclosure.case_id),
        at=at,
    )


def import_holdings(tools: Tools, partner_id: str, dwellings: Iterable[tuple[str, int, str, str]]) -> int:
    """Replace a partner's dwellings, given as (postcode, number, addition, BAG id or ""); only hashes are kept."""
    partner = tools.partner(partner_id)
    tags: list[str] = []
    for postcode, number, addition, bag_id in dwellings:
        tags.append(tools.lookup.address(postcode, number, addition))
        if bag_id:
            tags.append(tools.lookup.bag(bag_id))
    return tools.store.write(lambda unit: unit.circumstances.replace_holdings(partner.id, tags))


def _only(by: Person, *roles: StaffRole) -> None:
    if not by.has(*roles):
        raise NotPermittedError("your role may not do this", hint="ask a supervisor of the team")
