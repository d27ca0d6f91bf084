"""What somebody could try who has the database, the machine and the log's signing key."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.crypto.commitments import digest
from gateway.log.leaf import decode, encode
from gateway.model.leaf import Leaf, LeafType
from tests.attacks.world import World

START, WITNESS, PARTNER = "the gateway's start", "the witness", "the partner"
ALONE, CROSS = "full verification", "the cross-check"
SINCE, HELD = "verification from what the witness saw", "verification from what the partner holds"


@dataclass(frozen=True, slots=True)
class Attack:
    """A deed, and who MUST notice it. `evidence` is what the witness keeps that proves it to anyone."""

    do: Callable[[World], None]
    caught: frozenset[str]
    evidence: frozenset[str] = frozenset()


def rewrite(world: World) -> None:
    """Turn a refusal into a permission, and sign everything anew."""
    entries = list(world.honest)
    entries[world.denial_index()] = entries[world.denial_index()].replace(b'"outcome":"deny"', b'"outcome":"permit"')
    world.intruder.put(world.intruder.forge(entries))


def insert(world: World) -> None:
    """Put an approval that nobody gave between the entries."""
    at = world.denial_index()
    made = encode(replace(decode(world.honest[at]), type=LeafType.APPROVAL, outcome="approved", prev=at - 1))
    world.intruder.put(world.intruder.forge([*world.honest[:at], made, *_moved(world.honest[at:], at, +1)]))


def delete(world: World) -> None:
    """Take a release out, as if it had never been."""
    at = world.release_of(world.past.help)
    world.intruder.put(world.intruder.forge([*world.honest[:at], *_moved(world.honest[at + 1 :], at, -1)]))


def drop_denial(world: World) -> None:
    """Take the refusal out, so that the request can be tried again unseen."""
    at = world.denial_index()
    world.intruder.put(world.intruder.forge([*world.honest[:at], *_moved(world.honest[at + 1 :], at, -1)]))


def delete_and_go_on(world: World) -> None:
    """Take a release out, and go on until the log is longer than the one that was seen."""
    delete(world)
    world.intruder.put(world.intruder.forge([*world.intruder.entries(), *world.honest[-2:]]))


def reorder(world: World) -> None:
    """Let the refusal come after what followed it."""
    at = world.denial_index()
    entries = [*world.honest[:at], world.honest[at + 1], world.honest[at], *world.honest[at + 2 :]]
    world.intruder.put(world.intruder.forge([_without_prev(entry) for entry in entries]))


def truncate(world: World) -> None:
    """Cut the newest entries off."""
    world.intruder.put(world.intruder.forge(world.honest[:-2]))


def roll_back(world: World) -> None:
    """Put the whole gateway back to an hour ago, its own memory included."""
    world.put_back()


def restore_and_go_on(world: World) -> None:
    """Put an old copy back, and go on working with the real gateway."""
    world.put_back()
    world.go_on()


def fork_to_one(world: World) -> None:
    """Give one partner a message from a log of its own, well signed, and leave the real log as it was."""
    at = world.release_of(world.past.help)
    envelope = world.past.envelopes["belle"]
    other = replace(envelope, message=envelope.message[:-4] + "AAAA")
    leaf = replace(decode(world.honest[at]), payload=digest(other.message.encode()), id=secrets.token_hex(16))
    side = world.intruder.forge([*world.honest[:at], encode(leaf)])
    world.shown.append(world.stapled(side, at, other, world.past.line))


def show_without_witness(world: World) -> None:
    """Give one partner that message before the witness saw anything of it."""
    fork_to_one(world)
    shown = world.shown.pop()
    note, _, line = shown.proof.rpartition("\u2014")
    world.shown.append(replace(shown, proof=note)) if line else None


def backdate(world: World) -> None:
    """Add a decision of three weeks ago."""
    leaf = replace(decode(world.honest[-1]), type=LeafType.DECISION, outcome="deny", time="2026-11-03T09:00Z")
    leaf = replace(leaf, payload=None, recipient=None, prev=None, id=secrets.token_hex(16))
    world.intruder.put(world.intruder.forge([*world.honest, encode(leaf)]))


def postdate(world: World) -> None:
    """Give a partner a release of an hour to come, which the witness saw now."""
    at = len(world.honest)
    envelope = world.past.envelopes["belle"]
    leaf = replace(decode(world.honest[world.release_of(world.past.help)]), time="2026-11-24T13:00Z", prev=None)
    forged = world.intruder.forge([*world.honest, encode(leaf)])
    world.intruder.put(forged)
    answer = world.ask_witness(forged)
    world.shown.append(world.stapled(forged, at, envelope, answer.text))


def swap_payloads(world: World) -> None:
    """Let two partners get each other's message."""
    world.intruder.change(
        "CREATE TEMP TABLE two AS SELECT leaf_index, message FROM outbox",
        "UPDATE outbox SET message = (SELECT message FROM two WHERE two.leaf_index != outbox.leaf_index LIMIT 1)",
    )
    belle, avim = world.past.envelopes["belle"], world.past.envelopes["avim"]
    world.shown += [replace(belle, message=avim.message), replace(avim, message=belle.message)]
    world.staple_shown()


