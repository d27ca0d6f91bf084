"""The keyring file: no wrong passphrase, altered or planted file gives a key; its form."""

import base64
import datetime as dt
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.jwk import MOST_KEYS, generate_encryption_key, generate_signing_key, parse_jwks
from gateway.crypto.keyring import KEYRING, Keyring, KeyringFile
from gateway.crypto.notes import NoteSigner, NoteVerifier
from gateway.errors import KeyUnavailableError
from tests.crypto import sample_keys

PASSPHRASE = b"an invented passphrase"
MADE = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
LATER = MADE + dt.timedelta(days=90)


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    """Return new keys."""
    return Keyring.generate("gateway.example/log", at=MADE)


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
        b"no object\n" + box,
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


LATER_LOG = NoteSigner.generate("gateway.example/log/2027").to_text()


@pytest.mark.parametrize(
    "change",
    [
        {"kek": "AAAA"},
        {"lookup_key": ""},
        {"issuer_key": None},
        {"log_key": "x"},
        {"more": "x"},
        {"issuer_since": "yesterday"},
        {"issuer_since": "2026-11-24T12:00:00"},
        {"next": "x"},
        {"next": ["x"]},
        {"next": [generate_encryption_key().to_json()]},
        {"next": [generate_signing_key().to_json(), generate_signing_key().to_json()]},
        {"retired": "x"},
        {"retired": ["x"]},
        {"nlgov": "x"},
        {"nlgov": ["x"]},
        {"nlgov": [generate_signing_key().to_json()]},
        {"nlgov": [sample_keys.RSA.to_json()]},
        {"nlgov": [sample_keys.RSA_SIGNING.to_json()] * 2},
        {"nlgov_next": [sample_keys.RSA_SIGNING.to_json()]},
        {"nlgov": [sample_keys.RSA_SIGNING.to_json()], "nlgov_next": [sample_keys.RSA_SIGNING.to_json()]},
        {"issuer_key": sample_keys.RSA_SIGNING.to_json()},
        {"next": [sample_keys.RSA_SIGNING.to_json()]},
        {"later_log_keys": "x"},
        {"later_log_keys": ["x"]},
        {"later_log_keys": [LATER_LOG, LATER_LOG]},
        {"later_log_keys": [LATER_LOG.replace("2027", "2028")]},
        {"later_log_keys": [NoteSigner.generate("gateway.example/log").to_text()]},
        {"retired": [{"key": dict(generate_signing_key().public().jwk), "since": "", "until": ""}]},
        {"retired": [{"key": generate_signing_key().to_json(), "since": "", "until": MADE.isoformat()}]},
    ],
)
def test_a_keyring_with_wrong_contents_gives_nothing(saved: Path, tmp_path: Path, change: dict[str, object]) -> None:
    """Even one that was sealed with the right passphrase."""
    planted = plant(saved, tmp_path, lambda members: {**members, **change})
    with pytest.raises(KeyUnavailableError):
        Keyring.load(planted, PASSPHRASE)


@cache
def stretch(salt: str) -> bytes:
    """Derive the file's key as its first line says; slow on purpose."""
    return argon2id.kdf(
        32,
        PASSPHRASE,
        base64.urlsafe_b64decode(salt + "=="),
        argon2id.OPSLIMIT_INTERACTIVE,
        argon2id.MEMLIMIT_INTERACTIVE,
    )


