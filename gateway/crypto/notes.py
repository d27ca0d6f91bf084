"""Signed notes with Ed25519 (C2SP signed-note): how checkpoints of the log are signed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from gateway.crypto.encoding import b64, unb64
from gateway.errors import KeyUnavailableError, SignatureInvalidError

ED25519 = b"\x01"  # signature type identifier of the specification
NAME = re.compile(r"[^\s+\u0000-\u001f\ud800-\udfff]{1,255}")
SIGNATURE_LINE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)")


def key_id(name: str, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name || newline || type || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A named Ed25519 key. repr() shows no secret."""

    name: str
    _key: SigningKey = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "NoteSigner":
        """Return a new key under this name."""
        if not NAME.fullmatch(name):
            raise KeyUnavailableError("a signer's name has no spaces or plus signs", hint="look at GATEWAY_ISSUER")
        return cls(name, SigningKey.generate())

    @classmethod
    def from_text(cls, text: str) -> "NoteSigner":
        """Return the key of `PRIVATE+KEY+<name>+<id>+<base64>`; raise KeyUnavailableError when it is not one."""
        problem = KeyUnavailableError("this is not a note signing key", hint="restore the key from its backup")
        parts = text.split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:  # five parts by the format
            raise problem
        try:
            raw = unb64(parts[4])
        except SignatureInvalidError as exc:
            raise problem from exc
        if len(raw) != 33 or raw[:1] != ED25519 or not NAME.fullmatch(parts[2]):  # type byte + 32
            raise problem
        signer = cls(parts[2], SigningKey(raw[1:]))
        if key_id(signer.name, signer.public).hex() != parts[3]:
            raise problem
        return signer

    def to_text(self) -> str:
        """Return the secret form; it belongs in the keyring only."""
        secret = b64(ED25519 + bytes(self._key))
        return f"PRIVATE+KEY+{self.name}+{key_id(self.name, self.public).hex()}+{secret}"

    @property
    def public(self) -> bytes:
        """Return the 32-byte public key."""
        return bytes(self._key.verify_key)

    @property
    def vkey(self) -> str:
        """Return the verifier key `<name>+<id>+<base64>`."""
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{b64(ED25519 + self.public)}"

    def sign(self, text: str) -> str:
        """Return the note: the text, an empty line, and one signature line. The text MUST end in a newline."""
        if not text.endswith("\n"):
            raise SignatureInvalidError("a note's text ends in a newline", hint="this is a fault in the program")
        signature = self._key.sign(text.encode()).signature
        return f"{text}\n\u2014 {self.name} {b64(key_id(self.name, self.public) + signature)}\n"


def signers_of(note: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text of a note and the (name, key id) of each signature line; nothing is verified by that.

    :raises SignatureInvalidError: this is not a signed note.
    """
    text, gap, lines = note.rpartition("\n\n")
    found = [SIGNATURE_LINE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
    if not gap or not lines.endswith("\n") or not all(found):
        raise _bad("this is not a signed note")
    return f"{text}\n", tuple((line[1], unb64(line[2])[:4].hex()) for line in found if line is not None)


def merge_notes(notes: Sequence[str]) -> str:
    """Return one note with the signature lines of several over the same text, without doubles."""
    texts = {note.rpartition("\n\n")[0] for note in notes}
    lines = [line for note in notes for line in note.rpartition("\n\n")[2].splitlines()]
    if len(texts) != 1:
        raise SignatureInvalidError("these notes say different things", hint="sign the same text")
    return f"{texts.pop()}\n\n" + "".join(f"{line}\n" for line in dict.fromkeys(lines))


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A verifier key that someone trusts."""

    name: str
    public: bytes

    @classmethod
    def from_text(cls, vkey: str) -> "NoteVerifier":
        """Return the key of `<name>+<id>+<base64>`; raise SignatureInvalidError when any of it does not fit."""
        problem = SignatureInvalidError("this is not a verifier key", hint="get the log's key from the officer again")
        name, plus, rest = vkey.partition("+")
        identity, plus2, encoded = rest.partition("+")
        if not plus or not plus2 or not NAME.fullmatch(name):
            raise problem
        try:
            raw = unb64(encoded)
        except SignatureInvalidError as exc:
            raise problem from exc
        if len(raw) != 33 or raw[:1] != ED25519 or key_id(name, raw[1:]).hex() != identity:
            raise problem
        return cls(name, raw[1:])

    def verify(self, note: str) -> str:
        """Return the note's text if this key signed it; lines of other signers are passed over.

        :raises SignatureInvalidError: not a note, not signed by this key, or altered.
        """
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise _bad("this is not a signed note")
        text += "\n"
        ours = key_id(self.name, self.public)
        verified = False
        for line in lines[:-1].split("\n"):
            found = SIGNATURE_LINE.fullmatch(line)
            if found is None:
                raise _bad("a signature line of the note is malformed")
            raw = unb64(found[2])
            if found[1] == self.name and raw[:4] == ours:
                try:
                    VerifyKey(self.public).verify(text.encode(), raw[4:])
                except (BadSignatureError, ValueError) as exc:
                    raise _bad("the note's signature does not fit its text") from exc
                verified = True
        if not verified:
            raise _bad("the note is not signed by the trusted key")
        return text


def _bad(message: str) -> SignatureInvalidError:
    return SignatureInvalidError(message, hint="do not rely on it; keep the file and call the privacy officer")
