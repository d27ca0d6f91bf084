"""Offline verification: every altered bit of leaf, proof, message or opening is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.crypto.commitments import digest
from gateway.errors import GatewayError, LogTamperedError, SignatureInvalidError
from gateway.log.audit import prove
from gateway.log.envelope import Envelope
from gateway.log.leaf import encode
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message, verify_stapled
from gateway.model.leaf import Leaf, LeafType
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import OTHER, RECIPIENT, RELEASE, TRUST, fill, flips, leaf_at, sample_envelope, sample_log
from tests.refusals import refused


def test_every_flipped_bit_of_a_leaf_is_refused() -> None:
    """No bit of a logged entry is free."""
    envelope = sample_envelope()
    for flipped in flips(envelope.leaf):
        with refused(GatewayError):
            verify_stapled(flipped, envelope.proof, TRUST)


@pytest.mark.parametrize("size", [6, 11])
def test_every_flipped_bit_of_a_proof_is_refused(size: int) -> None:
    """No bit of a proof, or of the checkpoint in it, is free: there is one right text."""
    envelope = sample_envelope(size)
    for flipped in flips(envelope.proof.encode()):
        with pytest.raises((GatewayError, UnicodeDecodeError)):
            verify_stapled(envelope.leaf, flipped.decode(), TRUST)


def test_another_entrys_proof_is_refused() -> None:
    """A proof is of one entry."""
    table = sample_log(11)
    with refused(LogTamperedError):
        verify_stapled(table.leaf(4), prove(table, 3), TRUST)


def test_an_untrusted_log_is_refused() -> None:
    """A proof from a log that the recipient does not trust proves nothing."""
    envelope = sample_envelope()
    with refused(SignatureInvalidError):
        verify_stapled(envelope.leaf, envelope.proof, TrustPolicy((OTHER.vkey,)))


def test_a_leaf_that_follows_a_later_one_is_refused() -> None:
    """`prev` points backwards."""
    table = fill(MemoryTable(), [encode(replace(leaf_at(0), prev=0))])
    with refused(LogTamperedError, "later"):
        verify_stapled(table.leaf(0), prove(table, 0), TRUST)


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
        verify_message(alter(sample_envelope()), TRUST, recipient=None)


def test_a_message_for_someone_else_is_refused() -> None:
    """A partner that names itself accepts nobody else's message."""
    with refused(LogTamperedError, "another recipient"):
        verify_message(sample_envelope(), TRUST, recipient="other-wonen")


@pytest.mark.parametrize("missing", ["payload", "recipient"])
def test_a_release_that_commits_to_nothing_is_refused(missing: str) -> None:
    """A release without a payload or recipient proves neither."""
    full: Leaf = replace(leaf_at(RELEASE), prev=None)
    leaf = replace(full, payload=None) if missing == "payload" else replace(full, recipient=None)
    table = fill(MemoryTable(), [encode(leaf)])
    envelope = replace(sample_envelope(), leaf=table.leaf(0), proof=prove(table, 0))
    with refused(LogTamperedError):
        verify_message(envelope, TRUST, recipient=RECIPIENT)


@pytest.mark.parametrize("recipient", [RECIPIENT, None])
def test_what_was_released_verifies(recipient: str | None) -> None:
    """The release comes back, with what it says."""
    envelope = sample_envelope()
    leaf = verify_message(Envelope.from_json(envelope.to_json()), TRUST, recipient=recipient)
    assert leaf.type is LeafType.RELEASE
    assert leaf.payload == digest(envelope.message.encode())


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_every_entry_of_a_log_verifies(size: int) -> None:
    """Each proof holds under the latest checkpoint."""
    table = sample_log(size)
    assert [verify_stapled(table.leaf(at), prove(table, at), TRUST) for at in range(size)] == [
        leaf_at(at) for at in range(size)
    ]
