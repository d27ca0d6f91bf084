"""Signed notes with Ed25519 (C2SP signed-note): how checkpoints of the log are signed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from gateway.crypto.encoding import b64, unb64
from gateway.errors import KeyUnavailableError, SignatureInvalidError

ED25519 = b"\x01"  # signature type identifier of the specification: over the note's text
NAME = re.compile(r"[^\s+\u0000-\u001f\ud800-\udfff]{1,255}")
SIGNATURE_LINE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)")


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """Return the first four bytes of SHA-256(name || newline || type || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def new_key(name: str) -> SigningKey:
    """Return a new key; raise KeyUnavailableError when nobody can sign notes under this name."""
    if not NAME.fullmatch(name):
        raise KeyUnavailableError("a signer's name has no spaces or plus signs", hint="look at GATEWAY_ISSUER")
    return SigningKey.generate()


def read_secret(text: str, kind: bytes) -> tuple[str, SigningKey]:
    """Return name and key of `PRIVATE+KEY+<name>+<id>+<base64>`; raise KeyUnavailableError when it is not one."""
    problem = KeyUnavailableError("this is not a note signing key", hint="restore the key from its backup")
    parts = text.split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:  # five parts by the format
        raise problem
    try:
        raw = unb64(parts[4])
    except SignatureInvalidError as exc:
        raise problem from exc
    if len(raw) != 33 or raw[:1] != kind or not NAME.fullmatch(parts[2]):  # type byte + 32
        raise problem
    key = SigningKey(raw[1:])
    if key_id(parts[2], bytes(key.verify_key), kind).hex() != parts[3]:
        raise problem
    return parts[2], key


def write_secret(name: str, key: SigningKey, kind: bytes) -> str:
    """Return the secret form that `read_secret` reads."""
    return f"PRIVATE+KEY+{name}+{key_id(name, bytes(key.verify_key), kind).hex()}+{b64(kind + bytes(key))}"


def read_vkey(vkey: str, kind: bytes) -> tuple[str, bytes]:
    """Return name and 32-byte key of a verifier key; raise SignatureInvalidError when any of it does not fit."""
    problem = SignatureInvalidError("this is not a verifier key", hint="get the key from the officer again")
    name, plus, rest = vkey.partition("+")
    identity, plus2, encoded = rest.partition("+")
    if not plus or not plus2 or not NAME.fullmatch(name):
        raise problem
    try:
        raw = unb64(encoded)
    except SignatureInvalidError as exc:
        raise problem from exc
    if len(raw) != 33 or raw[:1] != kind or key_id(name, raw[1:], kind).hex() != identity:  # type byte + 32
        raise problem
    return name, raw[1:]


def write_vkey(name: str, public: bytes, kind: bytes) -> str:
    """Return the verifier key `<name>+<id>+<base64>` of a 32-byte public key."""
    return f"{name}+{key_id(name, public, kind).hex()}+{b64(kind + public)}"


def parts_of(note: str) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """Return the text of a note and each signature line's (name, key id and signature); nothing is verified by that.

    :raises SignatureInvalidError: this is not a signed note.
    """
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise bad_note("this is not a signed note")
    signed: list[tuple[str, bytes]] = []
    for line in lines[:-1].split("\n"):
        found = SIGNATURE_LINE.fullmatch(line)
        if found is None:
            raise bad_note("a signature line of the note is malformed")
        signed.append((found[1], unb64(found[2])))
    return f"{text}\n", tuple(signed)


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A named Ed25519 key. repr() shows no secret."""

    name: str
    _key: SigningKey = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "NoteSigner":
        """Return a new key under this name."""
        return cls(name, new_key(name))

    @classmethod
    def from_text(cls, text: str) -> "NoteSigner":
        """Return the key of `PRIVATE+KEY+<name>+<id>+<base64>`; raise KeyUnavailableError when it is not one."""
        return cls(*read_secret(text, ED25519))

    def to_text(self) -> str:
        """Return the secret form; it belongs in the keyring only."""
        return write_secret(self.name, self._key, ED25519)

    @property
    def public(self) -> bytes:
        """Return the 32-byte public key."""
        return bytes(self._key.verify_key)

    @property
    def vkey(self) -> str:
        """Return the verifier key `<name>+<id>+<base64>`."""
        return write_vkey(self.name, self.public, ED25519)

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
    text, signed = parts_of(note)
    return text, tuple((name, raw[:4].hex()) for name, raw in signed)


def signed_by(note: str, verifier: "NoteVerifier") -> str | None:
    """Return the note with this key's lines only; None when it did not sign, or a line in its name does not fit."""
    try:
        verifier.verify(note)
    except SignatureInvalidError:
        return None
    return lines_of(note, verifier.name, key_id(verifier.name, verifier.public))


def lines_of(note: str, name: str, identity: bytes) -> str:
    """Return the note with the lines of this name and key id only, possibly none; nothing is verified by that."""
    text, signed = parts_of(note)
    lines = [f"\u2014 {named} {b64(raw)}\n" for named, raw in signed if named == name and raw[:4] == identity]
    return f"{text}\n{''.join(lines)}"


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
        return cls(*read_vkey(vkey, ED25519))

    def verify(self, note: str) -> str:
        """Return the note's text if this key signed it; lines of other signers are passed over.

        :raises SignatureInvalidError: not a note, not signed by this key, or altered.
        """
        text, signed = parts_of(note)
        ours = key_id(self.name, self.public)
        mine = [raw[4:] for name, raw in signed if name == self.name and raw[:4] == ours]
        if not mine:
            raise bad_note("the note is not signed by the trusted key")
        for signature in mine:
            check(self.public, text, signature)
        return text


def check(public: bytes, message: str, signature: bytes) -> None:
    """Raise SignatureInvalidError unless this is the key's Ed25519 signature (64 bytes) over the message."""
    try:
        VerifyKey(public).verify(message.encode(), signature)
    except (BadSignatureError, ValueError) as exc:
        raise bad_note("the note's signature does not fit its text") from exc


def bad_note(message: str) -> SignatureInvalidError:
    """Return the error for a note that nobody should rely on."""
    return SignatureInvalidError(message, hint="do not rely on it; keep the file and call the privacy officer")
