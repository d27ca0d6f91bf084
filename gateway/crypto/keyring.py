"""The gateway's own keys, and the file that holds them (`gateway.crypto.sealed_file`).

The issuer's signing key can be replaced (`announce`, then `rotate`): its followers are published before they sign, and
the public half of each predecessor stays, so that old messages can still be verified. So can the RSA key beside it,
which is there only for partners of the profile `nlgov`. The log has a key for each year's volume, named after it; the
next year's can be made ahead. The log's keys and the keys that wrap cases and make keyed hashes are not replaced: what
was made with them could no longer be read or found.
"""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.crypto import sealed_file
from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import (
    MOST_KEYS,
    PrivateJwk,
    generate_key,
    generate_signing_key,
    public_key,
    strict_object,
    to_jwks,
)
from gateway.crypto.key_kinds import ED25519, PS256
from gateway.crypto.notes import NoteSigner
from gateway.crypto.passphrase import KEY, QUICK, STRONG, Cost
from gateway.errors import CryptoError, KeyUnavailableError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json, items, members

KEYRING, VKEY, ISSUER_KEYS = "gateway.keyring", "log.vkey", "issuer.jwks.json"  # files in GATEWAY_KEYS
PUBLIC = 0o644  # mode of what others may read

_FIRST = {"issuer_key", "log_key", "kek", "lookup_key"}  # of a keyring made before keys could be replaced
_MEMBERS = _FIRST | {"issuer_since", "next", "retired"}
_LATER = {"later_log_keys", "nlgov", "nlgov_next"}  # written only where there is any


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A key that signed messages from `since` (None: nobody wrote it down) until `until`; only its public half.

    A stolen one is remembered but never published: what it signs proves nothing any more.
    """

    key: PublicKey
    since: dt.datetime | None
    until: dt.datetime
    stolen: bool = False


@dataclass(frozen=True, slots=True)
class Keyring:
    """The issuer's signing key, the log's note key, the key that wraps case keys and the key of the keyed hashes.

    `next_key` is announced but does not sign yet; `retired` has the newest first. `later_log_keys` are those of the
    volumes after the log's first one, in their order; the last may be of a volume that has not begun. `nlgov_key` signs
    for partners of the profile `nlgov` and nothing else; where there is none, there is no such key. It is announced,
    used and retired together with the issuer's. repr() shows no private half.
    """

    issuer_key: PrivateJwk = field(repr=False)
    log_key: str = field(repr=False)
    kek: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)
    issuer_since: dt.datetime | None = None
    next_key: PrivateJwk | None = field(default=None, repr=False)
    retired: tuple[RetiredKey, ...] = ()
    later_log_keys: tuple[str, ...] = field(default=(), repr=False)
    nlgov_key: PrivateJwk | None = field(default=None, repr=False)
    nlgov_next: PrivateJwk | None = field(default=None, repr=False)

    @classmethod
    def generate(cls, log_origin: str, *, at: dt.datetime) -> "Keyring":
        """Return new keys; `log_origin` names the log's key (C2SP signed-note)."""
        signer = NoteSigner.generate(log_origin)
        return cls(
            generate_signing_key(),
            signer.to_text(),
            secrets.token_bytes(KEY),
            secrets.token_bytes(KEY),
            at.replace(microsecond=0),
        )

    def log_signers(self) -> tuple[NoteSigner, ...]:
        """Return the log's keys, one for each volume, the first volume's first."""
        return tuple(NoteSigner.from_text(key) for key in (self.log_key, *self.later_log_keys))

    def add_log_key(self, origin: str) -> tuple["Keyring", NoteSigner]:
        """Return the keyring with a key for the volume of this name, and that key; a known one is kept.

        :raises KeyUnavailableError: nobody can sign under this name.
        """
        known = next((signer for signer in self.log_signers() if signer.name == origin), None)
        if known is not None:
            return self, known
        signer = NoteSigner.generate(origin)
        return replace(self, later_log_keys=(*self.later_log_keys, signer.to_text())), signer

    def add_nlgov(self) -> "Keyring":
        """Return the keyring with an RSA key for the profile `nlgov`; a known one is kept."""
        return self if self.nlgov_key else replace(self, nlgov_key=generate_key(PS256))

    def announce(self) -> tuple["Keyring", PublicKey]:
        """Return the keyring with a next issuer key, published but not signing, and that key; a known one is kept."""
        following = self.next_key or generate_signing_key()
        beside = self.nlgov_next or (generate_key(PS256) if self.nlgov_key else None)
        return replace(self, next_key=following, nlgov_next=beside), following.public()

    def rotate(self, at: dt.datetime, *, stolen: bool = False) -> "Keyring":
        """Return the keyring in which the announced key signs; the old one's private half is gone.

        `stolen`: its public half is published no longer either, so that nobody trusts what a thief signs with it.

        :raises KeyUnavailableError: no key was announced, so nobody could verify what it signs.
        """
        if self.next_key is None:
            raise KeyUnavailableError("no next key was announced", hint="announce it first: `gateway keys rotate`")
        at = at.replace(microsecond=0)
        past = [RetiredKey(self.issuer_key.public(), self.issuer_since, at, stolen)]
        if self.nlgov_key and self.nlgov_next:
            past.append(RetiredKey(self.nlgov_key.public(), None, at, stolen))
        return replace(
            self,
            issuer_key=self.next_key,
            issuer_since=at,
            next_key=None,
            retired=(*past, *self.retired),
            nlgov_key=self.nlgov_next or self.nlgov_key,
            nlgov_next=None,
        )

    def save(self, path: Path, passphrase: bytes, *, strong: bool) -> None:
        """Write the keyring, readable by its owner only. A file appears whole or not at all.

        :raises KeyUnavailableError: there is a file already, the passphrase is empty, or the folder cannot be written.
        """
        sealed = sealed_file.seal_file(self.to_bytes(), passphrase, cost=STRONG if strong else QUICK)
        sealed_file.create(path, sealed)

    @classmethod
    def load(cls, path: Path, passphrase: bytes) -> "Keyring":
        """Return the keys of the file; raise KeyUnavailableError: missing, altered, or the wrong passphrase."""
        opened, _ = sealed_file.open_file(path, passphrase)
        return cls.from_bytes(opened)

    def to_bytes(self) -> bytes:
        """Return the secret form; it belongs in the sealed file only."""
        return canonical(self._members())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Keyring":
        """Return the keyring of `to_bytes`; raise KeyUnavailableError for any other bytes."""
        try:
            return cls._from_members(strict_object(data))
        except (CryptoError, ValueError) as exc:
            raise sealed_file.altered() from exc

    def public_documents(self) -> Mapping[str, bytes]:
        """Return the files that others need to verify: the issuer's JWK Set and the log's verifier keys, one a line.

        The set holds the key that signs, the announced one and the newest retired ones that were not stolen: no more
        than readers take.
        """
        announced = [] if self.next_key is None else [self.next_key.public()]
        beside = [key.public() for key in (self.nlgov_key, self.nlgov_next) if key]
        keys = [self.issuer_key.public(), *announced, *beside, *(past.key for past in self.retired if not past.stolen)]
        vkeys = "".join(f"{signer.vkey}\n" for signer in self.log_signers())
        return {ISSUER_KEYS: to_jwks(keys[:MOST_KEYS]), VKEY: vkeys.encode()}

    def _members(self) -> dict[str, Json]:
        retired: list[Json] = [
            {"key": dict(past.key.jwk), "since": _text(past.since), "until": _text(past.until), "stolen": past.stolen}
            for past in self.retired
        ]
        # Only when there are any: a program of before the years, or of before nlgov, still opens a keyring without.
        later: dict[str, list[Json]] = {
            "later_log_keys": list(self.later_log_keys),
            "nlgov": [self.nlgov_key.to_json()] if self.nlgov_key else [],
            "nlgov_next": [self.nlgov_next.to_json()] if self.nlgov_next else [],
        }
        return {
            "issuer_key": self.issuer_key.to_json(),
            "log_key": self.log_key,
            "kek": b64url(self.kek),
            "lookup_key": b64url(self.lookup_key),
            "issuer_since": _text(self.issuer_since),
            "next": [] if self.next_key is None else [self.next_key.to_json()],
            "retired": retired,
            **{name: listed for name, listed in later.items() if listed},
        }

    @classmethod
    def _from_members(cls, told: dict[str, Json]) -> "Keyring":
        lists = {name: told.get(name, []) for name in ("next", "retired", *_LATER)}
        if set(told) - _LATER not in (_FIRST, _MEMBERS) or not all(isinstance(one, list) for one in lists.values()):
            raise sealed_file.altered()
        issuer_key = PrivateJwk.from_json(told["issuer_key"])
        logs = [NoteSigner.from_text(str(key)) for key in (told["log_key"], *items(lists["later_log_keys"]))]
        kek, lookup_key = unb64url(str(told["kek"])), unb64url(str(told["lookup_key"]))
        following, nlgov, nlgov_next = (_at_most_one(lists[name]) for name in ("next", "nlgov", "nlgov_next"))
        retired = tuple(_retired(members(one)) for one in items(lists["retired"]))
        _check_signing((issuer_key, following), (nlgov, nlgov_next), retired)
        if (
            len({signer.name for signer in logs}) != len(logs)
            or len({signer.public for signer in logs}) != len(logs)
            or (len(kek), len(lookup_key)) != (KEY, KEY)
        ):
            raise sealed_file.altered()
        since = _moment(told.get("issuer_since", ""))
        first, *later = (signer.to_text() for signer in logs)
        return cls(
            issuer_key,
            first,
            kek,
            lookup_key,
            since,
            following,
            retired,
            tuple(later),
            nlgov_key=nlgov,
            nlgov_next=nlgov_next,
        )


