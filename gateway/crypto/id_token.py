"""ID tokens of an identity provider (OpenID Connect Core section 3.1.3.7), by joserfc, as Authlib's client gets them.

Only signatures with a public key: a secret shared with the provider (HS256) or none at all proves nothing.
"""

import hmac
from collections.abc import Mapping, Sequence

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from gateway.errors import SignatureInvalidError
from gateway.model.terms import Json

ALGORITHMS = ("PS256", "RS256", "ES256", "Ed25519", "EdDSA")
LONGEST = 16_384  # characters
LEEWAY = 30  # seconds that the provider's clock may differ


def read_id_token(
    token: str, *, jwks: Json, issuer: str, client_id: str, nonce: str, now: float
) -> Mapping[str, object]:
    """Return the claims of an ID token that this provider signed, for this client and this sign-in, and still good.

    :raises SignatureInvalidError: any of it does not hold; the message never repeats a value.
    """
    if len(token) > LONGEST or not isinstance(jwks, dict):
        raise _bad("it, or the provider's keys, have not the agreed form")
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]  # joserfc looks at its form itself
        claims = jwt.decode(token, key=keys, registry=registry).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise _bad("its signature is not one of the provider's") from exc
    subject = claims.get("sub")
    if claims.get("iss") != issuer:
        raise _bad("another provider issued it")
    if claims.get("aud") not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise _bad("it is for another client, or for others as well")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise _bad("it names nobody")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()) or not nonce:
        raise _bad("it is of another sign-in")
    _check_times(claims, now)
    return claims


def _check_times(claims: Mapping[str, object], now: float) -> None:
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if expires is None or expires <= now - LEEWAY:
        raise _bad("it has expired")
    if issued is None or issued > now + LEEWAY:
        raise _bad("it is of the future")
    begins = _moment(claims, "nbf")
    if "nbf" in claims and (begins is None or begins > now + LEEWAY):
        raise _bad("it is of the future")


def _moment(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)


def texts(value: object) -> Sequence[str]:
    """Return a claim that may be one text or a list of texts; anything else is nothing."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _bad(why: str) -> SignatureInvalidError:
    return SignatureInvalidError(f"the ID token is refused: {why}", hint="sign in again")
