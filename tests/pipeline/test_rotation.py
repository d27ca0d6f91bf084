"""Replacing the issuer's key: stopped at any step, one key works and it is published; old messages still verify."""

import datetime as dt
import json
from contextlib import closing
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway, build, read_materials
from gateway.config.settings import Settings
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, parse_jwks
from gateway.crypto.keyring import ISSUER_KEYS, Keyring, KeyringFile
from gateway.crypto.profiles import PROFILES, profile_of
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import KeyUnavailableError, LogUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.opening import keyring_file, open_reader
from gateway.pipeline.rotate import announce_issuer_key, rotate_issuer_key
from tests.conftest import NOON

SANNE = DEMO_PEOPLE[0]
BY = "os:an-operator"


class Stopped(Exception):  # noqa: N818  # stands for a process that ends here
    """The process ended at this step."""


class StopsAt(KeyringFile):
    """A keyring file whose process ends just before its n-th write."""

    def __init__(self, settings: Settings, steps: int) -> None:
        """Allow this many writes."""
        assert settings.passphrase_file is not None
        super().__init__(settings.keys, settings.passphrase_file.read_bytes().strip())
        self._left = steps

    def _step(self) -> None:
        if self._left == 0:
            raise Stopped
        self._left -= 1

    def replace(self, keyring: Keyring) -> None:
        """Replace the keyring, or end."""
        self._step()
        super().replace(keyring)

    def publish(self, keyring: Keyring) -> None:
        """Publish, or end."""
        self._step()
        super().publish(keyring)


def restart(gateway: Gateway) -> Gateway:
    """Build the gateway again from its files."""
    gateway.tools.store.close()
    return build(
        gateway.settings,
        clock=gateway.tools.clock,
        materials=read_materials(gateway.settings, policy=gateway.tools.policy),
    )


def published(gateway: Gateway) -> tuple[PublicKey, ...]:
    """Return the keys that the gateway serves."""
    return parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode())


def filed(settings: Settings) -> tuple[PublicKey, ...]:
    """Return the keys of the file for partners."""
    return parse_jwks((settings.keys / ISSUER_KEYS).read_bytes())


def send(gateway: Gateway, number: int) -> str:
    """Hand a message over to AVIM; return it as AVIM fetches it."""
    body = json.dumps(cases.urgent(NOON.date(), number, "protect_victim")).encode()
    part = gateway.team.submit(body, SANNE).parts[0]
    assert part.message_id is not None
    return gateway.partners.envelope("avim", part.message_id, now=NOON).message


def read(message: str, keys: tuple[PublicKey, ...], settings: Settings) -> None:
    """Open the message as AVIM, with these issuer keys."""
    kept = json.loads((settings.home / "partners/avim/avim.keys.json").read_text())["keys"]
    key = next(key for key in map(PrivateJwk.from_json, kept) if key.use == "enc")
    read_disclosure(
        message,
        profile=PROFILES[profile_of(key)],
        key=key,
        issuer_keys=keys,
        issuer=settings.issuer,
        me="avim",
        now=NOON,
    )


@pytest.mark.control("DPIA-10")
@pytest.mark.parametrize("steps", range(5))
def test_wherever_a_rotation_stops_one_published_key_signs(gateway: Gateway, settings: Settings, steps: int) -> None:
    """Announce, publish, log, use, publish: after each, what signs is published and the next run finishes the work."""
    before = send(gateway, 1)
    old = gateway.tools.issuer_key
    keys = StopsAt(settings, steps)
    if steps < 4:
        with pytest.raises(Stopped):
            rotate_issuer_key(gateway.tools, keys, by=BY, at=NOON)
    else:
        rotate_issuer_key(gateway.tools, keys, by=BY, at=NOON)
    announced = keys.load().next_key
    again = restart(gateway)
    assert (again.tools.issuer_key == old) == (steps < 3)
    assert again.tools.issuer_key.kid in {key.kid for key in published(again)}
    if steps >= 2:  # nothing signs before it is in the file as well
        assert {key.kid for key in published(again)} <= {key.kid for key in filed(settings)}
    during = send(again, 2)
    read(before, published(again), settings)
    read(during, published(again), settings)
    done = rotate_issuer_key(again.tools, keyring_file(settings), by=BY, at=NOON)
    if announced is not None:
        assert done.active == announced.kid
    last = restart(again)
    for message in (before, during, send(last, 3)):
        read(message, published(last), settings)
    assert {key.kid for key in published(last)} == {key.kid for key in filed(settings)}
    assert last.team.verify_log().ok
    last.tools.store.close()


