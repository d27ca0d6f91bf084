"""partner.yaml: where the gateway is, who we are, and which files we trust. Read strictly; paths are relative to it."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from gateway.errors import ConfigError

MEMBERS = ("id", "gateway", "issuer", "keys", "trust", "issuer_keys")
PARTNER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LARGEST = 65536  # bytes of a configuration or key file


@dataclass(frozen=True, slots=True)
class KitConfig:
    """A partner's settings. `gateway` is a URL without a final slash; `issuer` the name that signs its messages."""

    id: str
    gateway: str
    issuer: str
    keys: Path
    trust: Path
    issuer_keys: Path


class _StrictLoader(yaml.SafeLoader):
    """YAML without double keys: PyYAML itself keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Return the mapping; raise ConfigError when a key comes twice."""
        pairs = [(self.construct_object(key, deep=True), value) for key, value in node.value]
        names = [key for key, _ in pairs]
        if len({str(name) for name in names}) != len(names):
            raise ConfigError("a key stands twice in partner.yaml", hint="remove one of the two")
        return super().construct_mapping(node, deep=deep)


def check_partner_id(partner_id: str) -> str:
    """Return the id; raise ConfigError when it could not stand in a file name."""
    if not PARTNER_ID.fullmatch(partner_id):
        raise ConfigError(
            "a partner's id is 1 to 63 lower-case letters, digits and hyphens", hint="use the id of partners.yaml"
        )
    return partner_id


def check_gateway_url(url: str) -> str:
    """Return the URL without a final slash; raise ConfigError unless it is https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises ValueError when it is no number
    except ValueError as exc:
        raise _bad_url() from exc
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or parts.username is not None or parts.query or parts.fragment or "\\" in url:
        raise _bad_url()
    return url.rstrip("/")


def load_config(path: Path) -> KitConfig:
    """Read partner.yaml; raise ConfigError for anything missing, unknown or not a text."""
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise ConfigError("partner.yaml is too large", hint="ask the gateway's administrator for the right file")
        told = yaml.load(raw.decode(), Loader=_StrictLoader)  # noqa: S506  # a SafeLoader, only stricter
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as exc:
        raise ConfigError(f"{path.name} cannot be read", hint="point --config at the partner's own YAML file") from exc
    if not isinstance(told, dict) or set(told) != set(MEMBERS):
        raise ConfigError(
            f"{path.name} must have exactly {', '.join(MEMBERS)}", hint="compare it with the documentation"
        )
    for name in MEMBERS:
        if not isinstance(told[name], str) or not told[name]:
            raise ConfigError(f"`{name}` in {path.name} is not a text", hint="put the value in quotes")
    return KitConfig(
        id=check_partner_id(told["id"]),
        gateway=check_gateway_url(told["gateway"]),
        issuer=told["issuer"],
        keys=path.parent / told["keys"],
        trust=path.parent / told["trust"],
        issuer_keys=path.parent / told["issuer_keys"],
    )


def _bad_url() -> ConfigError:
    return ConfigError(
        "the gateway's address must be https without a user name; http is for this machine only",
        hint="correct `gateway` in partner.yaml",
    )
