"""What all profiles promise: each opens its own form only, with a key of its own kind only."""

from itertools import permutations

import pytest

from gateway.crypto.jwk import PrivateJwk, algorithm
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, KeyUnavailableError
from gateway.model.partner import SealProfile
from tests.crypto import sample_keys

PAIRS = list(permutations(PROFILES, 2))
KEYS: dict[SealProfile, PrivateJwk] = {
    SealProfile.HPKE9: sample_keys.XWING,
    SealProfile.JOSE: sample_keys.X25519,
    SealProfile.NLGOV: sample_keys.RSA,
}


def test_every_partner_profile_has_a_room() -> None:
    """partners.yaml cannot name a profile that nothing implements; a link has a room of its own and no keys."""
    assert set(PROFILES) == set(SealProfile) - {SealProfile.LINK} == set(KEYS)


@pytest.mark.parametrize(("sealed", "opened"), PAIRS)
def test_a_message_of_another_profile_is_refused(sealed: SealProfile, opened: SealProfile) -> None:
    """The profile is pinned: neither the sender's choice nor the message's own words change it."""
    message = PROFILES[sealed].encrypt("a.b.c", to=KEYS[sealed].public())
    with pytest.raises(CannotOpenError):
        PROFILES[opened].decrypt(message, key=KEYS[opened])
    with pytest.raises(KeyUnavailableError):
        PROFILES[opened].decrypt(message, key=KEYS[sealed])


@pytest.mark.parametrize(("profile", "other"), PAIRS)
def test_nothing_is_sealed_to_a_key_of_another_profile(profile: SealProfile, other: SealProfile) -> None:
    """One key, one algorithm."""
    with pytest.raises(KeyUnavailableError):
        PROFILES[profile].encrypt("a.b.c", to=KEYS[other].public())


@pytest.mark.parametrize("key", [sample_keys.SIGNING, sample_keys.RSA_SIGNING])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_signing_key_neither_seals_nor_opens(profile: SealProfile, key: PrivateJwk) -> None:
    """An RSA key could do both; its use says that it may not."""
    message = PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public())
    with pytest.raises(KeyUnavailableError):
        PROFILES[profile].encrypt("a.b.c", to=key.public())
    with pytest.raises(KeyUnavailableError):
        PROFILES[profile].decrypt(message, key=key)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_was_sealed_is_opened_by_its_own_key(profile: SealProfile) -> None:
    """And the key is of the kind that the profile names."""
    key = KEYS[profile]
    assert algorithm(key.public()) == PROFILES[profile].key_algorithm
    message = PROFILES[profile].encrypt("a.b.c", to=key.public())
    assert PROFILES[profile].decrypt(message, key=key) == "a.b.c"


def test_only_the_default_profile_is_closed_to_a_quantum_computer() -> None:
    """The others are told of wherever a privacy officer looks."""
    assert [profile for profile in PROFILES if profile.post_quantum] == [SealProfile.HPKE9]
