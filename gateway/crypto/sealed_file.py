"""A file sealed under a passphrase: argon2id (RFC 9106), then XChaCha20-Poly1305.

PKCS#8's own encryption uses 2,048 rounds of PBKDF2 and is not enough (DESIGN section 5). The file is one line of JSON
with the cost and the salt, and then the box; the line is authenticated with it, so that nobody can lower the cost.
A file appears or changes whole or not at all, whenever the machine stops.
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nacl.pwhash import argon2id

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import strict_object
from gateway.errors import CannotOpenError, CryptoError, KeyUnavailableError

FORMAT = "gateway-keyring/1"
KEY = 32  # bytes
STRONG = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)  # 256 MiB, for production
QUICK = (argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE)  # 64 MiB, for the demo
LARGEST = 64 * 1024  # bytes of the file


def seal_file(plaintext: bytes, passphrase: bytes, *, cost: tuple[int, int]) -> bytes:
    """Return the bytes of the file; raise KeyUnavailableError when the passphrase is empty."""
    operations, memory = cost
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    head = canonical(
        {"format": FORMAT, "kdf": "argon2id", "operations": operations, "memory": memory, "salt": b64url(salt)}
    )
    secret = _derive(passphrase, salt, operations, memory)
    return head + b"\n" + seal_box(plaintext, key=secret, aad=head)


def open_file(path: Path, passphrase: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return what the file holds, and its cost.

    :raises KeyUnavailableError: missing, altered, or the wrong passphrase.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise KeyUnavailableError(
            "there is no keyring to read", hint="make one with `gateway keys generate`, or look at GATEWAY_KEYS"
        ) from exc
    head, newline, box = data.partition(b"\n")
    if not newline or len(data) > LARGEST:
        raise altered()
    salt, operations, memory = _read_head(head)
    secret = _derive(passphrase, salt, operations, memory)
    try:
        return open_box(box, key=secret, aad=head), (operations, memory)
    except CannotOpenError as exc:
        raise KeyUnavailableError(
            "the passphrase does not open the keyring, or the file was altered",
            hint="check GATEWAY_PASSPHRASE_FILE; otherwise restore the keyring from its backup",
        ) from exc


def _derive(passphrase: bytes, salt: bytes, operations: int, memory: int) -> bytes:
    if not passphrase:
        raise KeyUnavailableError("the passphrase is empty", hint="put one in the file of GATEWAY_PASSPHRASE_FILE")
    return argon2id.kdf(KEY, passphrase, salt, opslimit=operations, memlimit=memory)


def _read_head(head: bytes) -> tuple[bytes, int, int]:
    try:
        members = strict_object(head)
        salt = unb64url(str(members.get("salt")))
    except (CryptoError, ValueError) as exc:
        raise altered() from exc
    operations, memory = members.get("operations"), members.get("memory")
    # Only our own two costs: a planted file must not make the gateway take all memory, nor lower the cost unnoticed.
    for known_operations, known_memory in (STRONG, QUICK):
        if (operations, memory) == (known_operations, known_memory):
            break
    else:
        raise altered()
    if (
        set(members) != {"format", "kdf", "operations", "memory", "salt"}
        or (members["format"], members["kdf"]) != (FORMAT, "argon2id")
        or len(salt) != argon2id.SALTBYTES
    ):
        raise altered()
    return salt, known_operations, known_memory


def create(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet, for its owner only; raise KeyUnavailableError when it does, or cannot."""
    try:
        with _written(path, data) as temporary:
            os.link(temporary, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError as exc:
        raise KeyUnavailableError(
            "there is a keyring already, and keys are never replaced", hint="move it away if you are sure"
        ) from exc
    except OSError as exc:
        raise _cannot_write() from exc


def replace(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put the new bytes in the place of the old ones in one step; raise KeyUnavailableError when that cannot be."""
    try:
        with _written(path, data) as temporary:
            temporary.chmod(mode)
            temporary.rename(path)
    except OSError as exc:
        raise _cannot_write() from exc


@contextmanager
def _written(path: Path, data: bytes) -> Iterator[Path]:
    """Yield a durable file beside `path` with these bytes, and make what was done with it durable as well."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keyring-")  # mode 0600 by definition
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let nobody else change the keys in this folder meanwhile.

    :raises KeyUnavailableError: there is no such folder, or somebody else is changing them.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as exc:
        raise _cannot_write() from exc
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system frees it when the process ends
        yield
    except BlockingIOError as exc:
        raise KeyUnavailableError(
            "somebody else is changing these keys now", hint="wait, then look at `gateway keys list`"
        ) from exc
    finally:
        os.close(descriptor)


def altered() -> KeyUnavailableError:
    """Return the error for a file that is not as it was written."""
    return KeyUnavailableError("the keyring is not as it was written", hint="restore it from its backup")


def _cannot_write() -> KeyUnavailableError:
    return KeyUnavailableError("the keyring cannot be written", hint="check the folder of GATEWAY_KEYS")
