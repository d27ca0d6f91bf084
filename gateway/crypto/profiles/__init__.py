"""How a message is signed and encrypted: one profile per partner, pinned in partners.yaml, never negotiated."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.profiles.hpke9 import Hpke9Profile
from gateway.crypto.profiles.jose import JoseProfile
from gateway.crypto.profiles.nlgov import NlgovProfile
from gateway.model.partner import PublicKey, SealProfile


class Profile(Protocol):
    """A way to sign a text and to encrypt it to one recipient."""

    @property
    def signature(self) -> str:
        """Return the one algorithm that the text inside is signed with."""

    @property
    def key_algorithm(self) -> str:
        """Return the one algorithm that a recipient's key must be for (`gateway.crypto.key_kinds`)."""

    @property
    def post_quantum(self) -> bool:
        """Say whether what is recorded today stays closed to a quantum computer."""

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
