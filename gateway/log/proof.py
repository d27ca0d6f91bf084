"""Proofs to staple to a message (C2SP tlog-proof): index, Merkle path and signed checkpoint in one text."""

from dataclasses import dataclass

from gateway.crypto.encoding import b64, unb64
from gateway.errors import LogTamperedError
from gateway.log.checkpoint import NUMBER
from gateway.log.merkle import HASH

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST = 63  # hashes: the depth of a tree of 2^63 leaves

_INDEX = "index "


@dataclass(frozen=True, slots=True)
class Proof:
    """The entry's index, its path bottom up (32-byte hashes) and the signed note that names size and root."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the exact text of the format."""
        path = "".join(f"{b64(step)}\n" for step in self.hashes)
        return f"{HEADER}\n{_INDEX}{self.index}\n{path}\n{self.checkpoint}"

    @classmethod
    def from_text(cls, text: str) -> "Proof":
        """Return the proof of a text in exactly this form. `extra` data is refused: nothing authenticates it.

        :raises LogTamperedError: any other form.
        :raises SignatureInvalidError: a hash is not well-formed base64.
        """
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or len(lines) < 2 or lines[0] != HEADER or len(lines) > 2 + LONGEST:  # header, index
            raise _not_a_proof()
        number = lines[1].removeprefix(_INDEX)
        if lines[1] != f"{_INDEX}{number}" or not NUMBER.fullmatch(number):
            raise _not_a_proof()
        hashes = tuple(unb64(line) for line in lines[2:])
        if any(len(step) != HASH for step in hashes):
            raise _not_a_proof()
        return cls(int(number), hashes, checkpoint)


def _not_a_proof() -> LogTamperedError:
    return LogTamperedError("this is not a proof of a log entry", hint="fetch it again; if it stays so, it was altered")
