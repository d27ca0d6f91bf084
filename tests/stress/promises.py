"""What callers were told, looked up among the rows of one state."""

import hashlib
from collections.abc import Mapping

from tests.stress.evidence import Evidence

CALL = "oral"  # the kind of a part told by telephone: it has no message, and its leaf is its decision's
LEFT = {"delivered", "recalled"}  # the states of a message that its partner has
TAKEN_BACK = {"voided", "recalled", "refused"}  # the states of a part whose consent was withdrawn

Told = Mapping[str, object]


def sha(text: str) -> str:
    """Return the digest of a text as leaves write it."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def public(told: Told) -> str:
    """Return what was told, for a message; the envelope would fill the page."""
    return ", ".join(f"{name} {value}" for name, value in told.items() if name not in {"envelope", "did"})


class Promises:
    """The rows of one state, by what callers know of them."""

    def __init__(self, found: Evidence) -> None:
        """Look in these rows."""
        self._found = found
        self._releases = {release.message_id: release for release in found.outbox}
        self._judged = {(part, kind) for part, kind, _ in found.judgements}
        self._receipts = {(leaf, message) for leaf, message, _ in found.receipts}
        self._kinds = {
            "submit": self._submitted,
            "approve": self._approved,
            "fetch": self._fetched,
            "receipt": self._received,
            "judge": self._judged_so,
            "withdraw": self._withdrawn,
            "call": self._entered,
            "agree": self._agreed,
        }

    def hold(self, told: Told) -> bool:
        """Say whether what this caller was told is so."""
        return self._kinds[str(told["did"])](told)

    def _submitted(self, told: Told) -> bool:
        messages = told["messages"]
        assert isinstance(messages, list)
        kept = self._found.disclosures.get(str(told["id"])) == told["leaf"]
        return kept and all(self._released(message, leaf) for message, leaf in messages)

    def _approved(self, told: Told) -> bool:
        part = self._found.parts.get(str(told["part"]))
        judged = (str(told["part"]), "approve") in self._judged
        return judged and part is not None and self._released(part.message_id, told["leaf"])

    def _fetched(self, told: Told) -> bool:
        release = self._releases.get(str(told["message"]))
        return release is not None and release.state in LEFT

    def _received(self, told: Told) -> bool:
        return (told["leaf"], told["message"]) in self._receipts

    def _judged_so(self, told: Told) -> bool:
        return (str(told["part"]), str(told["kind"])) in self._judged

    def _withdrawn(self, told: Told) -> bool:
        # What was fetched before is recalled by a message of its own, which stands beside it and goes its own way.
        parts = [part for part in self._found.parts.values() if part.kind != "recall"]
        states = {part.state for part in parts if part.disclosure_id == told["id"]}
        return bool(states) and states <= TAKEN_BACK

    def _entered(self, told: Told) -> bool:
        return any(part.disclosure_id == told["id"] and part.kind == CALL for part in self._found.parts.values())

    def _agreed(self, told: Told) -> bool:
        return self._found.deputies.get(str(told["id"]), ("", 0))[0] == "agreed"

    def _released(self, message_id: object, leaf: object) -> bool:
        release = self._releases.get(str(message_id))
        return release is not None and release.leaf_index == leaf
