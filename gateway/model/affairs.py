"""What must be kept in order about each partner: papers, keys, dwellings. Pure: the day is an argument."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.partner import Commitment, Partner, SealProfile
from gateway.model.terms import Text

AHEAD = dt.timedelta(days=31)
"""How long before a paper ends it is told."""
OWNERSHIP = dt.timedelta(days=30)  # `Partner.agreement_current`
OWNERSHIP_AHEAD = dt.timedelta(days=7)


class Concern(StrEnum):
    """What a need is about."""

    AGREEMENT = "agreement"
    DPIA = "dpia"
    OWNERSHIP = "ownership"
    KEYS = "keys"
    HOLDINGS = "holdings"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Need:
    """Something about a partner that somebody must do. `stops`: until then nothing (new) leaves for it.

    `until` is the last day before something ends, for what is told ahead.
    """

    partner_id: str
    concern: Concern
    stops: bool
    until: dt.date | None
    text: Text


@dataclass(frozen=True, slots=True)
class KeyView:
    """A public key of a partner. `state`: counts, ends (counts up to `until`), ended or revoked."""

    kid: str
    use: str
    since: dt.datetime | None
    until: dt.datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class PendingEnrolment:
    """An enrolment as the officers see it. `confirmed_by` are the ids of who confirmed it."""

    id: str
    partner_id: str
    kids: tuple[str, ...]
    at: dt.datetime
    until: dt.datetime
    confirmed_by: tuple[str, ...]
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class PartnerAffairs:
    """One partner with its keys, newest first, and what it needs."""

    partner: Partner
    keys: tuple[KeyView, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Affairs:
    """All partners by name, and the enrolments that wait."""

    partners: tuple[PartnerAffairs, ...]
    pending: tuple[PendingEnrolment, ...]

    @property
    def needs(self) -> tuple[Need, ...]:
        """Return what any partner needs, what stops sharing first."""
        found = [need for one in self.partners for need in one.needs]
        return tuple(sorted(found, key=lambda need: not need.stops))


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a revocation stopped: the requests to make again, and the urgent ones to hand over by phone at once.

    Of `recalls` the partner has the data, and did not yet read that it must destroy them: that is told by phone too.
    """

    kids: tuple[str, ...]
    again: tuple[str, ...]
    urgent: tuple[str, ...]
    recalls: tuple[str, ...]
    leaf_index: int


def needs_of(partner: Partner, *, uses: Sequence[str], dwellings: bool, pending: bool, on: dt.date) -> tuple[Need, ...]:
    """Return what an active partner needs; nothing is shared with one that is not active, so it needs nothing.

    :param uses: of its keys that count ("enc" when it is for its profile, "sig"); who gets a link needs none.
    :param dwellings: a list of its dwellings was imported.
    :param pending: new keys wait for two people's word.
    """
    if not partner.active:
        return ()
    return tuple(_needs(partner, set(uses), dwellings=dwellings, pending=pending, on=on))


def _needs(partner: Partner, uses: set[str], *, dwellings: bool, pending: bool, on: dt.date) -> Iterator[Need]:
    yield from _paper(partner, partner.agreement, Concern.AGREEMENT, on)
    yield from _paper(partner, partner.dpia, Concern.DPIA, on)
    if partner.kind == "private_landlord":
        yield from _ownership(partner, on)
    if partner.profile is not SealProfile.LINK and not {"enc", "sig"} <= uses:
        yield Need(
            partner.id,
            Concern.KEYS,
            stops=True,
            until=None,
            text=Text(
                "Er is geen sleutel die telt. Laat de ontvanger sleutels aanmelden; bij spoed belt u.",
                "There is no key that counts. Let the partner enrol keys; what is urgent goes by phone.",
            ),
        )
    if partner.has_holdings and not dwellings:
        yield Need(
            partner.id,
            Concern.HOLDINGS,
            stops=True,
            until=None,
            text=Text(
                "Er is geen lijst van woningen. Lees die in met `gateway holdings import`.",
                "There is no list of dwellings. Import it with `gateway holdings import`.",
            ),
        )
    if pending:
        yield Need(
            partner.id,
            Concern.ENROLMENT,
            stops=False,
            until=None,
            text=Text(
                "Nieuwe sleutels wachten op de bevestiging van twee mensen.",
                "New keys wait for the word of two people.",
            ),
        )


_PAPERS = {Concern.AGREEMENT: ("overeenkomst", "agreement"), Concern.DPIA: ("DPIA", "DPIA")}
_GOES_ON = "Een signaal van uitbuiting naar AVIM gaat door.", "An exploitation signal to AVIM goes on."


def _paper(partner: Partner, paper: Commitment | None, concern: Concern, on: dt.date) -> Iterator[Need]:
    nl, en = _PAPERS[concern]
    more_nl, more_en = _GOES_ON if partner.kind == "avim" else ("", "")
    if paper is None or not paper.current(on):
        text = Text(
            f"Er is geen geldige {nl}. Er wordt niets gedeeld waarvoor die nodig is. {more_nl}".strip(),
            f"There is no valid {en}. Nothing is shared that needs it. {more_en}".strip(),
        )
        yield Need(partner.id, concern, stops=True, until=None, text=text)
    elif paper.until - on <= AHEAD:
        last = paper.until - dt.timedelta(days=1)
        text = Text(
            f"De {nl} geldt tot en met {last:%d-%m-%Y}. Verleng die; daarna stopt het delen. {more_nl}".strip(),
            f"The {en} is valid up to and including {last}. Renew it; sharing stops after that. {more_en}".strip(),
        )
        yield Need(partner.id, concern, stops=False, until=last, text=text)


def _ownership(partner: Partner, on: dt.date) -> Iterator[Need]:
    checked = partner.ownership_verified
    last = None if checked is None else checked + OWNERSHIP
    if checked is None or last is None or not checked <= on <= last:
        text = Text(
            "Kijk in het Kadaster of de verhuurder nog eigenaar is. Er wordt niets gedeeld.",
            "Look in the land registry whether the landlord is still the owner. Nothing is shared.",
        )
        yield Need(partner.id, Concern.OWNERSHIP, stops=True, until=None, text=text)
    elif last - on <= OWNERSHIP_AHEAD:
        text = Text(
            f"De controle in het Kadaster geldt tot en met {last:%d-%m-%Y}. Kijk opnieuw.",
            f"The check in the land registry is valid up to and including {last}. Look again.",
        )
        yield Need(partner.id, Concern.OWNERSHIP, stops=False, until=last, text=text)
