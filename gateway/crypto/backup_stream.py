"""A sealed file that is written and read in one pass: libsodium's secretstream (XChaCha20-Poly1305) under a passphrase.

The file is one line of canonical JSON in the clear (format, when it was made, cost and salt), libsodium's 24-byte
header, and chunks of 64 KiB, each with 17 bytes of its own. The line is authenticated with every chunk; chunks cannot
be swapped, dropped or repeated; only the last one is marked as final, so that a file that was cut off is noticed.
What is here may never change: another form is another FORMAT.
"""

import re
from typing import BinaryIO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError as NaclError

from gateway.crypto.canonical import canonical
from gateway.crypto.jwk import strict_object
from gateway.crypto.passphrase import QUICK, STRONG, Stretch
from gateway.errors import CannotOpenError, KeyUnavailableError

FORMAT = "gateway-backup/1"
CHUNK = 64 * 1024  # bytes of plaintext
LONGEST_LINE = 512  # bytes of the line in the clear
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")
_OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL = crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class SealedWriter:
    """Seals what is written, chunk by chunk. Without `finish` the file cannot be read."""

    def __init__(self, file: BinaryIO, passphrase: bytes, *, created: str, strong: bool) -> None:
        """Write the header; `created` (UTC, to the minute) stands in the clear, so that old files can be found.

        :raises KeyUnavailableError: the passphrase is empty.
        """
        stretch = Stretch.new(STRONG if strong else QUICK)
        self._head = canonical({"format": FORMAT, "created": created, **stretch.to_members()})
        self._state = crypto_secretstream_xchacha20poly1305_state()
        key = _key(stretch, passphrase)
        start = crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._file = file
        self._waiting = bytearray()
        self._file.write(self._head + b"\n" + start)

    def write(self, data: bytes) -> None:
        """Add bytes to the plaintext."""
        self._waiting += data
        # The last chunk is held back: only `finish` knows that it is the last.
        while len(self._waiting) > CHUNK:
            self._push(bytes(self._waiting[:CHUNK]), _MESSAGE)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Write the last chunk and mark it as such."""
        self._push(bytes(self._waiting), _FINAL)
        self._waiting.clear()

    def _push(self, plaintext: bytes, tag: int) -> None:
        self._file.write(crypto_secretstream_xchacha20poly1305_push(self._state, plaintext, self._head, tag))


class SealedReader:
    """Opens what `SealedWriter` sealed. No byte is returned that is not authentic and in its place."""

    def __init__(self, file: BinaryIO, passphrase: bytes) -> None:
        """Read the header.

        :raises CannotOpenError: this is no such file, or not with a cost that we use.
        :raises KeyUnavailableError: the passphrase is empty.
        """
        self._file = file
        line = file.readline(LONGEST_LINE)
        self._head = line[:-1]
        stretch, self.created = _read_head(line)
        start = file.read(crypto_secretstream_xchacha20poly1305_HEADERBYTES)
        if len(start) != crypto_secretstream_xchacha20poly1305_HEADERBYTES:
            raise _cut_off()
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, start, _key(stretch, passphrase))
        self._ready = bytearray()
        self._first = True
        self._final = False

    def read(self, size: int) -> bytes:
        """Return exactly `size` bytes of the plaintext.

        :raises CannotOpenError: the passphrase does not open it, or it was altered or cut off.
        """
        while len(self._ready) < size:
            self._pull()
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def finish(self) -> None:
        """Check that all was read, and that nothing stands behind it.

        :raises CannotOpenError: there is more.
        """
        while not self._final:
            self._pull()
        if self._ready or self._file.read(1):
            raise _altered()

    def _pull(self) -> None:
        if self._final:
            raise _altered()
        sealed = self._file.read(CHUNK + _OVERHEAD)
        if len(sealed) < _OVERHEAD:
            raise _cut_off()
        try:
            plaintext, tag = crypto_secretstream_xchacha20poly1305_pull(self._state, sealed, self._head)
        except NaclError as exc:
            raise _wrong_passphrase() if self._first else _altered() from exc
        if tag not in {_FINAL, _MESSAGE} or (tag == _MESSAGE and len(plaintext) != CHUNK):
            raise _altered()
        self._first, self._final = False, tag == _FINAL
        self._ready += plaintext


def _key(stretch: Stretch, passphrase: bytes) -> bytes:
    try:
        return stretch.key(passphrase)
    except ValueError as exc:
        raise KeyUnavailableError(
            "the backup's passphrase is empty", hint="put one in the file of GATEWAY_BACKUP_PASSPHRASE_FILE"
        ) from exc


def _read_head(line: bytes) -> tuple[Stretch, str]:
    try:
        members = strict_object(line)
        stretch = Stretch.from_members(members)
    except ValueError as exc:
        raise _no_backup() from exc
    created = str(members.get("created"))
    if MOMENT.fullmatch(created) is None:
        raise _no_backup()
    # One spelling only: what is authenticated is what was read.
    if line != canonical({"format": FORMAT, "created": created, **stretch.to_members()}) + b"\n":
        raise _no_backup()
    return stretch, created


def _no_backup() -> CannotOpenError:
    return CannotOpenError(
        "this is not a backup that this program made, or its first line was altered",
        hint="look at the file's name; a backup of a newer program needs that program",
    )


def _wrong_passphrase() -> CannotOpenError:
    return CannotOpenError(
        "the passphrase does not open the backup, or the backup was altered",
        hint="look at GATEWAY_BACKUP_PASSPHRASE_FILE; otherwise use another backup",
    )


def _cut_off() -> CannotOpenError:
    return CannotOpenError("the backup is cut off", hint="copy the file again, or use another backup")


def _altered() -> CannotOpenError:
    return CannotOpenError(
        "the backup was altered or cut off", hint="use another backup, and keep this one for the privacy officer"
    )