def plant(saved: Path, folder: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> Path:
    """Write a keyring with other members, sealed with the right passphrase."""
    head, _, box = saved.read_bytes().partition(b"\n")
    key = stretch(json.loads(head)["salt"])
    members = change(json.loads(open_box(box, key=key, aad=head)))
    planted = folder / KEYRING
    planted.write_bytes(head + b"\n" + seal_box(json.dumps(members).encode(), key=key, aad=head))
    return planted


def test_one_key_never_stands_in_two_places(keyring: Keyring, tmp_path: Path) -> None:
    """A key is active, announced or retired, not two of these."""
    planted = tmp_path / KEYRING
    replace(keyring, next_key=keyring.issuer_key).save(planted, PASSPHRASE, strong=False)
    with pytest.raises(KeyUnavailableError):
        Keyring.load(planted, PASSPHRASE)


def test_a_keyring_from_before_keys_could_be_replaced_still_opens(saved: Path, tmp_path: Path) -> None:
    """Nobody wrote down since when its key is in use."""
    first = {"issuer_key", "log_key", "kek", "lookup_key"}
    planted = plant(saved, tmp_path, lambda members: {name: members[name] for name in first})
    assert Keyring.load(planted, PASSPHRASE) == replace(Keyring.load(saved, PASSPHRASE), issuer_since=None)


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
    for secret in (keyring.issuer_key.secret["d"].encode(), keyring.log_key.encode(), keyring.kek, keyring.lookup_key):
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


def test_the_log_has_a_key_for_each_volume(keyring: Keyring, tmp_path: Path) -> None:
    """Named after it; the keys stand in the order of the volumes, and are published together."""
    more, made = keyring.add_log_key("gateway.example/log/2027")
    more, last = more.add_log_key("gateway.example/log/2028")
    more.save(tmp_path / KEYRING, PASSPHRASE, strong=False)
    again = Keyring.load(tmp_path / KEYRING, PASSPHRASE)
    assert again == more
    names = ["gateway.example/log", "gateway.example/log/2027", "gateway.example/log/2028"]
    assert [signer.name for signer in again.log_signers()] == names
    vkeys = [signer.vkey for signer in again.log_signers()]
    assert vkeys[1:] == [made.vkey, last.vkey]
    assert again.public_documents()["log.vkey"].decode().split("\n") == [*vkeys, ""]
    assert not [key for key in (*more.later_log_keys, more.log_key) if key in repr(more)]


def test_a_log_key_is_made_once(keyring: Keyring) -> None:
    """Partners may trust it already."""
    more, made = keyring.add_log_key("gateway.example/log/2027")
    again, same = more.add_log_key("gateway.example/log/2027")
    assert (again, same.vkey) == (more, made.vkey)
    assert keyring.add_log_key("gateway.example/log")[0] is keyring


def test_a_keyring_of_one_volume_has_no_new_member(keyring: Keyring) -> None:
    """A program of before the years still opens it."""
    assert "later_log_keys" not in json.loads(keyring.to_bytes())


def test_no_two_keyrings_share_a_key(keyring: Keyring) -> None:
    """Fresh randomness for each key."""
    other = Keyring.generate("gateway.example/log", at=MADE)
    assert other.kek not in {keyring.kek, other.lookup_key}
    assert other.issuer_key.secret["d"] != keyring.issuer_key.secret["d"]
    assert other.log_key != keyring.log_key


def test_nothing_rotates_to_a_key_that_was_not_announced(keyring: Keyring) -> None:
    """Nobody could verify what it signs."""
    with pytest.raises(KeyUnavailableError, match="announced"):
        keyring.rotate(LATER)


def test_an_announced_key_is_published_and_does_not_sign_until_it_rotates(keyring: Keyring) -> None:
    """Announcing twice keeps the first; of the old key only the public half remains."""
    announced, following = keyring.announce()
    assert announced.issuer_key == keyring.issuer_key
    assert announced.announce() == (announced, following)
    assert parse_jwks(announced.public_documents()["issuer.jwks.json"]) == (keyring.issuer_key.public(), following)
    rotated = announced.rotate(LATER)
    assert rotated.issuer_key.public() == following
    assert (rotated.issuer_since, rotated.next_key) == (LATER, None)
    assert [(past.key, past.since, past.until) for past in rotated.retired] == [
        (keyring.issuer_key.public(), MADE, LATER)
    ]
    assert parse_jwks(rotated.public_documents()["issuer.jwks.json"]) == (following, keyring.issuer_key.public())
    assert (rotated.log_key, rotated.kek, rotated.lookup_key) == (keyring.log_key, keyring.kek, keyring.lookup_key)
    assert keyring.issuer_key.secret["d"] not in repr(rotated) + str(rotated.retired)


def test_a_stolen_key_is_published_no_longer(keyring: Keyring, tmp_path: Path) -> None:
    """It is remembered, also by the file, but nobody is told to trust it."""
    rotated = keyring.announce()[0].rotate(LATER, stolen=True).announce()[0].rotate(LATER)
    published = parse_jwks(rotated.public_documents()["issuer.jwks.json"])
    assert keyring.issuer_key.kid not in {key.kid for key in published}
    assert len(published) == 2
    rotated.save(tmp_path / KEYRING, PASSPHRASE, strong=False)
    assert [past.stolen for past in Keyring.load(tmp_path / KEYRING, PASSPHRASE).retired] == [False, True]


def test_no_more_keys_are_published_than_a_reader_takes(keyring: Keyring) -> None:
    """The newest stay; the keyring remembers all."""
    first = keyring.issuer_key.kid
    for number in range(MOST_KEYS):
        keyring = keyring.announce()[0].rotate(LATER + dt.timedelta(days=number))
    published = parse_jwks(keyring.announce()[0].public_documents()["issuer.jwks.json"])
    assert len(published) == MOST_KEYS
    assert published[0] == keyring.issuer_key.public()
    assert first not in {key.kid for key in published}
    assert keyring.retired[-1].key.kid == first


def test_the_file_is_replaced_whole_under_the_same_passphrase_and_cost(keyring: Keyring, tmp_path: Path) -> None:
    """Another passphrase replaces nothing; nothing is left beside it."""
    keyring.save(tmp_path / KEYRING, PASSPHRASE, strong=False)
    before = (tmp_path / KEYRING).read_bytes()
    rotated = keyring.announce()[0].rotate(LATER)
    other = KeyringFile(tmp_path, b"another")
    with pytest.raises(KeyUnavailableError, match="passphrase"):
        other.load()
    with pytest.raises(KeyUnavailableError, match="not opened"):
        other.replace(rotated)
    assert (tmp_path / KEYRING).read_bytes() == before
    file = KeyringFile(tmp_path, PASSPHRASE)
    assert file.load() == keyring
    file.replace(rotated)
    file.publish(rotated)
    assert file.load() == rotated
    assert json.loads((tmp_path / KEYRING).read_bytes().partition(b"\n")[0])["memory"] == 67108864
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {
        KEYRING: 0o600,
        "issuer.jwks.json": 0o644,
        "log.vkey": 0o644,
    }
    assert (tmp_path / "issuer.jwks.json").read_bytes() == rotated.public_documents()["issuer.jwks.json"]


def test_two_never_change_the_keys_at_once(tmp_path: Path) -> None:
    """The second is told; afterwards the way is free; without a folder there is nothing to hold."""
    file = KeyringFile(tmp_path, PASSPHRASE)
    with file.held(), pytest.raises(KeyUnavailableError, match="somebody else"), file.held():
        pass
    with file.held():
        pass
    with pytest.raises(KeyUnavailableError, match="cannot be written"), KeyringFile(tmp_path / "none", b"").held():
        pass
    with pytest.raises(KeyUnavailableError, match="cannot be written"):
        KeyringFile(tmp_path / "none", PASSPHRASE).publish(Keyring.generate("gateway.example/log", at=MADE))


def test_a_key_for_nlgov_is_kept_announced_and_retired_with_the_other(keyring: Keyring) -> None:
    """It is published beside the issuer's key at every step, and never signs before it was announced."""
    with_rsa = replace(keyring, nlgov_key=sample_keys.RSA_SIGNING)
    assert with_rsa.add_nlgov() is with_rsa
    assert Keyring.from_bytes(with_rsa.to_bytes()) == with_rsa
    announced, _ = with_rsa.announce()
    assert announced.announce()[0] == announced
    assert Keyring.from_bytes(announced.to_bytes()) == announced
    assert announced.nlgov_next is not None
    kids = [key.kid for key in parse_jwks(announced.public_documents()["issuer.jwks.json"])]
    assert kids[2:] == [sample_keys.RSA_SIGNING.kid, announced.nlgov_next.kid]
    rotated = announced.rotate(LATER)
    assert (rotated.nlgov_key, rotated.nlgov_next) == (announced.nlgov_next, None)
    assert [past.key.kid for past in rotated.retired] == [keyring.issuer_key.kid, sample_keys.RSA_SIGNING.kid]
    assert announced.nlgov_next.secret["d"] not in repr(rotated)
    stolen = announced.rotate(LATER, stolen=True)
    shown = {key.kid for key in parse_jwks(stolen.public_documents()["issuer.jwks.json"])}
    assert not {sample_keys.RSA_SIGNING.kid, keyring.issuer_key.kid} & shown


def test_a_key_for_nlgov_made_after_an_announcement_is_followed_too(keyring: Keyring) -> None:
    """Announcing again, as a rotation does, makes its follower."""
    announced, following = keyring.announce()
    later = replace(announced, nlgov_key=sample_keys.RSA_SIGNING)
    again, same = later.announce()
    assert (same, again.nlgov_next is not None) == (following, True)
    assert later.rotate(LATER).nlgov_key == sample_keys.RSA_SIGNING


def test_a_keyring_makes_no_key_for_nlgov_unasked(keyring: Keyring) -> None:
    """Only where a partner has that profile."""
    assert keyring.nlgov_key is None
    made = keyring.add_nlgov().nlgov_key
    assert made is not None
    assert (made.alg, keyring.announce()[0].nlgov_next) == ("PS256", None)
