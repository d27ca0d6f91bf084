"""Attacks on the signed text inside, for both ways of signing and all three profiles: what opens must also be ours."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPrivateNumbers, RSAPublicNumbers
from nacl.signing import SigningKey

from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, generate_signing_key
from gateway.crypto.jws import sign, verify
from gateway.crypto.profiles import PROFILES
from gateway.errors import SignatureInvalidError
from gateway.model.partner import PublicKey, SealProfile
from gateway.model.terms import Json
from tests.crypto import sample_keys
from tests.crypto.hostile import KEYS

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER, ME, TYP = "https://gateway.example", "dudok-wonen", "disclosure+jwt"
SIGNERS = [sample_keys.SIGNING, sample_keys.RSA_SIGNING]
GATEWAY = [key.public() for key in SIGNERS]  # the published set holds both, for every partner


def _signer(profile: SealProfile) -> PrivateJwk:
    return next(key for key in SIGNERS if key.alg == PROFILES[profile].signature)


def _rsa() -> RSAPrivateKey:
    told = {**sample_keys.RSA_SIGNING.public().jwk, **sample_keys.RSA_SIGNING.secret}
    n, e, d, p, q, dp, dq, qi = (
        int.from_bytes(unb64url(told[name]), "big") for name in ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    )
    return RSAPrivateNumbers(p, q, d, dp, dq, qi, RSAPublicNumbers(e, n)).private_key()


RSA = _rsa()
PSS256 = PSS(mgf=MGF1(hashes.SHA256()), salt_length=32)


def _token(header: str, payload: bytes, key: PrivateJwk) -> str:
    """Sign any header with a key of the gateway's, as a careless holder of it could."""
    text = f"{b64url(header.encode())}.{b64url(payload)}"
    if key.alg == "Ed25519":
        signature = bytes(SigningKey(unb64url(key.secret["d"])).sign(text.encode()).signature)
    else:
        signature = RSA.sign(text.encode(), PSS256, hashes.SHA256())
    return f"{text}.{b64url(signature)}"


def _header(key: PrivateJwk, **change: Json) -> str:
    return json.dumps({"alg": key.alg, "kid": key.kid, "typ": TYP, **change})


def _claims(profile: SealProfile, **change: Json) -> dict[str, Json]:
    moment = int(NOW.timestamp())
    claims: dict[str, Json] = {
        "iss": ISSUER,
        "aud": ME,
        "rkid": KEYS[profile].kid,
        "jti": "0" * 32,
        "iat": moment,
        "nbf": moment,
        "exp": moment + 3600,
        "sub": "d-1",
        "ground": "woonfraude",
        "purpose": "prevent_recurrence",
        "legal_basis": ["WC-1"],
        "obligations": {"onward_disclosure": "forbidden", "destroy_by": "2027-11-24"},
        "bundle": "sha256:" + "0" * 64,
        "approval_digest": "sha256:" + "1" * 64,
        "subjects": [{"ref": "s1", "data": {"finding_code": "GEB-1"}}],
        "rnd": "AA",
        "pad": "",
    }
    return {**claims, **change}


def _read(profile: SealProfile, token: str) -> Mapping[str, Json]:
    """Seal a token to the sample key and open it as the partner, who trusts all that the gateway published."""
    room = PROFILES[profile]
    message = room.encrypt(token, to=KEYS[profile].public())
    return read_disclosure(message, profile=room, key=KEYS[profile], issuer_keys=GATEWAY, issuer=ISSUER, me=ME, now=NOW)


def _body(profile: SealProfile, **change: Json) -> bytes:
    return json.dumps(_claims(profile, **change)).encode()


ALL = pytest.mark.parametrize("profile", PROFILES)
BOTH = pytest.mark.parametrize("key", SIGNERS, ids=lambda key: key.alg)


@ALL
def test_what_the_gateway_sealed_is_read(profile: SealProfile) -> None:
    """The twin of every refusal below."""
    assert _read(profile, sign(_body(profile), typ=TYP, key=_signer(profile)))["jti"] == "0" * 32


