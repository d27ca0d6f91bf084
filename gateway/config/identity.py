"""The file that GATEWAY_OIDC names: the identity providers, and which claims give which role (docs/sign_in.md).

The file holds no secret: a client's secret stands in a file of its own, or there is none and PKCE alone protects.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from gateway.config import strict_yaml
from gateway.config.settings import LOOPBACK
from gateway.errors import ConfigError, PolicyUnreadableError
from gateway.model.identity import IdentityProvider, Strong
from gateway.model.people import StaffRole
from gateway.model.terms import Json

PARTNER = "partner"  # stands among the roles that need a strong sign-in for every partner's employee
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REQUIRED = ("id", "name", "issuer", "client_id")
_OPTIONAL = (
    "client_secret_file",
    "scopes",
    "roles",
    "partners",
    "person",
    "strong",
    "idle_minutes",
    "session_minutes",
    "sessions",
)
_IDLE, _SESSION = 30, 480  # minutes; a session may be shorter, never longer than a working day
_IDLES, _SESSIONS = range(1, _SESSION + 1), range(5, _SESSION + 1)
_FRESH, _OPEN = 30, 3  # minutes that a strong sign-in is recent enough to approve with; sessions of one account
_FRESHES, _OPENS = range(1, _SESSION + 1), range(1, 21)


class _Problem(Exception):  # noqa: N818  # never leaves this module: the faults are gathered into one ConfigError
    """One thing wrong; gathered with the others."""


def read_providers(path: Path | None, *, partners: Collection[str]) -> tuple[IdentityProvider, ...]:
    """Return the identity providers that people sign in with; none without a file.

    :raises ConfigError: the file cannot be read, or is not as it should be.
    """
    if path is None:
        return ()
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise ConfigError("the file of GATEWAY_OIDC cannot be read", hint="docs/sign_in.md has an example") from exc
    return load_providers(data, name=path.name, folder=path.parent, partners=partners)


def load_providers(data: bytes, *, name: str, folder: Path, partners: Collection[str]) -> tuple[IdentityProvider, ...]:
    """Return the identity providers of the file.

    :param folder: where the paths in it start.
    :param partners: the ids of partners.yaml: the only ones that a claim may lead to.
    :raises ConfigError: anything is missing, unknown, double or malformed; all problems are told at once.
    """
    try:
        root = strict_yaml.load(data, name=name)
    except PolicyUnreadableError as exc:
        raise ConfigError(exc.message, hint=exc.hint) from exc
    listed = root.get("providers") if isinstance(root, dict) and set(root) == {"providers"} else None
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"{name}: one key `providers` with a list is expected", hint="docs/sign_in.md has an example")
    found: dict[str, IdentityProvider] = {}
    problems: list[str] = []
    for index, entry in enumerate(listed, start=1):
        try:
            provider = _provider(entry, folder, partners)
            if provider.id in found:
                raise _Problem("id: another provider has it")  # noqa: TRY301  # gathered like every other fault
            found[provider.id] = provider
        except _Problem as problem:
            problems.append(f"provider {index}: {problem}")
    if problems:
        raise ConfigError(f"{name}: " + "; ".join(problems), hint="docs/sign_in.md says what each key means")
    return tuple(found.values())


def _provider(entry: Json, folder: Path, partners: Collection[str]) -> IdentityProvider:
    told = _mapping(entry, "provider", required=_REQUIRED, optional=_OPTIONAL)
    provider_id = _text(told["id"], "id")
    if not _ID.fullmatch(provider_id):
        raise _Problem("id: small letters, digits and single hyphens are expected")
    role_claim, roles = _claim(told.get("roles"), "roles")
    partner_claim, owners = _claim(told.get("partners"), "partners")
    if not roles and not owners:
        raise _Problem("neither `roles` nor `partners` lets anybody in")
    unknown = sorted(set(owners.values()) - set(partners))
    if unknown:
        raise _Problem("partners: partners.yaml has no " + ", ".join(f"`{one}`" for one in unknown))
    secret = told.get("client_secret_file")
    person_claim, register = _person(told.get("person"))
    return IdentityProvider(
        id=provider_id,
        name=_text(told["name"], "name"),
        issuer=_issuer(told["issuer"]),
        client_id=_text(told["client_id"], "client_id"),
        client_secret=None if secret is None else _secret(folder / _text(secret, "client_secret_file")),
        scopes=_scopes(told.get("scopes", ["openid", "profile"])),
        role_claim=role_claim,
        roles={value: _role(role) for value, role in roles.items()},
        partner_claim=partner_claim,
        partners=owners,
        strong=_strong(told.get("strong")),
        idle=_minutes(told.get("idle_minutes", _IDLE), _IDLES, "idle_minutes"),
        session=_minutes(told.get("session_minutes", _SESSION), _SESSIONS, "session_minutes"),
        sessions=_number(told.get("sessions", _OPEN), _OPENS, "sessions"),
        person_claim=person_claim,
        register=register,
    )


def _mapping(value: Json, where: str, *, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _Problem(f"{where}: a mapping is expected")
    faults = [f"unknown key `{key}`" for key in sorted(set(value) - {*required, *optional})]
    faults += [f"key `{key}` is missing" for key in sorted(set(required) - set(value))]
    if faults:
        raise _Problem(f"{where}: " + ", ".join(faults))
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise _Problem(f"{where}: a text is expected")
    return value


def _texts(value: Json, where: str) -> frozenset[str]:
    if not isinstance(value, list):
        raise _Problem(f"{where}: a list is expected")
    return frozenset(_text(item, where) for item in value)


def _issuer(value: Json) -> str:
    issuer = _text(value, "issuer")
    try:
        parts = urlsplit(issuer)
        host, _port = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        raise _Problem("issuer: an https address is expected") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or parts.query or parts.fragment or parts.username or parts.password:
        raise _Problem("issuer: an https address is expected")
    return issuer


def _scopes(value: Json) -> tuple[str, ...]:
    scopes = _texts(value, "scopes")
    if "openid" not in scopes:
        raise _Problem("scopes: `openid` is missing")
    return tuple(sorted(scopes))


def _claim(value: Json, where: str) -> tuple[str | None, dict[str, str]]:
    if value is None:
        return None, {}
    told = _mapping(value, where, required=("claim", "values"))
    values = told["values"]
    if not isinstance(values, dict) or not values:
        raise _Problem(f"{where}.values: a mapping is expected")
    return _text(told["claim"], f"{where}.claim"), {
        claimed: _text(meaning, f"{where}.values") for claimed, meaning in values.items()
    }


def _person(value: Json) -> tuple[str | None, str]:
    if value is None:
        return None, ""
    told = _mapping(value, "person", required=("claim", "register"))
    register = _text(told["register"], "person.register")
    if not _ID.fullmatch(register):
        raise _Problem("person.register: small letters, digits and single hyphens are expected")
    return _text(told["claim"], "person.claim"), register


def _role(value: str) -> StaffRole:
    try:
        return StaffRole(value)
    except ValueError:
        raise _Problem(f"roles.values: one of {', '.join(StaffRole)} is expected") from None


def _strong(value: Json) -> Strong:
    if value is None:
        return Strong()
    told = _mapping(value, "strong", required=("for",), optional=("acr", "amr", "minutes"))
    acr, amr = _texts(told.get("acr", []), "strong.acr"), _texts(told.get("amr", []), "strong.amr")
    if not acr and not amr:
        raise _Problem("strong: without `acr` or `amr` nobody could ever sign in strongly")
    whom = _texts(told["for"], "strong.for")
    fresh = _minutes(told.get("minutes", _FRESH), _FRESHES, "strong.minutes")
    return Strong(acr, amr, frozenset(_role(role) for role in whom - {PARTNER}), PARTNER in whom, fresh)


def _minutes(value: Json, allowed: range, where: str) -> dt.timedelta:
    return dt.timedelta(minutes=_number(value, allowed, where))


def _number(value: Json, allowed: range, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise _Problem(f"{where}: a whole number from {allowed.start} to {allowed.stop - 1} is expected")
    return value


def _secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):
        secret = ""
    if not secret:
        raise _Problem("client_secret_file: it cannot be read, or is empty")
    return secret
