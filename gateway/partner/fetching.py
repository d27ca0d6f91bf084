"""Keeps messages as files: each once, but for a proof that the log's witnesses completed since."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import GatewayError, NotFoundError, NotWitnessedError
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.verify import read_message
from gateway.partner.client import GatewayClient
from gateway.partner.keys import replace_file, write_new
from gateway.partner.opening import read_envelope


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one message: its file, if there is one, and whether its proof lacks the witnesses' word."""

    file: Path | None
    unwitnessed: bool


def save(client: GatewayClient, message_id: str, path: Path, trust: TrustPolicy, now: dt.datetime) -> Fetched:
    """Fetch a message into its file, unless it is there; replace only a proof that lacks the witnesses' word.

    A file that holds anything else than a sound message of ours is left as it is: `verify` says what is wrong with it.
    """
    kept = _kept(path)
    if path.exists() and not (kept and _is_unwitnessed(kept, trust, now)):
        return Fetched(path, unwitnessed=False)
    try:
        envelope = client.envelope(message_id)
    except NotWitnessedError:
        return Fetched(path if path.exists() else None, unwitnessed=True)
    except NotFoundError:  # recalled, or stopped between the list and now
        return Fetched(path if path.exists() else None, unwitnessed=False)
    data = envelope.to_json().encode() + b"\n"
    if kept is None:
        write_new(path, data)
    elif (kept.message, kept.leaf) == (envelope.message, envelope.leaf) and _is_witnessed(envelope, trust, now):
        replace_file(path, data)
    else:
        return Fetched(path, unwitnessed=True)
    return Fetched(path, unwitnessed=_is_unwitnessed(envelope, trust, now))


def _kept(path: Path) -> Envelope | None:
    try:
        return read_envelope(path) if path.exists() else None
    except GatewayError:
        return None


def _is_unwitnessed(envelope: Envelope, trust: TrustPolicy, now: dt.datetime) -> bool:
    try:
        return read_message(envelope, trust, recipient=None, now=now).unwitnessed is not None
    except GatewayError:  # not sound: that is another matter
        return False


def _is_witnessed(envelope: Envelope, trust: TrustPolicy, now: dt.datetime) -> bool:
    try:
        return read_message(envelope, trust, recipient=None, now=now).unwitnessed is None
    except GatewayError:
        return False
