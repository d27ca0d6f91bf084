"""How a message is signed and encrypted: one profile per partner, pinned in partners.yaml, never negotiated."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from gateway.crypto.jwk import PrivateJwk, algorithm
from gateway.crypto.profiles.hpke9 import Hpke9Profile
from gateway.crypto.profiles.jose import JoseProfile
from gateway.crypto.profiles.nlgov import NlgovProfile
from gateway.errors import KeyUnavailableError
from gateway.model.partner import PublicKey, SealProfile


class Profile(Protocol):
    """A way to sign a text and to encrypt it to one recipient."""

    @property
    def signature(self) -> str:
        """Return the one algorithm that the text inside is signed with."""

    @property
    def key_algorithm(self) -> str:
        """Return the one algorithm that a recipient's key must be for (`gateway.crypto.key_kinds`)."""

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the message. MUST raise KeyUnavailableError when the key is not for this profile."""

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token. MUST raise CannotOpenError for any form but the profile's own."""


PROFILES: Mapping[SealProfile, Profile] = MappingProxyType(
    {
        SealProfile.HPKE9: Hpke9Profile(),
        SealProfile.JOSE: JoseProfile(),
        SealProfile.NLGOV: NlgovProfile(),
    }
)


def profile_of(key: PrivateJwk) -> SealProfile:
    """Return the one profile whose messages this key opens: so a recipient's own key pins the profile, not a message.

    :raises KeyUnavailableError: the key is for signing.
    """
    for name, profile in PROFILES.items():
        if profile.key_algorithm == key.alg:
            return name
    raise KeyUnavailableError("this key opens no messages", hint="use the key with `use` enc")


def key_for(profile: SealProfile, keys: Iterable[PublicKey]) -> PublicKey | None:
    """Return the first of these keys that something may be sealed to in this profile; None when there is none."""
    wanted = PROFILES[profile].key_algorithm if profile in PROFILES else None
    return next((key for key in keys if key.use == "enc" and algorithm(key) == wanted), None)
