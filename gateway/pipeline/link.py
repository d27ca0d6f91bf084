"""Seals for a partner without keys: under a one-time key that only a link holds (decision 0018)."""

import datetime as dt
import secrets
from dataclasses import replace

from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.one_time import LinkProfile, OneTimeKey
from gateway.model.payload import Payload, SealedPayload
from gateway.pipeline.tools import Tools
from gateway.seal.message import seal
from gateway.store.pickup_ports import NewPickup
from gateway.store.ports import Unit


def seal_for_link(tools: Tools, payload: Payload, at: dt.datetime) -> SealedPayload:
    """Return the message with the secret of its link. `rkid` names the one-time key, made here and now."""
    key = OneTimeKey.generate()
    kid = key.signing.kid
    sealed = seal(
        replace(payload, recipient_key_id=kid),
        message_id=secrets.token_hex(16),
        issuer=tools.issuer,
        signer=tools.issuer_key,
        to=key.signing.public(),
        profile=LinkProfile(key),
        at=at,
        lifetime=tools.lifetime,
    )
    return replace(sealed, link=key.secret)


def keep_link(tools: Tools, unit: Unit, message_id: str, secret: bytes, *, case_key: bytes) -> None:
    """Keep the secret under the case's key until the letter is made, with what finds the message and proves a receipt.

    The message MUST be in the outbox already, in the same transaction.
    """
    key = OneTimeKey.from_secret(secret)
    box = seal_box(secret, key=case_key, aad=_secret_of(message_id))
    unit.pickups.add(NewPickup(message_id, tools.lookup.pickup(key.id), key.receipt_x, box))


def open_secret(box: bytes, message_id: str, *, case_key: bytes) -> OneTimeKey:
    """Return the one-time key of a message whose letter was not made yet."""
    return OneTimeKey.from_secret(open_box(box, key=case_key, aad=_secret_of(message_id)))


def _secret_of(message_id: str) -> bytes:
    return f"pickup/{message_id}".encode()
