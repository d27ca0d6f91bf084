"""A partner's request for its new keys, the challenge for it, and the number that is read out."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest
from gateway.crypto.enrolment import (
    REQUEST,
    Challenge,
    EnrolmentRequest,
    fingerprint,
    is_right,
    key_set,
    make_challenge,
    make_request,
    new_secret,
    open_challenge,
    proof_of,
    read_request,
)
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key, parse_jwks
from gateway.crypto.jws import sign
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, CryptoError, KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import SealProfile
from gateway.model.terms import Json

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ENC, SIG, ISSUER = generate_encryption_key(), generate_signing_key(), generate_signing_key()
# RFC 8037 appendix A's key pairs, so that the number is always the same
KNOWN_SIG = PrivateJwk.from_json(
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    }
)


def request() -> str:
    """Return a good request."""
    return make_request(partner_id="belle", encryption=ENC, signing=SIG, at=AT)


def challenge_for(token: str, secret: bytes, *, aud: str = "belle") -> bytes:
    """Return a good challenge for a request."""
    asked = read_request(token)
    return make_challenge(
        EnrolmentRequest(aud, asked.encryption, asked.signing, asked.at, asked.digest),
        secret=secret,
        profile=SealProfile.JOSE,
        issuer="gateway.example",
        issuer_key=ISSUER,
        issuer_keys=[ISSUER.public()],
        gateway="https://gateway.example",
    )


def public(key: PrivateJwk) -> Json:
    """Return the public JWK."""
    return dict(key.public().jwk)


def claims(**changed: Json) -> dict[str, Json]:
    """Return the claims of a request, some of them otherwise; None leaves one out."""
    told: dict[str, Json] = {"iss": "belle", "jti": "0" * 32, "iat": 1, "keys": [public(ENC), public(SIG)], **changed}
    return {name: value for name, value in told.items() if value is not None}


def test_what_was_requested_is_read_back() -> None:
    """Who, both keys, when; and the digest of the very text."""
    token = request()
    read = read_request(token)
    assert (read.partner_id, read.encryption, read.signing) == ("belle", ENC.public(), SIG.public())
    assert (read.at, read.digest) == (AT, digest(token.encode()))
    assert parse_jwks(key_set(read).encode()) == (ENC.public(), SIG.public())


LOW_ORDER = {**ENC.public().jwk, "x": "A" * 43}
SWAPPED = {**generate_encryption_key().public().jwk, "kid": ENC.kid}


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [public(ENC)],
        [public(ENC), public(ENC)],
        [public(SIG), public(generate_signing_key())],
        [public(ENC), public(SIG), public(generate_signing_key())],
        "keys",
        {"enc": public(ENC)},
        [dict(LOW_ORDER), public(SIG)],
        [dict(SWAPPED), public(SIG)],
        [ENC.to_json(), public(SIG)],
        [public(ENC), SIG.to_json()],
        [{"kty": "oct", "k": "AAAA"}, public(SIG)],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "enc", "kid": "x"}, public(SIG)],
    ],
)
def test_other_keys_than_one_good_one_for_each_use_are_refused(keys: Json) -> None:
    """None, one, two alike, three; of low order, of another kind, under another's name, or with a private half."""
    with pytest.raises(CryptoError):
        read_request(sign(canonical(claims(keys=keys)), typ=REQUEST, key=SIG))


def test_a_private_half_is_told_as_such() -> None:
    """Its owner must know that the key is lost now."""
    with pytest.raises(KeyUnavailableError, match="private half"):
        read_request(sign(canonical(claims(keys=[ENC.to_json(), public(SIG)])), typ=REQUEST, key=SIG))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": None},
        {"iss": "Belle"},
        {"iss": "../belle"},
        {"iss": 3},
        {"jti": None},
        {"jti": "short"},
        {"jti": 3},
        {"iat": None},
        {"iat": True},
        {"iat": -1},
        {"iat": 10**12},
        {"aud": "gateway.example"},
    ],
)
def test_a_request_of_another_form_is_refused(changed: dict[str, Json]) -> None:
    """Exactly iss, jti, iat and keys, each of its own kind."""
    with pytest.raises(SignatureInvalidError):
        read_request(sign(canonical(claims(**changed)), typ=REQUEST, key=SIG))


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "a.e30.c", "x" * 70_000, "a.W10.c"])
def test_what_is_no_request_is_refused(token: str) -> None:
    """Of any form or size."""
    with pytest.raises(SignatureInvalidError):
        read_request(token)


def test_the_key_in_the_request_must_have_signed_it() -> None:
    """Not another one, also under its name; and not as another type of text."""
    for key, typ in ((generate_signing_key(), REQUEST), (SIG, "disclosure-receipt+jwt")):
        with pytest.raises(SignatureInvalidError):
            read_request(sign(canonical(claims()), typ=typ, key=key))


@given(st.text(max_size=60), st.integers(0, 2))
def test_any_altered_request_is_refused(noise: str, place: int) -> None:
    """No text in the place of a segment is taken, and nothing but our own errors comes out."""
    segments = request().split(".")
    if segments[place] != noise:
        segments[place] = noise
        with pytest.raises(CryptoError):
            read_request(".".join(segments))