def replay_proof(world: World) -> None:
    """Put a true entry and its proof on another message."""
    belle = world.past.envelopes["belle"]
    world.shown.append(replace(belle, message=belle.message[:-4] + "AAAA"))
    world.staple_shown()


def readdress(world: World) -> None:
    """Give one partner's message, entry and proof to another."""
    world.shown.append(replace(world.past.envelopes["avim"], recipient="belle"))
    world.staple_shown()


ATTACKS: Mapping[str, Attack] = {
    "rewrite": Attack(rewrite, frozenset({START, WITNESS, SINCE}), frozenset({"two_roots"})),
    "insert": Attack(insert, frozenset({START, WITNESS, SINCE, CROSS}), frozenset({"rewritten"})),
    "delete": Attack(delete, frozenset({START, WITNESS, SINCE, CROSS})),
    "delete, and go on": Attack(delete_and_go_on, frozenset({START, WITNESS, SINCE, CROSS}), frozenset({"rewritten"})),
    "drop a refusal": Attack(drop_denial, frozenset({START, WITNESS, SINCE, CROSS})),
    "reorder": Attack(reorder, frozenset({START, WITNESS, SINCE}), frozenset({"two_roots"})),
    "truncate": Attack(truncate, frozenset({START, WITNESS, SINCE, CROSS})),
    "roll back": Attack(roll_back, frozenset({START, WITNESS, SINCE})),
    "restore an old backup, and go on": Attack(
        restore_and_go_on, frozenset({START, WITNESS, SINCE}), frozenset({"rewritten"})
    ),
    "fork to one partner": Attack(fork_to_one, frozenset({PARTNER, HELD})),
    "show before the witness saw it": Attack(show_without_witness, frozenset({PARTNER, HELD})),
    "backdate": Attack(backdate, frozenset({ALONE, SINCE})),
    "postdate": Attack(postdate, frozenset({PARTNER, CROSS})),
    "swap two partners' messages": Attack(swap_payloads, frozenset({PARTNER, CROSS})),
    "replay a proof on another message": Attack(replay_proof, frozenset({PARTNER})),
    "hand a message to another partner": Attack(readdress, frozenset({PARTNER})),
}


def _moved(entries: Sequence[bytes], at: int, by: int) -> list[bytes]:
    """Return entries that point past their neighbour to where it stands now."""
    moved = []
    for entry in entries:
        leaf = decode(entry)
        prev = leaf.prev
        if prev is not None and prev >= at:
            prev = prev + by if prev > at or by > 0 else None
        moved.append(encode(replace(leaf, prev=prev)))
    return moved


def _without_prev(entry: bytes) -> bytes:
    leaf: Leaf = decode(entry)
    return encode(replace(leaf, prev=None))
