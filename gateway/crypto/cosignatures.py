"""Cosignatures (C2SP tlog-cosignature, Ed25519): what a witness says of a checkpoint, and when.

A witness signs the checkpoint's text under a header and a time, so that its word can never be taken for the log's.
"""

import datetime as dt
import struct
from dataclasses import dataclass, field

from nacl.signing import SigningKey

from gateway.crypto.encoding import b64
from gateway.crypto.notes import bad_note, check, key_id, lines_of, new_key, parts_of, read_secret, read_vkey
from gateway.crypto.notes import write_secret as secret_text
from gateway.crypto.notes import write_vkey as vkey_text

COSIGNATURE = b"\x04"  # signature type identifier: over a header, a time and the note's text
_TIME = struct.Struct(">Q")  # POSIX seconds
_LAST = 2**63 - 1  # the specification's own bound
_LONGEST_AHEAD = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)  # what a datetime can still say


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's named key, for nothing else: its signatures do not cover the name. repr() shows no secret."""

    name: str
    _key: SigningKey = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "Cosigner":
        """Return a new key under this name; raise KeyUnavailableError for a name with spaces or plus signs."""
        return cls(name, new_key(name))

    @classmethod
    def from_text(cls, text: str) -> "Cosigner":
        """Return the key that `to_text` wrote; raise KeyUnavailableError when it is not one."""
        return cls(*read_secret(text, COSIGNATURE))

    def to_text(self) -> str:
        """Return the secret form."""
        return secret_text(self.name, self._key, COSIGNATURE)

    @property
    def public(self) -> bytes:
        """Return the 32-byte public key."""
        return bytes(self._key.verify_key)

    @property
    def vkey(self) -> str:
        """Return the verifier key `<name>+<id>+<base64>`, as a trust policy names it."""
        return vkey_text(self.name, self.public, COSIGNATURE)

    def cosign(self, text: str, at: dt.datetime) -> str:
        """Return the signature line, newline included, over a checkpoint's text as seen at this moment.

        The caller MUST have verified that it continues the newest one it cosigned for the same log.
        """
        seconds = int(at.timestamp())
        signature = self._key.sign(_statement(text, seconds).encode()).signature
        stamped = key_id(self.name, self.public, COSIGNATURE) + _TIME.pack(seconds) + signature
        return f"\u2014 {self.name} {b64(stamped)}\n"


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """A witness's verifier key."""

    name: str
    public: bytes

    @classmethod
    def from_text(cls, vkey: str) -> "CosignatureVerifier":
        """Return the key of `<name>+<id>+<base64>`; raise SignatureInvalidError when any of it does not fit."""
        return cls(*read_vkey(vkey, COSIGNATURE))

    @property
    def label(self) -> str:
        """Return `<name>+<id>`: which key, in one word without its bytes."""
        return f"{self.name}+{key_id(self.name, self.public, COSIGNATURE).hex()}"

    def seen_at(self, note: str) -> dt.datetime | None:
        """Return when this witness first cosigned the note (UTC, to the second); None when it did not.

        Lines of other signers are passed over.

        :raises SignatureInvalidError: not a note, or a line in this key's name does not fit.
        """
        text, signed = parts_of(note)
        ours = key_id(self.name, self.public, COSIGNATURE)
        times = [self._time(text, raw[4:]) for name, raw in signed if name == self.name and raw[:4] == ours]
        return min(times, default=None)

    def lines_of(self, note: str) -> str:
        """Return the note with this witness's lines only; nothing is verified by that."""
        return lines_of(note, self.name, key_id(self.name, self.public, COSIGNATURE))

    def _time(self, text: str, stamped: bytes) -> dt.datetime:
        if len(stamped) < _TIME.size:
            raise bad_note("a cosignature of the note is cut off")
        (seconds,) = _TIME.unpack_from(stamped)
        check(self.public, _statement(text, seconds), stamped[_TIME.size :])
        if seconds > _LAST or seconds >= _LONGEST_AHEAD.timestamp():
            raise bad_note("a cosignature of the note has a time that no calendar has")
        return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _statement(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"
