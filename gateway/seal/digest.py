"""What an approver binds to (CONTRACT, "Approval"): one digest over what would leave. Its form never changes."""

from collections.abc import Sequence

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest
from gateway.errors import MinimisationError
from gateway.model.payload import Obligations, ReleasedSubject

NONCE = 32  # bytes; without them the digest of an address could be guessed


def approval_digest(
    *,
    nonce: bytes,
    recipient: str,
    recipient_key_id: str,
    ground: str,
    purpose: str,
    obligations: Obligations,
    bundle: str,
    subjects: Sequence[ReleasedSubject],
) -> str:
    """Return "sha256:" and hex over the canonical JSON of all arguments, the nonce as hex, the subjects in order.

    :raises MinimisationError: there is nothing to approve, or the nonce is not 32 bytes.
    """
    if len(nonce) != NONCE:
        raise MinimisationError("an approval needs a nonce of 32 bytes", hint="this is a fault in the program")
    if not subjects:
        raise MinimisationError("there is nothing to approve", hint="this is a fault in the program")
    return digest(
        canonical(
            {
                "nonce": nonce.hex(),
                "recipient": recipient,
                "recipient_key_id": recipient_key_id,
                "ground": ground,
                "purpose": purpose,
                "obligations": obligations.to_json(),
                "bundle": bundle,
                "subjects": [subject.to_json() for subject in subjects],
            }
        )
    )
