"""A request that somebody is still typing: what was chosen and typed so far, and what will make it one request."""

import datetime as dt
from dataclasses import dataclass, field

from gateway.model.terms import Json, items, members, words

SEED = 32  # bytes


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a draft holds, all of it sealed. `roles` is one role for each subject, in order.

    `typed` are names and values of inputs, as typed; `done` the pages that were sent in at least once. `key` is the
    idempotency key of the one request that can come of it, and `seed` 32 random bytes for what that request draws at
    random, so that what is shown beforehand is to the byte what is sealed.
    """

    recipient: str
    ground: str
    purpose: str
    roles: tuple[str, ...]
    key: str = field(repr=False)
    seed: bytes = field(repr=False)
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    done: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the form that is sealed."""
        typed: list[Json] = [[name, value] for name, value in self.typed]
        return {
            "recipient": self.recipient,
            "ground": self.ground,
            "purpose": self.purpose,
            "roles": list(self.roles),
            "key": self.key,
            "seed": self.seed.hex(),
            "typed": typed,
            "done": list(self.done),
        }

    @classmethod
    def from_json(cls, value: Json) -> "DraftContent":
        """Return what `to_json` told."""
        kept = members(value)
        pairs = (items(pair) for pair in items(kept["typed"]))
        return cls(
            recipient=str(kept["recipient"]),
            ground=str(kept["ground"]),
            purpose=str(kept["purpose"]),
            roles=words(kept["roles"]),
            key=str(kept["key"]),
            seed=bytes.fromhex(str(kept["seed"])),
            typed=tuple((str(name), str(text)) for name, text in pairs),
            done=words(kept["done"]),
        )


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as its owner finds it back, until `expires`."""

    id: str
    content: DraftContent = field(repr=False)
    created: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class Abandoned:
    """How many drafts on a ground were never submitted, in a month (as in 2026-11); it is linked to nobody."""

    month: str
    ground: str
    drafts: int
