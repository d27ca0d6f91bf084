"""How a partner's programs sign in, and what an access token lets them do."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class TokenProfile(StrEnum):
    """Which rules a client assertion follows; pinned per partner, never negotiated."""

    FAPI2 = "fapi2"  # FAPI 2.0: the audience is the issuer
    NLGOV = "nlgov"  # NL GOV Assurance profile for OAuth 2.0: the audience is the token endpoint


class Binding(StrEnum):
    """What holds a token to its sender; pinned per partner, never negotiated."""

    DPOP = "dpop"  # a key of the program (RFC 9449)
    MTLS = "mtls"  # a TLS client certificate (RFC 8705)


SCOPES = ("inbox", "receipts", "signals")
"""Every scope there is: fetch messages, send receipts, send signals."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """How one partner gets tokens, and for what."""

    profile: TokenProfile = TokenProfile.FAPI2
    binding: Binding = Binding.DPOP
    scopes: frozenset[str] = frozenset(SCOPES)


STANDARD = TokenRules()
"""What holds for a partner about whom partners.yaml says nothing."""


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """What one access token stands for. `bound_to` is the thumbprint of the key or certificate of its sender."""

    partner: str
    scopes: frozenset[str]
    binding: Binding
    bound_to: str
    expires: dt.datetime
