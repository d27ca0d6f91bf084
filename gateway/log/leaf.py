"""The bytes of a leaf: canonical JSON of a closed schema (CONTRACT, "A log leaf"). What is here may never change.

A new member or type is a new version `v`; members are never renamed, reordered (the encoding sorts them) or reused.
"""

import datetime as dt
import re
from collections.abc import Sequence

from gateway.crypto.canonical import SAFE, canonical
from gateway.errors import LogTamperedError
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json

VERSION = 1
LARGEST = 4096  # bytes

_DIGEST = "sha256:[0-9a-f]{64}"


def leaf_pattern(*kept: str) -> str:
    """Return the whole schema as one pattern: members in canonical order, no value that JSON would have to escape.

    Matching is what a verification does most, and every group that is kept costs it: `kept` names the members wanted.
    """

    def value(name: str, form: str) -> str:
        return f"(?P<{name}>{form})" if name in kept else f"(?:{form})"

    return (
        rf'{{"bundle":"{value("bundle", _DIGEST)}","detail":"{value("detail", _DIGEST)}",'
        rf'"id":"{value("id", "[0-9a-f]{32}")}","outcome":"{value("outcome", "[a-z_]{1,32}")}",'
        rf'(?:"payload":"{value("payload", _DIGEST)}",)?'
        rf'(?:"prev":{value("prev", "0|[1-9][0-9]{0,15}")},)?'
        rf'(?:"recipient":"{value("recipient", _DIGEST)}",)?'
        rf'"time":"{value("time", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")}",'
        rf'"type":"{value("type", "|".join(LeafType))}","v":{VERSION}}}'
    )


_LEAF = re.compile(leaf_pattern("bundle", "detail", "id", "outcome", "payload", "prev", "recipient", "time", "type"))
# One leaf to a line. No value may hold the end of a line, so a leaf cannot pass for two, nor two for one.
_LINES = re.compile(f"^{leaf_pattern('prev', 'time')}$".encode(), re.MULTILINE)


def minute(at: dt.datetime) -> str:
    """Return the moment in UTC, to the minute: finer times help to single people out."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")


def moment(time: str) -> dt.datetime:
    """Return the moment (UTC) of a leaf's time; raise LogTamperedError for a day or hour that no calendar has."""
    try:
        return dt.datetime.strptime(time, "%Y-%m-%dT%H:%MZ").replace(tzinfo=dt.UTC)
    except ValueError as exc:
        raise _unknown_form() from exc


def encode(leaf: Leaf) -> bytes:
    """Return the exact bytes that are hashed into the tree; raise LogTamperedError for a leaf outside the schema."""
    members: dict[str, Json] = {
        "v": VERSION,
        "type": leaf.type.value,
        "id": leaf.id,
        "time": leaf.time,
        "outcome": leaf.outcome,
        "bundle": leaf.bundle,
        "detail": leaf.detail,
    }
    optional: dict[str, Json] = {"payload": leaf.payload, "recipient": leaf.recipient, "prev": leaf.prev}
    members.update({name: value for name, value in optional.items() if value is not None})
    data = canonical(members)
    decode(data)  # what we write we must be able to read
    return data


def decode(data: bytes) -> Leaf:
    """Return the leaf of exact bytes; raise LogTamperedError for anything outside the schema."""
    found = _match(data)
    bundle, detail, identity, outcome, payload, _, recipient, time, kind = found.groups()
    return Leaf(
        type=LeafType(kind),
        id=identity,
        time=time,
        outcome=outcome,
        bundle=bundle,
        detail=detail,
        payload=payload,
        recipient=recipient,
        prev=_prev(found),
    )


def order_of(data: bytes) -> tuple[int | None, str]:
    """Return what a leaf says of its place: the index it follows from, if any, and its time; checked as by `decode`."""
    found = _match(data)
    return _prev(found), found["time"]


def orders_of(entries: Sequence[bytes]) -> Sequence[tuple[bytes, bytes]] | None:
    """Return the `prev` (b"" for none) and `time` of many leaves at once, as written; None when any is no leaf.

    Faster than `order_of` for each. A `prev` beyond what JSON may hold (2^53) is not noticed here: no log is so long.
    """
    lines = b"\n".join(entries)
    found: list[tuple[bytes, bytes]] = _LINES.findall(lines)
    whole = len(found) == len(entries) == lines.count(b"\n") + 1
    return found if whole or not entries else None


def _match(data: bytes) -> re.Match[str]:
    # Latin-1 gives every byte a character, so that bytes which are no text at all do not match either.
    found = _LEAF.fullmatch(data.decode("latin-1")) if len(data) <= LARGEST else None
    if found is None or (_prev(found) or 0) >= SAFE:
        raise _unknown_form()
    return found


def _prev(found: re.Match[str]) -> int | None:
    prev: str | None = found["prev"]
    return None if prev is None else int(prev)


def _unknown_form() -> LogTamperedError:
    return LogTamperedError("a log entry has not the agreed form", hint="it was altered; call the privacy officer")
