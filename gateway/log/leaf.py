"""The bytes of a leaf: canonical JSON of a closed schema (CONTRACT, "A log leaf"). What is here may never change.

A new member or type is a new version `v`; members are never renamed, reordered (the encoding sorts them) or reused.
"""

import datetime as dt
import re
from collections.abc import Mapping

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.errors import LogTamperedError
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json

VERSION = 1
LARGEST = 4096  # bytes

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_FORMS: Mapping[str, re.Pattern[str]] = {
    "type": re.compile("|".join(kind.value for kind in LeafType)),
    "id": re.compile(r"[0-9a-f]{32}"),
    "time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z"),
    "outcome": re.compile(r"[a-z_]{1,32}"),
    "bundle": _DIGEST,
    "detail": _DIGEST,
    "payload": _DIGEST,
    "recipient": _DIGEST,
}
_OPTIONAL = {"payload", "recipient"}


def minute(at: dt.datetime) -> str:
    """Return the moment in UTC, to the minute: finer times help to single people out."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")


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
    _read(members)  # what we write we must be able to read: canonical bytes give these members back
    return data


def decode(data: bytes) -> Leaf:
    """Return the leaf of exact bytes; raise LogTamperedError for anything outside the schema."""
    if len(data) > LARGEST:
        raise _unknown_form()
    return _read(parse_canonical(data))


def _read(members: Json) -> Leaf:
    if not isinstance(members, dict):
        raise _unknown_form()
    version = members.get("v")
    if isinstance(version, bool) or version != VERSION:  # True == 1 in Python
        raise _unknown_form()
    rest = {name: value for name, value in members.items() if name not in {"v", "prev"}}
    if not set(_FORMS) - _OPTIONAL <= set(rest) <= set(_FORMS):
        raise _unknown_form()
    words: dict[str, str] = {}
    for name, value in rest.items():
        if not isinstance(value, str) or not _FORMS[name].fullmatch(value):
            raise _unknown_form()
        words[name] = value
    prev = members.get("prev")
    if prev is not None and (isinstance(prev, bool) or not isinstance(prev, int) or prev < 0):
        raise _unknown_form()
    return Leaf(
        type=LeafType(words["type"]),
        id=words["id"],
        time=words["time"],
        outcome=words["outcome"],
        bundle=words["bundle"],
        detail=words["detail"],
        payload=words.get("payload"),
        recipient=words.get("recipient"),
        prev=prev,
    )


def _unknown_form() -> LogTamperedError:
    return LogTamperedError("a log entry has not the agreed form", hint="it was altered; call the privacy officer")
