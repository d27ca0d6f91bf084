"""Offline verification: every altered bit of leaf, proof, message or opening is refused."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.crypto.commitments import digest
from gateway.crypto.cosignatures import Cosigner
from gateway.errors import GatewayError, LogTamperedError, NotWitnessedError, SignatureInvalidError
from gateway.log.audit import prove
from gateway.log.envelope import Envelope
from gateway.log.leaf import decode, encode, moment
from gateway.log.policy import CLOCKS, TrustPolicy
from gateway.log.proof import Proof
from gateway.log.verify import read_message, verify_message, verify_stapled
from gateway.model.leaf import Leaf, LeafType
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import (
    NOW,
    OTHER,
    RECIPIENT,
    RELEASE,
    TRUST,
    fill,
    flips,
    leaf_at,
    sample_envelope,
    sample_log,
)
from tests.refusals import refused

WITNESS = Cosigner.generate("fg.example/witness")
WITNESSED = TrustPolicy(TRUST.logs, (("fg", WITNESS.vkey),), quorum="fg")


def test_every_flipped_bit_of_a_leaf_is_refused() -> None:
    """No bit of a logged entry is free."""
    envelope = sample_envelope()
    for flipped in flips(envelope.leaf):
        with refused(GatewayError):
            verify_stapled(flipped, envelope.proof, TRUST, now=NOW)


@pytest.mark.parametrize("size", [6, 11])
def test_every_flipped_bit_of_a_proof_is_refused(size: int) -> None:
    """No bit of a proof, or of the checkpoint in it, is free: there is one right text."""
    envelope = sample_envelope(size)
    for flipped in flips(envelope.proof.encode()):
        with pytest.raises((GatewayError, UnicodeDecodeError)):
            verify_stapled(envelope.leaf, flipped.decode(), TRUST, now=NOW)


def test_another_entrys_proof_is_refused() -> None:
    """A proof is of one entry."""
    table = sample_log(11)
    with refused(LogTamperedError):
        verify_stapled(table.leaf(4), prove(table, 3), TRUST, now=NOW)


def test_an_untrusted_log_is_refused() -> None:
    """A proof from a log that the recipient does not trust proves nothing."""
    envelope = sample_envelope()
    with refused(SignatureInvalidError):
        verify_stapled(envelope.leaf, envelope.proof, TrustPolicy((OTHER.vkey,)), now=NOW)


def test_a_leaf_that_follows_a_later_one_is_refused() -> None:
    """`prev` points backwards."""
    table = fill(MemoryTable(), [encode(replace(leaf_at(0), prev=0))])
    with refused(LogTamperedError, "later"):
        verify_stapled(table.leaf(0), prove(table, 0), TRUST, now=NOW)


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda it: replace(it, message=it.message + "A"), "another message"),
        (lambda it: replace(it, message="\ud800"), "another message"),
        (lambda it: replace(it, recipient="other-wonen"), "commits to"),
        (lambda it: replace(it, recipient_salt=bytes(32)), "commits to"),
        (lambda it: replace(it, recipient_salt=b""), "commits to"),
        (lambda it: replace(it, leaf=sample_log(11).leaf(4), proof=prove(sample_log(11), 4)), "not of a release"),
    ],
)
def test_an_envelope_that_does_not_fit_its_entry_is_refused(alter: Callable[[Envelope], Envelope], told: str) -> None:
    """Message, recipient and salt must be what the entry commits to, and the entry a release."""
    with refused(LogTamperedError, told):
        verify_message(alter(sample_envelope()), TRUST, recipient=None, now=NOW)


def test_a_message_for_someone_else_is_refused() -> None:
    """A partner that names itself accepts nobody else's message."""
    with refused(LogTamperedError, "another recipient"):
        verify_message(sample_envelope(), TRUST, recipient="other-wonen", now=NOW)


