"""Opens what a gateway has on its disk: the keyring, the policy, and the database for reading only.

Whoever reads the log or the policy needs nothing else, and does not wait for the rest of the gateway to be loaded.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from gateway.config.packed_policy import pack
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.keyring import VKEY, KeyringFile
from gateway.crypto.notes import NoteVerifier
from gateway.decide.engine import Policy
from gateway.errors import ConfigError, PolicyUnreadableError
from gateway.log.seen import SEEN, LastSeen
from gateway.policy.activation import find_active
from gateway.policy.load import load_policy as proved
from gateway.policy.statement import read_approvers
from gateway.store.engine import Database, is_current, open_engine
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore


def load_policy(settings: Settings) -> Policy:
    """Read, compile and prove the policy: in demo mode that of the folder, unsigned; otherwise the active one.

    :raises PolicyError: any of it is not as it should be or breaks an invariant, or none was activated that still
        verifies.
    """
    return proved(policy_files(settings) if settings.demo else active_files(settings))


def active_files(settings: Settings) -> dict[str, bytes]:
    """Return the files of the active policy, with its signatures verified again; needs no passphrase.

    :raises NotActivatedError: there is none, or two approvers who count today did not sign it.
    """
    with open_view(settings) as unit:
        return find_active(unit, issuer=settings.issuer, approvers=approvers(settings))


def approvers(settings: Settings) -> Mapping[str, NoteVerifier]:
    """Return who may approve a policy, by name; raise ConfigError when the list cannot be read."""
    try:
        return read_approvers(settings.policy_approvers.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(
            "there is no list of the policy's approvers",
            hint="put their verifier keys (`gateway policy keygen` prints them) into GATEWAY_POLICY_APPROVERS",
        ) from exc


def is_in_folder(settings: Settings, digest: str) -> bool:
    """Say whether the folder of GATEWAY_POLICIES holds the policy with this digest."""
    try:
        return digest_of(pack(policy_files(settings))) == digest
    except PolicyUnreadableError:
        return False


def policy_files(settings: Settings) -> dict[str, bytes]:
    """Return the exact bytes of the policy's files in their folder."""
    return read_policy_files(settings.policies, municipality=settings.municipality)


def open_reader(settings: Settings) -> SqlStore:
    """Open the store for reading only: needs no passphrase.

    :raises ConfigError: there is no database, or it is of another version.
    """
    return SqlStore(open_present(settings), None)


@contextmanager
def open_view(settings: Settings) -> Iterator[Unit]:
    """Open the database as it is at this moment, for reading only: needs no passphrase.

    :raises ConfigError: there is no database, or it is of another version.
    """
    with closing(open_reader(settings)) as reader, reader.read() as unit:
        yield unit


def open_present(settings: Settings) -> Database:
    """Open the database for reading, as it is.

    :raises ConfigError: there is no database, or it is of another version.
    """
    database = open_engine(settings.database_url, read_only=True)
    if not is_current(database):
        raise ConfigError(
            "the database is of another version than this program", hint="start the gateway once to bring it up to date"
        )
    return database


def verifier_keys(settings: Settings) -> tuple[str, ...]:
    """Return the log's public verifier keys (C2SP vkeys) as kept beside the keyring: one for each volume, in order."""
    path = settings.keys / VKEY
    if not path.exists():
        raise ConfigError(
            "there is no log.vkey in the keys folder", hint="look at GATEWAY_KEYS, or generate keys first"
        )
    return tuple(path.read_text().split())


def last_seen(settings: Settings) -> LastSeen:
    """Return the memory of the newest checkpoint, verified by the public keys beside the keyring."""
    return LastSeen(settings.home / SEEN, *verifier_keys(settings))


def keyring_file(settings: Settings) -> KeyringFile:
    """Return the keyring's file, for whoever lists or replaces keys."""
    return KeyringFile(settings.keys, passphrase(settings))


def passphrase(settings: Settings) -> bytes:
    """Return the passphrase of the keyring.

    :raises ConfigError: GATEWAY_PASSPHRASE_FILE names no file.
    """
    path = settings.passphrase_file
    if path is None or not path.exists():
        raise ConfigError(
            "the keyring needs its passphrase",
            hint="set GATEWAY_PASSPHRASE_FILE to a file that only the gateway can read",
        )
    return path.read_bytes().strip()
