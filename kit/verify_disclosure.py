"""Checks, offline, that a message of a disclosure gateway stands in its log, before you open it.

    python3 verify_disclosure.py ENVELOPE --trust trust.policy [--me YOUR-ID] [--now 2026-11-25T12:00:00Z]

Exit code 0: all holds. 1: something does not, so do not open the message. 2: a file or option cannot be read.
Needs Python 3.11 and PyNaCl, no network, no key and nothing else of the gateway; EUPL-1.2. You may copy this file into
your own program and call `verify(envelope, trust, now=..., me=...)`.

What it checks:
  1. a log of your trust policy signed the checkpoint, under its own name      (C2SP signed-note, tlog-checkpoint)
  2. enough of your witnesses saw that checkpoint, none in the future          (C2SP tlog-cosignature, tlog-policy)
  3. the log entry is in the tree of that checkpoint                           (C2SP tlog-proof, RFC 9162 2.1.3.2)
  4. the entry is a release of exactly this message                            (SHA-256 of the message)
  5. it was made for this recipient, and for you if you say who you are        (salted commitment)
  6. the entry is not of a later time than now, or than the witnesses' word
It does not open the message, so it cannot tell who wrote it; opening it with your key does.
"""

import argparse
import base64
import datetime as dt
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

CLOCKS = dt.timedelta(minutes=5)  # how far the clocks of log, witnesses and recipient may differ
LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"  # kinds of Ed25519 keys: over the text itself, over a time and the text
Lines = list[tuple[str, bytes]]
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
NAME = re.compile(r"[^\s+\u0000-\u001f]{1,255}")
TIME, LAST = "%Y-%m-%dT%H:%MZ", dt.datetime(9999, 1, 1, tzinfo=dt.UTC).timestamp()
LEAF = dict.fromkeys(("bundle", "detail", "payload", "recipient"), r"sha256:[0-9a-f]{64}")  # a release's entry
LEAF |= {"id": r"[0-9a-f]{32}", "outcome": r"[a-z_]{1,32}", "time": r"[-0-9]{10}T[0-9:]{5}Z", "type": "release"}


class NotInOrderError(Exception):
    """A check failed: do not open the message; call the privacy officer."""


class UnreadableError(Exception):
    """A file or option is not what it should be; nothing was checked."""


class Verified(NamedTuple):
    """What holds of a message: the log and the entry's place in it, for whom, when, and who had seen it when (UTC)."""

    log: str
    entry: int
    size: int
    recipient: str
    time: dt.datetime
    seen: dict[str, dt.datetime]


class Key(NamedTuple):
    """A trusted Ed25519 key: its name, the four bytes that name it in a signature, and its 32 bytes."""

    name: str
    id: bytes
    public: bytes

    def found(self, lines: Lines) -> list[bytes]:
        """Return what stands under a note in the name of this key."""
        return [raw[4:] for name, raw in lines if name == self.name and raw[:4] == self.id]

    def signed(self, text: str, signature: bytes) -> bool:
        """Say whether this is the key's signature over a text."""
        try:
            VerifyKey(self.public).verify(text.encode(), signature)
        except (BadSignatureError, ValueError):
            return False
        return True


@dataclass
class Trust:
    """A trust policy: keys of logs, keys of witnesses by your names for them, groups in order, and the quorum."""

    logs: list[Key]
    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str = ""


def verify(envelope: str, trust: str, *, now: dt.datetime, me: str | None = None) -> Verified:
    """Check an envelope (JSON text) against a trust policy (its text); raise NotInOrderError when a check fails.

    `now` has a time zone. `me` is your id at the gateway; without it the message may be for anyone.
    """
    policy = read_trust(trust)
    message, leaf_text, proof, salt_text, recipient = read_envelope(envelope)
    index, path, note = read_proof(proof)
    text, lines = read_note(note)
    origin, size, root = check_log(policy, text, lines)
    seen = check_witnesses(policy, text, lines, now)
    check_inclusion(decode(leaf_text), index, size, path, root)
    leaf, time = read_leaf(decode(leaf_text), index)
    require(leaf["payload"] == digest(message.encode()), "the log entry is of another message")
    value, salt = json.dumps(recipient, ensure_ascii=False).encode(), decode(salt_text)
    commitment = digest(b"disclosure-commit/v1/recipient\0" + salt + value)
    require(len(salt) == 32 and leaf["recipient"] == commitment, "the log entry is of another recipient")
    require(me in (None, recipient), "the message was made for somebody else")
    require(time <= min([now, *seen.values()]) + CLOCKS, "the log entry is of a later time than those who saw it")
    return Verified(origin, index, size, recipient, time, seen)