@pytest.mark.parametrize("missing", ["payload", "recipient"])
def test_a_release_that_commits_to_nothing_is_refused(missing: str) -> None:
    """A release without a payload or recipient proves neither."""
    full: Leaf = replace(leaf_at(RELEASE), prev=None)
    leaf = replace(full, payload=None) if missing == "payload" else replace(full, recipient=None)
    table = fill(MemoryTable(), [encode(leaf)])
    envelope = replace(sample_envelope(), leaf=table.leaf(0), proof=prove(table, 0))
    with refused(LogTamperedError):
        verify_message(envelope, TRUST, recipient=RECIPIENT, now=NOW)


@pytest.mark.parametrize("recipient", [RECIPIENT, None])
def test_what_was_released_verifies(recipient: str | None) -> None:
    """The release comes back, with what it says."""
    envelope = sample_envelope()
    leaf = verify_message(Envelope.from_json(envelope.to_json()), TRUST, recipient=recipient, now=NOW).leaf
    assert leaf.type is LeafType.RELEASE
    assert leaf.payload == digest(envelope.message.encode())


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_every_entry_of_a_log_verifies(size: int) -> None:
    """Each proof holds under the latest checkpoint."""
    table = sample_log(size)
    assert [verify_stapled(table.leaf(at), prove(table, at), TRUST, now=NOW).leaf for at in range(size)] == [
        leaf_at(at) for at in range(size)
    ]


def _witnessed(note_of: Proof, at: dt.datetime) -> str:
    text = note_of.checkpoint.rpartition("\n\n")[0] + "\n"
    return note_of.to_text() + WITNESS.cosign(text, at)


def test_an_entry_of_a_later_time_than_its_witness_is_refused() -> None:
    """What a witness saw before five to twelve was not made at noon: somebody writes other times than the clock's."""
    seen, envelope = NOW - dt.timedelta(minutes=6, seconds=1), sample_envelope()
    proof = _witnessed(Proof.from_text(envelope.proof), seen)
    with refused(LogTamperedError, "later time"):
        verify_stapled(envelope.leaf, proof, WITNESSED, now=NOW)
    with refused(LogTamperedError, "later time"):
        verify_stapled(envelope.leaf, envelope.proof, TRUST, now=seen)


def test_clocks_may_differ_by_five_minutes() -> None:
    """Five minutes exactly is what every check of this project lets pass."""
    envelope = sample_envelope()
    made = moment(decode(envelope.leaf).time)
    assert verify_stapled(envelope.leaf, envelope.proof, TRUST, now=made - CLOCKS).index == RELEASE
    with refused(LogTamperedError, "later time"):
        verify_stapled(envelope.leaf, envelope.proof, TRUST, now=made - CLOCKS - dt.timedelta(seconds=1))


def test_what_no_witness_saw_is_refused_and_can_be_read_with_that_said() -> None:
    """Whoever may not wait for a witness, as for a victim of trafficking, is told what is missing."""
    envelope = sample_envelope()
    with refused(NotWitnessedError):
        verify_stapled(envelope.leaf, envelope.proof, WITNESSED, now=NOW)
    with refused(NotWitnessedError):
        verify_message(envelope, WITNESSED, recipient=RECIPIENT, now=NOW)
    read = read_message(envelope, WITNESSED, recipient=RECIPIENT, now=NOW)
    assert read.unwitnessed is not None
    assert (read.index, read.checkpoint.size, read.seen) == (RELEASE, 11, {})


def test_what_a_witness_saw_comes_back_with_the_time() -> None:
    """Since when it cannot have been changed."""
    envelope = sample_envelope()
    seen = NOW + dt.timedelta(seconds=30)
    proof = _witnessed(Proof.from_text(envelope.proof), seen)
    told = verify_message(replace(envelope, proof=proof), WITNESSED, recipient=RECIPIENT, now=NOW)
    assert (told.seen, told.unwitnessed) == ({"fg": seen}, None)
