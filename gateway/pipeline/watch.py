"""What a disclosure depends on and that may change before it is delivered, as keyed hashes and dates only.

The watch of a subject is stored in the encrypted detail of its entries, so that the decision can be taken again at
sealing and before delivery, long after the request itself was destroyed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.crypto.lookup import LookupKey
from gateway.decide.facts import Circumstances, within_retention
from gateway.model.bundle import Bundle, FieldType
from gateway.model.calendar import local_day
from gateway.model.partner import Partner
from gateway.model.request import Subject
from gateway.model.terms import Json, Truth, members, words
from gateway.store.ports import Unit


@dataclass(frozen=True, slots=True)
class Watch:
    """One subject's dependencies. `dwelling` are tags of the address asked about; `places` of every address given."""

    dwelling: tuple[str, ...]
    places: tuple[str, ...]
    consents: tuple[str, ...]
    dates: tuple[dt.date, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the form kept in the encrypted detail."""
        return {
            "dwelling": list(self.dwelling),
            "places": list(self.places),
            "consents": list(self.consents),
            "dates": [date.isoformat() for date in self.dates],
        }

    @classmethod
    def from_json(cls, value: Json) -> "Watch":
        """Return what `to_json` kept."""
        kept = members(value)
        return cls(
            words(kept["dwelling"]),
            words(kept["places"]),
            words(kept["consents"]),
            tuple(dt.date.fromisoformat(date) for date in words(kept["dates"])),
        )


def watch(subject: Subject, *, bundle: Bundle, lookup: LookupKey) -> Watch:
    """Return what the decision about this subject depends on."""
    tags = {
        name: _address_tags(value, lookup)
        for name, value in subject.data.items()
        if bundle.vocabulary.fields[name].type is FieldType.ADDRESS
    }
    consent = subject.facts.get("consent_explicit")
    return Watch(
        dwelling=tags.get("dwelling_address", ()),
        places=tuple(sorted({tag for some in tags.values() for tag in some})),
        consents=(lookup.consent(consent.evidence),) if consent is not None and consent.evidence else (),
        dates=tuple(sorted({claim.date for claim in subject.facts.values() if claim.date is not None})),
    )


def _address_tags(value: Json, lookup: LookupKey) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    number = value.get("number")
    tags = [
        lookup.address(
            str(value.get("postcode", "")), number if isinstance(number, int) else 0, str(value.get("addition", ""))
        )
    ]
    if value.get("bag_id"):
        tags.append(lookup.bag(str(value["bag_id"])))
    return tuple(tags)


def circumstances(
    unit: Unit,
    watched: Watch,
    *,
    bundle: Bundle,
    partner: Partner,
    case_tag: str,
    ground: str,
    purpose: str,
    at: dt.datetime,
) -> Circumstances:
    """Establish every computed fact about one subject as it stands now; what cannot be established is unknown.

    Approvals are not looked up here: without one that somebody gave, there is none. The age of a document is counted in
    local days, because a person typed its date: in UTC one of just after midnight would lie in the future.
    """
    on = at.date()
    retention = bundle.on(on).retention_days
    return Circumstances(
        date=on,
        owned_by_recipient=_owned(unit, watched.dwelling, partner),
        agreement_current=partner.agreement_current(on),
        dpia_current=partner.dpia_current(on),
        partner_active=Truth.YES if partner.active else Truth.NO,
        within_retention=within_retention(watched.dates, on=local_day(at), retention_days=retention),
        # True by construction: this form holds one case. Lists and bulk requests have no form.
        single_case=Truth.YES,
        purpose_matches=Truth.YES if purpose in bundle.vocabulary.grounds[ground].purposes else Truth.NO,
        avim_hold=Truth.YES if unit.circumstances.held([case_tag, *watched.places]) else Truth.NO,
        second_approver=Truth.NO,
        fg_advice=Truth.NO,
        consent_withdrawn=unit.circumstances.withdrawn(watched.consents),
    )


def _owned(unit: Unit, dwelling: Sequence[str], partner: Partner) -> Truth:
    if not dwelling or not unit.circumstances.has_holdings(partner.id):
        return Truth.UNKNOWN
    owned = unit.circumstances.owned_by(partner.id, dwelling)
    if all(owned):
        return Truth.YES
    # Address and BAG id contradict each other: one of them is wrong, so nobody knows.
    return Truth.UNKNOWN if any(owned) else Truth.NO