def require(holds: object, problem: str) -> None:
    """Raise NotInOrderError unless it holds."""
    if not holds:
        raise NotInOrderError(problem)


def digest(data: bytes) -> str:
    """Return SHA-256 as the log writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def decode(text: str) -> bytes:
    """Return the bytes of standard base64, in its only right spelling: a flipped bit at the end counts too."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotInOrderError("a base64 value is malformed") from error
    require(base64.b64encode(data).decode() == text, "a base64 value is not in its only right spelling")
    return data


def read_envelope(text: str) -> list[str]:
    """Return message, leaf, proof, salt and recipient of an envelope that has just these members, each once."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        require(len(dict(pairs)) == len(pairs), "a member stands twice: another program might read the other one")
        return dict(pairs)

    try:
        envelope = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("the envelope is not JSON") from error
    match envelope:
        case {"opening": {"recipient": {"salt": salt, "value": recipient, **more}, **others}, **rest}:
            texts = [rest.pop(name, None) for name in ("message", "leaf", "proof")] + [salt, recipient]
            require(not (more or others or rest), "the envelope has other members than agreed")
        case _:
            raise NotInOrderError("the envelope has not the agreed members")
    halves = re.compile("[\ud800-\udfff]")  # half a character is no text: it has no bytes that could be hashed
    require(all(isinstance(each, str) and not halves.search(each) for each in texts), "a member is no text")
    return [str(each) for each in texts]


def read_proof(text: str) -> tuple[int, list[bytes], str]:
    """Return index, path and signed checkpoint of a C2SP tlog-proof (without extra data)."""
    head, gap, note = text.partition("\n\n")
    version, *lines = head.split("\n")
    require(gap and lines and version == "c2sp.org/tlog-proof@v1", "the proof has not the agreed form")
    word, number, path = lines[0][:6], lines[0][6:], [decode(line) for line in lines[1:]]
    require(word == "index " and NUMBER.fullmatch(number), "the proof has no index")
    require(len(path) <= 63 and all(len(step) == 32 for step in path), "the proof has no right path")
    return int(number), path, note


def read_note(note: str) -> tuple[str, Lines]:
    """Return the text of a signed note, and each line under it: who signed, with the key's id before the signature."""
    text, _, signed = note.rpartition("\n\n")
    lines = [re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)", line) for line in signed.split("\n")[:-1]]
    require(signed.endswith("\n") and all(lines), "the checkpoint is not a signed note")
    return f"{text}\n", [(line[1], decode(line[2])) for line in lines if line]


def check_log(trust: Trust, text: str, lines: Lines) -> tuple[str, int, bytes]:
    """Return name, size and root of a checkpoint that a trusted log signed under its own name, with any of its keys."""
    parts = text.split("\n")
    require(len(parts) == 4 and parts[0] and NUMBER.fullmatch(parts[1]), "this is not a checkpoint of a log")
    for key in trust.logs:
        found = key.found(lines) if key.name == parts[0] else []
        if found and all(key.signed(text, signature) for signature in found):
            return parts[0], int(parts[1]), decode(parts[2])
    raise NotInOrderError("no log that you trust signed the checkpoint")


def check_witnesses(trust: Trust, text: str, lines: Lines, now: dt.datetime) -> dict[str, dt.datetime]:
    """Return which witnesses saw the text, and when first; check each of their signatures, and that they are enough."""
    seen: dict[str, int] = {}
    for name, key in trust.witnesses.items():
        for signature in key.found(lines):
            seconds = int.from_bytes(signature[:8], "big")
            stated = f"cosignature/v1\ntime {seconds}\n{text}"
            require(key.signed(stated, signature[8:]) and seconds < LAST, "the signature of a witness does not fit")
            seen[name] = min(seen.get(name, seconds), seconds)
        require(seen.get(name, 0) <= (now + CLOCKS).timestamp(), "a witness's signature is of a time still to come")
    enough = {"none", *seen}
    for name, (needed, members) in trust.groups.items():
        if len(enough.intersection(members)) >= needed:
            enough.add(name)
    require(trust.quorum in enough, "too few of your witnesses have seen this yet; fetch the message again later")
    return {name: dt.datetime.fromtimestamp(seconds, dt.UTC) for name, seconds in seen.items()}


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    """Check that the entry stands at `index` in a tree of `size` with this root."""
    node, last, hashed = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for step in path:
        require(last > 0, "the path is too long")
        left = node % 2 == 1 or node == last
        hashed = hashlib.sha256(b"\x01" + (step + hashed if left else hashed + step)).digest()
        while left and node % 2 == 0 and node:
            node, last = node // 2, last // 2
        node, last = node // 2, last // 2
    require(index < size and last == 0 and hashed == root, "the entry is not in the log")