def _at_most_one(listed: Json) -> PrivateJwk | None:
    keys = [PrivateJwk.from_json(key) for key in items(listed)]
    if len(keys) > 1:
        raise sealed_file.altered()
    return keys[0] if keys else None


def _retired(told: dict[str, Json]) -> RetiredKey:
    return RetiredKey(
        public_key(told.get("key")), _moment(told.get("since")), _known(told.get("until")), told.get("stolen") is True
    )


def _check_signing(
    issuer: Sequence[PrivateJwk | None], nlgov: Sequence[PrivateJwk | None], retired: Sequence[RetiredKey]
) -> None:
    """Check that each key is of its kind and stands in one place only, and that an announced one follows another."""
    ours, theirs = [key for key in issuer if key], [key for key in nlgov if key]
    kids = [key.kid for key in (*ours, *theirs)] + [past.key.kid for past in retired]
    if (
        any(key.alg != ED25519 for key in ours)
        or any(key.alg != PS256 for key in theirs)
        or any(past.key.use != "sig" for past in retired)
        or len(set(kids)) != len(kids)
        or (nlgov[0] is None and nlgov[1] is not None)
    ):
        raise sealed_file.altered()


class KeyringFile:
    """The keyring and the public documents in their folder, while the keys change: hold it, load, then replace."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        """Name the folder; nothing is read yet."""
        self._folder = folder
        self._passphrase = passphrase
        self._cost: Cost | None = None

    def held(self) -> AbstractContextManager[None]:
        """Let nobody else change the keys meanwhile; raise KeyUnavailableError when somebody does."""
        return sealed_file.held(self._folder)

    def load(self) -> Keyring:
        """Return the keys as they stand; raise KeyUnavailableError: missing, altered, or the wrong passphrase."""
        opened, self._cost = sealed_file.open_file(self._folder / KEYRING, self._passphrase)
        return Keyring.from_bytes(opened)

    def replace(self, keyring: Keyring) -> None:
        """Put this keyring in the place of the one that was loaded, in one step, under its passphrase and cost."""
        if self._cost is None:  # a passphrase that opened nothing must not become the one that is needed
            raise KeyUnavailableError("this keyring was not opened", hint="load it before it is replaced")
        sealed = sealed_file.seal_file(keyring.to_bytes(), self._passphrase, cost=self._cost)
        sealed_file.replace(self._folder / KEYRING, sealed)

    def publish(self, keyring: Keyring) -> None:
        """Put its public documents beside it, each in one step."""
        for name, document in keyring.public_documents().items():
            sealed_file.replace(self._folder / name, document, mode=PUBLIC)


def _text(moment: dt.datetime | None) -> str:
    return "" if moment is None else moment.astimezone(dt.UTC).isoformat()


def _moment(text: Json) -> dt.datetime | None:
    return None if text == "" else _known(text)


def _known(text: Json) -> dt.datetime:
    moment = dt.datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment
