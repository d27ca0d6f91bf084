"""Checks that a receipt proves what it should: this partner, this gateway, this message, these exact bytes."""

import datetime as dt
import hmac

from gateway.crypto.receipts import ReceiptState, read_receipt
from gateway.errors import ReceiptInvalidError, ReceiptMismatchError, SignatureInvalidError
from gateway.model.partner import Partner

SKEW = dt.timedelta(seconds=60)  # how far the partner's clock may run ahead of ours


def verify_receipt(
    token: str, *, partner: Partner, issuer: str, message_id: str, payload_digest: str, now: dt.datetime
) -> ReceiptState:
    """Return what the partner says happened to this message.

    :raises ReceiptInvalidError: not well formed, not signed with a signing key of this partner, or dated ahead.
    :raises ReceiptMismatchError: well signed, but about another partner, gateway or message.
    """
    try:
        claims = read_receipt(token, keys=[key for key in partner.keys if key.use == "sig"])
    except SignatureInvalidError as exc:
        raise ReceiptInvalidError(f"the receipt cannot be accepted: {exc.message}", hint=exc.hint) from exc
    if claims.at > now + SKEW:
        raise ReceiptInvalidError(
            "the receipt is dated in the future", hint="check the clock of the computer that made it"
        )
    expected = {
        "partner": (claims.partner_id, partner.id),
        "gateway": (claims.audience, issuer),
        "message": (claims.message_id, message_id),
        "ciphertext": (claims.payload_digest, payload_digest),
    }
    for what, (told, ours) in expected.items():
        if not hmac.compare_digest(told.encode(), ours.encode()):
            raise ReceiptMismatchError(
                f"the receipt is about another {what}", hint="make the receipt from the message as it was fetched"
            )
    return claims.state
