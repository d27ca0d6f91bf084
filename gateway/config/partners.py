"""partners.yaml and the enrolled public keys: who may receive, on which agreement, under which key.

Keys are JWK sets (RFC 7517) of OKP keys (RFC 8037): X25519 to encrypt to, Ed25519 to verify with. Each `kid` is the
key's RFC 7638 thumbprint, so that nobody can swap a key and keep its name.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from gateway.config import strict_yaml
from gateway.errors import ConfigError, PolicyUnreadableError
from gateway.model.bundle import Vocabulary
from gateway.model.partner import Commitment, Contact, Partner, PublicKey, SealProfile
from gateway.model.terms import Json

FILE = "partners.yaml"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_REQUIRED = ("id", "kind", "name", "active", "contact", "profile", "holdings", "retention_days", "keys")
_OPTIONAL = ("agreement", "dpia", "ownership_verified")
_CURVE_USE = {"X25519": "enc", "Ed25519": "sig"}
_JWK_MEMBERS = frozenset({"kty", "crv", "x", "use", "kid"})
_CURVE_ALGS = {"X25519": {"ECDH-ES"}, "Ed25519": {"Ed25519", "EdDSA"}}
_KEY_BYTES = 32


class _Problem(Exception):  # noqa: N818  # never leaves this module: the faults are gathered into one ConfigError
    """One thing wrong; gathered with the others."""


def load_partners(data: bytes, *, keys: Mapping[str, bytes], vocabulary: Vocabulary) -> dict[str, Partner]:
    """Return each partner by its id.

    :param data: partners.yaml.
    :param keys: file name (`<id>.jwks.json`) -> the partner's JWK set; without a file the partner has no keys yet.
    :raises ConfigError: anything is missing, unknown, double or malformed; all problems are told at once.
    """
    try:
        root = strict_yaml.load(data, name=FILE)
    except PolicyUnreadableError as exc:
        raise ConfigError(exc.message, hint=exc.hint) from exc
    if not isinstance(root, dict) or set(root) != {"partners"} or not isinstance(root["partners"], list):
        raise ConfigError(f"{FILE}: one key `partners` with a list is expected")
    partners: dict[str, Partner] = {}
    problems: list[str] = [] if root["partners"] else ["there is no partner"]
    kids: set[str] = set()
    for index, entry in enumerate(root["partners"]):
        try:
            partner = _partner(entry, keys=keys, vocabulary=vocabulary)
            if partner.id in partners:
                raise _Problem("id: another partner has it")  # noqa: TRY301  # gathered like every other fault
            if kids & {key.kid for key in partner.keys}:
                raise _Problem("keys: another partner has enrolled the same key")  # noqa: TRY301
        except _Problem as problem:
            problems.append(f"{_name(entry, index)}: {problem}")
        else:
            partners[partner.id] = partner
            kids |= {key.kid for key in partner.keys}
    if problems:
        raise ConfigError(f"{FILE}: " + "; ".join(problems), hint="correct the file; no partner is loaded until then")
    return partners


def _name(entry: Json, index: int) -> str:
    told = entry.get("id") if isinstance(entry, dict) else None
    return told if isinstance(told, str) and _ID.fullmatch(told) else f"partner {index + 1}"


def _partner(entry: Json, *, keys: Mapping[str, bytes], vocabulary: Vocabulary) -> Partner:
    told = _mapping(entry, "partner", required=_REQUIRED, optional=_OPTIONAL)
    partner_id, kind = _text(told["id"], "id"), _text(told["kind"], "kind")
    if not _ID.fullmatch(partner_id):
        raise _Problem("id: small letters, digits and single hyphens are expected")
    if kind not in vocabulary.recipients:
        raise _Problem(f"kind: the policy does not know `{kind}`")
    if "ownership_verified" in told and kind != "private_landlord":
        raise _Problem("ownership_verified: only for a private landlord")
    if told["keys"] != f"{partner_id}.jwks.json":
        raise _Problem("keys: the partner's own `<id>.jwks.json` is expected")
    return Partner(
        id=partner_id,
        kind=kind,
        name=_text(told["name"], "name"),
        active=_flag(told["active"], "active"),
        contact=_contact(told["contact"]),
        agreement=_commitment(told["agreement"], "agreement") if "agreement" in told else None,
        dpia=_commitment(told["dpia"], "dpia") if "dpia" in told else None,
        ownership_verified=(
            _date(told["ownership_verified"], "ownership_verified") if "ownership_verified" in told else None
        ),
        profile=_profile(told["profile"]),
        has_holdings=_holdings(told["holdings"]),
        retention_days=_days(told["retention_days"], "retention_days"),
        keys=_key_set(keys.get(f"{partner_id}.jwks.json")),
    )


def _mapping(value: Json, where: str, *, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _Problem(f"{where}: a mapping is expected")
    unknown = sorted(set(value) - {*required, *optional})
    missing = sorted(set(required) - set(value))
    if unknown or missing:
        faults = [f"unknown key `{key}`" for key in unknown] + [f"key `{key}` is missing" for key in missing]
        raise _Problem(f"{where}: " + ", ".join(faults))
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Problem(f"{where}: text is expected")
    return value


def _flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        raise _Problem(f"{where}: true or false is expected")
    return value


def _days(value: Json, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _Problem(f"{where}: a number of days is expected")
    return value


def _date(value: Json, where: str) -> dt.date:
    text = _text(value, where)
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        date = None
    if date is None or date.isoformat() != text:
        raise _Problem(f"{where}: a date such as 2026-01-31 is expected")
    return date


def _commitment(value: Json, where: str) -> Commitment:
    told = _mapping(value, where, required=("reference", "since", "until"))
    since, until = _date(told["since"], f"{where}.since"), _date(told["until"], f"{where}.until")
    if until <= since:
        raise _Problem(f"{where}: it ends before it begins")
    return Commitment(_text(told["reference"], f"{where}.reference"), since, until)


def _contact(value: Json) -> Contact:
    told = _mapping(value, "contact", required=("desk", "email", "phone"))
    email = _text(told["email"], "contact.email")
    if not _EMAIL.fullmatch(email):
        raise _Problem("contact.email: an e-mail address is expected")
    return Contact(_text(told["desk"], "contact.desk"), email, _text(told["phone"], "contact.phone"))


def _profile(value: Json) -> SealProfile:
    try:
        return SealProfile(_text(value, "profile"))
    except ValueError:
        raise _Problem(f"profile: one of {', '.join(SealProfile)} is expected") from None


def _holdings(value: Json) -> bool:
    if value not in {"dwellings", "none"} or not isinstance(value, str):
        raise _Problem("holdings: dwellings or none is expected")
    return value == "dwellings"


def _key_set(data: bytes | None) -> tuple[PublicKey, ...]:
    if data is None:
        return ()
    try:
        root = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise _Problem("keys: the file is not JSON") from None
    if not isinstance(root, dict) or set(root) != {"keys"} or not isinstance(root["keys"], list) or not root["keys"]:
        raise _Problem("keys: a JWK set with at least one key is expected")
    keys = tuple(_public_key(jwk) for jwk in root["keys"])
    if len({key.kid for key in keys}) != len(keys):
        raise _Problem("keys: the same key stands in the file twice")
    return keys


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _Problem("keys: a member stands in the file twice")
    return dict(pairs)


def _public_key(jwk: object) -> PublicKey:
    if not isinstance(jwk, dict) or not all(isinstance(value, str) for value in jwk.values()):
        raise _Problem("keys: each key is an object of strings")
    if "d" in jwk:
        raise _Problem("keys: a private key was enrolled; withdraw it, and enrol only the public part of a new one")
    if set(jwk) - {"alg"} != _JWK_MEMBERS:
        raise _Problem("keys: exactly kty, crv, x, use and kid are expected, and alg at choice")
    curve = jwk["crv"]
    if jwk["kty"] != "OKP" or curve not in _CURVE_USE:
        raise _Problem("keys: an OKP key on X25519 or Ed25519 is expected")
    if jwk["use"] != _CURVE_USE[curve]:
        raise _Problem(f"keys: a key on {curve} has use `{_CURVE_USE[curve]}`")
    if jwk.get("alg", next(iter(_CURVE_ALGS[curve]))) not in _CURVE_ALGS[curve]:
        raise _Problem(f"keys: the alg does not fit a key on {curve}")
    _check_point(jwk["x"])
    if jwk["kid"] != _thumbprint(curve, jwk["x"]):
        raise _Problem("keys: a kid is not the RFC 7638 thumbprint of its key")
    return PublicKey(kid=jwk["kid"], use=jwk["use"], jwk=dict(jwk))


def _check_point(x: str) -> None:
    try:
        raw = base64.b64decode(x + "=" * (-len(x) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _Problem("keys: x is not base64url") from None
    # One spelling only: padding, the other alphabet or loose trailing bits would give one key two thumbprints.
    if len(raw) != _KEY_BYTES or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != x:
        raise _Problem(f"keys: x is not {_KEY_BYTES} bytes in base64url without padding")


def _thumbprint(curve: str, x: str) -> str:
    """Return the RFC 7638 thumbprint of an OKP key: SHA-256 over its required members in order (RFC 8037, 2)."""
    members = json.dumps({"crv": curve, "kty": "OKP", "x": x}, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(members).digest()).rstrip(b"=").decode()
