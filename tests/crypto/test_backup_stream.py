"""The sealed stream of a backup: what was altered, cut off, swapped or sealed otherwise gives nothing."""

import io
import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import bindings

from gateway.crypto.backup_stream import CHUNK, LONGEST_LINE, SealedReader, SealedWriter
from gateway.crypto.passphrase import Stretch
from gateway.errors import CannotOpenError, KeyUnavailableError

PASSPHRASE = b"an invented passphrase"
CREATED = "2026-11-25T13:00Z"
SEALED = CHUNK + 17  # a whole chunk in the file
START = 24  # libsodium's own header


@cache
def sealed(size: int, *, made: int = 1) -> bytes:
    """Return a sealed file of so many bytes of plaintext; another `made` is another file of the same size."""
    assert made
    file = io.BytesIO()
    writer = SealedWriter(file, PASSPHRASE, created=CREATED, strong=False)
    data = plain(size)
    for start in range(0, size, 40_000):
        writer.write(data[start : start + 40_000])
    writer.finish()
    return file.getvalue()


def plain(size: int) -> bytes:
    """Return bytes that differ from place to place."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


def open_all(data: bytes, size: int, passphrase: bytes = PASSPHRASE) -> bytes:
    """Return the plaintext of exactly this size."""
    reader = SealedReader(io.BytesIO(data), passphrase)
    opened = b"".join(reader.read(min(30_000, size - start)) for start in range(0, size, 30_000))
    reader.finish()
    return opened


def parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return everything before the chunks, and the chunks."""
    first = data.index(b"\n") + 1 + START
    return data[:first], [data[at : at + SEALED] for at in range(first, len(data), SEALED)]


@pytest.mark.parametrize("passphrase", [b"Tr0ub4dor", PASSPHRASE + b" "])
def test_a_wrong_passphrase_opens_nothing(passphrase: bytes) -> None:
    """And the message does not repeat it."""
    with pytest.raises(CannotOpenError, match="passphrase does not open") as caught:
        open_all(sealed(100), 100, passphrase)
    assert passphrase.decode() not in caught.value.message + caught.value.hint


def test_an_empty_passphrase_seals_and_opens_nothing() -> None:
    """It would protect nothing."""
    file = io.BytesIO()
    with pytest.raises(KeyUnavailableError, match="empty"):
        SealedWriter(file, b"", created=CREATED, strong=False)
    assert file.getvalue() == b""
    with pytest.raises(KeyUnavailableError, match="empty"):
        open_all(sealed(100), 100, b"")


def test_a_file_that_is_cut_off_is_noticed_wherever_it_was_cut() -> None:
    """Also exactly between two chunks, where every chunk is whole."""
    size = 2 * CHUNK + 100
    data = sealed(size)
    before = data.index(b"\n") + 1
    for end in (0, 5, before - 1, before, before + 23, before + 24, before + 24 + SEALED - 1):
        with pytest.raises(CannotOpenError):
            open_all(data[:end], size)
    for end in (before + 24 + SEALED, before + 24 + SEALED + 5, before + 24 + 2 * SEALED, len(data) - 1):
        with pytest.raises(CannotOpenError, match="cut off"):
            open_all(data[:end], size)


def test_chunks_cannot_be_swapped_dropped_repeated_or_taken_from_another_backup() -> None:
    """Each stands in its place in its own file."""
    size = 3 * CHUNK + 100
    start, chunks = parts(sealed(size))
    other_start, others = parts(sealed(size, made=2))
    assert len(chunks) == 4
    for altered in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], *chunks[2:]],
        [chunks[0], chunks[0], *chunks[1:]],
        [chunks[0], others[1], *chunks[2:]],
        [*chunks, chunks[3]],
        [*chunks, b"\0"],
    ):
        with pytest.raises(CannotOpenError):
            open_all(start + b"".join(altered), size)
    with pytest.raises(CannotOpenError):
        open_all(other_start + b"".join(chunks), size)


@pytest.mark.parametrize("size", [0, 100, CHUNK, 2 * CHUNK])
def test_nothing_stands_behind_the_last_chunk(size: int) -> None:
    """Also where the last chunk is a whole one, and what follows begins a read of its own."""
    for more in (b"\0", bytes(SEALED), sealed(CHUNK)):
        with pytest.raises(CannotOpenError):
            open_all(sealed(size) + more, size)


@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_every_flipped_bit_is_noticed(place: float, bit: int) -> None:
    """In the line in the clear, in libsodium's header, in any chunk and in its tag."""
    size = CHUNK + 50
    data = bytearray(sealed(size))
    first = data.index(b"\n") + 1 + START + 30
    # Half of the flips in the few bytes of the headers, which would else hardly be met.
    at = int(place * 2 * first) if place < 0.5 else int(place * len(data))
    data[at] ^= 1 << bit
    with pytest.raises(CannotOpenError):
        open_all(bytes(data), size)


