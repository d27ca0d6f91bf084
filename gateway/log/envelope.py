"""What a partner receives: the sealed message with the log entry, its proof and the opening of its recipient."""

import json
from dataclasses import dataclass

from gateway.crypto.encoding import b64, unb64
from gateway.errors import SignatureInvalidError
from gateway.model.terms import half_character


@dataclass(frozen=True, slots=True)
class Envelope:
    """A compact JWE, the exact leaf bytes, a C2SP tlog-proof, and the salt (32 bytes) and id of the recipient."""

    message: str
    leaf: bytes
    proof: str
    recipient_salt: bytes
    recipient: str

    def to_json(self) -> str:
        """Return the envelope as CONTRACT ("What a partner receives") writes it, compact."""
        opening = {"recipient": {"salt": b64(self.recipient_salt), "value": self.recipient}}
        members = {"message": self.message, "leaf": b64(self.leaf), "proof": self.proof, "opening": opening}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Envelope":
        """Return the envelope of a JSON text with exactly the agreed members; nothing of it is verified yet.

        :raises SignatureInvalidError: a member is missing, unknown, double, or of another type.
        """
        try:
            text.encode()
            members = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError) as exc:
            raise _not_an_envelope() from exc
        message, leaf, proof, opening = _members(members, "message", "leaf", "proof", "opening")
        (recipient,) = _members(opening, "recipient")
        salt, value = _members(recipient, "salt", "value")
        return cls(_text(message), unb64(_text(leaf)), _text(proof), unb64(_text(salt)), _text(value))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):  # json keeps the last of two: two readers could see two messages
        raise _not_an_envelope()
    return members


def _members(value: object, *names: str) -> list[object]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _not_an_envelope()
    return [value[name] for name in names]


def _text(value: object) -> str:
    # An escape such as \ud800 is JSON, but no text: nothing of it could be hashed.
    if not isinstance(value, str) or half_character(value):
        raise _not_an_envelope()
    return value


def _not_an_envelope() -> SignatureInvalidError:
    return SignatureInvalidError(
        "this is not a message in its envelope", hint="fetch it again; if it stays so, it was altered"
    )
