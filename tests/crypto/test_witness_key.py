"""The two key files of a witness: neither opens in the other's place, and neither is ever replaced."""

from pathlib import Path

import pytest

from gateway.crypto.approver_key import make_approver_key
from gateway.crypto.witness_key import WitnessKey, make_witness_key, open_witness_key
from gateway.errors import KeyUnavailableError
from tests.refusals import refused

NAME, PASSPHRASE = "fg.example/witness", b"invented"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with an automatic key."""
    path = tmp_path_factory.mktemp("key") / "witness.key"
    make_witness_key(path, NAME, PASSPHRASE, use=WitnessKey.AUTOMATIC, strong=False)
    return path


def test_a_key_does_not_open_for_the_other_use(key: Path) -> None:
    """What runs by itself can never say that a person has read."""
    with refused(KeyUnavailableError, "this key of a witness"):
        open_witness_key(key, PASSPHRASE, use=WitnessKey.REVIEWED)


def test_an_approvers_key_is_no_witness_key(tmp_path: Path) -> None:
    """Each statement has a key of its own."""
    make_approver_key(tmp_path / "fg.key", "fg-1", PASSPHRASE, strong=False)
    with refused(KeyUnavailableError, "fg.key"):
        open_witness_key(tmp_path / "fg.key", PASSPHRASE, use=WitnessKey.AUTOMATIC)


def test_a_wrong_passphrase_and_a_missing_file_open_nothing(key: Path) -> None:
    """Both are answered alike."""
    with refused(KeyUnavailableError):
        open_witness_key(key, b"another", use=WitnessKey.AUTOMATIC)
    with refused(KeyUnavailableError):
        open_witness_key(key.with_name("none.key"), PASSPHRASE, use=WitnessKey.AUTOMATIC)


@pytest.mark.parametrize(
    ("name", "passphrase", "told"),
    [("two words", PASSPHRASE, "spaces"), (NAME, b"", "passphrase"), (NAME, PASSPHRASE, "exists already")],
)
def test_a_key_that_nobody_could_use_is_not_made(key: Path, name: str, passphrase: bytes, told: str) -> None:
    """A name that no note can carry, no passphrase, or a file that is there."""
    before = key.read_bytes()
    with refused(KeyUnavailableError, told):
        make_witness_key(key, name, passphrase, use=WitnessKey.AUTOMATIC, strong=False)
    assert key.read_bytes() == before


def test_what_was_made_opens_and_is_for_its_owner_only(tmp_path: Path) -> None:
    """The public half that was told is that of the key in the file."""
    path = tmp_path / "reviewed.key"
    vkey = make_witness_key(path, NAME, PASSPHRASE, use=WitnessKey.REVIEWED, strong=False)
    assert open_witness_key(path, PASSPHRASE, use=WitnessKey.REVIEWED).vkey == vkey
    assert path.stat().st_mode & 0o777 == 0o600
