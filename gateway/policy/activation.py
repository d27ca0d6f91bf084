"""Makes a signed policy the active one, and finds the active one back at every start.

In this order, so that nothing is active when any of it fails: the files are ready (`gateway.policy.readiness`), two
different approvers signed exactly them under the next number, then one commit holds the bundle and its entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.config.packed_policy import pack
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.notes import NoteVerifier, merge_notes
from gateway.errors import NotActivatedError
from gateway.policy.readiness import ready
from gateway.policy.shelf import ACTIVATED, Shelf, check_place, open_files
from gateway.policy.statement import Statement, check_signed
from gateway.store.ports import Store, Unit
from gateway.store.records import StoredBundle


@dataclass(frozen=True, slots=True)
class Activation:
    """What became active: its number, digest and entry in the log, and who signed it."""

    sequence: int
    digest: str
    leaf_index: int
    approvers: tuple[str, ...]


def next_statement(issuer: str, files: Mapping[str, bytes], newest: StoredBundle | None) -> Statement:
    """Return what must be signed for these files to follow the newest bundle."""
    sequence, previous = (1, "") if newest is None else (newest.sequence + 1, newest.digest)
    return Statement(issuer, sequence, digest_of(pack(files)), previous)


def activate(
    store: Store,
    shelf: Shelf,
    files: Mapping[str, bytes],
    examples: Mapping[str, bytes],
    notes: Sequence[str],
    *,
    issuer: str,
    approvers: Mapping[str, NoteVerifier],
) -> Activation:
    """Make these files the active policy; it decides from the next start on.

    :raises PolicyError: it is not ready, or not signed by two different approvers as the next one.
    :raises LogTamperedError: what is on the shelf contradicts the log.
    :raises LogUnavailableError: it could not be recorded, so nothing was activated.
    """
    ready(files, examples)

    def commit(unit: Unit) -> Activation:
        newest = unit.bundles.newest()
        if newest is not None:
            check_place(unit, newest)
        # INVARIANT: signed as what follows the bundle that is the newest in this very transaction.
        statement = next_statement(issuer, files, newest)
        signed = check_signed(statement, notes, approvers)
        kept = shelf.place(
            unit, files, after=newest, outcome=ACTIVATED, signatures=merge_notes(notes), approvers=signed
        )
        return Activation(kept.sequence, kept.digest, kept.leaf_index, signed)

    return store.write(commit)


def find_active(unit: Unit, *, issuer: str, approvers: Mapping[str, NoteVerifier]) -> dict[str, bytes]:
    """Return the files of the active policy: the newest one, with its signatures verified again.

    :raises NotActivatedError: there is none, or two approvers who count today did not sign it.
    :raises LogTamperedError: the log does not say that it was activated, or its files were altered.
    """
    newest = unit.bundles.newest()
    if newest is None:
        raise NotActivatedError(
            "no policy was ever activated here, so nothing can be decided",
            hint="let two approvers sign it (`gateway policy sign`), then run `gateway policy activate`",
        )
    check_place(unit, newest)
    files = open_files(newest)
    if not newest.signatures:
        raise NotActivatedError(
            f"policy {newest.sequence} was taken unsigned by a demo, and decides nothing here",
            hint="start with a new database; this one holds invented cases",
        )
    check_signed(Statement(issuer, newest.sequence, newest.digest, newest.previous), [newest.signatures], approvers)
    return files
