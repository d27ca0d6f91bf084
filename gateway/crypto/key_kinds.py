"""The kinds of keys that are taken, each for one use and one algorithm: what anyone must check before trusting one.

OKP keys (RFC 8037) on curve 25519, AKP keys (RFC 9964 section 3) for the hybrid post-quantum profile, and RSA keys
(RFC 7518 section 6.3) for the Dutch government's profile. One key, one algorithm (RFC 8725 section 3.1): a message
never chooses how it is read.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.bindings import crypto_core_ed25519_is_valid_point

from gateway.crypto import xwing
from gateway.crypto.encoding import b64url, unb64url
from gateway.errors import KeyUnavailableError, SignatureInvalidError

ED25519, ECDH_ES, HPKE_9_KE, PS256, RSA_OAEP = "Ed25519", "ECDH-ES", "HPKE-9-KE", "PS256", "RSA-OAEP"
KEY_BYTES = 32  # of a point or a secret on curve 25519
RSA_BITS, RSA_MOST_BITS = 3072, 4096  # as we make them, and the most that is taken: more only costs time
RSA_EXPONENT = 65537
_E = b64url(RSA_EXPONENT.to_bytes(3, "big"))
_RSA_SECRETS = ("d", "p", "q", "dp", "dq", "qi")
_FIELD = 2**255 - 19
# The points of curve 25519 and of its twist whose order divides 8, in their only right spelling: with each of them the
# shared secret is zero whatever ours is (RFC 7748 section 6.1). A table, because an exchange costs two multiplications.
_LOW_ORDER = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _FIELD - 1,
    }
)

Members = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind: for which use and algorithm, which members its keys have, and how they are made and checked."""

    use: str  # "sig" or "enc"
    alg: str
    fixed: Members  # the members that are the same in every key of this kind
    public: tuple[str, ...]  # the names of the others that may be shown
    secret: tuple[str, ...]  # and of those that only the owner has
    check: Callable[[Members], None]
    """Check the public half; KeyUnavailableError for one that nobody may use, or for a second spelling."""
    generate: Callable[[], tuple[Members, Members]]
    """Return the public and the secret members of a new key."""
    belong: Callable[[Members, Members], bool]
    """Say whether a public and a secret half are of one key; KeyUnavailableError for what is no secret half at all."""
    other_algs: frozenset[str] = frozenset()  # what other tools write as `alg` for the same thing


def _check_ed25519(members: Members) -> None:
    if not crypto_core_ed25519_is_valid_point(_bytes(members["x"], KEY_BYTES)):
        raise unusable("the key is not a point of the curve that may be used")


def _generate_ed25519() -> tuple[Members, Members]:
    key = Ed25519PrivateKey.generate()
    return {"x": b64url(key.public_key().public_bytes_raw())}, {"d": b64url(key.private_bytes_raw())}


def _belong_ed25519(public: Members, secret: Members) -> bool:
    key = Ed25519PrivateKey.from_private_bytes(_bytes(secret["d"], KEY_BYTES))
    return b64url(key.public_key().public_bytes_raw()) == public["x"]


def _check_x25519(members: Members) -> None:
    check_point(_bytes(members["x"], KEY_BYTES))


def _generate_x25519() -> tuple[Members, Members]:
    key = X25519PrivateKey.generate()
    return {"x": b64url(key.public_key().public_bytes_raw())}, {"d": b64url(key.private_bytes_raw())}


def _belong_x25519(public: Members, secret: Members) -> bool:
    key = X25519PrivateKey.from_private_bytes(_bytes(secret["d"], KEY_BYTES))
    return b64url(key.public_key().public_bytes_raw()) == public["x"]


def _check_xwing(members: Members) -> None:
    data = _bytes(members["pub"], xwing.PUBLIC)
    check_point(data[xwing.MLKEM_PUBLIC :])
    try:
        xwing.public_from_bytes(data)
    except ValueError as exc:  # its numbers are not reduced: FIPS 203 section 7.2
        raise unusable("the key is not an ML-KEM-768 key") from exc


def _generate_xwing() -> tuple[Members, Members]:
    seed = secrets.token_bytes(xwing.SEED)
    return {"pub": b64url(xwing.public_from_seed(seed))}, {"priv": b64url(seed)}


def _belong_xwing(public: Members, secret: Members) -> bool:
    return b64url(xwing.public_from_seed(_bytes(secret["priv"], xwing.SEED))) == public["pub"]


