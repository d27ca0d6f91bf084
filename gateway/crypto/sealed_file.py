"""A file sealed under a passphrase: argon2id (RFC 9106), then XChaCha20-Poly1305.

PKCS#8's own encryption uses 2,048 rounds of PBKDF2 and is not enough (DESIGN section 5). The file is one line of JSON
with the cost and the salt, and then the box; the line is authenticated with it, so that nobody can lower the cost.
A file appears or changes whole or not at all, whenever the machine stops.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.jwk import strict_object
from gateway.crypto.passphrase import Cost, Stretch
from gateway.errors import CannotOpenError, KeyUnavailableError

FORMAT = "gateway-keyring/1"  # of the gateway's own; a key of somebody else never opens in its place
LARGEST = 64 * 1024  # bytes of the file


def seal_file(plaintext: bytes, passphrase: bytes, *, cost: Cost, form: str = FORMAT) -> bytes:
    """Return the bytes of the file; raise KeyUnavailableError when the passphrase is empty."""
    stretch = Stretch.new(cost)
    head = canonical({"format": form, **stretch.to_members()})
    return head + b"\n" + seal_box(plaintext, key=_derive(stretch, passphrase), aad=head)


def open_file(path: Path, passphrase: bytes, *, form: str = FORMAT) -> tuple[bytes, Cost]:
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
    stretch = _read_head(head, form)
    secret = _derive(stretch, passphrase)
    try:
        return open_box(box, key=secret, aad=head), stretch.cost
    except CannotOpenError as exc:
        raise KeyUnavailableError(
            "the passphrase does not open the keyring, or the file was altered",
            hint="check GATEWAY_PASSPHRASE_FILE; otherwise restore the keyring from its backup",
        ) from exc


def _derive(stretch: Stretch, passphrase: bytes) -> bytes:
    try:
        return stretch.key(passphrase)
    except ValueError as exc:
        raise KeyUnavailableError(
            "the passphrase is empty", hint="put one in the file of GATEWAY_PASSPHRASE_FILE"
        ) from exc


def _read_head(head: bytes, form: str) -> Stretch:
    try:
        members = strict_object(head)
        stretch = Stretch.from_members(members)
    except ValueError as exc:
        raise altered() from exc
    if members != {"format": form, **stretch.to_members()}:
        raise altered()
    return stretch


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
