"""partners.yaml and the enrolled public keys: who may receive, on which agreement, under which key.

Keys are JWK sets (RFC 7517) of OKP keys (RFC 8037): X25519 to encrypt to, Ed25519 to verify with. Each `kid` is the
key's RFC 7638 thumbprint, so that nobody can swap a key and keep its name.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from gateway.config import strict_yaml
from gateway.config.partner_links import fault_of_link
from gateway.config.partner_notices import read_notices
from gateway.config.partner_substitute import read_substitute
from gateway.config.partner_tokens import token_rules
from gateway.crypto.jwk import parse_jwks
from gateway.errors import ConfigError, KeyUnavailableError, PolicyUnreadableError
from gateway.model.bundle import Vocabulary
from gateway.model.notices import NoticeWishes
from gateway.model.partner import Commitment, Contact, Partner, PublicKey, SealProfile
from gateway.model.terms import Json
from gateway.model.tokens import STANDARD, TokenRules

FILE = "partners.yaml"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_REQUIRED = ("id", "kind", "name", "active", "contact", "profile", "holdings", "retention_days", "keys")
_OPTIONAL = ("substitute", "agreement", "dpia", "ownership_verified", "tokens", "notices")


class _Problem(Exception):  # noqa: N818  # never leaves this module: the faults are gathered into one ConfigError
    """One thing wrong; gathered with the others."""


def load_partners(data: bytes, *, keys: Mapping[str, bytes], vocabulary: Vocabulary) -> dict[str, Partner]:
    """Return each partner by its id.

    :param data: partners.yaml.
    :param keys: file name (`<id>.jwks.json`) -> the partner's JWK set, in a demo; elsewhere the store has the keys.
    :raises ConfigError: anything is missing, unknown, double or malformed; all problems are told at once.
    """
    try:
        root = strict_yaml.load(data, name=FILE)
    except PolicyUnreadableError as exc:
        raise ConfigError(exc.message, hint=exc.hint) from exc
    if not isinstance(root, dict) or set(root) != {"partners"} or not isinstance(root["partners"], list):
        raise ConfigError(
            f"{FILE}: one key `partners` with a list is expected",
            hint="compare it with the file that came with the gateway",
        )
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
    profile, enrolled = _profile(told["profile"]), _key_set(keys.get(f"{partner_id}.jwks.json"))
    if (fault := fault_of_link(profile, kind=kind, keys=enrolled)) is not None:
        raise _Problem(fault)
    contact = _contact(told["contact"])
    substitute = read_substitute(told["substitute"], contact) if "substitute" in told else None
    if isinstance(substitute, str):
        raise _Problem(substitute)
    return Partner(
        id=partner_id,
        kind=kind,
        name=_text(told["name"], "name"),
        active=_flag(told["active"], "active"),
        contact=contact,
        substitute=substitute,
        agreement=_commitment(told["agreement"], "agreement") if "agreement" in told else None,
        dpia=_commitment(told["dpia"], "dpia") if "dpia" in told else None,
        ownership_verified=(
            _date(told["ownership_verified"], "ownership_verified") if "ownership_verified" in told else None
        ),
        profile=profile,
        has_holdings=_holdings(told["holdings"]),
        retention_days=_days(told["retention_days"], "retention_days"),
        keys=enrolled,
        tokens=_tokens(told["tokens"]) if "tokens" in told else STANDARD,
        notices=_notices(told.get("notices")),
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
    if not isinstance(value, str) or value not in {"dwellings", "none"}:
        raise _Problem("holdings: dwellings or none is expected")
    return value == "dwellings"


def _tokens(value: Json) -> TokenRules:
    try:
        return token_rules(value)
    except ConfigError as exc:
        raise _Problem(exc.message) from exc


def _notices(value: Json) -> NoticeWishes:
    try:
        return read_notices(value)
    except ValueError as exc:
        raise _Problem(str(exc)) from exc


def _key_set(data: bytes | None) -> tuple[PublicKey, ...]:
    if data is None:
        return ()
    try:
        return parse_jwks(data)
    except KeyUnavailableError as exc:
        raise _Problem(f"keys: {exc.message}") from exc
