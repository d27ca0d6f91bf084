"""One flipped bit, wherever it is: of a proof with its cosigned checkpoint, or of a trust policy.

Those of an entry, of a proof that the log alone signed and of a checkpoint: test_verify.py and test_checkpoint.py.

What is signed or hashed has one right text, so every flip is refused. A trust policy is signed by nobody: it comes by a
way that the recipient trusts. There a flip is refused, or it renames something throughout, or it gives another policy
that says so itself; none changes in silence what is believed.
"""

import datetime as dt
from collections.abc import Sequence

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.errors import ConfigError, GatewayError
from gateway.log.checkpoint import Checkpoint
from gateway.log.policy import TrustPolicy
from gateway.log.proof import Proof
from gateway.log.verify import verify_stapled
from tests.log.sample_log import NOW, OTHER, SIGNER, VKEY, flips, sample_envelope, sample_log

ONE, TWO, THREE = (Cosigner.generate(f"{name}.example/w") for name in ("one", "two", "three"))
ENVELOPE = sample_envelope(6)
FILE = (
    f"# an invented policy\n\nlog {VKEY} https://log.example/\n"
    f"witness one {ONE.vkey} https://one.example/\nwitness two {TWO.vkey}\nwitness three {THREE.vkey}\n"
    "group officers {count} one two three\nquorum officers\n"
)
COUNTS = ("any", "1", "2", "3", "all")


def _policy(count: str) -> str:
    return FILE.replace("{count}", count)


def _cosigned(note: str, *cosigners: Cosigner) -> str:
    text = note.rpartition("\n\n")[0] + "\n"
    return note + "".join(cosigner.cosign(text, NOW) for cosigner in cosigners)


def _stapled(*cosigners: Cosigner) -> str:
    plain = Proof.from_text(ENVELOPE.proof)
    return Proof(plain.index, plain.hashes, _cosigned(plain.checkpoint, *cosigners)).to_text()


def test_every_flipped_bit_of_a_cosigned_proof_is_refused() -> None:
    """Index, path, size, root, names, the log's signature and every witness's: where all must sign, no bit is free."""
    trust, proof = TrustPolicy.from_text(_policy("all")), _stapled(ONE, TWO, THREE)
    verify_stapled(ENVELOPE.leaf, proof, trust, now=NOW)
    for flipped in flips(proof.encode()):
        with pytest.raises((GatewayError, UnicodeDecodeError)):
            verify_stapled(ENVELOPE.leaf, flipped.decode(), trust, now=NOW)


def test_a_flipped_bit_of_a_cosignature_never_counts() -> None:
    """Where two of three are enough, one and another that was altered are not."""
    two = TrustPolicy.from_text(_policy("2"))
    note = _cosigned(sample_log(6).stored_head.checkpoint, ONE, TWO)
    start = note.encode().index(f"\u2014 {TWO.name}".encode())
    for at, flipped in enumerate(flips(note.encode())):
        if at >= start * 8:
            with pytest.raises((GatewayError, UnicodeDecodeError)):
                two.verify(flipped.decode(), now=NOW)


def _notes() -> Sequence[str]:
    """Return checkpoints that a policy must tell apart."""
    note = sample_log(6).stored_head.checkpoint
    forged = Checkpoint(SIGNER.name, 6, bytes(32)).sign(OTHER)
    stranger = Cosigner.generate(ONE.name)
    return (
        note,
        _cosigned(note, ONE),
        _cosigned(note, ONE, TWO),
        _cosigned(note, ONE, TWO, THREE),
        _cosigned(note, stranger, TWO),
        _cosigned(forged, ONE, TWO, THREE),
    )


NOTES = _notes()


def _believes(trust: TrustPolicy, now: dt.datetime = NOW) -> tuple[bool, ...]:
    """Say of each checkpoint whether the policy takes it."""

    def takes(note: str) -> bool:
        try:
            trust.verify(note, now=now)
        except GatewayError:
            return False
        return True

    return tuple(takes(note) for note in NOTES)


def _read(data: bytes) -> TrustPolicy | None:
    try:
        return TrustPolicy.from_text(data.decode())
    except (ConfigError, UnicodeDecodeError):
        return None


def test_policies_tell_these_checkpoints_apart() -> None:
    """Or the comparisons below would compare nothing."""
    believed = {count: _believes(TrustPolicy.from_text(_policy(count))) for count in COUNTS}
    assert believed["any"] == believed["1"] == (False, True, True, True, True, False)
    assert believed["2"] == (False, False, True, True, False, False)
    assert believed["3"] == believed["all"] == (False, False, False, True, False, False)


@pytest.mark.parametrize("count", COUNTS)
def test_no_flipped_bit_of_a_trust_policy_changes_in_silence_what_is_believed(count: str) -> None:
    """It is refused, or it believes the same; only another number of witnesses is another policy, and says its number.

    No flip leads to a key that was not there: a key carries its own checksum.
    """
    text = _policy(count)
    original, other = TrustPolicy.from_text(text), set()
    believed = _believes(original)
    for flipped in flips(text.encode()):
        trust = _read(flipped)
        if trust is None or trust == original:
            continue
        assert set(trust.logs) == set(original.logs)
        assert {vkey for _, vkey in trust.witnesses} == {vkey for _, vkey in original.witnesses}
        if _believes(trust) != believed:
            other.add(trust.groups[0][1])
            assert trust.groups[0][1] != count
    assert other == {"1": {"3"}, "2": {"3"}, "3": {"1", "2"}}.get(count, set())
