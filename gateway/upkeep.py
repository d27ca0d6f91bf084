"""Puts the room `keep` together with settings, keys and the database: backup, restore, and going on after a loss."""

from pathlib import Path

from gateway.bootstrap import last_seen, log_origin, open_present, read_materials, verifier_key
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.crypto.lookup import LookupKey
from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError
from gateway.keep.backup import back_up
from gateway.keep.check import BackupReport, Progress
from gateway.keep.loss import Acceptance, accept_loss
from gateway.keep.restore import check, restore
from gateway.log.appender import Log
from gateway.log.leaf import minute
from gateway.log.recorder import Recorder
from gateway.log.seen import SEEN, LastSeen
from gateway.pipeline.tools import Clock
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
    given = read_materials(settings)
    signer = NoteSigner.from_text(given.keyring.log_key)
    database = open_engine(settings.database_url)
    store = SqlStore(database, Log(signer, log_origin(settings)).open_batch)  # without a memory: see `accept_loss`
    try:
        migrate(database)
        with store.read() as unit:  # what is not on the shelf may not stand in an entry
            newest = unit.bundles.newest()
        return accept_loss(
            store,
            Recorder(given.keyring.kek),
            LastSeen(settings.home / SEEN, signer.vkey),
            tag=LookupKey(given.keyring.lookup_key).own_affairs(),
            bundle=given.policy.bundle.digest if newest is None else newest.digest,
            decision=decision,
            at=clock(),
        )
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
