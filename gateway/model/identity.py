"""An identity provider as the settings describe it: whom it may sign in, and with which of its claims."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.people import StaffRole


@dataclass(frozen=True, slots=True)
class Strong:
    """What counts as a strong sign-in (OpenID Connect Core section 2, `acr` and `amr`), and who must have one.

    `roles` are staff roles; `partners` says whether partners' employees must have one too.
    """

    acr: frozenset[str] = frozenset()
    amr: frozenset[str] = frozenset()
    roles: frozenset[StaffRole] = frozenset()
    partners: bool = False


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One OpenID Connect provider. A claim's value that neither mapping names gives nothing.

    `roles` maps values of `role_claim` to staff roles; `partners` maps values of `partner_claim` to ids of partners.
    A session ends after `session`, and after `idle` without a request.
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
