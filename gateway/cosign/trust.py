"""Reads whose word this log asks for: the trust policy that the gateway holds to itself."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from gateway.errors import ConfigError
from gateway.log.policy import TrustPolicy

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def read_witnesses(path: Path | None, log_vkeys: Sequence[str]) -> TrustPolicy | None:
    """Return the policy in a file; None without a file.

    :raises ConfigError: it cannot be read, names another log, or a witness without a safe address.
    """
    if path is None:
        return None
    try:
        trust = TrustPolicy.from_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(
            "the trust policy in GATEWAY_WITNESSES cannot be read", hint="it is the file that partners have too"
        ) from exc
    # One of a volume that has not begun may be missing yet: no start is refused for it (`require_named` follows).
    if not set(log_vkeys) & set(trust.logs):
        raise ConfigError(
            "the trust policy in GATEWAY_WITNESSES does not name this log's key",
            hint="put each line of log.vkey in the keys folder into it, after `log `",
        )
    reached = dict(trust.addresses)
    if not all(_is_safe(reached.get(name, "")) for name, _ in trust.witnesses):
        raise ConfigError(
            "a witness in GATEWAY_WITNESSES has no address, or one that is not https",
            hint="write `witness <name> <key> https://...`; http is for this machine alone",
        )
    return trust


def require_named(trust: TrustPolicy | None, vkey: str) -> None:
    """Raise ConfigError unless a policy, if there is one, names the key of the volume that is written."""
    if trust is not None and vkey not in trust.logs:
        raise ConfigError(
            "the trust policy in GATEWAY_WITNESSES does not name the key of this year's log",
            hint="put each line of log.vkey in the keys folder into it, after `log `; partners need it too",
        )


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        return False
    if not host or parts.username or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
