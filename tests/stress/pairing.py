"""Leaves and rows pair: every release has exactly one message, part and detail, and the reverse."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.stress.evidence import Evidence
from tests.stress.promises import CALL, Told, sha

SEALED = {"released", "delivered", "recalled"}  # the states of a part that cannot be without a leaf


def pair(found: Evidence, leaves: Sequence[Told]) -> Iterator[str]:
    """Say where leaves and rows do not pair."""
    parts = found.parts.values()
    sealed = [part.leaf_index for part in parts if part.leaf_index is not None and part.kind != CALL]
    yield from _one_each("release", "an outbox row", leaves, [release.leaf_index for release in found.outbox])
    yield from _one_each("release", "a part", leaves, sealed)
    yield from _one_each("receipt", "a row of its own", leaves, [leaf for leaf, _, _ in found.receipts])
    if list(found.details) != list(range(len(leaves))):
        yield "the details are not one for each leaf"
    yield from _own_leaf("request", found.disclosures.values(), {"decision"}, leaves)
    judged = [leaf for _, _, leaf in found.judgements]
    yield from _own_leaf("judgement", judged, {"approval", "review", "decision"}, leaves)
    yield from _own_leaf("deputyship", [leaf for _, leaf in found.deputies.values()], {"access"}, leaves)
    yield from _messages_are_recorded(found, leaves)
    for part in parts:
        if part.kind == CALL and (part.leaf_index, part.message_id) != (found.disclosures[part.disclosure_id], None):
            yield "a call's part has another leaf than its entry, or a message"
        if part.state in SEALED and part.leaf_index is None:
            yield "a part counts as released and has no leaf"


def _one_each(of_type: str, what: str, leaves: Sequence[Told], rows: Iterable[int]) -> Iterator[str]:
    typed = {index for index, leaf in enumerate(leaves) if leaf["type"] == of_type}
    counted = Counter(rows)
    for index in sorted(typed ^ set(counted)):
        yield f"leaf {index}: {f'a {of_type} without' if index in typed else f'no {of_type}, but'} {what}"
    yield from (f"leaf {index}: more than {what}" for index, count in counted.items() if count > 1)


def _own_leaf(what: str, rows: Iterable[int], types: set[str], leaves: Sequence[Told]) -> Iterator[str]:
    for index, count in Counter(rows).items():
        if count > 1 or leaves[index]["type"] not in types:
            yield f"leaf {index}: a {what} has not a leaf of its own"


def _messages_are_recorded(found: Evidence, leaves: Sequence[Told]) -> Iterator[str]:
    for release in found.outbox:
        part = found.parts.get(release.part_id)
        if leaves[release.leaf_index].get("payload") != sha(release.message):
            yield f"leaf {release.leaf_index} records another message than the outbox holds"
        if part is None or (part.leaf_index, part.message_id) != (release.leaf_index, release.message_id):
            yield f"leaf {release.leaf_index}: its message belongs to another part"
        elif part.state != release.state:
            yield f"leaf {release.leaf_index}: its part is {part.state}, its message {release.state}"
