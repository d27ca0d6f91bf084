"""Writes an entry: the leaf with commitments only, and the encrypted detail it commits to, in one transaction."""

import datetime as dt
import json
import secrets
from dataclasses import dataclass

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.casebox import new_case_key, open_box, seal_box, unwrap, wrap
from gateway.crypto.commitments import commit, commit_bytes, new_salt, open_bytes, open_commitment
from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.leaf import decode, encode, minute
from gateway.log.witnessed import Witnessed
from gateway.model.leaf import Leaf, LeafType
from gateway.model.terms import Json, members
from gateway.store.ports import Unit
from gateway.store.records import CaseKey, Detail, StoredEntry


@dataclass(frozen=True, slots=True)
class Entry:
    """What to record. `prev` is the index, over all volumes of the log, of the entry that this one follows from.

    `recipient` and `payload` belong to releases; `payload` also to the end of a volume (`gateway.log.years`).
    `urgent` is of an urgent hand-over: it is recorded also when a fork has stopped the log.
    """

    type: LeafType
    outcome: str
    bundle: str
    detail: dict[str, Json]
    recipient: str | None = None
    payload: str | None = None
    prev: int | None = None
    urgent: bool = False


class Recorder:
    """Keeps case keys and records entries. Erasing a case's key erases every detail under it."""

    def __init__(self, kek: bytes, witnessed: Witnessed | None = None) -> None:
        """Hold the key that wraps case keys (32 bytes), and what the witnesses may have stopped."""
        self._kek = kek
        self._witnessed = witnessed or Witnessed()

    def case(self, unit: Unit, *, tag: str) -> tuple[str, bytes]:
        """Return (case id, case key) for the case with this tag; make one the first time."""
        kept = unit.cases.key(tag=tag)
        if kept is not None:
            return kept.case_id, unwrap(kept.wrapped, kek=self._kek, aad=kept.case_id.encode())
        case_id, key = secrets.token_hex(16), new_case_key()
        unit.cases.add_key(CaseKey(case_id, tag, wrap(key, kek=self._kek, aad=case_id.encode())))
        return case_id, key

    def case_key(self, unit: Unit, case_id: str) -> bytes:
        """Return the key of a case; raise NotFoundError once it was erased."""
        kept = unit.cases.key_of(case_id)
        if kept is None:
            raise NotFoundError("this case was erased", hint="nothing of it can be opened any more")
        return unwrap(kept.wrapped, kek=self._kek, aad=case_id.encode())

    def record(self, unit: Unit, entry: Entry, *, case_id: str, case_key: bytes, at: dt.datetime) -> int:
        """Append the leaf and keep its detail; return the leaf's index.

        :raises LogForkError: a witness has shown that this log is forked, and the entry is of nothing urgent.
        """
        self._witnessed.refuse_fork(urgent=entry.urgent)
        prev, told = entry.prev, entry.detail
        if prev is not None and prev < unit.log.first:  # a leaf points at entries of its own volume only
            prev, told = None, {**told, "prev": prev}
        elif prev is not None:
            prev -= unit.log.first
        detail, salt = canonical(told), new_salt()
        recipient_salt = new_salt() if entry.recipient is not None else None
        leaf = Leaf(
            type=entry.type,
            id=secrets.token_hex(16),
            time=minute(at),
            outcome=entry.outcome,
            bundle=entry.bundle,
            detail=commit_bytes("detail", salt, detail),
            payload=entry.payload,
            recipient=None if recipient_salt is None else commit("recipient", recipient_salt, entry.recipient),
            prev=prev,
        )
        index = unit.append(encode(leaf))
        box = seal_box(detail, key=case_key, aad=_aad(index))
        unit.cases.add_detail(Detail(index, case_id, salt, recipient_salt, box))
        return index

    def open_stored(self, leaf: Leaf, stored: StoredEntry, keys: dict[str, bytes]) -> dict[str, Json] | None:
        """Return what a leaf commits to, None once it was erased; `keys` keeps the keys of cases while many are read.

        :raises LogTamperedError: the detail is not what the leaf commits to.
        :raises CannotOpenError: the detail or the key was altered or moved.
        """
        kept = stored.detail
        if kept is None or stored.wrapped is None:
            return None
        key = keys.get(kept.case_id)
        if key is None:
            key = keys[kept.case_id] = unwrap(stored.wrapped, kek=self._kek, aad=kept.case_id.encode())
        data = open_box(kept.box, key=key, aad=_aad(stored.leaf_index))
        open_bytes(leaf.detail, purpose="detail", salt=kept.salt, data=data)
        opened: Json = json.loads(data)  # the very bytes that were committed to, which were canonical
        return members(opened)

    def read(self, unit: Unit, index: int) -> tuple[Leaf, dict[str, Json], Detail]:
        """Return a leaf, what it commits to and the row that held it.

        :raises NotFoundError: the detail, or the case's key, was erased.
        :raises LogTamperedError: the detail is not what the leaf commits to.
        """
        leaf = decode(unit.book.leaf(index))
        kept = unit.cases.detail(index)
        if kept is None:
            raise NotFoundError("this entry was erased", hint="the leaf still proves that and when it was made")
        opened = parse_canonical(open_box(kept.box, key=self.case_key(unit, kept.case_id), aad=_aad(index)))
        open_commitment(leaf.detail, purpose="detail", salt=kept.salt, value=opened)
        if not isinstance(opened, dict):
            raise LogTamperedError(f"the detail of entry {index} has no known form", hint="call the privacy officer")
        return leaf, opened, kept


def _aad(index: int) -> bytes:
    # Bound to its place, so that one entry's detail cannot be put under another leaf.
    return f"detail/{index}".encode()
