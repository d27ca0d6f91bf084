"""Client assertions: the signed texts with which partners' programs sign in (private_key_jwt, RFC 7523 section 3)."""

from collections.abc import Collection, Mapping, Sequence

from gateway.crypto.compact import Compact, bad
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

TYPES = ("JWT", "client-authentication+jwt")
"""What `typ` may say. Common libraries leave it out, which no other text that a partner signs may do."""
HEADER = frozenset({"alg", "kid", "typ"})


def verify_assertion(
    assertion: Compact, *, keys: Sequence[PublicKey], algorithms: Collection[str]
) -> Mapping[str, Json]:
    """Return the claims of an assertion that one of these keys signed with one of these algorithms.

    :raises SignatureInvalidError: the header holds more or less than alg, kid and perhaps typ, no key has that kid, or
        the signature does not fit.
    """
    header = assertion.header
    if not {"alg", "kid"} <= set(header) <= HEADER or header.get("typ", "JWT") not in TYPES:
        raise bad("the header does not have exactly alg, kid and typ")
    key = next((key for key in keys if key.kid == header["kid"] and key.use == "sig"), None)
    if key is None:
        raise bad("it is signed with a key that is not enrolled")
    assertion.verify(key.jwk, algorithms=algorithms)
    return assertion.payload
