"""Receipts as the gateway takes them: this partner, this gateway, this message, these bytes."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.errors import ReceiptInvalidError, ReceiptMismatchError
from gateway.model.partner import Partner
from gateway.receipt.verify import verify_receipt
from tests import builders

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER, MESSAGE, DIGEST = "https://gateway.example", "a" * 32, "sha256:" + "0" * 64
KEY = generate_signing_key()
PARTNER = replace(builders.PARTNER, keys=(generate_encryption_key().public(), KEY.public()))


def _receipt(
    *,
    key: PrivateJwk = KEY,
    partner_id: str = "dudok-wonen",
    audience: str = ISSUER,
    message_id: str = MESSAGE,
    payload_digest: str = DIGEST,
    state: ReceiptState = ReceiptState.RECEIVED,
    at: dt.datetime = NOON,
) -> str:
    return make_receipt(
        key=key,
        partner_id=partner_id,
        audience=audience,
        message_id=message_id,
        payload_digest=payload_digest,
        state=state,
        at=at,
    )


def _verify(token: str, *, partner: Partner = PARTNER) -> ReceiptState:
    return verify_receipt(token, partner=partner, issuer=ISSUER, message_id=MESSAGE, payload_digest=DIGEST, now=NOON)


@pytest.mark.parametrize(
    ("token", "what"),
    [
        (_receipt(partner_id="avim"), "partner"),
        (_receipt(audience="https://other.example"), "gateway"),
        (_receipt(message_id="b" * 32), "message"),
        (_receipt(payload_digest="sha256:" + "1" * 64), "ciphertext"),
    ],
)
def test_a_receipt_about_something_else_is_a_mismatch(token: str, what: str) -> None:
    """Well signed, but it proves nothing about this message."""
    with pytest.raises(ReceiptMismatchError, match=what):
        _verify(token)


def test_a_receipt_that_another_partner_signed_is_invalid() -> None:
    """A partner cannot acknowledge for another."""
    with pytest.raises(ReceiptInvalidError) as caught:
        _verify(_receipt(key=generate_signing_key()))
    assert caught.value.hint


def test_a_partner_without_a_signing_key_acknowledges_nothing() -> None:
    """An encryption key alone, or none, is no permission."""
    for keys in ((), PARTNER.keys[:1]):
        with pytest.raises(ReceiptInvalidError):
            _verify(_receipt(), partner=replace(PARTNER, keys=keys))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\u00e9.x.y"])
def test_what_is_no_receipt_is_invalid(token: str) -> None:
    """Whatever a partner posts, the error is one of ours."""
    with pytest.raises(ReceiptInvalidError):
        _verify(token)


def test_a_receipt_dated_ahead_is_invalid() -> None:
    """A minute is allowed for clocks that differ."""
    with pytest.raises(ReceiptInvalidError, match="future"):
        _verify(_receipt(at=NOON + dt.timedelta(seconds=61)))
    assert _verify(_receipt(at=NOON + dt.timedelta(seconds=60))) is ReceiptState.RECEIVED


@pytest.mark.parametrize("state", list(ReceiptState))
def test_a_partners_own_receipt_is_accepted(state: ReceiptState) -> None:
    """The accepting twin, for each state."""
    assert _verify(_receipt(state=state)) is state
