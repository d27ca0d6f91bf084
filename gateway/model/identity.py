"""An identity provider as the settings describe it, and a session of somebody whom it signed in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.people import Employee, Person, StaffRole


@dataclass(frozen=True, slots=True)
class Strong:
    """What counts as a strong sign-in (OpenID Connect Core section 2, `acr` and `amr`), and who must have one.

    `roles` are staff roles; `partners` says whether partners' employees must have one too. Whoever approves must have
    one that is no older than `fresh`, whatever their role.
    """

    acr: frozenset[str] = frozenset()
    amr: frozenset[str] = frozenset()
    roles: frozenset[StaffRole] = frozenset()
    partners: bool = False
    fresh: dt.timedelta = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One OpenID Connect provider. A claim's value that neither mapping names gives nothing.

    `roles` maps values of `role_claim` to staff roles; `partners` maps values of `partner_claim` to ids of partners.
    `person_claim` tells which human somebody is, within `register`: two accounts with one value are one person, also at
    two providers with the same register. A session ends after `session`, and after `idle` without a request; of one
    account at most `sessions` are open, and a new one ends the oldest.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    scopes: tuple[str, ...]
    role_claim: str | None
    roles: Mapping[str, StaffRole]
    partner_claim: str | None
    partners: Mapping[str, str]
    strong: Strong
    idle: dt.timedelta
    session: dt.timedelta
    sessions: int
    person_claim: str | None = None
    register: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is open now. `strong_since` is when (UTC) a strong sign-in was done, if it was."""

    who: Person | Employee
    provider: str
    strong_since: dt.datetime | None
