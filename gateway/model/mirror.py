"""The mirror: what a recipient would read, as it would be sealed, shown before anything leaves."""

from dataclasses import dataclass, field

from gateway.model.decision import Approval
from gateway.model.terms import Json
from gateway.model.timeline import OwnershipView


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of a request: all that leaves together under one approval. Its digest is what is sealed with it.

    `contents` are the claims that the recipient reads, in the form in which they are sealed. They are personal: only
    the requester and whoever judges them may see them. `recipient_key` and `bundle` are ids, and stand in the digest.
    """

    approval: Approval
    digest: str
    contents: Json = field(repr=False)
    recipient_key: str
    bundle: str

    @property
    def waits(self) -> bool:
        """Say whether it leaves only after somebody's approval."""
        return self.approval.before_release

    def to_json(self) -> dict[str, Json]:
        """Return the form of the staff API: no value of the contents."""
        return {"approval": self.approval.value, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Preview:
    """What its requester gets of a request before anything is stored: the messages, and the seed of their digests.

    The seed is the requester's secret: with it and a digest an address can be guessed (`gateway.crypto.nonces`).
    """

    seed: bytes = field(repr=False)
    messages: tuple[MessageView, ...]
    ownership: OwnershipView | None = None  # what was seen in the land register, for the page alone

    def to_json(self) -> dict[str, Json]:
        """Return the form of the staff API, for the one who asked: what to send along with the request."""
        return {"seed": self.seed.hex(), "messages": [message.to_json() for message in self.messages]}
