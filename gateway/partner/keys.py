"""A partner's own keys: made on its own machine; the private halves never leave it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.crypto.canonical import canonical
from gateway.crypto.jwk import PrivateJwk, generate_key, parse_jwks, strict_object, to_jwks
from gateway.crypto.profiles import PROFILES
from gateway.errors import ConfigError, KeyUnavailableError
from gateway.model.partner import PublicKey, SealProfile
from gateway.model.terms import Json
from gateway.partner.config import LARGEST, check_partner_id

OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class PartnerKeys:
    """The partner's two key pairs: one opens messages, the other signs receipts and signs in."""

    encryption: PrivateJwk = field(repr=False)
    signing: PrivateJwk = field(repr=False)


def make_keys(folder: Path, partner_id: str, profile: SealProfile) -> tuple[Path, Path]:
    """Write `<id>.keys.json` (0600) and `<id>.jwks.json`, and return both paths.

    The keys are of the kinds that the profile asks for: the one that opens messages pins the profile ever after.

    :raises ConfigError: one of the files exists already: a key that is gone opens nothing any more.
    """
    check_partner_id(partner_id)
    encryption, signing = generate_key(PROFILES[profile].key_algorithm), generate_key(PROFILES[profile].signature)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, public = folder / f"{partner_id}.keys.json", folder / f"{partner_id}.jwks.json"
    if public.exists():
        raise _exists(public)
    secrets: list[Json] = [encryption.to_json(), signing.to_json()]
    write_new(private, canonical({"keys": secrets}) + b"\n")
    write_new(public, to_jwks([encryption.public(), signing.public()]), mode=0o644)
    return private, public


def write_new(path: Path, data: bytes, *, mode: int = OWNER_ONLY) -> None:
    """Write a file that does not exist yet, durable and with this mode from its first byte.

    :raises ConfigError: it exists, or cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as exc:
        raise _exists(path) from exc
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be written", hint="look at the folder and its permissions") from exc
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Put these bytes in the place of a file, durable and whole at every moment, readable by its owner only.

    :raises ConfigError: it cannot be written; the old file stands.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # of a fetch that was broken off
    write_new(beside, data)
    try:
        beside.replace(path)
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be written", hint="look at the folder and its permissions") from exc


def read_file(path: Path, *, largest: int = LARGEST) -> bytes:
    """Return a file's bytes; raise ConfigError when it is absent or has more than `largest` bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be read", hint="look at its path and permissions") from exc
    if len(data) > largest:
        raise ConfigError(f"{path.name} is too large to be what it should be", hint="look whether it is the right file")
    return data


def read_keys(path: Path) -> PartnerKeys:
    """Return the key pairs of `<id>.keys.json`; raise KeyUnavailableError when it does not hold one for each use."""
    problem = KeyUnavailableError(
        f"{path.name} does not hold exactly one encryption and one signing key",
        hint="use the .keys.json file that `gateway partner keygen` made",
    )
    try:
        listed = strict_object(read_file(path)).get("keys")
    except ValueError as exc:
        raise problem from exc
    keys = {key.use: key for key in map(PrivateJwk.from_json, listed if isinstance(listed, list) else [])}
    if not isinstance(listed, list) or len(listed) != len(keys) or set(keys) != {"enc", "sig"}:
        raise problem
    return PartnerKeys(keys["enc"], keys["sig"])


def read_public_keys(path: Path) -> Sequence[PublicKey]:
    """Return the keys of a JWK Set file; raise KeyUnavailableError when it is not one."""
    return parse_jwks(read_file(path))


def _exists(path: Path) -> ConfigError:
    return ConfigError(
        f"{path.name} exists already and is never replaced", hint="choose another folder, or move it away"
    )
