"""An approver's key file: sealed by its owner's passphrase, never replaced, and of no other use."""

from pathlib import Path

import pytest

from gateway.crypto import sealed_file
from gateway.crypto.approver_key import make_approver_key, open_approver_key
from gateway.crypto.notes import NoteVerifier, merge_notes, signers_of
from gateway.crypto.passphrase import QUICK
from gateway.errors import KeyUnavailableError, SignatureInvalidError

SECRET = b"an invented passphrase"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return the file of a new key."""
    make_approver_key(tmp_path / "key", "fg-1", SECRET, strong=False)
    return tmp_path / "key"


@pytest.mark.parametrize(("name", "secret"), [("fg 1", SECRET), ("fg+1", SECRET), ("", SECRET), ("fg-1", b"")])
def test_a_key_without_a_plain_name_or_passphrase_is_not_made(tmp_path: Path, name: str, secret: bytes) -> None:
    """The name stands in a signed note, and a key that anyone can open signs for anyone."""
    with pytest.raises(KeyUnavailableError) as caught:
        make_approver_key(tmp_path / "key", name, secret, strong=False)
    assert caught.value.hint
    assert not (tmp_path / "key").exists()


def test_a_key_is_never_replaced(key: Path) -> None:
    """What it signed could no longer be signed again."""
    before = key.read_bytes()
    with pytest.raises(KeyUnavailableError, match="exists already"):
        make_approver_key(key, "fg-2", SECRET, strong=False)
    with pytest.raises(KeyUnavailableError, match="cannot be written"):
        make_approver_key(key.parent / "absent" / "key", "fg-2", SECRET, strong=False)
    assert key.read_bytes() == before


def test_only_its_own_passphrase_and_bytes_open_it(key: Path) -> None:
    """Wrong passphrase, altered, absent, or the keyring of a gateway: the same refusal."""
    altered = key.parent / "altered"
    *same, last = key.read_bytes()
    altered.write_bytes(bytes([*same, last ^ 1]))
    keyring = key.parent / "keyring"
    sealed_file.create(keyring, sealed_file.seal_file(b"secret", SECRET, cost=QUICK))
    for path, secret in ((key, b"another"), (altered, SECRET), (keyring, SECRET), (key.parent / "absent", SECRET)):
        with pytest.raises(KeyUnavailableError, match="cannot be opened"):
            open_approver_key(path, secret)


def test_what_it_signs_verifies_with_the_line_that_was_printed(tmp_path: Path) -> None:
    """And the file is for its owner only, and holds the secret nowhere in clear."""
    vkey = make_approver_key(tmp_path / "key", "fg-1", SECRET, strong=False)
    signer = open_approver_key(tmp_path / "key", SECRET)
    assert signer.vkey == vkey
    assert NoteVerifier.from_text(vkey).verify(signer.sign("text\n")) == "text\n"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert signer.to_text().split("+", 4)[4].encode() not in (tmp_path / "key").read_bytes()


def test_notes_over_one_text_are_merged_without_doubles(tmp_path: Path) -> None:
    """Both signatures stay; notes over different texts are not one note, and neither is anything else."""
    signers = []
    for name in ("a", "b"):
        make_approver_key(tmp_path / name, name, SECRET, strong=False)
        signers.append(open_approver_key(tmp_path / name, SECRET))
    first, second = (signer.sign("text\n") for signer in signers)
    merged = merge_notes([first, second, first])
    assert [name for name, _ in signers_of(merged)[1]] == ["a", "b"]
    for signer in signers:
        assert NoteVerifier.from_text(signer.vkey).verify(merged) == "text\n"
    with pytest.raises(SignatureInvalidError, match="different things"):
        merge_notes([first, signers[0].sign("other\n")])
    for bad in ("", "text\n", "text\n\n", first[:-1], first + "x\n"):
        with pytest.raises(SignatureInvalidError):
            signers_of(bad)
