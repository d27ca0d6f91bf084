"""Who somebody is and what they may do, from the claims of their ID token. A pure function: unknown means no."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.crypto.id_token import texts
from gateway.model.identity import IdentityProvider
from gateway.model.people import Employee, Person

LONGEST_NAME = 80  # characters
NAMELESS = "Zonder naam"


class Refusal(StrEnum):
    """Why nobody is signed in."""

    NO_ROLE = "no_role"  # no claim leads to a role or a partner
    TWO_SIDES = "two_sides"  # staff and a partner's employee at once, or of two partners
    TOO_WEAK = "too_weak"  # every role that they have needs a strong sign-in


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who comes in. `weak`: they have more roles, which need a strong sign-in."""

    who: Person | Employee
    weak: bool = False


def admit(claims: Mapping[str, object], provider: IdentityProvider) -> Admitted | Refusal:
    """Return who signs in with these claims of this provider, or why nobody does.

    :param claims: of an ID token that was verified.
    """
    roles = {provider.roles[value] for value in _values(claims, provider.role_claim) if value in provider.roles}
    owners = {provider.partners[one] for one in _values(claims, provider.partner_claim) if one in provider.partners}
    if len(owners) > 1 or (roles and owners):
        return Refusal.TWO_SIDES
    if not roles and not owners:
        return Refusal.NO_ROLE
    strong = is_strong(claims, provider)
    person_id, name = _id(claims, provider), _name(claims)
    if owners:
        if provider.strong.partners and not strong:
            return Refusal.TOO_WEAK
        return Admitted(Employee(person_id, name, owners.pop()))
    held_back = frozenset() if strong else provider.strong.roles
    usable = frozenset(roles) - held_back
    if not usable:
        return Refusal.TOO_WEAK
    return Admitted(Person(person_id, name, usable), weak=usable != frozenset(roles))


def is_strong(claims: Mapping[str, object], provider: IdentityProvider) -> bool:
    """Say whether the provider vouches for a strong sign-in in one of the ways that the settings name."""
    level, ways = claims.get("acr"), texts(claims.get("amr"))
    return (isinstance(level, str) and level in provider.strong.acr) or not provider.strong.amr.isdisjoint(ways)


def _values(claims: Mapping[str, object], claim: str | None) -> tuple[str, ...]:
    return () if claim is None else tuple(texts(claims.get(claim)))


def _id(claims: Mapping[str, object], provider: IdentityProvider) -> str:
    # The subject may be a name or a mail address: what is kept with every decision is made of it, and is not it.
    whom = f"{provider.issuer}\0{claims['sub']}".encode()
    return f"{provider.id}:{hashlib.sha256(whom).hexdigest()[:32]}"


def _name(claims: Mapping[str, object]) -> str:
    told = claims.get("name") or claims.get("preferred_username")
    shown = " ".join(told.split()) if isinstance(told, str) and told.isprintable() else ""
    return shown[:LONGEST_NAME] or NAMELESS
