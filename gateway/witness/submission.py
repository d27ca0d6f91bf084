"""What a log sends to its witness (C2SP tlog-witness, add-checkpoint): the size it builds on, a proof, a checkpoint."""

from dataclasses import dataclass

from gateway.crypto.encoding import b64, unb64
from gateway.crypto.notes import signers_of
from gateway.errors import InvalidRequestError, LogTamperedError, SignatureInvalidError
from gateway.log.checkpoint import NUMBER, Checkpoint
from gateway.log.merkle import HASH

LARGEST = 64 * 1024  # bytes of a request
LONGEST = 63  # hashes of a proof, by the specification

_OLD = "old "


@dataclass(frozen=True, slots=True)
class Submission:
    """The size that the log builds on, the proof (32-byte hashes), the signed note, and what that says: unverified."""

    old: int
    proof: tuple[bytes, ...]
    note: str
    checkpoint: Checkpoint

    def to_text(self) -> str:
        """Return the body of the request."""
        path = "".join(f"{b64(step)}\n" for step in self.proof)
        return f"{_OLD}{self.old}\n{path}\n{self.note}"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Submission":
        """Return what a request's body says.

        :raises InvalidRequestError: any other form, or a proof from nothing: that has no hashes.
        """
        if len(data) > LARGEST:
            raise _malformed()
        try:
            head, gap, note = data.decode().partition("\n\n")
            first, *lines = head.split("\n")
            number = first.removeprefix(_OLD)
            if not gap or first != f"{_OLD}{number}" or not NUMBER.fullmatch(number) or len(lines) > LONGEST:
                raise _malformed()
            proof = tuple(unb64(line) for line in lines)
            signers_of(note)
            checkpoint = Checkpoint.from_note(note)
        except (UnicodeDecodeError, SignatureInvalidError, LogTamperedError) as exc:
            raise _malformed() from exc
        old = int(number)
        if any(len(step) != HASH for step in proof) or (old == 0 and proof):
            raise _malformed()
        return cls(old, proof, note, checkpoint)


def _malformed() -> InvalidRequestError:
    return InvalidRequestError(
        "this is not a checkpoint with its proof, as C2SP tlog-witness has it",
        hint="send the line `old N`, the proof's hashes, an empty line and the signed checkpoint",
    )
