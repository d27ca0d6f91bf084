"""Compares the log that stands here with the newest checkpoint that a witness has seen of it."""

import datetime as dt

from gateway.cosign.client import WitnessClient
from gateway.errors import GatewayError, LogForkError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import consistency_proof, root_of, verify_consistency
from gateway.log.policy import TrustPolicy
from gateway.log.seen import Tree

_ADVICE = (
    "nothing may be added: partners and the witness hold proofs of the other history. Either an older copy of the "
    "database stands here: put the newest database or backup back; or somebody else signs with this log's key: stop "
    "everything that has the key and call the privacy officer. If it cannot be put back, the privacy officer decides: "
    "see docs/operations.md, `A witness has seen another log`"
)


def ask_newest(
    client: WitnessClient, trust: TrustPolicy, origin: str, *, now: dt.datetime
) -> tuple[Checkpoint, str] | None:
    """Return the newest checkpoint of the log that this witness has seen, with its note; None when it has seen none.

    :raises TemporaryDeliveryError: it cannot be reached, or does not tell.
    :raises SignatureInvalidError: what it tells is not signed by the log and by itself: it proves nothing.
    :raises LogTamperedError: what it tells is no checkpoint.
    """
    note = client.newest(origin)
    if note is None:
        return None
    checkpoint = trust.verify_signed(note)
    # Its own signature too: a witness vouches for what it tells, or it tells nothing.
    if checkpoint.origin != origin or client.name not in trust.seen_by(note, now=now):
        raise SignatureInvalidError(
            "a witness told of a checkpoint that it did not sign, or of another log",
            hint="compare the log's name and the witness's key in GATEWAY_WITNESSES with its keeper",
        )
    return checkpoint, note


def compare(name: str, witnessed: Checkpoint, table: Tree) -> None:
    """Check that the log that stands here continues what a witness has seen; its checkpoint was verified.

    :raises LogForkError: it does not: an older copy stands here, or somebody else signed with the log's key.
    """
    head = table.head()
    if head.size < witnessed.size:
        raise ahead(name, witnessed.size, head.size)
    try:
        proof = consistency_proof(witnessed.size, head.size, table.nodes) if witnessed.size else []
        if witnessed.size:
            verify_consistency(witnessed.size, head.size, proof, witnessed.root, root_of(head.frontier))
    except (GatewayError, TypeError, ValueError) as exc:  # a cell of another type than the store ever writes
        raise LogForkError(
            f"witness `{name}` has seen {witnessed.size} entries of this log, and the {head.size} here do not continue "
            "them",
            hint=_ADVICE,
        ) from exc


def ahead(name: str, witnessed: int, here: int) -> LogForkError:
    """Return the error for a log that lacks entries which a witness has seen."""
    return LogForkError(f"witness `{name}` has seen {witnessed} entries of this log, but here are {here}", hint=_ADVICE)
