"""Puts the rooms `keep` and `policy` together with settings, keys and the database.

Backup, restore, going on after a loss, another policy, and erasure.
"""

from dataclasses import dataclass
from pathlib import Path

from gateway.bootstrap import (
    approvers,
    ask_witnesses,
    keyring_file,
    last_seen,
    log_of,
    open_present,
    open_store,
    policy_files,
    verifier_key,
)
from gateway.config.clock import utc_now
from gateway.config.packed_policy import pack, unpack
from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.config.settings import Settings
from gateway.config.signature_files import read_signatures
from gateway.cosign.start import contradictions
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.lookup import LookupKey
from gateway.decide.loader import load_bundle
from gateway.errors import ConfigError
from gateway.keep.backup import back_up
from gateway.keep.check import BackupReport, Progress
from gateway.keep.loss import Acceptance, Elsewhere, accept_loss
from gateway.keep.restore import check, restore
from gateway.log.leaf import minute
from gateway.log.recorder import Recorder
from gateway.log.seen import SEEN, LastSeen
from gateway.pipeline.tools import LIFETIME, Clock
from gateway.policy.activation import Activation, activate
from gateway.policy.shelf import Shelf
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Order, Refusal, erase, look
from gateway.rights.holding import Means
from gateway.store.clean import LARGE, Cleaned, clean, count_traces, files_of
from gateway.store.engine import is_served, migrate, open_engine
from gateway.store.ports import Unit
from gateway.store.snapshot import refill, snapshot
from gateway.store.writer import SqlStore


def make_backup(settings: Settings, path: Path, progress: Progress, *, clock: Clock = utc_now) -> BackupReport:
    """Write a verified backup of the database as it stands now; the gateway need not stop.

    :raises ConfigError: there is no passphrase for it, or no database, or the file cannot be written.
    """
    passphrase = _passphrase(settings)
    database = open_present(settings)
    try:
        return back_up(
            path,
            passphrase,
            open_snapshot=lambda: snapshot(database),
            seen=last_seen(settings),
            vkey=verifier_key(settings),
            created=minute(clock()),
            strong=not settings.demo,
            progress=progress,
        )
    finally:
        database.dispose()


def check_backup(settings: Settings, path: Path, progress: Progress) -> BackupReport:
    """Verify a backup, and write nothing."""
    return check(path, _passphrase(settings), vkey=verifier_key(settings), progress=progress)


def restore_backup(
    settings: Settings, path: Path, progress: Progress, *, decision: str | None, clock: Clock = utc_now
) -> tuple[BackupReport, Acceptance | None]:
    """Fill the empty database with a backup; with a decision, accept that newer entries are lost.

    :raises LogForkError: entries would be missing, and nobody decided that the gateway goes on without them.
    """
    passphrase = _passphrase(settings)
    database = open_engine(settings.database_url)
    try:
        report, lost = restore(
            path,
            passphrase,
            open_refill=lambda revision: refill(database, revision),
            seen=last_seen(settings),
            accept_loss=decision is not None,
            vkey=verifier_key(settings),
            progress=progress,
        )
        if report.ok:
            migrate(database)  # a backup of an older version has older tables
    finally:
        database.dispose()
    accepted = accept_missing(settings, decision, clock=clock) if decision is not None and lost else None
    return report, accepted


def accept_missing(settings: Settings, decision: str, *, clock: Clock = utc_now) -> Acceptance:
    """Go on with the log as it stands, because someone decided so; the log says so itself.

    :raises InvalidRequestError: nothing is missing.
    """
    keyring = keyring_file(settings).load()
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    database = open_engine(settings.database_url)
    store = SqlStore(database, log_of(settings, keyring).open_batch)  # without a memory: see `accept_loss`
    try:
        migrate(database)
        told = ask_witnesses(settings, database, clock)
        with store.read() as unit:  # what is not on the shelf may not stand in an entry
            newest = unit.bundles.newest()
            elsewhere = [Elsewhere(one.name, one.checkpoint, one.note) for one, _ in contradictions(told, unit.log)]
        return accept_loss(
            store,
            Recorder(keyring.kek),
            LastSeen(settings.home / SEEN, *vkeys),
            tag=LookupKey(keyring.lookup_key).own_affairs(),
            bundle=digest_of(pack(policy_files(settings))) if newest is None else newest.digest,
            decision=decision,
            at=clock(),
            elsewhere=elsewhere,
        )
    finally:
        store.close()


