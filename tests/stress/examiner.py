"""Remembers what was told and seen of one log, and says after each fault what no longer fits.

Each check returns sentences; none means that the promise held. The tree, the proofs' paths and the pairing of leaves
and messages are recomputed here with code that shares nothing with the gateway's.
"""

import base64
import json
from collections.abc import Iterator, Sequence

from gateway.config.clock import utc_now
from gateway.crypto.notes import NoteVerifier
from gateway.errors import GatewayError
from gateway.log.envelope import Envelope
from gateway.log.merkle import consistency_proof, verify_consistency
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from tests.stress.evidence import NOTE, SEEN, Cursor, Evidence
from tests.stress.naive_tree import NaiveTree
from tests.stress.pairing import pair
from tests.stress.promises import Promises, Told, public, sha


def _size_and_root(note: str) -> tuple[int, bytes]:
    """Read the text of a checkpoint (C2SP tlog-checkpoint); its signature is checked apart."""
    lines = note.split("\n")
    return int(lines[1]), base64.b64decode(lines[2])


class Examiner:
    """The memory of one log over all faults that it goes through."""

    def __init__(self, vkey: str) -> None:
        """Trust this verifier key (C2SP vkey)."""
        self._verifier = NoteVerifier.from_text(vkey)
        self._trust = TrustPolicy.from_text(f"log {vkey}\nquorum none\n")
        self.tree = NaiveTree()
        self._entries: list[bytes] = []
        self._told: list[Told] = []  # not looked at yet
        self._promised: list[Told] = []  # held in every later state too
        self._notes: dict[int, str] = {}  # every checkpoint that anybody saw
        self._messages: dict[str, tuple[int, str]] = {}  # what was seen in the outbox from outside: leaf, digest
        self._known: set[int] = set()  # checkpoints already compared with a rebuild
        self._fetched: dict[str, str] = {}  # digest of each message that a partner got
        self.complaints: list[str] = []  # what was wrong at the moment it was seen

    def hear(self, told: Told) -> None:
        """Note what a caller was told; it MUST hold from now on."""
        self._told.append(told)

    def look(self, cursor: Cursor) -> None:
        """Look at the running gateway's database from outside: what can be seen MUST be in the log."""
        cursor.execute(SEEN)
        for index, message_id, message, entry in cursor.fetchall():
            assert isinstance(index, int)
            digest = sha(str(message))
            if entry is None or json.loads(bytes(entry)).get("payload") != digest:  # type: ignore[call-overload]
                self.complaints.append(f"message of leaf {index} could be fetched without its leaf")
            self._messages[str(message_id)] = (index, digest)
        cursor.execute(NOTE)
        for (note,) in cursor.fetchall():
            self._see_note(str(note))

    def _see_note(self, note: str) -> None:
        size, _ = _size_and_root(note)
        if _size_and_root(self._notes.setdefault(size, note)) != _size_and_root(note):
            self.complaints.append(f"two checkpoints of size {size} with different roots were seen")

    def examine(self, found: Evidence) -> list[str]:
        """Return what is wrong with what the database holds, in words."""
        wrong = [*self.complaints]
        self.complaints = []
        leaves = [json.loads(entry) for entry in found.entries]
        # Each check builds on the one before: what is wrong there is told, and nothing is made of it.
        for check in (
            self._entries_only_grow,
            self._tree_is_whole,
            self._checkpoints_agree,
            lambda state: pair(state, leaves),
            self._everything_seen_is_there,
            lambda state: self._everything_told_is_there(state, leaves),
        ):
            if not wrong:
                wrong += check(found)
        return wrong

    def _entries_only_grow(self, found: Evidence) -> Iterator[str]:
        kept = found.entries[: len(self._entries)]
        if list(kept) != self._entries:
            yield f"the log no longer begins with the {len(self._entries)} entries it had"
            return
        new = found.entries[len(self._entries) :]
        self._entries += new
        self.tree.extend(new)

    def _tree_is_whole(self, found: Evidence) -> Iterator[str]:
        size = len(found.entries)
        if found.head is None:
            if size or found.nodes or found.checkpoints:
                yield "there are entries, but no head"
            return
        counted, frontier, note = found.head
        if counted != size:
            yield f"the head counts {counted} entries, there are {size}"
            return
        signed, root = _size_and_root(note)
        if (signed, root) != (size, self.tree.root(size)):
            yield f"the head's checkpoint is not what {size} entries rebuild to"
        if len(frontier) != 32 * size.bit_count():
            yield "the head's frontier has another length than its size wants"
        self._see_note(note)

    def _checkpoints_agree(self, found: Evidence) -> Iterator[str]:
        if found.head is None:
            return
        size, newest = len(found.entries), self.tree.root(len(found.entries))
        kept = dict(found.checkpoints)
        for at, note in found.checkpoints:
            self._see_note(note)
            if at not in self._known:
                self._known.add(at)
                yield from self._note_is_ours(at, note)
        for at, note in self._notes.items():  # also those that were seen before earlier faults
            if at > size:
                yield f"a checkpoint of size {at} was seen, the log now has {size}: a fork"
                continue
            if at not in kept:
                yield f"the checkpoint of size {at} was seen and is no longer kept"
            root = _size_and_root(note)[1]
            try:
                proof = consistency_proof(at, size, lambda places: {place: found.nodes[place] for place in places})
                verify_consistency(at, size, proof, root, newest)
            except (GatewayError, KeyError):
                yield f"the checkpoint of size {at} is not consistent with the newest of size {size}"

    def _note_is_ours(self, at: int, note: str) -> Iterator[str]:
        try:
            self._verifier.verify(note)
        except GatewayError:
            yield f"the checkpoint of size {at} is not signed by the log"
        if _size_and_root(note) != (at, self.tree.root(at)):
            yield f"the checkpoint of size {at} is not what its entries rebuild to"

    def _everything_seen_is_there(self, found: Evidence) -> Iterator[str]:
        waiting = {release.message_id: (release.leaf_index, sha(release.message)) for release in found.outbox}
        for message_id, seen in self._messages.items():
            if waiting.get(message_id) != seen:
                yield f"the message of leaf {seen[0]} was seen in the outbox and is no longer as it was"

    def _everything_told_is_there(self, found: Evidence, leaves: Sequence[Told]) -> Iterator[str]:
        new, self._told = self._told, []
        self._promised += new
        for told in new:
            if told.get("did") == "fetch":
                yield from self._envelope_holds(told, leaves)
        promises = Promises(found)
        for told in self._promised:
            if not promises.hold(told):
                yield f"`{told['did']}` was acknowledged and is not there: {public(told)}"

    def _envelope_holds(self, told: Told, leaves: Sequence[Told]) -> Iterator[str]:
        envelope = Envelope.from_json(str(told["envelope"]))
        digest = sha(envelope.message)
        if self._fetched.setdefault(str(told["message"]), digest) != digest:
            yield "a partner fetched one message twice and got two"
        head, _, note = envelope.proof.partition("\n\n")
        index, path = int(head.split("\n")[1].removeprefix("index ")), head.split("\n")[2:]
        size, root = _size_and_root(note)
        if size > len(leaves) or leaves[index]["type"] != "release" or leaves[index].get("payload") != digest:
            yield f"a payload was delivered that leaf {index} does not record"
            return
        ours = [base64.b64encode(step).decode() for step in self.tree.path(index, size)]
        if self._entries[index] != envelope.leaf or path != ours or root != self.tree.root(size):
            yield f"the proof delivered with leaf {index} is not of this log"
        self._see_note(note)
        try:
            verify_message(envelope, self._trust, recipient=str(told["partner"]), now=utc_now())
        except GatewayError as error:
            yield f"the partner's own check refuses the message of leaf {index}: {error.code}"
