"""Whom a recipient trusts (C2SP tlog-policy): the log's keys, its witnesses and the quorum it asks for."""

import re
from dataclasses import dataclass

from gateway.crypto.encoding import unb64
from gateway.crypto.notes import NoteVerifier
from gateway.errors import ConfigError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint

NONE = "none"

_URL_AT = {"log": 2, "witness": 3}  # the optional address stands after so many words
_COUNT = re.compile(r"any|all|[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Verifier keys of logs (C2SP vkeys), named witnesses, groups (name, threshold, members), and the quorum."""

    logs: tuple[str, ...]
    witnesses: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    quorum: str = NONE

    def to_text(self) -> str:
        """Return the policy file, one line each; addresses and comments of a file that was read are not kept."""
        lines = [f"log {vkey}" for vkey in self.logs]
        lines += [f"witness {name} {vkey}" for name, vkey in self.witnesses]
        lines += [f"group {name} {count} {' '.join(members)}" for name, count, members in self.groups]
        return "\n".join([*lines, f"quorum {self.quorum}", ""])

    @classmethod
    def from_text(cls, text: str) -> "TrustPolicy":
        """Return the policy of a file; raise ConfigError naming the first line that is not as the format says."""
        reader = _Reader()
        for number, line in enumerate(text.split("\n"), start=1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                reader.read(words, number)
        return reader.policy()

    def verify(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that a trusted log signed.

        :raises SignatureInvalidError: no trusted log signed it, or the policy asks for witnesses: fail closed.
        :raises LogTamperedError: it is not a checkpoint.
        """
        if self.quorum != NONE:
            raise SignatureInvalidError(
                "the trust policy asks for a quorum, but witness cosignatures cannot be checked yet",
                hint="verify with a program that checks cosignatures, or agree on `quorum none` with the officer",
            )
        origin = Checkpoint.from_note(note).origin
        verifiers = [NoteVerifier.from_text(vkey) for vkey in self.logs]
        ours = [verifier for verifier in verifiers if verifier.name == origin]
        for verifier in ours[:-1]:  # an older key under the same name: the last one's word counts
            try:
                return Checkpoint.verify_with(note, verifier)
            except SignatureInvalidError:
                continue
        if not ours:
            raise SignatureInvalidError(
                "the checkpoint is of a log that the trust policy does not name",
                hint="compare the log's key with the one the privacy officer gave you",
            )
        return Checkpoint.verify_with(note, ours[-1])


class _Reader:
    """What was read of a policy file so far."""

    def __init__(self) -> None:
        self._logs: list[str] = []
        self._witnesses: list[tuple[str, str]] = []
        self._groups: list[tuple[str, str, tuple[str, ...]]] = []
        self._quorum: str | None = None
        self._names: set[str] = set()
        self._members: set[str] = set()
        self._keys: set[tuple[str, bytes]] = set()

    def read(self, words: list[str], number: int) -> None:
        kind, rest = words[0], words[1:]
        limit = _URL_AT.get(kind)
        if limit is not None and len(words) == limit + 1:
            rest = rest[:-1]
        match kind, rest:
            case "log", [vkey]:
                self._logs.append(self._key(kind, vkey, number))
            case "witness", [name, vkey]:
                self._witnesses.append((self._define(name, number), self._key(kind, vkey, number)))
            case "group", [name, count, *members] if members:
                self._group(name, count, tuple(members), number)
            case "quorum", [name] if self._quorum is None and (name == NONE or name in self._names):
                self._quorum = name
            case _:
                raise _bad(number)

    def policy(self) -> TrustPolicy:
        if self._quorum is None:
            raise ConfigError("the trust policy has no quorum line", hint="write `quorum none` to ask for no witnesses")
        return TrustPolicy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _group(self, name: str, count: str, members: tuple[str, ...], number: int) -> None:
        known = set(members) <= self._names
        if not known or len(set(members)) != len(members) or self._members & set(members):
            raise _bad(number)
        if not _COUNT.fullmatch(count) or (count.isdecimal() and int(count) > len(members)):
            raise _bad(number)
        self._members |= set(members)
        self._groups.append((self._define(name, number), count, members))

    def _define(self, name: str, number: int) -> str:
        if name == NONE or name in self._names:
            raise _bad(number)
        self._names.add(name)
        return name

    def _key(self, kind: str, vkey: str, number: int) -> str:
        try:
            # A cosigner's key has another signature type (C2SP tlog-cosignature): only its form is looked at.
            key = NoteVerifier.from_text(vkey).public if kind == "log" else unb64(vkey.split("+", 2)[2])[1:]
        except (SignatureInvalidError, IndexError) as exc:
            raise _bad(number) from exc
        if (kind, key) in self._keys:
            raise _bad(number)
        self._keys.add((kind, key))
        return vkey


def _bad(number: int) -> ConfigError:
    return ConfigError(
        f"line {number} of the trust policy is not as C2SP tlog-policy says", hint="fetch the file again"
    )
