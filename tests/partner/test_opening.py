"""Nothing is opened before every check holds; each of these attacks works on a partner that checks less."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.crypto.jwk import generate_encryption_key, generate_signing_key
from gateway.crypto.notes import NoteSigner
from gateway.crypto.receipts import ReceiptState, read_receipt
from gateway.errors import CannotOpenError, CryptoError, GatewayError, LogTamperedError, SignatureInvalidError
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.model.terms import Json
from gateway.partner.opening import Recipient, open_envelope, receipt_for, shown
from tests.partner.envelopes import ISSUER, ME, MESSAGE, NOW, ORIGIN, PLAIN, World, a_world, an_envelope, claims_of


def opened(world: World, envelope: Envelope, *, me: str = ME, now: dt.datetime = NOW) -> dict[str, Json]:
    """Open as the partner would, and return what it is shown."""
    recipient = Recipient(me, ISSUER, [world.issuer.public()], TrustPolicy((world.log.vkey,)))
    return shown(open_envelope(envelope, key=world.encryption, recipient=recipient, now=now))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"aud": "dudok-wonen"}, SignatureInvalidError),
        ({"aud": [ME]}, SignatureInvalidError),
        ({"rkid": generate_encryption_key().kid}, SignatureInvalidError),
        ({"iss": "evil.example"}, SignatureInvalidError),
        ({"exp": int(NOW.timestamp())}, SignatureInvalidError),
    ],
)
def test_a_logged_message_with_a_wrong_claim_is_not_opened(changes: dict[str, Json], error: type[GatewayError]) -> None:
    """The signature and the log do not make up for audience, key, issuer or time."""
    world = a_world()
    with pytest.raises(error):
        opened(world, an_envelope(world, claims_of(world) | changes))


def test_another_signer_is_refused() -> None:
    """A message in the log that the issuer did not sign is nobody's."""
    world = a_world()
    with pytest.raises(SignatureInvalidError):
        opened(world, an_envelope(world, signer=generate_signing_key()))


def test_a_log_that_is_not_trusted_is_refused() -> None:
    """The name is right and the key is not."""
    world = a_world()
    with pytest.raises(CryptoError):
        opened(world, an_envelope(world, log=NoteSigner.generate(ORIGIN)))


def test_a_swapped_message_is_refused() -> None:
    """A message under another message's entry, even if it is as good, was never logged."""
    world = a_world()
    with pytest.raises(LogTamperedError):
        opened(world, replace(an_envelope(world), message=an_envelope(world).message))


def test_an_entry_for_another_recipient_is_refused() -> None:
    """Neither the honest opening nor a false one makes it ours."""
    world = a_world()
    envelope = an_envelope(world, recipient="dudok-wonen")
    for altered in (envelope, replace(envelope, recipient=ME), replace(envelope, recipient_salt=b"x" * 32)):
        with pytest.raises(LogTamperedError):
            opened(world, altered)


def test_a_message_for_another_key_is_not_opened() -> None:
    """Not ours to read."""
    world = a_world()
    with pytest.raises(CannotOpenError):
        opened(replace(world, encryption=generate_encryption_key()), an_envelope(world))


def test_a_good_message_is_shown_without_its_filling() -> None:
    """The twin of the refusals: data and obligations, no pad or random member."""
    world = a_world()
    claims = opened(world, an_envelope(world))
    assert claims["subjects"] == [{"ref": "s1", "data": {"finding_code": PLAIN}}]
    assert set(claims_of(world)) - set(claims) == {"pad", "rnd"}


def test_a_receipt_is_about_exactly_this_message() -> None:
    """It names us, the gateway, the message and its bytes."""
    world = a_world()
    envelope = an_envelope(world)
    token = receipt_for(
        envelope,
        key=world.signing,
        partner_id=ME,
        issuer=ISSUER,
        message_id=MESSAGE,
        state=ReceiptState.ACTED,
        at=NOW,
    )
    claims = read_receipt(token, keys=[world.signing.public()])
    assert (claims.partner_id, claims.audience, claims.message_id) == (ME, ISSUER, MESSAGE)
    assert claims.payload_digest.encode() in envelope.leaf
    assert claims.state is ReceiptState.ACTED
