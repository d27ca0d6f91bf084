"""Checkpoints (C2SP tlog-checkpoint): what the log signs, namely its name, its size and its root."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.crypto.encoding import b64, unb64
from gateway.crypto.notes import NoteSigner, NoteVerifier
from gateway.errors import LogTamperedError, SignatureInvalidError
from gateway.log.merkle import HASH

NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
"""A decimal without leading zeroes, below 10^18: what sizes and indices are written as."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` entries and this 32-byte Merkle root (RFC 9162 section 2.1.1)."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Return the three lines of the note's text."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Return the checkpoint of exactly three lines. Extension lines are refused: this log writes none.

        :raises LogTamperedError: any other form.
        :raises SignatureInvalidError: the root is not well-formed base64.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not NUMBER.fullmatch(lines[1]):  # 3 and the end
            raise _not_a_checkpoint()
        root = unb64(lines[2])
        if len(root) != HASH:
            raise _not_a_checkpoint()
        return cls(lines[0], int(lines[1]), root)

    @classmethod
    def from_note(cls, note: str) -> "Checkpoint":
        """Return what a signed note says WITHOUT verifying it: for display, or to choose the key to verify with."""
        text, gap, _ = note.rpartition("\n\n")
        if not gap:
            raise _not_a_checkpoint()
        return cls.from_text(f"{text}\n")

    def sign(self, signer: NoteSigner) -> str:
        """Return the signed note; raise SignatureInvalidError when the key is not this log's own."""
        if signer.name != self.origin:
            raise SignatureInvalidError(
                "the signing key carries another name than the log", hint="look at GATEWAY_ISSUER and at the keyring"
            )
        return signer.sign(self.to_text())

    @classmethod
    def verify(cls, note: str, vkey: str) -> "Checkpoint":
        """Return the checkpoint of a note that this verifier key (C2SP vkey) signed.

        :raises SignatureInvalidError: not signed by it, altered, or signed under another log's name.
        :raises LogTamperedError: well signed, but not a checkpoint.
        """
        return cls.verify_with(note, NoteVerifier.from_text(vkey))

    @classmethod
    def verify_with(cls, note: str, verifier: NoteVerifier) -> "Checkpoint":
        """Do as `verify` with a key that was read before."""
        checkpoint = cls.from_text(verifier.verify(note))
        if checkpoint.origin != verifier.name:
            raise SignatureInvalidError(
                "the checkpoint is of another log than its key", hint="keep the file and call the privacy officer"
            )
        return checkpoint


class Verifiers:
    """The log's verifier keys, one for each volume: a checkpoint is verified by the key of the name that it says."""

    def __init__(self, vkeys: Iterable[str]) -> None:
        """Read them; raise SignatureInvalidError when one is not a verifier key (C2SP signed-note)."""
        self._keys: Mapping[str, NoteVerifier] = {
            verifier.name: verifier for verifier in map(NoteVerifier.from_text, vkeys)
        }

    def verify(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that one of these keys signed under its own name.

        :raises SignatureInvalidError: no key of these signed it.
        :raises LogTamperedError: it is not a checkpoint.
        """
        verifier = self._keys.get(Checkpoint.from_note(note).origin)
        if verifier is None:
            raise SignatureInvalidError(
                "the checkpoint is of a log whose key is not here", hint="look at GATEWAY_KEYS and at log.vkey in it"
            )
        return Checkpoint.verify_with(note, verifier)


def _not_a_checkpoint() -> LogTamperedError:
    return LogTamperedError("this is not a checkpoint of a log", hint="fetch it again; if it stays so, it was altered")
