"""AKP and RSA keys: what is refused, and that each kind is for one use and one algorithm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, algorithm, check_key, generate_key, public_key, thumbprint
from gateway.crypto.key_kinds import ECDH_ES, ED25519, HPKE_9_KE, PS256, RSA_OAEP, kind_for, kind_of
from gateway.crypto.profiles import key_for, profile_of
from gateway.crypto.xwing import private_from_seed, public_from_seed
from gateway.errors import KeyUnavailableError
from gateway.model.partner import PublicKey, SealProfile
from gateway.model.terms import Json
from tests.crypto import sample_keys

XWING, RSA, RSA_SIGNING = (
    dict(key.public().jwk) for key in (sample_keys.XWING, sample_keys.RSA, sample_keys.RSA_SIGNING)
)
ALL = [sample_keys.SIGNING, sample_keys.RSA_SIGNING, sample_keys.X25519, sample_keys.XWING, sample_keys.RSA]


def _named(members: dict[str, str]) -> dict[str, Json]:
    """Return the key with the thumbprint that it then has, as who makes a bad key would."""
    return {**members, "kid": thumbprint(members)}


def _modulus(value: int) -> str:
    return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


PUB, N = unb64url(XWING["pub"]), int.from_bytes(unb64url(RSA["n"]), "big")


@pytest.mark.parametrize(
    "pub",
    [
        PUB[:-1],
        PUB + b"\0",
        b"",
        PUB[:-32] + bytes(32),
        PUB[:-32] + (1).to_bytes(32, "little"),
        PUB[:-32] + (2**255 - 19).to_bytes(32, "little"),
        PUB[:-1] + bytes([PUB[-1] | 0x80]),
        b"\xff\xff\xff" + PUB[3:],
        PUB[:1149] + b"\xff\xff\xff" + PUB[1152:],
    ],
)
def test_an_akp_key_that_nobody_may_use_is_refused(pub: bytes) -> None:
    """Of another length, with a point of low order or in a second spelling, or with numbers that are not reduced."""
    with pytest.raises(KeyUnavailableError):
        public_key(_named({**XWING, "pub": b64url(pub)}))


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "HPKE-9"},
        {"alg": "HPKE-8-KE"},
        {"alg": "ML-KEM-768"},
        {"alg": "ML-DSA-65"},
        {"use": "sig"},
        {"kty": "OKP"},
        {"kid": sample_keys.X25519.kid},
        {"crv": "X25519"},
        {"pub": XWING["pub"] + "="},
        {"priv": "AA"},
        {"key_ops": ["deriveKey"]},
    ],
)
def test_an_akp_key_with_a_wrong_member_is_refused(change: dict[str, Json]) -> None:
    """Its algorithm is a part of the key, and of its name (RFC 9964)."""
    with pytest.raises(KeyUnavailableError):
        public_key({**XWING, **change})


@pytest.mark.parametrize(
    "members",
    [
        {"n": _modulus(N >> 1024 | 1)},
        {"n": _modulus(N >> 1 | 1)},
        {"n": _modulus(N << 1025 | 1)},
        {"n": _modulus(N - 1)},
        {"n": b64url(b"\0" + unb64url(RSA["n"]))},
        {"n": ""},
        {"e": "Aw"},
        {"e": "AQ"},
        {"e": "AAEAAQ"},
    ],
)
def test_an_rsa_key_that_is_weak_or_spelt_otherwise_is_refused(members: dict[str, str]) -> None:
    """3072 to 4096 bits, odd, the exponent 65537, no zeroes in front."""
    with pytest.raises(KeyUnavailableError):
        public_key(_named({**RSA, **members}))


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "RSA1_5"},
        {"alg": "RSA-OAEP-256"},
        {"alg": "PS256"},
        {"alg": "RS256"},
        {"alg": "HS256"},
        {"use": "wrap"},
        {"kid": sample_keys.OTHER_RSA.kid},
        {"d": "AA"},
        {"p": "AA"},
        {"oth": []},
        {"k": "AA"},
    ],
)
def test_an_rsa_key_with_a_wrong_member_is_refused(change: dict[str, Json]) -> None:
    """A private half in any of its numbers, or another algorithm than its use has here."""
    with pytest.raises(KeyUnavailableError):
        public_key({**RSA, **change})


def test_an_rsa_key_may_say_its_algorithm() -> None:
    """Other tools write it; a key has one form here."""
    assert public_key({**RSA, "alg": "RSA-OAEP"}) == public_key(dict(RSA))
    assert public_key({**RSA_SIGNING, "alg": "PS256"}) == public_key(dict(RSA_SIGNING))


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.alg)
def test_a_key_survives_writing_and_reading_and_hides_its_secret(key: PrivateJwk) -> None:
    """Every encoder has a decoder."""
    assert PrivateJwk.from_json(key.to_json()) == key
    assert public_key(dict(key.public().jwk)) == key.public()
    assert algorithm(key.public()) == key.alg
    assert not any(secret in repr(key) for secret in key.secret.values())
    assert not key.secret.keys() & key.public().jwk.keys()


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.alg)
def test_halves_that_do_not_belong_together_are_refused(key: PrivateJwk) -> None:
    """Of another key, missing, too many, or no text."""
    other = generate_key(key.alg) if key.alg not in {PS256, RSA_OAEP} else sample_keys.OTHER_RSA
    whole = key.to_json()
    first = next(iter(key.secret))
    changes: list[dict[str, Json]] = [
        {**whole, **other.secret},
        {**whole, first: ""},
        {**whole, first: 1},
        {**whole, first: "AAAA"},
        {**whole, "oth": "AA"},
        {**whole, "k": "AA"},
    ]
    for told in changes:
        with pytest.raises(KeyUnavailableError):
            PrivateJwk.from_json(told)
    if len(key.secret) > 1:
        with pytest.raises(KeyUnavailableError):
            PrivateJwk.from_json({name: value for name, value in whole.items() if name != "qi"})


@given(
    st.dictionaries(
        st.sampled_from([*XWING, *RSA, "crv", "x"]),
        st.one_of(st.text(max_size=8), st.sampled_from([*XWING.values(), *RSA.values()])),
    )
)
def test_no_members_make_a_key_reader_fail_otherwise(members: dict[str, str]) -> None:
    """Any object is a key or a KeyUnavailableError."""
    try:
        assert public_key(dict(members)).kid == members["kid"]
    except KeyUnavailableError:
        return


@pytest.mark.parametrize("alg", [ED25519, ECDH_ES, HPKE_9_KE, PS256, RSA_OAEP])
def test_a_kind_has_one_algorithm_and_an_algorithm_one_kind(alg: str) -> None:
    """One key, one algorithm (RFC 8725 section 3.1)."""
    assert kind_for(alg).alg == alg
    assert kind_of({**kind_for(alg).fixed, "use": kind_for(alg).use}) is kind_for(alg)


def test_a_profile_is_pinned_by_a_key_for_opening_only() -> None:
    """A signing key opens nothing; the first key for the profile is sealed to."""
    assert profile_of(sample_keys.XWING) is SealProfile.HPKE9
    assert profile_of(sample_keys.RSA) is SealProfile.NLGOV
    with pytest.raises(KeyUnavailableError):
        profile_of(sample_keys.RSA_SIGNING)
    keys = [key.public() for key in ALL]
    assert key_for(SealProfile.NLGOV, keys) == sample_keys.RSA.public()
    assert key_for(SealProfile.NLGOV, keys[:4]) is None
    assert key_for(SealProfile.LINK, keys) is None


def test_nothing_is_encrypted_to_a_key_of_no_kind() -> None:
    """What was not read strictly is checked where it is used."""
    with pytest.raises(KeyUnavailableError):
        check_key(PublicKey("k", "enc", {"kty": "EC", "crv": "P-256", "use": "enc"}), ECDH_ES)
    with pytest.raises(KeyUnavailableError):
        check_key(PublicKey("k", "enc", sample_keys.RSA_SIGNING.public().jwk), RSA_OAEP)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    """Nothing is stretched or cut."""
    with pytest.raises(ValueError, match="32 bytes"):
        public_from_seed(seed)
    with pytest.raises(ValueError, match="32 bytes"):
        private_from_seed(seed)
