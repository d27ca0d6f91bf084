"""The files of a policy as one string of bytes: what is stored, hashed and signed. What is here may never change.

For each file in order of its name: the name's length (8 bytes, big-endian), the name, the content's length (8 bytes),
the content. The SHA-256 of these bytes is the digest that stands in every log entry, so anyone can compute it again.
"""

from collections.abc import Mapping

from gateway.errors import PolicyUnreadableError

LENGTH = 8  # bytes of a length
NEVER_WRITTEN = "the stored files of a policy have a form that was never written"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one string of bytes."""
    parts: list[bytes] = []
    for name in sorted(files):
        parts += [_framed(name.encode()), _framed(files[name])]
    return b"".join(parts)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of `pack`; raise PolicyUnreadableError for any other bytes."""
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + LENGTH], "big")
        at += LENGTH
        parts.append(data[at : at + length])
        at += length
    try:
        names = [name.decode() for name in parts[::2]]
        files = dict(zip(names, parts[1::2], strict=True))
    except ValueError as exc:
        raise _never_written() from exc
    if pack(files) != data:
        raise _never_written()
    return files


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH, "big") + part


def _never_written() -> PolicyUnreadableError:
    return PolicyUnreadableError(NEVER_WRITTEN, hint="keep the database as it is and call the privacy officer")
