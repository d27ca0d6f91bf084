"""Histories of one log that its own key signs, honest or not, by the recursion of RFC 9162 and nothing else."""

from collections.abc import Sequence

from gateway.crypto.encoding import b64
from gateway.crypto.notes import NoteSigner
from tests.log.sample_log import SIGNER
from tests.stress.naive_tree import NaiveTree


class History:
    """What one log could have signed: `entries` may be any bytes, and two histories may share their first ones."""

    def __init__(self, entries: Sequence[bytes], *, signer: NoteSigner = SIGNER) -> None:
        """Hold these entries, signed by this key."""
        self.tree = NaiveTree()
        self.tree.extend(entries)
        self.signer = signer

    def note(self, size: int) -> str:
        """Return the signed checkpoint of the first `size` entries."""
        return self.signer.sign(f"{self.signer.name}\n{size}\n{b64(self.tree.root(size))}\n")

    def body(self, old: int, size: int) -> str:
        """Return a request that builds on `old` entries with an honest proof of this very history."""
        return request_body(old, self.tree.consistency(old, size) if old else [], self.note(size))


def request_body(old: int | str, proof: Sequence[bytes], note: str) -> str:
    """Return the body of a request with exactly these parts."""
    return f"old {old}\n{''.join(b64(step) + chr(10) for step in proof)}\n{note}"


def entries(count: int, *, changed: Sequence[int] = ()) -> list[bytes]:
    """Return so many invented entries; those of `changed` are not what they were."""
    return [b"entry %d%s" % (at, b" rewritten" if at in changed else b"") for at in range(count)]


HONEST = History(entries(40))
FORKED = History(entries(40, changed=[2]))