@ALL
def test_a_good_signature_of_the_other_profile_proves_nothing(profile: SealProfile) -> None:
    """Downgrade: the gateway's RSA key signs for `nlgov` only, its Ed25519 key for the others only."""
    other = next(key for key in SIGNERS if key.alg != PROFILES[profile].signature)
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        _read(profile, sign(_body(profile), typ=TYP, key=other))


@pytest.mark.control("DPIA-09")
@ALL
@pytest.mark.parametrize("sender", PROFILES)
def test_a_text_that_another_partner_encrypts_to_us_again_is_refused(profile: SealProfile, sender: SealProfile) -> None:
    """Surreptitious forwarding, from a partner with any profile: `aud` and `rkid` say for whom it was made."""
    theirs = _body(sender, aud="avim", rkid=generate_signing_key().kid)
    with pytest.raises(SignatureInvalidError):
        _read(profile, sign(theirs, typ=TYP, key=_signer(sender)))
    ours_but_the_key = _body(profile, rkid=generate_signing_key().kid)
    with pytest.raises(SignatureInvalidError, match="another recipient"):
        _read(profile, sign(ours_but_the_key, typ=TYP, key=_signer(profile)))


@ALL
@pytest.mark.parametrize(
    "change",
    [
        {"aud": [ME]},
        {"aud": [ME, "avim"]},
        {"aud": None},
        {"rkid": None},
        {"iss": "https://evil.example"},
        {"exp": True},
        {"exp": "9999999999"},
        {"exp": None},
        {"exp": 0},
        {"nbf": True},
        {"iat": False},
        {"nbf": int(NOW.timestamp()) + 61},
        {"jti": "0" * 31},
        {"subjects": []},
    ],
)
def test_a_claim_that_is_not_exactly_as_agreed_is_refused(profile: SealProfile, change: dict[str, Json]) -> None:
    """Lists for one audience, truth for a time, another sender, expired, from the future."""
    with pytest.raises(SignatureInvalidError):
        _read(profile, sign(_body(profile, **change), typ=TYP, key=_signer(profile)))


@ALL
@pytest.mark.parametrize("number", ["1e99", "Infinity", "NaN", "1.5"])
def test_a_time_that_is_no_whole_number_is_refused(profile: SealProfile, number: str) -> None:
    """Programs read these differently."""
    body = _body(profile).replace(b'"exp": %d' % (int(NOW.timestamp()) + 3600), f'"exp": {number}'.encode())
    assert number.encode() in body
    key = _signer(profile)
    with pytest.raises(SignatureInvalidError):
        _read(profile, _token(_header(key), body, key))


@BOTH
def test_the_helper_of_these_tests_signs_what_is_accepted(key: PrivateJwk) -> None:
    """So each refusal below is about what it changes."""
    assert verify(_token(_header(key), b'{"a":1}', key), typ=TYP, keys=GATEWAY) == {"a": 1}


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "PS384"},
        {"alg": "ES256"},
        {"alg": "EdDSA"},
        {"alg": "ML-DSA-65"},
        {"alg": ["PS256"]},
        {"alg": None},
        {"kid": None},
        {"kid": 1},
        {"kid": "x"},
        {"typ": "JWT"},
        {"typ": "disclosure-receipt+jwt"},
        {"crit": []},
        {"crit": ["exp"], "exp": 1},
        {"b64": False},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}},
        {"jku": "https://example.org/"},
        {"x5c": ["AA"]},
        {"cty": "JWT"},
        {"zip": "DEF"},
    ],
)
def test_a_header_other_than_alg_kid_and_typ_is_refused_though_well_signed(
    key: PrivateJwk, change: dict[str, Json]
) -> None:
    """Nobody but us may say how it is read."""
    with pytest.raises(SignatureInvalidError):
        verify(_token(_header(key, **change), b'{"a":1}', key), typ=TYP, keys=GATEWAY)


