"""The bearer token for /metrics, from the file of GATEWAY_METRICS_TOKEN_FILE."""

from pathlib import Path

from gateway.errors import ConfigError

SHORTEST_TOKEN = 32  # bytes


def read_metrics_token(path: Path | None) -> bytes | None:
    """Return the token in this file; None: there is none, so there is no /metrics.

    :raises ConfigError: it cannot be read, or is too short.
    """
    if path is None:
        return None
    try:
        token = path.read_bytes().strip()
    except OSError:
        token = b""
    if len(token) < SHORTEST_TOKEN:
        raise ConfigError(
            f"the token for /metrics cannot be read, or has less than {SHORTEST_TOKEN} characters",
            hint="write 64 random hex digits into the file that GATEWAY_METRICS_TOKEN_FILE names",
        )
    return token
