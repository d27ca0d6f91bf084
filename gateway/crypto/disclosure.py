"""Opens a sealed message as its recipient: decrypt, verify, and check that it was made for this recipient.

The signature alone is not enough: another partner can decrypt its own message and encrypt the gateway's signed text
again to us (surreptitious forwarding). So `aud` and `rkid`, inside the signature, MUST name us and our key. And a
profile has one algorithm for the signature: a key of the same issuer for another profile proves nothing here.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk, algorithm, strict_object
from gateway.crypto.jws import verify
from gateway.crypto.profiles import Profile
from gateway.errors import SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

TYPE = "disclosure+jwt"
RECALL = "recall+jwt"
SKEW = 60  # seconds that the sender's clock may run ahead of ours; an expired message is expired
_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def read_disclosure(
    message: str,
    *,
    profile: Profile,
    key: PrivateJwk,
    issuer_keys: Sequence[PublicKey],
    issuer: str,
    me: str,
    now: dt.datetime,
    recalls: bool = False,
) -> dict[str, Json]:
    """Return the claims of a message that `issuer` made for the partner `me` and for this key, and that is in date.

    With `recalls` a recall is read as well: it has the claim `recalls`, the id of the message to destroy, and no data.

    :raises CannotOpenError: it was altered, or encrypted for another key.
    :raises SignatureInvalidError: not signed by the issuer, not for us, not in date, or not of the agreed form.
    """
    signers = [signer for signer in issuer_keys if algorithm(signer) == profile.signature]
    token = profile.decrypt(message, key=key)
    typ = RECALL if recalls and _is_recall(token) else TYPE
    claims = verify(token, typ=typ, keys=signers)
    if claims.get("iss") != issuer:
        raise _bad("the message is from another sender than agreed", "do not use it; call the municipality")
    # One string, never a list: a list would let one text serve two readers.
    if claims.get("aud") != me or claims.get("rkid") != key.kid:
        raise _bad(
            "the message was made for another recipient",
            "do not read or keep it; answer not_for_us and tell the sender",
        )
    _check_times(claims, int(now.timestamp()))
    for name, fits in (_FORMS if typ == TYPE else _RECALL_FORMS).items():
        if name not in claims or not fits(claims[name]):
            raise _bad(f"the message's `{name}` is missing or malformed", "do not use it; ask the sender for a new one")
    return claims


def _is_recall(token: str) -> bool:
    """Say whether the header claims the type of a recall; the signature over it is checked after that."""
    try:
        return strict_object(unb64url(token.partition(".")[0])).get("typ") == RECALL
    except (ValueError, SignatureInvalidError):
        return False


def _check_times(claims: Mapping[str, Json], now: int) -> None:
    times = [claims.get(name) for name in ("iat", "nbf", "exp")]
    moments = [moment for moment in times if isinstance(moment, int) and not isinstance(moment, bool)]
    if len(moments) != len(times):
        raise _bad("the message does not say when it holds", "do not use it; ask the sender for a new one")
    issued, begins, ends = moments
    if not issued <= begins < ends:
        raise _bad("the message's times contradict each other", "do not use it; ask the sender for a new one")
    if begins > now + SKEW:
        raise _bad("the message is dated in the future", "check this computer's clock and try again")
    if now >= ends:
        raise _bad("the message has expired", "destroy it and ask the sender for a new one if you still need it")


def _text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)


def _subjects(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(item, dict)
            and {"ref", "data"} <= item.keys() <= {"ref", "role", "data"}
            and isinstance(item["data"], dict)
            for item in value
        )
    )


_FORMS: Mapping[str, Callable[[Json], bool]] = {
    "jti": lambda value: isinstance(value, str) and _ID.fullmatch(value) is not None,
    "sub": _text,
    "ground": _text,
    "purpose": _text,
    "legal_basis": lambda value: isinstance(value, list) and all(isinstance(basis, str) for basis in value),
    "obligations": lambda value: isinstance(value, dict) and {"onward_disclosure", "destroy_by"} <= value.keys(),
    "bundle": lambda value: isinstance(value, str) and _DIGEST.fullmatch(value) is not None,
    "approval_digest": lambda value: isinstance(value, str) and _DIGEST.fullmatch(value) is not None,
    "subjects": _subjects,
}


_RECALL_FORMS: Mapping[str, Callable[[Json], bool]] = {
    "jti": _FORMS["jti"],
    "recalls": _FORMS["jti"],
    "asks": lambda value: value == "destroy",
}


def _bad(message: str, hint: str) -> SignatureInvalidError:
    return SignatureInvalidError(message, hint=hint)
