"""Cosignatures: the witness's word about a checkpoint and its time, and every altered one refused."""

import base64
import datetime as dt
import struct

import pytest
from nacl.signing import SigningKey

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.crypto.encoding import b64, unb64
from gateway.crypto.notes import NoteSigner, NoteVerifier, key_id
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from tests.refusals import refused

NAME = "fg.example/witness"
SECRET = "PRIVATE+KEY+fg.example/witness+" + key_id(NAME, bytes(SigningKey(bytes(32)).verify_key), b"\x04").hex()
COSIGNER = Cosigner.from_text(f"{SECRET}+{b64(bytes([4]) + bytes(32))}")
VERIFIER = CosignatureVerifier.from_text(COSIGNER.vkey)
LOG = NoteSigner.generate("log.example")
TEXT = "log.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NOTE = LOG.sign(TEXT)
AT = dt.datetime(2026, 11, 24, 12, 0, 7, tzinfo=dt.UTC)


def test_a_cosignature_is_what_the_specification_says() -> None:
    """Golden, built by hand: key id, time in eight bytes, Ed25519 over header, time line and the note's text."""
    key = SigningKey(bytes(32))
    message = b"cosignature/v1\ntime 1795521607\n" + TEXT.encode()
    raw = key_id(NAME, bytes(key.verify_key), b"\x04") + struct.pack(">Q", 1795521607) + key.sign(message).signature
    assert COSIGNER.cosign(TEXT, AT) == f"\u2014 {NAME} {base64.b64encode(raw).decode()}\n"


def test_every_flipped_bit_of_a_cosignature_is_refused_or_unknown() -> None:
    """Time and signature are bound together; a line with another key id is somebody else's."""
    line = COSIGNER.cosign(TEXT, AT)
    raw = unb64(line.split(" ")[2].strip())
    for at in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[at // 8] ^= 1 << at % 8
        note = f"{NOTE}\u2014 {NAME} {b64(bytes(flipped))}\n"
        if at < 32:
            assert VERIFIER.seen_at(note) is None
        else:
            with refused(SignatureInvalidError):
                VERIFIER.seen_at(note)


@pytest.mark.parametrize("length", [0, 4, 8, 11, 12, 75, 77])
def test_a_cosignature_of_another_length_is_refused(length: int) -> None:
    """Neither cut off nor longer: the key's own line is well-formed or alarm."""
    raw = unb64(COSIGNER.cosign(TEXT, AT).split(" ")[2].strip()).ljust(200, b"x")
    line = f"\u2014 {NAME} {b64((raw[:4] + raw[4:])[: max(length, 4)])}\n"
    with refused(SignatureInvalidError):
        VERIFIER.seen_at(NOTE + line)


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1, 253402300800, 2**62])
def test_a_time_that_no_calendar_has_is_refused(seconds: int) -> None:
    """Also when it is well signed."""
    key = SigningKey(bytes(32))
    signature = key.sign(f"cosignature/v1\ntime {seconds}\n{TEXT}".encode()).signature
    raw = key_id(NAME, VERIFIER.public, b"\x04") + struct.pack(">Q", seconds) + signature
    with refused(SignatureInvalidError, "no calendar"):
        VERIFIER.seen_at(f"{NOTE}\u2014 {NAME} {b64(raw)}\n")


@pytest.mark.parametrize("note", ["", TEXT, f"{TEXT}\n", f"{NOTE}\u2014 {NAME}\n", f"{NOTE}\u2014 {NAME} AAA\n"])
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    """Before anybody's line is looked for."""
    with refused(SignatureInvalidError):
        VERIFIER.seen_at(note)


@pytest.mark.parametrize("make", [NoteVerifier.from_text, CosignatureVerifier.from_text])
def test_a_key_of_the_other_kind_is_refused(make: object) -> None:
    """A log's key is no witness's key, and the reverse (signature types 1 and 4)."""
    vkey = LOG.vkey if make == CosignatureVerifier.from_text else COSIGNER.vkey
    with refused(SignatureInvalidError, "not a verifier key"):
        make(vkey)  # type: ignore[operator]


def test_a_secret_of_the_other_kind_is_refused() -> None:
    """A witness never signs with what a log signs with."""
    with refused(KeyUnavailableError):
        Cosigner.from_text(LOG.to_text())
    with refused(KeyUnavailableError):
        NoteSigner.from_text(COSIGNER.to_text())
    with refused(KeyUnavailableError):
        Cosigner.generate("a name")


def test_a_cosignature_is_read_back_with_its_time() -> None:
    """The earliest counts: that is since when it was seen. Other witnesses' lines are passed over."""
    other = Cosigner.generate("other.example")
    assert VERIFIER.seen_at(NOTE) is None
    assert VERIFIER.seen_at(NOTE + other.cosign(TEXT, AT)) is None
    later = COSIGNER.cosign(TEXT, AT + dt.timedelta(hours=1))
    assert VERIFIER.seen_at(NOTE + later + other.cosign(TEXT, AT) + COSIGNER.cosign(TEXT, AT)) == AT
    assert NoteVerifier.from_text(LOG.vkey).verify(NOTE + later) == TEXT


def test_a_key_is_read_as_it_is_written() -> None:
    """And its repr shows no secret."""
    assert Cosigner.from_text(COSIGNER.to_text()) == COSIGNER
    assert b64(bytes(32)) not in repr(COSIGNER)


def test_a_note_can_be_cut_down_to_the_lines_of_one_witness() -> None:
    """What others signed is left out; nothing is verified by that."""
    mine, other = COSIGNER.cosign(TEXT, AT), Cosigner.generate(NAME).cosign(TEXT, AT)
    assert VERIFIER.lines_of(NOTE + other + mine) == f"{TEXT}\n{mine}"
