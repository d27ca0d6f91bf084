"""Proofs of possession (RFC 9449): signed by the key in them, which is public and nothing else."""

import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact

from gateway.crypto.dpop import access_token_hash, read_proof, sign_proof
from gateway.crypto.encoding import b64url
from gateway.crypto.jwk import PrivateJwk, generate_signing_key
from gateway.errors import SignatureInvalidError
from gateway.model.terms import Json

# RFC 9449 sections 4.1 and 7.1
EXAMPLE = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoR"
    "jQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdG"
    "kiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyM"
    "jYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
TOKEN, ATH = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
RAW = Ed25519PrivateKey.generate()
OKP = OKPKey.import_key(RAW)
EC = ECKey.generate_key("P-256")


def public(key: OKPKey | ECKey | RSAKey) -> dict[str, Json]:
    """Return the public half as a JWK."""
    return {name: str(value) for name, value in key.as_dict(private=False).items() if name != "kid"}


def made(header: Mapping[str, Json], key: OKPKey | ECKey | RSAKey) -> str:
    """Return a proof under this header, well signed."""

    class Roomy(JWSRegistry):
        max_header_length = 8000

    registry = Roomy(algorithms=[str(header["alg"])], strict_check_header=False)
    return serialize_compact(dict(header), b"{}", key, registry=registry)


def test_the_example_of_the_rfc_is_read() -> None:
    """Section 4.1; its thumbprint is that of section 6.1."""
    proof = read_proof(EXAMPLE)
    assert proof.jkt == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert proof.claims == {
        "jti": "-BwC3ESc6acc2lTc",
        "htm": "POST",
        "htu": "https://server.example.com/token",
        "iat": 1562262616,
    }


def test_the_hash_of_a_token_is_that_of_the_rfc() -> None:
    """Section 7.1."""
    assert access_token_hash(TOKEN) == ATH


def test_our_own_proof_has_these_bytes() -> None:
    """Golden: RFC 8037's key; the thumbprint is that of its appendix A.3."""
    key = PrivateJwk.from_json(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "use": "sig",
        }
    )
    text = sign_proof({"htm": "GET"}, key)
    header, payload, _ = text.split(".")
    assert header == b64url(
        b'{"typ":"dpop+jwt","alg":"Ed25519","jwk":{"crv":"Ed25519","kty":"OKP",'
        b'"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}'
    )
    assert payload == b64url(b'{"htm": "GET"}')
    assert (read_proof(text).jkt, read_proof(text).claims) == (key.kid, {"htm": "GET"})


@pytest.mark.parametrize(("alg", "key"), [("Ed25519", OKP), ("ES256", EC)])
def test_remarks_in_a_key_make_it_no_other_key(alg: str, key: OKPKey | ECKey) -> None:
    """The thumbprint is over what makes the key (RFC 7638)."""
    plain = made({"typ": "dpop+jwt", "alg": alg, "jwk": public(key)}, key)
    remarked = made({"typ": "dpop+jwt", "alg": alg, "jwk": {**public(key), "kid": "k", "use": "sig", "alg": alg}}, key)
    assert read_proof(plain).jkt == read_proof(remarked).jkt == key.thumbprint()


@pytest.mark.parametrize(
    "change",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"crit": []},
        {"crit": ["exp"]},
        {"b64": True},
        {"kid": "k"},
        {"jku": "https://evil.example"},
        {"jwk": None},
        {"jwk": []},
        {"jwk": {}},
        {"jwk": "text"},
        {"jwk": {**public(OKP), "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}},
        {"jwk": {**public(OKP), "k": "c2VjcmV0"}},
        {"jwk": {**public(OKP), "use": 1}},
        {"jwk": {**public(OKP), "alg": "ES256"}},
        {"jwk": {**public(OKP), "crv": "X25519"}},
        {"jwk": {"kty": "OKP", "crv": "Ed25519"}},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": public(OKPKey.generate_key("Ed25519"))},
        {"jwk": public(EC)},
    ],
)
def test_a_proof_with_another_header_is_refused_though_well_signed(change: dict[str, Json]) -> None:
    """A private key, a secret, somebody else's key, another type, and members that we do not know."""
    header = {"typ": "dpop+jwt", "alg": "Ed25519", "jwk": public(OKP), **change}
    body = f"{b64url(json.dumps(header).encode())}.{b64url(b'{}')}"
    signature = RAW.sign(body.encode())
    with pytest.raises(SignatureInvalidError):
        read_proof(f"{body}.{b64url(signature)}")


def test_an_rsa_key_holds_no_token() -> None:
    """Two kinds are enough, and every library has one of them."""
    key = RSAKey.generate_key(2048)
    with pytest.raises(SignatureInvalidError):
        read_proof(made({"typ": "dpop+jwt", "alg": "PS256", "jwk": public(key)}, key))


def test_a_proof_by_another_key_of_the_same_kind_is_refused() -> None:
    """What is signed with one key does not fit another one in the header."""
    header, payload, _ = sign_proof({}, generate_signing_key()).split(".")
    signature = sign_proof({}, generate_signing_key()).split(".")[2]
    with pytest.raises(SignatureInvalidError):
        read_proof(f"{header}.{payload}.{signature}")