def _check_rsa(members: Members) -> None:
    data = _decoded(members["n"])
    modulus = int.from_bytes(data, "big")
    if members["e"] != _E or not RSA_BITS <= modulus.bit_length() <= RSA_MOST_BITS or not modulus % 2:
        raise unusable(f"an RSA key has {RSA_BITS} to {RSA_MOST_BITS} bits and the exponent {RSA_EXPONENT}")
    if data[0] == 0:
        raise unusable("the key is not in its only right spelling")


def _generate_rsa() -> tuple[Members, Members]:
    told = generate_private_key(RSA_EXPONENT, RSA_BITS).private_numbers()
    numbers = (told.d, told.p, told.q, told.dmp1, told.dmq1, told.iqmp)
    return {"n": _number(told.public_numbers.n), "e": _E}, dict(zip(_RSA_SECRETS, map(_number, numbers), strict=True))


def _belong_rsa(public: Members, secret: Members) -> bool:
    try:
        rsa_private(public, secret)
    except ValueError:
        return False
    return True


_RSA = KeyKind("sig", PS256, {"kty": "RSA"}, ("n", "e"), _RSA_SECRETS, _check_rsa, _generate_rsa, _belong_rsa)
KINDS: Sequence[KeyKind] = (
    KeyKind(
        use="sig",
        alg=ED25519,  # RFC 8032, named as in RFC 9864
        fixed={"kty": "OKP", "crv": "Ed25519"},
        public=("x",),
        secret=("d",),
        check=_check_ed25519,
        generate=_generate_ed25519,
        belong=_belong_ed25519,
        other_algs=frozenset({"EdDSA"}),
    ),
    KeyKind(
        use="enc",
        alg=ECDH_ES,
        fixed={"kty": "OKP", "crv": "X25519"},
        public=("x",),
        secret=("d",),
        check=_check_x25519,
        generate=_generate_x25519,
        belong=_belong_x25519,
    ),
    KeyKind(
        use="enc",
        alg=HPKE_9_KE,  # draft-ietf-jose-hpke-pq-pqt: `pub` is 1216 bytes, `priv` the seed of 32
        fixed={"kty": "AKP", "alg": HPKE_9_KE},
        public=("pub",),
        secret=("priv",),
        check=_check_xwing,
        generate=_generate_xwing,
        belong=_belong_xwing,
    ),
    _RSA,
    replace(_RSA, use="enc", alg=RSA_OAEP),
)
_BY_ALG = {kind.alg: kind for kind in KINDS}
# What makes a key, per `kty`, in a thumbprint: RFC 7638 section 3.2, RFC 8037 section 2, RFC 9964 section 6.
REQUIRED: Mapping[str, Sequence[str]] = {
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
    "AKP": ("alg", "kty", "pub"),
}


def kind_for(alg: str) -> KeyKind:
    """Return the kind of the keys that this algorithm takes; raise KeyError for an algorithm that nothing here uses."""
    return _BY_ALG[alg]


def kind_of(members: Members) -> KeyKind:
    """Return the kind of a key by its own members; raise KeyUnavailableError for a key of no kind that is taken."""
    for kind in KINDS:
        if members.get("use") == kind.use and kind.fixed.items() <= members.items():
            return kind
    raise unusable("a key is Ed25519 or RSA for signing; X25519, X-Wing (HPKE-9-KE) or RSA for encryption")


def check_point(point: bytes) -> None:
    """Check that 32 bytes are the one spelling of an X25519 point of full order; raise KeyUnavailableError else."""
    place = int.from_bytes(point, "little")
    if place >= _FIELD:
        raise unusable("the key is not in its only right spelling")
    if place in _LOW_ORDER:
        raise unusable("the key is not a point of the curve that may be used")


def rsa_private(public: Members, secret: Members) -> RSAPrivateKey:
    """Return an RSA key pair as cryptography's; raise ValueError when its eight numbers do not belong together."""
    n, e = (int.from_bytes(_decoded(public[name]), "big") for name in ("n", "e"))
    d, p, q, dp, dq, qi = (int.from_bytes(_decoded(secret[name]), "big") for name in _RSA_SECRETS)
    return RSAPrivateNumbers(p, q, d, dp, dq, qi, RSAPublicNumbers(e, n)).private_key()


def unusable(message: str) -> KeyUnavailableError:
    """Return the error about a key that its owner must send again."""
    return KeyUnavailableError(message, hint="ask the key's owner for the key set that `gateway partner keygen` made")


def _bytes(text: str, length: int) -> bytes:
    data = _decoded(text)
    if len(data) != length:
        raise unusable("the key has not the length of its kind")
    return data


def _decoded(text: str) -> bytes:
    try:
        return unb64url(text)
    except SignatureInvalidError as exc:
        raise unusable("the key is not base64url") from exc


def _number(value: int) -> str:
    return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
