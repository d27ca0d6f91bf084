"""How a message is encrypted to a partner: one profile per partner, pinned in partners.yaml, never negotiated."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.profiles.jose import JoseProfile
from gateway.model.partner import PublicKey, SealProfile


class Profile(Protocol):
    """A way to encrypt a signed token to one recipient."""

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the message. MUST raise KeyUnavailableError when the key is not for encryption."""

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token. MUST raise CannotOpenError for any form but the profile's own."""


PROFILES: Mapping[SealProfile, Profile] = MappingProxyType({SealProfile.JOSE: JoseProfile()})