def read_leaf(data: bytes, index: int) -> tuple[dict[str, str], dt.datetime]:
    """Return the texts of a release's entry, and its time: just the agreed members, in canonical JSON (RFC 8785)."""
    try:
        leaf = dict(json.loads(data.decode("ascii")))
        right = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode() == data
        time = dt.datetime.strptime(leaf["time"], TIME).replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotInOrderError("the log entry is not JSON, or of no day in the calendar") from error
    require(right and len(data) <= 4096, "the log entry is not in its only right spelling")
    version, before = leaf.pop("v", None), leaf.pop("prev", -1)
    require((type(version), version, type(before)) == (int, 1, int), "the log entry is of another version")
    require(b'"prev":-' not in data and before < min(index, 2**53), "the log entry says it follows a later one")
    known = set(leaf) == set(LEAF) and all(type(value) is str for value in leaf.values())
    require(known and all(re.fullmatch(form, leaf[name]) for name, form in LEAF.items()), "the log entry is no release")
    return leaf, time


def read_trust(text: str) -> Trust:
    """Return the trust policy of a file; raise UnreadableError naming the first line that is not as C2SP says."""
    trust, names, free, keys = Trust([], {}, {}), {"none"}, set[str](), set[tuple[bytes, bytes]]()
    for number, line in enumerate(text.split("\n"), start=1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        try:
            match words:
                case ["log", vkey] | ["log", vkey, _]:  # the last word may be an address
                    trust.logs.append(read_key(vkey, LOG_KEY, keys))
                case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in names:
                    trust.witnesses[name] = read_key(vkey, WITNESS_KEY, keys)
                    names, free = names | {name}, free | {name}
                case ["group", name, count, *members] if name not in names and len(free & {*members}) == len(members):
                    needed = {"any": 1, "all": len(members)}.get(count) or int(count)
                    require(count in ("any", "all", str(needed)) and 1 <= needed <= len(members), "not so many")
                    trust.groups[name] = (needed, members)
                    names, free = names | {name}, free - {*members} | {name}
                case ["quorum", name] if name in names and not trust.quorum:
                    trust.quorum = name
                case _:
                    require(not words or words[0].startswith("#"), "not a line of a trust policy")
        except (ValueError, NotInOrderError) as error:
            raise UnreadableError(f"line {number} of the trust policy is not as it should be") from error
    if not trust.quorum:
        raise UnreadableError("the trust policy has no quorum line")
    return trust


def read_key(vkey: str, kind: bytes, keys: set[tuple[bytes, bytes]]) -> Key:
    """Return the key of `<name>+<id>+<base64>`, of this kind and not among `keys` yet."""
    name, identity, encoded = vkey.split("+", 2)
    data = decode(encoded)
    known = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(NAME.fullmatch(name) and len(data) == 33 and known.hex() == identity, "this is not a key")
    require(data[:1] == kind and (kind, data) not in keys, "a key of another kind, or one that stands there already")
    keys.add((kind, data))
    return Key(name, known, data[1:])


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Check a message of a disclosure gateway before you open it.")
    parser.add_argument("envelope", type=Path)
    parser.add_argument("--trust", type=Path, required=True, help="trust.policy, as the privacy officer gave it")
    parser.add_argument("--me", help="your id at the gateway")
    parser.add_argument("--now", type=dt.datetime.fromisoformat, help="the moment to check at; default: now")
    given = parser.parse_args()
    now = given.now or dt.datetime.now(dt.UTC)
    try:
        envelope, trust = (path.read_bytes().decode() for path in (given.envelope, given.trust))
        found = verify(envelope, trust, now=now if now.tzinfo else now.replace(tzinfo=dt.UTC), me=given.me)
    except (OSError, UnicodeDecodeError, UnreadableError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    except NotInOrderError as error:
        print(f"NOT in order: {error}\ndo not open it; call the privacy officer", file=sys.stderr)
        return 1
    print(f"in order: entry {found.entry} of {found.size} in the log {found.log}, made for {found.recipient}")
    print("".join(f"seen by {name} at {at:%Y-%m-%d %H:%M} UTC\n" for name, at in found.seen.items()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
