"""Whom a recipient trusts (C2SP tlog-policy): the log's keys, its witnesses and the quorum it asks for."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.crypto.notes import NoteVerifier
from gateway.errors import ConfigError, NotWitnessedError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint

NONE = "none"
CLOCKS = dt.timedelta(minutes=5)
"""How far the clocks of the log, its witnesses and a recipient may differ."""

_URL_AT = {"log": 2, "witness": 3}  # the optional address stands after so many words
_COUNT = re.compile(r"any|all|[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Verifier keys of logs (C2SP vkeys), named witnesses, groups (name, threshold, members), and the quorum.

    `addresses` holds (name, URL) of the witnesses whose line names one: where a log asks for their word.
    """

    logs: tuple[str, ...]
    witnesses: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    quorum: str = NONE
    addresses: tuple[tuple[str, str], ...] = ()

    def to_text(self) -> str:
        """Return the policy file, one line each; comments and logs' addresses of a file that was read are not kept."""
        url = {name: f" {address}" for name, address in self.addresses}
        lines = [f"log {vkey}" for vkey in self.logs]
        lines += [f"witness {name} {vkey}{url.get(name, '')}" for name, vkey in self.witnesses]
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

    def verify(self, note: str, *, now: dt.datetime) -> Checkpoint:
        """Return the checkpoint of a note that a trusted log signed and the quorum of witnesses cosigned.

        :raises SignatureInvalidError: no trusted log signed it, or a cosignature does not fit or is of the future.
        :raises LogTamperedError: it is not a checkpoint.
        :raises NotWitnessedError: all of it fits, but too few witnesses have seen it.
        """
        checkpoint = self.verify_signed(note)
        self.require_quorum(self.seen_by(note, now=now))
        return checkpoint

    def verify_signed(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that a trusted log signed; what its witnesses say is not looked at.

        :raises SignatureInvalidError: no trusted log signed it.
        :raises LogTamperedError: it is not a checkpoint.
        """
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

    def seen_by(self, note: str, *, now: dt.datetime) -> Mapping[str, dt.datetime]:
        """Return which witnesses cosigned the note, and when each did so first (UTC).

        :raises SignatureInvalidError: a cosignature in a witness's name does not fit, or is of the future.
        """
        seen: dict[str, dt.datetime] = {}
        for name, vkey in self.witnesses:
            at = CosignatureVerifier.from_text(vkey).seen_at(note)
            if at is None:
                continue
            if at > now + CLOCKS:
                raise SignatureInvalidError(
                    "a witness's signature is of a time still to come",
                    hint="look at this machine's clock; if it is right, keep the file and call the privacy officer",
                )
            seen[name] = at
        return seen

    def require_quorum(self, seen: Mapping[str, dt.datetime]) -> None:
        """Raise NotWitnessedError unless the witnesses that saw a checkpoint are enough."""
        if self.quorum == NONE:
            return
        enough = set(seen)
        for name, count, members in self.groups:  # a member is defined before the group
            if sum(member in enough for member in members) >= _needed(count, members):
                enough.add(name)
        if self.quorum not in enough:
            raise NotWitnessedError(
                "the log signed this, but the witnesses that the trust policy asks for have not seen it yet",
                hint="fetch the message again in a quarter of an hour; if it stays so, call the privacy officer",
            )

    def least(self) -> int:
        """Return how many witnesses can be a quorum at the least; 0 when none is asked for."""
        cost = {name: 1 for name, _ in self.witnesses}
        for name, count, members in self.groups:
            cost[name] = sum(sorted(cost[member] for member in members)[: _needed(count, members)])
        return 0 if self.quorum == NONE else cost[self.quorum]


def _needed(count: str, members: tuple[str, ...]) -> int:
    return {"any": 1, "all": len(members)}.get(count) or int(count)


class _Reader:
    """What was read of a policy file so far."""

    def __init__(self) -> None:
        self._logs: list[str] = []
        self._witnesses: list[tuple[str, str]] = []
        self._groups: list[tuple[str, str, tuple[str, ...]]] = []
        self._addresses: list[tuple[str, str]] = []
        self._quorum: str | None = None
        self._names: set[str] = set()
        self._members: set[str] = set()
        self._keys: set[tuple[str, bytes]] = set()

    def read(self, words: list[str], number: int) -> None:
        kind, rest = words[0], words[1:]
        limit = _URL_AT.get(kind)
        address = None
        if limit is not None and len(words) == limit + 1:
            *rest, address = rest
        match kind, rest:
            case "log", [vkey]:
                self._logs.append(self._key(kind, vkey, number))
            case "witness", [name, vkey]:
                self._witnesses.append((self._define(name, number), self._key(kind, vkey, number)))
                self._addresses += [] if address is None else [(name, address)]
            case "group", [name, count, *members] if members:
                self._group(name, count, tuple(members), number)
            case "quorum", [name] if self._quorum is None and (name == NONE or name in self._names):
                self._quorum = name
            case _:
                raise _bad(number)

    def policy(self) -> TrustPolicy:
        if self._quorum is None:
            raise ConfigError("the trust policy has no quorum line", hint="write `quorum none` to ask for no witnesses")
        return TrustPolicy(
            tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum, tuple(self._addresses)
        )

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
            # A witness with a key of another kind could not be heard: unknown means no, so the file is refused.
            read = NoteVerifier.from_text if kind == "log" else CosignatureVerifier.from_text
            key = read(vkey).public
        except SignatureInvalidError as exc:
            raise _bad(number) from exc
        if (kind, key) in self._keys:
            raise _bad(number)
        self._keys.add((kind, key))
        return vkey


def _bad(number: int) -> ConfigError:
    return ConfigError(
        f"line {number} of the trust policy is not as C2SP tlog-policy says", hint="fetch the file again"
    )
