"""The keyring file: no wrong passphrase, altered or planted file gives a key; its form."""

import base64
import json
import stat
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.jwk import parse_jwks
from gateway.crypto.keyring import Keyring
from gateway.crypto.notes import NoteSigner, NoteVerifier
from gateway.errors import KeyUnavailableError

PASSPHRASE = b"an invented passphrase"


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    """Return new keys."""
    return Keyring.generate("gateway.example/log")


@pytest.fixture(scope="module")
def saved(keyring: Keyring, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of these keys, with the quick cost."""
    path = tmp_path_factory.mktemp("keys") / "gateway.keyring"
    keyring.save(path, PASSPHRASE, strong=False)
    return path


@pytest.mark.parametrize("passphrase", [b"", b"Tr0ub4dor", PASSPHRASE + b" "])
def test_a_wrong_or_empty_passphrase_gives_nothing(saved: Path, passphrase: bytes) -> None:
    """And the message does not repeat it."""
    with pytest.raises(KeyUnavailableError, match="passphrase") as caught:
        Keyring.load(saved, passphrase)
    assert not passphrase or passphrase.decode() not in caught.value.message + caught.value.hint


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """The hint is the next step."""
    with pytest.raises(KeyUnavailableError) as caught:
        Keyring.load(tmp_path / "none", PASSPHRASE)
    assert "keys generate" in caught.value.hint


def test_an_altered_file_gives_nothing(saved: Path, tmp_path: Path) -> None:
    """Neither in the header nor in the box."""
    data = saved.read_bytes()
    head, _, box = data.partition(b"\n")
    planted = tmp_path / "gateway.keyring"
    for altered in (
        b"",
        head,
        box,
        data[:-1],
        data + b"\0",
        data[:-1] + bytes([data[-1] ^ 1]),
        data.replace(b"argon2id", b"argon2i"),
        data.replace(b"gateway-keyring/1", b"gateway-keyring/2"),
        head.replace(b"67108864", b"8192") + b"\n" + box,
        head.replace(b"67108864", b"9223372036854775807") + b"\n" + box,
        head[:-1] + b" }\n" + box,
        head[:-1] + b',"note":"x"}\n' + box,
        data.ljust(70_000, b"\0"),
    ):
        assert altered != data
        planted.write_bytes(altered)
        with pytest.raises(KeyUnavailableError):
            Keyring.load(planted, PASSPHRASE)


@pytest.mark.parametrize(
    "change", [{"kek": "AAAA"}, {"lookup_key": ""}, {"issuer_key": None}, {"log_key": "x"}, {"more": "x"}]
)
def test_a_keyring_with_wrong_contents_gives_nothing(saved: Path, tmp_path: Path, change: dict[str, object]) -> None:
    """Even one that was sealed with the right passphrase."""
    head, _, box = saved.read_bytes().partition(b"\n")
    salt = json.loads(head)["salt"] + "=="
    key = argon2id.kdf(
        32, PASSPHRASE, base64.urlsafe_b64decode(salt), argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
    )
    members = {**json.loads(open_box(box, key=key, aad=head)), **change}
    planted = tmp_path / "gateway.keyring"
    planted.write_bytes(head + b"\n" + seal_box(json.dumps(members).encode(), key=key, aad=head))
    with pytest.raises(KeyUnavailableError):
        Keyring.load(planted, PASSPHRASE)


def test_a_keyring_is_never_replaced(saved: Path, keyring: Keyring) -> None:
    """A lost key means that nothing can be opened any more; nothing is left behind either."""
    before = saved.read_bytes()
    with pytest.raises(KeyUnavailableError, match="already"):
        keyring.save(saved, PASSPHRASE, strong=False)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_keyring_needs_a_passphrase_and_a_folder(keyring: Keyring, tmp_path: Path) -> None:
    """An empty passphrase protects nothing."""
    with pytest.raises(KeyUnavailableError):
        keyring.save(tmp_path / "k", b"", strong=False)
    with pytest.raises(KeyUnavailableError, match="cannot be written"):
        keyring.save(tmp_path / "none" / "k", PASSPHRASE, strong=False)
    assert list(tmp_path.iterdir()) == []


def test_the_keys_are_shown_nowhere(saved: Path, keyring: Keyring) -> None:
    """Not in repr(), not in the file, not in the public documents."""
    shown = repr(keyring).encode() + saved.read_bytes() + b"".join(keyring.public_documents().values())
    for secret in (keyring.issuer_key.d.encode(), keyring.log_key.encode(), keyring.kek, keyring.lookup_key):
        assert secret not in shown
    assert PASSPHRASE not in shown


def test_only_the_owner_may_read_the_file(saved: Path) -> None:
    """Mode 0600."""
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


@pytest.mark.parametrize("strong", [False, True])
def test_the_header_names_the_cost(keyring: Keyring, tmp_path: Path, strong: bool) -> None:
    """256 MiB and 3 passes in production (libsodium's moderate), 64 MiB and 2 in the demo."""
    path = tmp_path / "gateway.keyring"
    keyring.save(path, PASSPHRASE, strong=strong)
    head = path.read_bytes().partition(b"\n")[0]
    salt = json.loads(head)["salt"]
    operations, memory = (3, 268435456) if strong else (2, 67108864)
    assert head.decode() == (
        f'{{"format":"gateway-keyring/1","kdf":"argon2id","memory":{memory},"operations":{operations},"salt":"{salt}"}}'
    )
    assert len(salt) == 22
    assert Keyring.load(path, PASSPHRASE) == keyring


def test_the_public_documents_are_what_others_verify_with(keyring: Keyring) -> None:
    """The issuer's key set and the log's verifier key, by themselves readable."""
    documents = keyring.public_documents()
    assert parse_jwks(documents["issuer.jwks.json"]) == (keyring.issuer_key.public(),)
    verifier = NoteVerifier.from_text(documents["log.vkey"].decode().strip())
    note = NoteSigner.from_text(keyring.log_key).sign("gateway.example/log\n")
    assert verifier.verify(note) == "gateway.example/log\n"
    assert documents.keys() == {"issuer.jwks.json", "log.vkey"}


def test_no_two_keyrings_share_a_key(keyring: Keyring) -> None:
    """Fresh randomness for each key."""
    other = Keyring.generate("gateway.example/log")
    assert other.kek not in {keyring.kek, other.lookup_key}
    assert other.issuer_key.d != keyring.issuer_key.d
    assert other.log_key != keyring.log_key