@pytest.mark.control("DPIA-10")
def test_a_rotation_that_cannot_be_logged_changes_nothing_that_signs(gateway: Gateway, settings: Settings) -> None:
    """The log comes first: a key that nobody recorded never signs."""
    old = gateway.tools.issuer_key
    with closing(open_reader(settings)) as reader, pytest.raises(LogUnavailableError):
        rotate_issuer_key(replace(gateway.tools, store=reader), keyring_file(settings), by=BY, at=NOON)
    again = restart(gateway)
    assert again.tools.issuer_key == old
    assert "key" not in {line.type for line in again.team.log_entries(0, 100)}
    again.tools.store.close()


@pytest.mark.control("DPIA-10")
def test_a_rotation_is_in_the_log_with_who_did_it(gateway: Gateway, settings: Settings) -> None:
    """The leaf names no key and nobody; its encrypted detail names both keys, who and when."""
    old = gateway.tools.issuer_key.kid
    beside = keyring_file(settings).load().nlgov_key
    assert beside is not None
    first = announce_issuer_key(gateway.tools, keyring_file(settings), by=BY, at=NOON)
    assert (first.active, first.retired) == (old, None)
    following = keyring_file(settings).load().nlgov_next
    assert following is not None
    assert {old, first.announced, beside.kid, following.kid} == {key.kid for key in filed(settings)}
    second = rotate_issuer_key(gateway.tools, keyring_file(settings), by=BY, at=NOON + dt.timedelta(days=7))
    assert (second.active, second.announced, second.retired) == (first.announced, None, old)
    assert [(line.type, line.outcome) for line in gateway.team.log_entries(0, 9)] == [
        ("policy", "unsigned"),
        ("key", "announced"),
        ("key", "rotated"),
    ]
    with gateway.tools.store.read() as unit:
        leaf, detail, kept = gateway.tools.recorder.read(unit, second.leaf_index)
        others = gateway.tools.recorder.read(unit, first.leaf_index)[2]
    assert detail == {
        "kind": "key",
        "use": "issuer",
        "active": old,
        "next": second.active,
        "nlgov_active": beside.kid,
        "nlgov_next": following.kid,
        "by": BY,
        "at": "2026-12-01T12:00:00+00:00",
    }
    assert kept.case_id == others.case_id
    assert leaf.prev is None


def test_a_partner_with_the_old_set_refuses_the_new_keys_message(gateway: Gateway, settings: Settings) -> None:
    """It is told to get the newest set; that is why a key can be announced first."""
    old = published(gateway)
    rotate_issuer_key(gateway.tools, keyring_file(settings), by=BY, at=NOON)
    again = restart(gateway)
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        read(send(again, 1), old, settings)
    again.tools.store.close()


@pytest.mark.control("DPIA-10")
def test_what_a_stolen_key_signed_is_trusted_no_more(gateway: Gateway, settings: Settings) -> None:
    """The thief's messages and ours look alike, so neither verifies; the log says that the key was revoked."""
    before = send(gateway, 1)
    rotate_issuer_key(gateway.tools, keyring_file(settings), by=BY, at=NOON, stolen=True)
    again = restart(gateway)
    assert [line.outcome for line in again.team.log_entries(0, 99) if line.type == "key"] == ["revoked"]
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        read(before, published(again), settings)
    read(send(again, 2), published(again), settings)
    assert {key.kid for key in published(again)} == {key.kid for key in filed(settings)}
    again.tools.store.close()


def test_two_rotations_at_once_are_one(gateway: Gateway, settings: Settings) -> None:
    """The second is told, and nothing is logged for it."""
    with keyring_file(settings).held(), pytest.raises(KeyUnavailableError, match="somebody else"):
        rotate_issuer_key(gateway.tools, keyring_file(settings), by=BY, at=NOON)
    assert [line.type for line in gateway.team.log_entries(0, 9)] == ["policy"]