@BOTH
def test_the_other_keys_algorithm_is_refused_under_this_kid(key: PrivateJwk) -> None:
    """The kid picks the key, and the key the algorithm."""
    other = next(one for one in SIGNERS if one is not key)
    for token in (
        _token(_header(key, alg=other.alg), b"{}", other),
        _token(_header(key, alg=other.alg), b"{}", key),
        _token(_header(other), b"{}", key),
        _token(_header(key), b"{}", other),
    ):
        with pytest.raises(SignatureInvalidError):
            verify(token, typ=TYP, keys=GATEWAY)


@BOTH
@pytest.mark.parametrize("alg", ["HS256", "PS256", "Ed25519"])
def test_no_form_of_a_public_key_is_an_hmac_secret(key: PrivateJwk, alg: str) -> None:
    """Key confusion (CVE-2024-37568), with every spelling of the RSA key that a program might take for a secret."""
    public = RSA.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    secrets = [
        json.dumps(dict(key.public().jwk)).encode(),
        *(value.encode() for value in key.public().jwk.values()),
        public.public_bytes(serialization.Encoding.PEM, form),
        public.public_bytes(serialization.Encoding.DER, form),
        public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        b"",
    ]
    text = f"{b64url(_header(key, alg=alg).encode())}.{b64url(b'{}')}"
    for secret in secrets:
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        with pytest.raises(SignatureInvalidError):
            verify(f"{text}.{b64url(mac)}", typ=TYP, keys=GATEWAY)


def test_the_rsa_key_verifies_no_other_padding_hash_or_salt() -> None:
    """PS256 is PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, and nothing else (RFC 7518 section 3.5)."""
    key = sample_keys.RSA_SIGNING
    text = f"{b64url(_header(key).encode())}.{b64url(b'{}')}"
    signatures = [
        RSA.sign(text.encode(), PKCS1v15(), hashes.SHA256()),
        RSA.sign(text.encode(), PSS(mgf=MGF1(hashes.SHA256()), salt_length=0), hashes.SHA256()),
        RSA.sign(text.encode(), PSS(mgf=MGF1(hashes.SHA384()), salt_length=32), hashes.SHA256()),
        RSA.sign(text.encode(), PSS(mgf=MGF1(hashes.SHA384()), salt_length=48), hashes.SHA384()),
        bytes(384),
        b"\0" + RSA.sign(text.encode(), PSS256, hashes.SHA256()),
    ]
    for signature in signatures:
        with pytest.raises(SignatureInvalidError):
            verify(f"{text}.{b64url(signature)}", typ=TYP, keys=GATEWAY)


@BOTH
def test_a_trusted_key_of_no_kind_verifies_nothing(key: PrivateJwk) -> None:
    """A set that was not read strictly gives no other way in."""
    odd = PublicKey(key.kid, "sig", {"kty": "EC", "crv": "P-256", "use": "sig"})
    with pytest.raises(SignatureInvalidError, match="not for signing"):
        verify(sign(b"{}", typ=TYP, key=key), typ=TYP, keys=[odd])


@BOTH
def test_a_header_with_a_member_twice_is_refused_though_well_signed(key: PrivateJwk) -> None:
    """One program would read the first, another the last."""
    for header in (
        '{"alg":"none",' + _header(key)[1:],
        _header(key)[:-1] + f',"kid":"{key.kid}"}}',
        _header(key)[:-1] + ',"n":1.0}',
        f"[{_header(key)}]",
    ):
        with pytest.raises(SignatureInvalidError):
            verify(_token(header, b'{"a":1}', key), typ=TYP, keys=GATEWAY)


@BOTH
def test_one_flipped_bit_anywhere_in_a_signed_text_is_refused(key: PrivateJwk) -> None:
    """Each place once, with the bits in turn."""
    token = sign(b'{"a":1}', typ=TYP, key=key)
    for place, char in enumerate(token):
        changed = token[:place] + chr(ord(char) ^ 1 << place % 8) + token[place + 1 :]
        with pytest.raises(SignatureInvalidError):
            verify(changed, typ=TYP, keys=GATEWAY)
