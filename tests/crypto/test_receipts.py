"""Receipts: a closed form, and golden bytes."""

import datetime as dt
import json

import pytest

from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.jws import sign
from gateway.crypto.receipts import ReceiptClaims, ReceiptState, make_receipt, read_receipt
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.terms import Json

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
TYP = "disclosure-receipt+jwt"
KEY = PrivateJwk.from_json(  # RFC 8037 appendix A.1
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "use": "sig",
    }
)
CLAIMS: dict[str, Json] = {
    "iss": "dudok-wonen",
    "aud": "https://g",
    "sub": "0" * 32,
    "h": "sha256:" + "ab" * 32,
    "state": "opened",
    "iat": 1795521600,
}
GOLDEN = (
    "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoia1ByS19xbXhWV2FZVkE5d3dCRjZJdW8zdlZ6ejdUeEhDVHdYQnlnclM0ayIsInR5cCI6ImRpc2Nsb3"
    "N1cmUtcmVjZWlwdCtqd3QifQ.eyJhdWQiOiJodHRwczovL2ciLCJoIjoic2hhMjU2OmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiY"
    "WJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWIiLCJpYXQiOjE3OTU1MjE2MDAsImlzcyI6ImR1ZG9rLXdvbmVuIiwic3RhdGUiOiJvcGV"
    "uZWQiLCJzdWIiOiIwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCJ9.N64bW969TuI59ao-KbGZ8YvgEU2O6rOFOXWe6uJetPd6tRLY"
    "1BOXVjS5XYdqX82rbC1oQ4vWGn5Kvt58hKWLAA"
)


def _make(key: PrivateJwk) -> str:
    return make_receipt(
        key=key,
        partner_id="dudok-wonen",
        audience="https://g",
        message_id="0" * 32,
        payload_digest="sha256:" + "ab" * 32,
        state=ReceiptState.OPENED,
        at=NOON,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": None},
        {"h": "ab" * 32},
        {"h": "sha256:" + "AB" * 32},
        {"iat": "1795521600"},
        {"iat": True},
        {"iat": -1},
        {"iat": 10**18},
        {"aud": ["https://g"]},
        {"iss": 1},
        {"note": "x"},
        {"note": 1},
    ],
)
def test_a_receipt_of_another_form_is_refused_though_well_signed(change: dict[str, Json]) -> None:
    """The form is closed: free text would be a way to bring personal data into the log."""
    with pytest.raises(SignatureInvalidError):
        read_receipt(sign(json.dumps({**CLAIMS, **change}).encode(), typ=TYP, key=KEY), keys=[KEY.public()])


@pytest.mark.parametrize("name", list(CLAIMS))
def test_a_receipt_without_one_of_its_claims_is_refused(name: str) -> None:
    """Nothing is assumed."""
    rest = {claim: value for claim, value in CLAIMS.items() if claim != name}
    with pytest.raises(SignatureInvalidError):
        read_receipt(sign(json.dumps(rest).encode(), typ=TYP, key=KEY), keys=[KEY.public()])


def test_a_receipt_of_another_type_or_signer_is_refused() -> None:
    """A disclosure is no receipt, and a stranger's signature proves nothing."""
    with pytest.raises(SignatureInvalidError, match="type"):
        read_receipt(sign(json.dumps(CLAIMS).encode(), typ="disclosure+jwt", key=KEY), keys=[KEY.public()])
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        read_receipt(_make(generate_signing_key()), keys=[KEY.public()])
    with pytest.raises(KeyUnavailableError):
        _make(generate_encryption_key())


def test_the_words_of_a_receipt_are_pinned() -> None:
    """They stand in leaves and in partners' programs."""
    assert [state.value for state in ReceiptState] == ["received", "opened", "not_for_us", "acted", "destroyed"]


def test_the_bytes_of_a_receipt_are_pinned() -> None:
    """And they read back as what was meant."""
    assert _make(KEY) == GOLDEN
    assert unb64url(GOLDEN.split(".")[1]) == json.dumps(CLAIMS, sort_keys=True, separators=(",", ":")).encode()
    assert read_receipt(GOLDEN, keys=[KEY.public()]) == ReceiptClaims(
        "dudok-wonen", "https://g", "0" * 32, "sha256:" + "ab" * 32, ReceiptState.OPENED, NOON
    )
