"""What anyone can verify without the gateway: an entry against a signed checkpoint, and a message against its entry."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.crypto.commitments import digest, open_commitment
from gateway.errors import LogTamperedError, NotWitnessedError
from gateway.log.checkpoint import Checkpoint
from gateway.log.envelope import Envelope
from gateway.log.leaf import decode, moment
from gateway.log.merkle import leaf_hash, verify_inclusion
from gateway.log.policy import CLOCKS, TrustPolicy
from gateway.log.proof import Proof
from gateway.model.leaf import Leaf, LeafType


@dataclass(frozen=True, slots=True)
class Stapled:
    """An entry that stands in a trusted log, as its proof shows: at this place, under this checkpoint.

    `seen` says which of the trust policy's witnesses had seen that checkpoint, and when each did so first (UTC).
    `unwitnessed` is the refusal when these are too few, for whoever may go on without them.
    """

    leaf: Leaf
    index: int
    checkpoint: Checkpoint
    seen: Mapping[str, dt.datetime]
    unwitnessed: NotWitnessedError | None = None


def verify_stapled(leaf: bytes, proof: str, trust: TrustPolicy, *, now: dt.datetime) -> Stapled:
    """Return the entry of bytes that stand in a trusted log, as this C2SP tlog-proof shows.

    :raises SignatureInvalidError: no trusted log signed the checkpoint, or a cosignature does not fit.
    :raises LogTamperedError: the entry is not in that log, has not the agreed form, or is of a later time than those
        who saw it.
    :raises NotWitnessedError: all of that holds, but too few witnesses have seen the checkpoint.
    """
    stapled = read_stapled(leaf, proof, trust, now=now)
    if stapled.unwitnessed is not None:
        raise stapled.unwitnessed
    return stapled


def read_stapled(leaf: bytes, proof: str, trust: TrustPolicy, *, now: dt.datetime) -> Stapled:
    """Do as `verify_stapled`, but return what too few witnesses have seen, with that said in it."""
    stapled = Proof.from_text(proof)
    checkpoint = trust.verify_signed(stapled.checkpoint)
    verify_inclusion(leaf_hash(leaf), stapled.index, checkpoint.size, stapled.hashes, checkpoint.root)
    decoded = decode(leaf)
    if decoded.prev is not None and decoded.prev >= stapled.index:
        raise LogTamperedError("the log entry says it follows a later one", hint="call the privacy officer")
    seen = trust.seen_by(stapled.checkpoint, now=now)
    if moment(decoded.time) > min([now, *seen.values()]) + CLOCKS:
        raise LogTamperedError(
            "the log entry is of a later time than those who saw it", hint="call the privacy officer"
        )
    try:
        trust.require_quorum(seen)
    except NotWitnessedError as unwitnessed:
        return Stapled(decoded, stapled.index, checkpoint, seen, unwitnessed)
    return Stapled(decoded, stapled.index, checkpoint, seen)


def verify_message(envelope: Envelope, trust: TrustPolicy, *, recipient: str | None, now: dt.datetime) -> Stapled:
    """Return the release that logged this very message for this recipient (None: whoever the envelope names).

    It says nothing of who signed the message, or when it lapses: opening it does.

    :raises SignatureInvalidError: no trusted log signed the checkpoint, or a cosignature does not fit.
    :raises LogTamperedError: the entry is no release, or of another message or recipient, or not in the log.
    :raises NotWitnessedError: all of that holds, but too few witnesses have seen the checkpoint.
    """
    stapled = read_message(envelope, trust, recipient=recipient, now=now)
    if stapled.unwitnessed is not None:
        raise stapled.unwitnessed
    return stapled


def read_message(envelope: Envelope, trust: TrustPolicy, *, recipient: str | None, now: dt.datetime) -> Stapled:
    """Do as `verify_message`, but return what too few witnesses have seen, with that said in it."""
    stapled = read_stapled(envelope.leaf, envelope.proof, trust, now=now)
    leaf = stapled.leaf
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
    return stapled


def _does_not_fit(message: str) -> LogTamperedError:
    return LogTamperedError(message, hint="do not open or use it; keep the file and call the privacy officer")
