"""Replaces the issuer's signing key, so that a stolen or old one stops signing. The order of the steps is the point:

    announce (the keyring holds the next key) -> publish -> log -> use (one rename) -> publish

The key that signs is in the published set before it signs, and in the log before it signs. A gateway reads both from
one keyring, so whenever this stops half-way the old key works on or the new one works, and the next run goes on with
the key that was announced. It may then be named in the log twice; it never signs without being named.
"""

import datetime as dt
from dataclasses import dataclass

from gateway.crypto.keyring import Keyring, KeyringFile
from gateway.errors import InvalidRequestError
from gateway.log.origin import year_of
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.partner import PublicKey
from gateway.model.terms import Json
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit

ANNOUNCED, ROTATED, REVOKED = "announced", "rotated", "revoked"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What was done: the key that signs now, the announced or retired one beside it, and the entry in the log."""

    active: str
    announced: str | None
    retired: str | None
    leaf_index: int


def announce_issuer_key(tools: Tools, keys: KeyringFile, *, by: str, at: dt.datetime) -> KeyChange:
    """Publish the next issuer key without using it, so that partners can take the new set in before it signs.

    :raises KeyUnavailableError: the keyring cannot be opened or written, or somebody else is changing it.
    :raises LogUnavailableError: it could not be recorded; the old key signs as before.
    """
    with keys.held():
        keyring, following = _announce(keys)
        index = _record(tools, keyring, following, ANNOUNCED, by, at)
    return KeyChange(keyring.issuer_key.kid, following.kid, None, index)


def announce_log_key(tools: Tools, keys: KeyringFile, origin: str, *, by: str, at: dt.datetime) -> tuple[str, int]:
    """Make the key of a coming volume of the log (a known one is kept), publish it, and log that.

    Return its verifier key, and the entry's index. It signs nothing before the volume begins.

    :raises InvalidRequestError: there is a key of a later year already.
    :raises KeyUnavailableError: the keyring cannot be opened or written, or somebody else is changing it.
    :raises LogUnavailableError: it could not be recorded; the key is there all the same, and the next run records it.
    """
    with keys.held():
        before = keys.load()
        keyring, signer = before.add_log_key(origin)
        if keyring != before:
            newest = year_of(before.log_signers()[-1].name)
            if newest is not None and newest >= (year_of(origin) or 0):
                raise InvalidRequestError(
                    "there is a key of a later year's log already", hint="keys are made in the order of the years"
                )
            keys.replace(keyring)
        keys.publish(keyring)
        detail: dict[str, Json] = {"use": "log", "next": signer.vkey}
        index = _write(tools, ANNOUNCED, detail, by, at)
    return signer.vkey, index


def rotate_issuer_key(tools: Tools, keys: KeyringFile, *, by: str, at: dt.datetime, stolen: bool = False) -> KeyChange:
    """Let the announced key sign from the next start on (a new one when none was announced).

    The old key's public half stays published, so that what it signed can be verified; not when it was `stolen`.

    :raises KeyUnavailableError: the keyring cannot be opened or written, or somebody else is changing it.
    :raises LogUnavailableError: it could not be recorded; the old key signs as before.
    """
    with keys.held():
        before, following = _announce(keys)
        index = _record(tools, before, following, REVOKED if stolen else ROTATED, by, at)
        keyring = before.rotate(at, stolen=stolen)
        keys.replace(keyring)
        keys.publish(keyring)
    return KeyChange(following.kid, None, before.issuer_key.kid, index)


def add_nlgov_key(tools: Tools, keys: KeyringFile, *, by: str, at: dt.datetime) -> tuple[str, int]:
    """Make the RSA key that signs for partners of the profile `nlgov` (a known one is kept), publish it, and log that.

    Return its name, and the entry's index. It signs from the next start on.

    :raises KeyUnavailableError: the keyring cannot be opened or written, or somebody else is changing it.
    :raises LogUnavailableError: it could not be recorded; the key is there all the same, and the next run records it.
    """
    with keys.held():
        before = keys.load()
        keyring = before.add_nlgov()
        if keyring != before:
            keys.replace(keyring)
        keys.publish(keyring)
        kid = "" if keyring.nlgov_key is None else keyring.nlgov_key.kid
        index = _write(tools, ANNOUNCED, {"use": "issuer_nlgov", "next": kid}, by, at)
    return kid, index


def _announce(keys: KeyringFile) -> tuple[Keyring, PublicKey]:
    before = keys.load()
    keyring, following = before.announce()
    if keyring != before:
        keys.replace(keyring)
    keys.publish(keyring)  # also when an earlier run stopped before it could
    return keyring, following


def _record(tools: Tools, keyring: Keyring, following: PublicKey, outcome: str, by: str, at: dt.datetime) -> int:
    detail: dict[str, Json] = {"use": "issuer", "active": keyring.issuer_key.kid, "next": following.kid}
    if keyring.nlgov_key and keyring.nlgov_next:
        detail |= {"nlgov_active": keyring.nlgov_key.kid, "nlgov_next": keyring.nlgov_next.kid}
    return _write(tools, outcome, detail, by, at)


def _write(tools: Tools, outcome: str, told: dict[str, Json], by: str, at: dt.datetime) -> int:
    detail: dict[str, Json] = {"kind": "key", **told, "by": by, "at": at.isoformat(timespec="seconds")}

    def commit(unit: Unit) -> int:
        case_id, case_key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
        entry = Entry(LeafType.KEY, outcome, tools.policy.bundle.digest, detail)
        return tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)

    return tools.store.write(commit)
