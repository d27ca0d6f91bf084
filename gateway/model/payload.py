"""What leaves: the minimised data, and the same sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.terms import Json


@dataclass(frozen=True, slots=True)
class ReleasedSubject:
    """The fields of one subject that may leave, and nothing else. Only `gateway.minimise` makes these."""

    ref: str
    role: str | None  # None where the recipient may not read it
    data: Mapping[str, Json] = field(repr=False)

    def to_json(self) -> dict[str, Json]:
        """Return `{ref, role?, data}`."""
        told: dict[str, Json] = {"ref": self.ref, "data": dict(self.data)}
        return told if self.role is None else {**told, "role": self.role}


@dataclass(frozen=True, slots=True)
class Obligations:
    """What the recipient owes: no onward disclosure, and destruction at the latest on this ISO date."""

    destroy_by: str

    def to_json(self) -> dict[str, Json]:
        """Return the claim `obligations`."""
        return {"onward_disclosure": "forbidden", "destroy_by": self.destroy_by}


@dataclass(frozen=True, slots=True)
class Payload:
    """One message before sealing. `subjects` is never empty."""

    disclosure_id: str
    recipient: str
    recipient_key_id: str
    ground: str  # the row's label for this recipient
    purpose: str
    legal_basis: tuple[str, ...]
    obligations: Obligations
    bundle: str
    approval_digest: str
    subjects: tuple[ReleasedSubject, ...] = field(repr=False)
    corrects: str | None = None  # the id of an earlier message, in place of whose values these are


@dataclass(frozen=True, slots=True)
class SealedPayload:
    """The same, signed by the gateway and encrypted to the recipient. `digest`: "sha256:" + hex of the message.

    `link` is the secret of a pick-up link, which alone opens the message; None for partners that have keys.
    """

    message_id: str
    message: str
    digest: str
    link: bytes | None = field(default=None, repr=False)
