"""Who somebody is and what they may do, from the claims of their ID token. A pure function: unknown means no."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.crypto.id_token import LEEWAY, texts
from gateway.model.identity import IdentityProvider
from gateway.model.people import Employee, Person, StaffRole

LONGEST_NAME = 80  # characters
NAMELESS = "Zonder naam"


class Refusal(StrEnum):
    """Why nobody is signed in."""

    NO_ROLE = "no_role"  # no claim leads to a role or a partner
    NO_PERSON = "no_person"  # the claim that tells one human from another is not there
    TWO_SIDES = "two_sides"  # staff and a partner's employee at once, or of two partners
    TOO_WEAK = "too_weak"  # every role that they have needs a strong sign-in


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who comes in. `account` is theirs at the provider; `weak`: they have more roles, which need a strong sign-in.

    `strong_since` is when (UTC) they signed in strongly, if the provider vouches for that and for the moment.
    """

    who: Person | Employee
    account: str
    weak: bool = False
    strong_since: dt.datetime | None = None


def admit(claims: Mapping[str, object], provider: IdentityProvider, *, at: dt.datetime) -> Admitted | Refusal:
    """Return who signs in with these claims of this provider at this moment, or why nobody does.

    :param claims: of an ID token that was verified.
    """
    roles = {provider.roles[value] for value in _values(claims, provider.role_claim) if value in provider.roles}
    owners = {provider.partners[one] for one in _values(claims, provider.partner_claim) if one in provider.partners}
    if len(owners) > 1 or (roles and owners):
        return Refusal.TWO_SIDES
    if not roles and not owners:
        return Refusal.NO_ROLE
    if owners:
        return _employee(claims, provider, owners.pop(), at)
    return _staff(claims, provider, frozenset(roles), at)


def _employee(
    claims: Mapping[str, object], provider: IdentityProvider, partner: str, at: dt.datetime
) -> Admitted | Refusal:
    if provider.strong.partners and not is_strong(claims, provider):
        return Refusal.TOO_WEAK
    account = account_of(str(claims["sub"]), provider)
    return Admitted(
        Employee(account, _name(claims), partner), account, strong_since=_strong_since(claims, provider, at)
    )


def _staff(
    claims: Mapping[str, object], provider: IdentityProvider, roles: frozenset[StaffRole], at: dt.datetime
) -> Admitted | Refusal:
    account = account_of(str(claims["sub"]), provider)
    person_id = _person_id(claims, provider, account)
    if person_id is None:
        return Refusal.NO_PERSON
    usable = roles - (frozenset() if is_strong(claims, provider) else provider.strong.roles)
    if not usable:
        return Refusal.TOO_WEAK
    who = Person(person_id, _name(claims), usable)
    return Admitted(who, account, weak=usable != roles, strong_since=_strong_since(claims, provider, at))


def is_strong(claims: Mapping[str, object], provider: IdentityProvider) -> bool:
    """Say whether the provider vouches for a strong sign-in in one of the ways that the settings name."""
    level, ways = claims.get("acr"), texts(claims.get("amr"))
    return (isinstance(level, str) and level in provider.strong.acr) or not provider.strong.amr.isdisjoint(ways)


def _values(claims: Mapping[str, object], claim: str | None) -> tuple[str, ...]:
    return () if claim is None else tuple(texts(claims.get(claim)))


def account_of(subject: str, provider: IdentityProvider) -> str:
    """Return the id of one account at a provider."""
    # The subject may be a name or a mail address: what is kept with every decision is made of it, and is not it.
    return f"{provider.id}:{_digest(provider.issuer, subject)}"


def _person_id(claims: Mapping[str, object], provider: IdentityProvider, account: str) -> str | None:
    # INVARIANT: one human is one id, so that whatever nobody may do to their own request holds for all their accounts.
    if provider.person_claim is None:
        return account
    told = claims.get(provider.person_claim)
    number = told.strip().casefold() if isinstance(told, str) else ""
    return f"{provider.register}:{_digest('person', provider.register, number)}" if number else None


def _strong_since(claims: Mapping[str, object], provider: IdentityProvider, at: dt.datetime) -> dt.datetime | None:
    if not is_strong(claims, provider):
        return None
    told = claims.get("auth_time")
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= at.timestamp() + LEEWAY:
        return None  # nobody says when it was, or it is of the future
    return min(at, dt.datetime.fromtimestamp(told, dt.UTC))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _name(claims: Mapping[str, object]) -> str:
    told = claims.get("name") or claims.get("preferred_username")
    shown = " ".join(told.split()) if isinstance(told, str) and told.isprintable() else ""
    return shown[:LONGEST_NAME] or NAMELESS
