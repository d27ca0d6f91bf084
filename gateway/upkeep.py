"""Puts the rooms `keep` and `policy` together with settings, keys and the database.

Backup, restore, going on after a loss, another policy, and another year.
"""

from pathlib import Path

from gateway.bootstrap import ask_witnesses, log_of, open_store
from gateway.config.clock import utc_now
from gateway.config.packed_policy import pack
from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.config.settings import Settings
from gateway.config.signature_files import read_signatures
from gateway.cosign.quorum import get_quorum
from gateway.cosign.start import contradictions
from gateway.cosign.trust import read_witnesses, require_named
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.lookup import LookupKey
from gateway.errors import ConfigError
from gateway.keep.backup import back_up
from gateway.keep.check import BackupReport, Progress
from gateway.keep.loss import Acceptance, Elsewhere, accept_loss
from gateway.keep.restore import check, restore
from gateway.log.appender import Log
from gateway.log.leaf import minute
from gateway.log.recorder import Recorder
from gateway.log.seen import SEEN, LastSeen
from gateway.log.witnessed import Witnessed
from gateway.opening import approvers, keyring_file, last_seen, open_present, policy_files, verifier_keys
from gateway.pipeline.tools import Clock
from gateway.pipeline.year_end import Turn, YearEnd, turn_year
from gateway.policy.activation import Activation, activate
from gateway.policy.shelf import Shelf
from gateway.store.engine import migrate, open_engine
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
            vkeys=verifier_keys(settings),
            created=minute(clock()),
            strong=not settings.demo,
            progress=progress,
        )
    finally:
        database.dispose()


def check_backup(settings: Settings, path: Path, progress: Progress) -> BackupReport:
    """Verify a backup, and write nothing."""
    return check(path, _passphrase(settings), vkeys=verifier_keys(settings), progress=progress)


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
            vkeys=verifier_keys(settings),
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
            elsewhere = [Elsewhere(one.name, one.checkpoint, one.note) for one, _ in contradictions(told, unit.book)]
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


def _newest_key(store: SqlStore, log: Log) -> str:
    """Return the verifier key of the volume that is written.

    :raises LogUnavailableError: its key is not at hand.
    """
    with store.read() as unit:
        return log.signer_of(unit.log.head().checkpoint, first=unit.log.first).vkey


def begin_year(settings: Settings, *, by: str, clock: Clock = utc_now) -> YearEnd:
    """Close the log of the year that is over and begin the next one, whose key was made with `gateway keys new-year`.

    :raises ConfigError: there is no next key, or GATEWAY_WITNESSES does not name it.
    :raises NotWitnessedError: too few witnesses have seen the end of the old log: it goes on.
    """
    keyring = keyring_file(settings).load()
    signers = keyring.log_signers()
    vkeys = [signer.vkey for signer in signers]
    log, seen = log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys)
    trust = read_witnesses(settings.witnesses, vkeys)
    witnessed = Witnessed(trust)
    store = open_store(settings, log, seen, clock=clock)
    try:
        following = vkeys[vkeys.index(_newest_key(store, log)) + 1 :]
        if not following:
            raise ConfigError(
                "there is no key for the next year's log, so the log goes on as it is",
                hint="make it with `gateway keys new-year`, give it to witnesses and partners, then run this again",
            )
        require_named(trust, following[0])
        begins = signers[vkeys.index(following[0])]
        with store.read() as unit:
            newest = unit.bundles.newest()
        turn = Turn(
            recorder=Recorder(keyring.kek, witnessed),
            tag=LookupKey(keyring.lookup_key).own_affairs(),
            bundle=digest_of(pack(policy_files(settings))) if newest is None else newest.digest,
            vkey=following[0],
            by=by,
            at=clock(),
            see=lambda note: get_quorum(store, witnessed, note, clock=clock),
        )
        database = open_engine(settings.database_url)
        new = SqlStore(database, log_of(settings, keyring, begins=begins).open_batch, seen)
        try:
            return turn_year(store, new, turn)
        finally:
            new.close()
    finally:
        store.close()


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
