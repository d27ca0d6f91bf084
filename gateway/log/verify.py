"""What anyone can verify without the gateway: an entry against a signed checkpoint, and a message against its entry."""

from gateway.crypto.commitments import digest, open_commitment
from gateway.errors import LogTamperedError
from gateway.log.envelope import Envelope
from gateway.log.leaf import decode
from gateway.log.merkle import leaf_hash, verify_inclusion
from gateway.log.policy import TrustPolicy
from gateway.log.proof import Proof
from gateway.model.leaf import Leaf, LeafType


def verify_stapled(leaf: bytes, proof: str, trust: TrustPolicy) -> Leaf:
    """Return the leaf of bytes that stand in a trusted log, as this C2SP tlog-proof shows.

    :raises SignatureInvalidError: no trusted log signed the checkpoint.
    :raises LogTamperedError: the entry is not in that log, or has not the agreed form.
    """
    stapled = Proof.from_text(proof)
    checkpoint = trust.verify(stapled.checkpoint)
    verify_inclusion(leaf_hash(leaf), stapled.index, checkpoint.size, stapled.hashes, checkpoint.root)
    decoded = decode(leaf)
    if decoded.prev is not None and decoded.prev >= stapled.index:
        raise LogTamperedError("the log entry says it follows a later one", hint="call the privacy officer")
    return decoded


def verify_message(envelope: Envelope, trust: TrustPolicy, *, recipient: str | None) -> Leaf:
    """Return the release that logged this very message for this recipient (None: whoever the envelope names).

    It says nothing of who signed the message, or when it lapses: opening it does.

    :raises SignatureInvalidError: no trusted log signed the checkpoint.
    :raises LogTamperedError: the entry is no release, or of another message or recipient, or not in the log.
    """
    leaf = verify_stapled(envelope.leaf, envelope.proof, trust)
    if leaf.type is not LeafType.RELEASE:
        raise _does_not_fit("the log entry is not of a release")
    # surrogatepass: what is no text has a digest too, and it is not the one in the log
    if leaf.payload != digest(envelope.message.encode(errors="surrogatepass")):
        raise _does_not_fit("the log entry is of another message")
    if leaf.recipient is None:
        raise _does_not_fit("the log entry names no recipient")
    open_commitment(leaf.recipient, purpose="recipient", salt=envelope.recipient_salt, value=envelope.recipient)
    if recipient is not None and envelope.recipient != recipient:
        raise _does_not_fit("the message was released to another recipient")
    return leaf


def _does_not_fit(message: str) -> LogTamperedError:
    return LogTamperedError(message, hint="do not open or use it; keep the file and call the privacy officer")
