"""Checkpoints: Tessera's sixteen, byte for byte, and no other spelling."""

import pytest

from gateway.crypto.notes import NoteSigner
from gateway.errors import GatewayError, LogTamperedError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint, Verifiers
from gateway.log.merkle import EMPTY_ROOT, append, leaf_hash, root_of
from tests.log.sample_log import OTHER, SIGNER, VECTORS, VKEY, flips
from tests.refusals import refused

FOLDER = VECTORS / "tessera/testdata/log"
ENTRIES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"a.example\n0\n{ROOT}",
        f"\n0\n{ROOT}\n",
        f"a.example\n00\n{ROOT}\n",
        f"a.example\n01\n{ROOT}\n",
        f"a.example\n+1\n{ROOT}\n",
        f"a.example\n-1\n{ROOT}\n",
        f"a.example\n\u0661\n{ROOT}\n",
        f"a.example\n{'9' * 19}\n{ROOT}\n",
        f"a.example\n 1\n{ROOT}\n",
        f"a.example\n\n{ROOT}\n",
        f"a.example\n1\n{ROOT[:-1]}\n",
        f"a.example\n1\n{ROOT.replace('U=', 'V=')}\n",
        "a.example\n1\nAAAA\n",
        "a.example\n1\n\n",
        f"a.example\n1\n{ROOT}\nextension\n",
        f"a.example\n1\n{ROOT}\n\n",
        f"a.example\r\n1\r\n{ROOT}\r\n",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    """A checkpoint has one spelling."""
    with refused((LogTamperedError, SignatureInvalidError)):
        Checkpoint.from_text(text)


def test_every_flipped_bit_of_a_checkpoint_is_refused() -> None:
    """No bit of a signed checkpoint is free."""
    note = (FOLDER / "checkpoint.7").read_bytes()
    for flipped in flips(note):
        with pytest.raises((GatewayError, UnicodeDecodeError)):
            Checkpoint.verify(flipped.decode(), VKEY)


def test_another_key_of_the_same_name_is_refused() -> None:
    """A name is no proof."""
    with refused(SignatureInvalidError):
        Checkpoint.verify(Checkpoint(OTHER.name, 1, EMPTY_ROOT).sign(OTHER), VKEY)


def test_a_key_signs_only_its_own_log() -> None:
    """The origin is the key's name (C2SP tlog-checkpoint), when signing and when verifying."""
    foreign = Checkpoint("another.example/log", 1, EMPTY_ROOT)
    with refused(SignatureInvalidError) as caught:
        foreign.sign(SIGNER)
    assert caught.value.hint == "look at GATEWAY_ISSUER and at the keyring"
    with refused(SignatureInvalidError):
        Checkpoint.verify(SIGNER.sign(foreign.to_text()), VKEY)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    """A good signature does not make a checkpoint of any text."""
    with refused(LogTamperedError):
        Checkpoint.verify(SIGNER.sign("hello\n"), VKEY)


def test_a_note_without_signatures_is_not_shown() -> None:
    """What has no signature block is not a note."""
    with refused(LogTamperedError):
        Checkpoint.from_note(f"a.example\n0\n{ROOT}\n")


def test_a_text_with_more_behind_a_blank_line_is_not_shown_without_it() -> None:
    """What is signed goes as far as the last blank line."""
    with refused(LogTamperedError):
        Checkpoint.from_note(SIGNER.sign(f"{SIGNER.name}\n0\n{ROOT}\n\nmore\n"))


@pytest.mark.parametrize("size", range(16))
def test_tesseras_checkpoints_are_ours_byte_for_byte(size: int) -> None:
    """Golden: the same entries and key give the sixteen published notes, and these verify."""
    frontier: tuple[bytes, ...] = ()
    for index, entry in enumerate(ENTRIES[:size]):
        frontier, _ = append(frontier, index, leaf_hash(entry))
    checkpoint = Checkpoint(SIGNER.name, size, root_of(frontier))
    note = (FOLDER / f"checkpoint.{size}").read_text()
    assert checkpoint.sign(SIGNER) == note
    assert Checkpoint.verify(note, VKEY) == Checkpoint.from_note(note) == checkpoint


def test_only_the_key_of_its_own_name_verifies_a_checkpoint() -> None:
    """Each volume has its key, and no key speaks for another volume."""
    later = NoteSigner.generate(f"{SIGNER.name}/2027")
    verifiers = Verifiers([VKEY, later.vkey])
    of_later = Checkpoint(later.name, 1, EMPTY_ROOT)
    for forged in (SIGNER.sign(of_later.to_text()), later.sign(Checkpoint(SIGNER.name, 1, EMPTY_ROOT).to_text())):
        with pytest.raises(SignatureInvalidError):
            verifiers.verify(forged)
    with refused(SignatureInvalidError) as caught:
        Verifiers([VKEY]).verify(of_later.sign(later))
    assert caught.value.message == "the checkpoint is of a log whose key is not here"
    assert caught.value.hint == "look at GATEWAY_KEYS and at log.vkey in it"
    assert verifiers.verify(of_later.sign(later)) == of_later
