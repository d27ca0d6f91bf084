"""Envelopes in small logs of invented entries, with witnesses, and what each of the two programs says of them."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.crypto.commitments import commit, digest
from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.encoding import b64
from gateway.errors import ConfigError, GatewayError
from gateway.log.envelope import Envelope
from gateway.log.leaf import encode
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.leaf import Leaf, LeafType
from kit.verify_disclosure import NotInOrderError, UnreadableError, verify
from tests.log.sample_log import DECISION, MESSAGE, NOW, ORIGIN, RECIPIENT, SALT, SIGNER, VKEY
from tests.stress.naive_tree import NaiveTree

WITNESSES = [Cosigner.generate(f"witness-{at}.example") for at in range(3)]
IN_ORDER, REFUSED, UNREADABLE = "in order", "refused", "unreadable"
LINES = [f"log {VKEY}", *[f"witness w{at} {each.vkey}" for at, each in enumerate(WITNESSES)]]
TRUST = "\n".join([*LINES, "quorum w0", ""])


@dataclass(frozen=True)
class Sample:
    """The release at `index` in a log of `size`, under a checkpoint that witnesses saw at some minutes from NOW."""

    size: int = 2
    index: int = 1
    seen: tuple[tuple[int, int], ...] = ((0, 0),)
    """Which witness, and how many minutes after NOW."""
    minutes: int = -1
    """When the entry says that it was made, from NOW."""
    other: Leaf = DECISION

    def leaf(self, at: int) -> bytes:
        """Return the entry at a place in the log."""
        time = (NOW + dt.timedelta(minutes=self.minutes)).strftime("%Y-%m-%dT%H:%MZ")
        leaf = replace(self.other, id=f"{at:032x}", time=time, prev=at - 1 if at else None)
        if at != self.index:
            return encode(leaf)
        recipient = commit("recipient", SALT, RECIPIENT)
        return encode(replace(leaf, type=LeafType.RELEASE, payload=digest(MESSAGE.encode()), recipient=recipient))

    def note(self) -> str:
        """Return the checkpoint with its signatures."""
        text = f"{ORIGIN}\n{self.size}\n{b64(self._tree().root(self.size))}\n"
        lines = [WITNESSES[which].cosign(text, NOW + dt.timedelta(minutes=late)) for which, late in self.seen]
        return SIGNER.sign(text) + "".join(lines)

    def proof(self) -> str:
        """Return the C2SP tlog-proof."""
        path = "".join(f"{b64(step)}\n" for step in self._tree().path(self.index, self.size))
        return f"c2sp.org/tlog-proof@v1\nindex {self.index}\n{path}\n{self.note()}"

    def members(self) -> dict[str, object]:
        """Return the envelope's members."""
        opening = {"recipient": {"salt": b64(SALT), "value": RECIPIENT}}
        return {"message": MESSAGE, "leaf": b64(self.leaf(self.index)), "proof": self.proof(), "opening": opening}

    def envelope(self, **changed: object) -> str:
        """Return the envelope's text, with other members where they are given."""
        return json.dumps({**self.members(), **changed}, ensure_ascii=False, separators=(",", ":"))

    def _tree(self) -> NaiveTree:
        tree = NaiveTree()
        tree.extend([self.leaf(at) for at in range(self.size)])
        return tree


def gateways(envelope: str, trust: str, *, me: str | None = None, now: dt.datetime = NOW) -> str:
    """Return what the gateway's own code says."""
    try:
        policy = TrustPolicy.from_text(trust)
    except ConfigError:
        return UNREADABLE
    try:
        verify_message(Envelope.from_json(envelope), policy, recipient=me, now=now)
    except GatewayError:
        return REFUSED
    return IN_ORDER


def partners(envelope: str, trust: str, *, me: str | None = None, now: dt.datetime = NOW) -> str:
    """Return what the file that a partner keeps says; of an envelope that is no JSON it says that it cannot be read."""
    try:
        verify(envelope, trust, me=me, now=now)
    except NotInOrderError:
        return REFUSED
    except UnreadableError as error:
        return REFUSED if "envelope" in str(error) else UNREADABLE
    return IN_ORDER


def both(envelope: str, trust: str, *, me: str | None = None, now: dt.datetime = NOW) -> str:
    """Return what both say; fail when they differ."""
    said = gateways(envelope, trust, me=me, now=now), partners(envelope, trust, me=me, now=now)
    assert said[0] == said[1], f"{said} of {envelope!r} under {trust!r}"
    return said[0]


def flipped(data: bytes, every: int) -> Sequence[str]:
    """Return the data with one bit flipped, for one in so many bits, where that is text at all."""
    texts = []
    for bit in range(0, len(data) * 8, every):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            texts.append(changed.decode())
        except UnicodeDecodeError:
            continue
    return texts
