"""The bytes of a leaf: canonical JSON of a closed schema (CONTRACT, "A log leaf"). What is here may never change.

A new member or type is a new version `v`; members are never renamed, reordered (the encoding sorts them) or reused.
"""

import datetime as dt
import re

from gateway.crypto.canonical import SAFE, canonical
from gateway.errors import LogTamperedError
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json

VERSION = 1
LARGEST = 4096  # bytes

_DIGEST = "sha256:[0-9a-f]{64}"
# The whole schema is one pattern: the members in canonical order, and no value that JSON would have to escape.
_LEAF = re.compile(
    rf'{{"bundle":"({_DIGEST})","detail":"({_DIGEST})","id":"([0-9a-f]{{32}})",'
    r'"outcome":"([a-z_]{1,32})",'
    rf'(?:"payload":"({_DIGEST})",)?'
    r'(?:"prev":(?P<prev>0|[1-9][0-9]{0,15}),)?'
    rf'(?:"recipient":"({_DIGEST})",)?'
    r'"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)",'
    rf'"type":"({"|".join(LeafType)})","v":{VERSION}}}'
)


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


def follows(data: bytes) -> int | None:
    """Return the index that a leaf says it follows from, if any, with every check of `decode` and nothing more."""
    return _prev(_match(data))


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