def test_the_challenge_is_opened_by_its_own_key_only_and_for_its_own_request() -> None:
    """Another key, another partner, another request: refused."""
    token, secret = request(), new_secret()
    data = challenge_for(token, secret)
    opened = open_challenge(data, key=ENC, me="belle", request=token)
    assert (opened.secret, opened.issuer, opened.gateway) == (secret, "gateway.example", "https://gateway.example")
    assert opened.issuer_keys == (ISSUER.public(),)
    assert secret.hex() not in repr(opened)
    with pytest.raises(CannotOpenError):
        open_challenge(data, key=generate_encryption_key(), me="belle", request=token)
    for me, asked in (("avim", token), ("belle", request())):
        with pytest.raises(SignatureInvalidError, match="another enrolment"):
            open_challenge(data, key=ENC, me=me, request=asked)
    with pytest.raises(SignatureInvalidError, match="another length"):
        open_challenge(challenge_for(token, b"short"), key=ENC, me="belle", request=token)


@pytest.mark.parametrize("profile", [profile for profile in SealProfile if profile is not SealProfile.JOSE])
def test_a_key_of_another_kind_than_the_profiles_gets_no_challenge(profile: SealProfile) -> None:
    """What is sealed to it in that profile could never be opened."""
    with pytest.raises(KeyUnavailableError, match="profile"):
        make_challenge(
            read_request(request()),
            secret=new_secret(),
            profile=profile,
            issuer="gateway.example",
            issuer_key=ISSUER,
            issuer_keys=[ISSUER.public()],
            gateway="https://gateway.example",
        )


Change = Callable[[dict[str, Json]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.pop("challenge"),
        lambda told: told.update(challenge=3),
        lambda told: told.update(more=1),
        lambda told: told.update(issuer_keys=[]),
        lambda told: told.update(issuer_keys=[public(generate_signing_key())]),
        lambda told: told.update(challenge="a.b.c.d.e"),
    ],
)
def test_an_altered_challenge_is_refused(change: Change) -> None:
    """Every member counts."""
    token = request()
    told: dict[str, Json] = json.loads(challenge_for(token, new_secret()))
    change(told)
    with pytest.raises(CryptoError):
        open_challenge(canonical(told), key=ENC, me="belle", request=token)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b" " * 70_000])
def test_what_is_no_challenge_is_refused(data: bytes) -> None:
    """Of any form or size."""
    with pytest.raises(SignatureInvalidError):
        open_challenge(data, key=ENC, me="belle", request=request())


def test_a_challenge_with_other_claims_is_refused() -> None:
    """Also when the gateway's own key signed them."""
    token = request()
    short: dict[str, Json] = {"iss": "x"}
    mixed: dict[str, Json] = {"iss": "x", "aud": "belle", "sub": "x", "gateway": 3, "secret": "x"}
    for wrong in (short, mixed):
        inner = sign(canonical(wrong), typ="partner-challenge+jwt", key=ISSUER)
        told: dict[str, Json] = {
            "challenge": PROFILES[SealProfile.JOSE].encrypt(inner, to=ENC.public()),
            "issuer_keys": [public(ISSUER)],
        }
        with pytest.raises(SignatureInvalidError, match="exactly iss, aud"):
            open_challenge(canonical(told), key=ENC, me="belle", request=token)


def test_the_number_is_always_the_same_for_the_same_enrolment() -> None:
    """Golden: who reads it out and who hears it may run programs of different versions."""
    asked = EnrolmentRequest("belle", KNOWN_SIG.public(), KNOWN_SIG.public(), AT, "sha256:" + "0" * 64)
    told = Challenge(asked.digest, bytes(32), "gateway.example", "https://gateway.example", (KNOWN_SIG.public(),))
    assert fingerprint(asked, told) == "1400 1743 8928 1077 9195 9181 1484 4915"


def test_everything_that_matters_changes_the_number() -> None:
    """Partner, keys, request, secret, and the gateway's name, address and keys."""
    base = ("belle", ENC.public(), SIG.public(), AT, "sha256:0")
    gate = ("sha256:0", bytes(32), "gateway.example", "https://gateway.example", (ISSUER.public(),))
    other = generate_signing_key().public()
    requests = [
        base,
        ("avim", *base[1:]),
        (base[0], other, *base[2:]),
        (*base[:2], other, *base[3:]),
        (*base[:4], "sha256:1"),
    ]
    gates = [
        (gate[0], b"\1" * 32, *gate[2:]),
        (*gate[:2], "x", *gate[3:]),
        (*gate[:3], "https://x", gate[4]),
        (*gate[:4], (ISSUER.public(), other)),
    ]
    numbers = [fingerprint(EnrolmentRequest(*told), Challenge(*gate)) for told in requests]
    numbers += [fingerprint(EnrolmentRequest(*base), Challenge(*told)) for told in gates]
    assert len(set(numbers)) == len(numbers)


def test_the_number_is_right_however_it_is_spaced_and_wrong_otherwise() -> None:
    """32 digits of ours; not fewer, more, letters, or other digits."""
    number = "1234 5678 " * 4
    proof = proof_of(number)
    for good in (number, "12345678" * 4, "1234-5678." * 4):
        assert is_right(good, proof)
    for wrong in ("", "12345678" * 3, "12345678" * 4 + "1", "x" + "12345678" * 4, "٣" * 32):
        assert not is_right(wrong, proof)
    assert not is_right("", proof_of(""))
