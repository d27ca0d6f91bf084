"""Signed notes: the published example, and every mangled key or note refused."""

import pytest

from gateway.crypto.encoding import b64
from gateway.crypto.notes import NoteSigner, NoteVerifier, key_id, merge_notes, signed_by
from gateway.errors import KeyUnavailableError, SignatureInvalidError

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = f"{TEXT}\n{LINE}"
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SECRET = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("Peter", "Pieter"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", ""),
        PETER + "=",
        PETER[:-1],
        PETER[:-4],
        PETER + "AAAA",
        PETER + "\n",
        " " + PETER,
        PETER.replace("ARpc", "BBpc"),
        PETER.replace("ARpc", "ARpd"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("PeterNeumann", ""),
        PETER.replace("PeterNeumann", "\ud800"),
    ],
)
def test_a_mangled_verifier_key_is_refused(vkey: str) -> None:
    """Name, id, type and key belong together (C2SP signed-note, verifier keys)."""
    with pytest.raises(SignatureInvalidError):
        NoteVerifier.from_text(vkey)


def test_a_key_of_another_signature_type_is_refused() -> None:
    """Type 4 is a cosigner's: its signature covers something else."""
    raw = b"\x04" + NoteVerifier.from_text(PETER).public
    with pytest.raises(SignatureInvalidError):
        NoteVerifier.from_text(f"PeterNeumann+{key_id('PeterNeumann', raw[1:]).hex()}+{b64(raw)}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        TESSERA,
        SECRET[:-4],
        SECRET.replace("33d7b496", "33d7b497"),
        SECRET.replace("example.com", "example.org"),
        SECRET.replace("PRIVATE+KEY", "PUBLIC+KEY"),
        SECRET.replace("+Aeym", "+Beym"),
        SECRET + "\n",
    ],
)
def test_a_mangled_signing_key_is_refused(text: str) -> None:
    """A key that was cut or mixed up never signs, and the message shows nothing of it."""
    with pytest.raises(KeyUnavailableError) as caught:
        NoteSigner.from_text(text)
    assert SECRET[-20:] not in str(caught.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\u00a0b", "a\x00b", "a" * 256])
def test_a_name_that_would_break_the_format_is_refused(name: str) -> None:
    """Names have no spaces, plus signs or control characters."""
    with pytest.raises(KeyUnavailableError):
        NoteSigner.generate(name)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("problem", "trouble", 1),
        NOTE.replace("PeterNeumann", "PieterNeumann"),
        NOTE.replace("x08go", "x08gp"),
        NOTE.replace("nAM=", "nAN="),
        NOTE.replace("nAM=\n", "nA==\n"),
        NOTE.replace("\u2014", "-"),
        NOTE.replace("\u2014 Peter", "\u2014  Peter"),
        NOTE + "not a signature line\n",
        NOTE.replace("\n\n", "\n\n\n"),
        "more\n\n" + NOTE,
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("If", "\ud800"),
    ],
)
def test_an_altered_note_is_refused(note: str) -> None:
    """Text, name, signature and the lines' form all count."""
    with pytest.raises(SignatureInvalidError):
        NoteVerifier.from_text(PETER).verify(note)


def test_a_bad_signature_of_our_key_spoils_a_good_one() -> None:
    """Two lines of one key that disagree are a forgery."""
    bad = LINE.replace("9UG/", "9UH/")
    for lines in (LINE + bad, bad + LINE):
        with pytest.raises(SignatureInvalidError):
            NoteVerifier.from_text(PETER).verify(f"{TEXT}\n{lines}")


def test_a_text_without_its_last_newline_is_not_signed() -> None:
    """Two texts could otherwise give one note."""
    with pytest.raises(SignatureInvalidError):
        NoteSigner.generate("a.example").sign("text")


def test_the_published_example_verifies() -> None:
    """Golden: C2SP's and Go's example."""
    assert NoteVerifier.from_text(PETER).verify(NOTE) == TEXT


def test_lines_of_other_signers_are_passed_over() -> None:
    """Witnesses may have added theirs, also under our name with another key."""
    other = NoteSigner.generate("PeterNeumann").sign(TEXT).split("\n\n")[1]
    assert NoteVerifier.from_text(PETER).verify(NOTE + other) == TEXT
    assert NoteVerifier.from_text(PETER).verify(f"{TEXT}\n{other}{LINE}") == TEXT


def test_keys_come_back_from_their_text_and_show_no_secret() -> None:
    """Golden: Tessera's published test key, both forms."""
    signer = NoteSigner.from_text(SECRET)
    assert (signer.vkey, signer.to_text()) == (TESSERA, SECRET)
    assert SECRET[-20:] not in repr(signer)
    assert "SigningKey" not in repr(signer)


def test_what_a_key_signs_its_verifier_accepts() -> None:
    """For a fresh key, and a text with an empty line in it."""
    signer = NoteSigner.generate("a.example/log")
    for text in ("one\n", "one\n\ntwo\n", "\n"):
        assert NoteVerifier.from_text(signer.vkey).verify(signer.sign(text)) == text


def test_a_note_can_be_cut_down_to_the_lines_of_one_key() -> None:
    """Other lines are anybody's words; a line in the key's own name that does not fit makes it no note of that key."""
    ours, other = NoteSigner.generate("log.example"), NoteSigner.generate("log.example")
    verifier = NoteVerifier.from_text(ours.vkey)
    both = merge_notes([other.sign("text\n"), ours.sign("text\n")])
    assert signed_by(both, verifier) == ours.sign("text\n")
    assert signed_by(other.sign("text\n"), verifier) is None
    assert signed_by(both.replace("text", "Text"), verifier) is None
