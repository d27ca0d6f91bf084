"""Lays what a person saw in the land register beside the list of holdings: the policy decides on the list alone.

A check is evidence: who owns the dwelling according to the Kadaster, in which extract, seen on which day. It sets no
fact, so nothing leaves because of it. Where it contradicts the holdings, or is older than 30 days, the page says so
and the request stands on the officers' list.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from gateway.model.decision import Query
from gateway.model.request import Owner, OwnershipCheck
from gateway.model.terms import Json, Truth, members
from gateway.model.timeline import OwnershipView
from gateway.store.incident_ports import StoredDoubt
from gateway.store.ports import Unit
from gateway.store.records import StoredDisclosure

KEY = "ownership_check"
OWNED = "owned_by_recipient"
FRESH = dt.timedelta(days=30)
EXPECTED = {Owner.RECIPIENT: Truth.YES, Owner.SOMEONE_ELSE: Truth.NO}


def weigh(check: OwnershipCheck, queries: Iterable[Query], on: dt.date) -> OwnershipView:
    """Return what the check says beside the holdings, as they were seen for these queries."""
    held = {query.facts.get(OWNED, Truth.UNKNOWN) for query in queries} - {Truth.UNKNOWN}
    expected = EXPECTED.get(check.owner)
    disagrees = expected is not None and bool(held - {expected})
    return OwnershipView(check.owner, check.evidence, check.date, disagrees=disagrees, old=on - check.date > FRESH)


def note_doubt(unit: Unit, seen: OwnershipView | None, disclosure: StoredDisclosure) -> None:
    """Put a request whose check contradicts the holdings, or is old, on the officers' list."""
    if seen is not None and (seen.disagrees or seen.old):
        unit.incidents.add_doubt(StoredDoubt(disclosure.id, disclosure.leaf_index, disclosure.submitted_at))


def to_detail(view: OwnershipView) -> dict[str, Json]:
    """Return what the encrypted detail of the decision keeps."""
    return {
        "owner": view.owner.value,
        "evidence": view.evidence,
        "date": view.date.isoformat(),
        "disagrees": view.disagrees,
        "old": view.old,
    }


def from_detail(detail: Mapping[str, Json]) -> OwnershipView | None:
    """Return what `to_detail` told, from the detail of a decision; None when nobody looked."""
    kept = members(detail.get(KEY))
    if not kept:
        return None
    return OwnershipView(
        Owner(str(kept["owner"])),
        str(kept["evidence"]),
        dt.date.fromisoformat(str(kept["date"])),
        disagrees=kept["disagrees"] is True,
        old=kept["old"] is True,
    )