def _line(change: dict[str, object]) -> bytes:
    line, _, rest = sealed(100).partition(b"\n")
    members = {**json.loads(line), **change}
    kept = {name: value for name, value in members.items() if value is not None}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "change",
    [
        {"operations": 1, "memory": 8192},
        {"memory": 8192},
        {"memory": 1 << 62},
        {"operations": 3},
        {"operations": "2"},
        {"kdf": "scrypt"},
        {"salt": "AAAA"},
        {"salt": "!"},
        {"salt": None},
        {"format": "gateway-backup/2"},
        {"format": None},
        {"created": "yesterday"},
        {"created": None},
        {"note": "x"},
    ],
)
def test_a_line_that_we_never_write_is_refused_before_any_key_is_made(change: dict[str, object]) -> None:
    """A cost of another's choice would lower the protection, or take all memory."""
    with pytest.raises(CannotOpenError, match="not a backup that this program made"):
        open_all(_line(change), 100)


@pytest.mark.parametrize("change", [{"operations": 3, "memory": 268435456}, {"created": "2026-11-25T13:01Z"}])
def test_a_line_that_we_could_have_written_is_authenticated(change: dict[str, object]) -> None:
    """Neither the cost nor the date can be changed."""
    with pytest.raises(CannotOpenError, match="passphrase does not open"):
        open_all(_line(change), 100)


def test_a_line_has_one_spelling_and_an_end() -> None:
    """What is authenticated is what was read."""
    line, _, rest = sealed(100).partition(b"\n")
    for altered in (b" " + line + b"\n", line[:-1] + b" }\n", line + b"\r\n", b"{" + b" " * LONGEST_LINE, b"[]\n"):
        with pytest.raises(CannotOpenError, match="not a backup"):
            open_all(altered + rest, 100)


def test_what_was_not_written_cannot_be_read_and_what_was_must_be() -> None:
    """A reader that asks for more, or stops before the end, has misunderstood the file."""
    with pytest.raises(CannotOpenError):
        open_all(sealed(100), 101)
    with pytest.raises(CannotOpenError):
        open_all(sealed(100), 99)
    with pytest.raises(CannotOpenError):
        open_all(sealed(CHUNK + 1), 5)


@pytest.mark.parametrize("tag", [1, 2])
def test_a_stream_that_is_not_cut_as_we_do_is_refused(tag: int) -> None:
    """Even from someone who has the passphrase: only whole chunks, and no other tag."""
    line, _, _ = sealed(100).partition(b"\n")
    key = Stretch.from_members(json.loads(line)).key(PASSPHRASE)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    start = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    chunk = bindings.crypto_secretstream_xchacha20poly1305_push(state, bytes(CHUNK), line, tag)
    with pytest.raises(CannotOpenError):
        open_all(line + b"\n" + start + chunk, 10)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    start = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    chunk = bindings.crypto_secretstream_xchacha20poly1305_push(state, bytes(10), line, 0)
    with pytest.raises(CannotOpenError):
        open_all(line + b"\n" + start + chunk, 10)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_written_is_read(size: int) -> None:
    """Of any size; the last chunk is never empty but for an empty file."""
    data = sealed(size)
    assert open_all(data, size) == plain(size)
    _, chunks = parts(data)
    assert [len(chunk) - 17 for chunk in chunks] == [CHUNK] * ((size - 1) // CHUNK) + [
        size - max(0, size - 1) // CHUNK * CHUNK
    ]


@pytest.mark.parametrize("strong", [False, True])
def test_the_line_in_the_clear_is_golden(strong: bool) -> None:
    """When it was made stands in the clear, so that a backup from before an erasure can be found and destroyed."""
    file = io.BytesIO()
    SealedWriter(file, PASSPHRASE, created=CREATED, strong=strong).finish()
    line, _, rest = file.getvalue().partition(b"\n")
    salt = json.loads(line)["salt"]
    operations, memory = (3, 268435456) if strong else (2, 67108864)
    assert line.decode() == (
        f'{{"created":"2026-11-25T13:00Z","format":"gateway-backup/1","kdf":"argon2id","memory":{memory},'
        f'"operations":{operations},"salt":"{salt}"}}'
    )
    assert (len(salt), len(rest)) == (22, START + 17)
    assert SealedReader(io.BytesIO(file.getvalue()), PASSPHRASE).created == CREATED


def test_what_was_sealed_is_not_in_the_file() -> None:
    """Neither plaintext nor passphrase."""
    file = io.BytesIO()
    writer = SealedWriter(file, PASSPHRASE, created=CREATED, strong=False)
    writer.write(b"Demo Alias, 1299ZA 12 bis")
    writer.finish()
    assert b"Demo Alias" not in file.getvalue()
    assert PASSPHRASE not in file.getvalue()
