"""The peers' cryptography: PyNaCl as its manual shows it. The one module of the peers that imports the library."""

from collections.abc import Iterable

from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random


class Sealer:
    """A box for each partner, and one for requests that wait."""

    def __init__(self, partners: Iterable[str]) -> None:
        """Make keys that nobody keeps: what is sealed in a benchmark is never opened."""
        self._boxes = {partner: SealedBox(PrivateKey.generate().public_key) for partner in partners}
        self._waiting = SecretBox(random(SecretBox.KEY_SIZE))

    def seal(self, partner: str, message: bytes) -> bytes:
        """Return the message encrypted to a partner."""
        return self._boxes[partner].encrypt(message)

    def keep(self, message: bytes) -> bytes:
        """Return the message encrypted to ourselves, while it waits for an approval."""
        return bytes(self._waiting.encrypt(message))