def activate_policy(settings: Settings, directory: Path, *, by: str, clock: Clock = utc_now) -> Activation:
    """Make the policy in this folder the active one, with the signatures beside it; it decides from the next start on.

    :raises PolicyError: it is not ready, or not signed by two different approvers as the next one.
    """
    files = read_policy_files(directory, municipality=settings.municipality)
    examples = read_example_files(directory / "examples")
    notes = read_signatures(directory)
    known = approvers(settings)
    keyring = keyring_file(settings).load()
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    store = open_store(settings, log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys))
    try:
        shelf = Shelf(Recorder(keyring.kek), LookupKey(keyring.lookup_key).own_affairs(), by, clock())
        return activate(store, shelf, files, examples, notes, issuer=settings.issuer, approvers=known)
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What became of the bytes: `searched` pieces of what was destroyed were looked for, and `found` still stand."""

    cleaned: Cleaned
    searched: int = 0
    found: int = 0

    @property
    def ok(self) -> bool:
        """Say whether nothing that was erased may still stand in the database's files."""
        return self.cleaned.ok and not self.found


def preview_erasure(settings: Settings, reference: str, *, withdraw: bool, clock: Clock = utc_now) -> Erasure | Refusal:
    """Return what erasing this case would destroy, or why it may not be done now; nothing is changed."""
    keyring = keyring_file(settings).load()
    store = SqlStore(open_present(settings), None)
    try:
        with store.read() as unit:
            means, _ = _means(unit, Recorder(keyring.kek))
            tag = LookupKey(keyring.lookup_key).case(reference)
            return look(unit, means, tag=tag, withdraw=withdraw, at=clock())
    finally:
        store.close()


def erase_case(
    settings: Settings,
    reference: str,
    *,
    basis: Basis,
    decision: str,
    by: str,
    withdraw: bool,
    large: bool,
    clock: Clock = utc_now,
) -> tuple[Erasure | Refusal, Cleanup]:
    """Erase a case in one transaction, then have the database overwrite the freed bytes, and look for them.

    The gateway may work meanwhile. Also when nothing is erased the database is cleaned, so that running the command
    again finishes what an interrupted one left.

    :raises InvalidRequestError: the decision's reference has not the form of one; nothing was changed.
    """
    keyring = keyring_file(settings).load()
    lookup, recorder = LookupKey(keyring.lookup_key), Recorder(keyring.kek)
    order = Order(lookup.case(reference), basis, decision, by, withdraw)
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    store = open_store(settings, log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys))

    def job(unit: Unit) -> Erasure | Refusal:
        means, bundle = _means(unit, recorder)
        return erase(unit, means, lookup, order, bundle=bundle, at=clock())

    try:
        done = store.write(job)
    finally:
        store.close()
    return done, clean_database(settings, done.traces if isinstance(done, Erasure) else (), large=large)


def clean_database(settings: Settings, traces: tuple[bytes, ...] = (), *, large: bool = False) -> Cleanup:
    """Have the database overwrite what was deleted, and look for these bytes in SQLite's files.

    A file that still holds any is rewritten once, when it is not large or `large` says that all may wait for it.
    """
    database = open_engine(settings.database_url)
    try:
        cleaned = clean(database, large=large)
    finally:
        database.dispose()  # before the files are read: see `count_traces`
    paths = files_of(settings.database_url)
    found = count_traces(paths, traces)
    if found and cleaned.ok and (large or paths[0].stat().st_size <= LARGE):
        database = open_engine(settings.database_url)
        try:
            cleaned = clean(database, rewrite=True)
        finally:
            database.dispose()
        found = count_traces(files_of(settings.database_url), traces)
    return Cleanup(cleaned, 0 if is_served(settings.database_url) else len(traces), found)


def _means(unit: Unit, recorder: Recorder) -> tuple[Means, str]:
    """Return what it takes to read a case, and the digest of the policy in force, which every entry names."""
    newest = unit.bundles.newest()
    if newest is None:
        raise ConfigError("no policy was ever active here, so there is no case", hint="look at GATEWAY_DATABASE_URL")
    grounds = load_bundle(unpack(newest.files)).vocabulary.grounds
    urgent = frozenset(name for name, ground in grounds.items() if ground.urgent)
    return Means(recorder, urgent, LIFETIME), newest.digest


def _passphrase(settings: Settings) -> bytes:
    passphrase = _secret(settings.backup_passphrase_file)
    if not passphrase:
        raise ConfigError(
            "a backup needs its passphrase",
            hint="set GATEWAY_BACKUP_PASSPHRASE_FILE to a file with a long random text, and keep a copy elsewhere",
        )
    if passphrase == _secret(settings.passphrase_file):
        raise ConfigError(
            "the backup has the same passphrase as the keyring",
            hint="give it another one: whoever opens a backup must not open the keyring with it",
        )
    return passphrase


def _secret(path: Path | None) -> bytes:
    try:
        return b"" if path is None else path.read_bytes().strip()
    except OSError:
        return b""
