"""HTTP Message Signatures: the example of the RFC, byte for byte, and a request of ours checked by other code."""

import base64
import hashlib

import pytest
from nacl.signing import VerifyKey

from gateway.crypto.http_signature import content_digest, sign_request, signature_base
from gateway.crypto.jwk import generate_encryption_key, generate_signing_key
from gateway.errors import KeyUnavailableError

EXAMPLE = (  # RFC 9421 appendix B.2.6
    ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
    ("@method", "POST"),
    ("@path", "/foo"),
    ("@authority", "example.com"),
    ("content-type", "application/json"),
    ("content-length", "18"),
)
PARAMS = (
    '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
PUBLIC = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"
SIGNATURE = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="


def test_an_encryption_key_signs_nothing() -> None:
    """A key has one use."""
    with pytest.raises(KeyUnavailableError):
        sign_request(
            method="POST",
            url="https://a.example/",
            content_type="a/b",
            body=b"",
            created=1,
            key=generate_encryption_key(),
        )


def test_the_signature_of_the_rfcs_example_fits_our_signature_base() -> None:
    """The octets that are signed are those of RFC 9421; one line more or less, and the RFC's signature does not fit."""
    base = signature_base(EXAMPLE, PARAMS)
    VerifyKey(base64.urlsafe_b64decode(PUBLIC + "=")).verify(base, base64.b64decode(SIGNATURE))
    assert base.startswith(b'"date": Tue, 20 Apr 2021')
    assert base.endswith(b'keyid="test-key-ed25519"')


def test_a_request_has_exactly_these_fields() -> None:
    """Golden: what a partner's library parses."""
    key = generate_signing_key()
    body = b'{"hello": "world"}'
    assert content_digest(body) == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"  # RFC 9530 appendix B
    fields = sign_request(
        method="POST", url="https://a.example/in?x=1", content_type="text/plain", body=body, created=5, key=key
    )
    params = f'("@method" "@target-uri" "content-type" "content-digest");created=5;keyid="{key.kid}";alg="ed25519"'
    assert fields["Signature-Input"] == f"gateway={params}"
    base = (
        '"@method": POST\n"@target-uri": https://a.example/in?x=1\n"content-type": text/plain\n'
        f'"content-digest": sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:\n'
        f'"@signature-params": {params}'
    )
    signature = base64.b64decode(fields["Signature"].removeprefix("gateway=:").removesuffix(":"))
    VerifyKey(base64.urlsafe_b64decode(key.public().jwk["x"] + "=")).verify(base.encode(), signature)
