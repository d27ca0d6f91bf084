"""Proofs: one spelling of the C2SP tlog-proof text."""

import pytest

from gateway.errors import LogTamperedError, SignatureInvalidError
from gateway.log.proof import Proof
from tests.refusals import refused

STEP = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
GOLDEN = (
    "c2sp.org/tlog-proof@v1\nindex 73894\n"
    f"{STEP}\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    "\nexample.com/fancylog\n109482\nsFodV\n\n\u2014 example.com/fancylog hI2DJw\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 73894\n", "extra YWJj\nindex 73894\n"),
        ("index 73894\n", "index 73894\nextra YWJj\n"),
        ("index 73894\n", ""),
        ("73894", "073894"),
        ("73894", "-1"),
        ("73894", " 73894"),
        ("73894", "7_3894"),
        ("73894", "\u0667"),
        ("73894", "7" * 5000),
        ("index", "Index"),
        (f"{STEP}\n", "AAAA\n"),
        (f"{STEP}\n", f"{STEP[:-2]}B=\n"),
        (f"{STEP}\n", f"{STEP} \n"),
        (f"{STEP}\n", f"{STEP}\r\n"),
        (f"{STEP}\n", f"{STEP}\n" * 70),
    ],
)
def test_other_spellings_are_refused(old: str, new: str) -> None:
    """Unauthenticated extra data, other versions, and any second spelling of a number or hash are refused."""
    with refused((LogTamperedError, SignatureInvalidError)):
        Proof.from_text(GOLDEN.replace(old, new, 1))


@pytest.mark.parametrize("steps", [64, 65])
def test_a_path_longer_than_any_tree_is_refused(steps: int) -> None:
    """No log has more than 2^63 entries."""
    with refused(LogTamperedError):
        Proof.from_text(Proof(0, (bytes(32),) * steps, "note").to_text())


def test_the_longest_path_is_read() -> None:
    """63 hashes: the depth of a tree of 2^63 leaves."""
    proof = Proof(0, (bytes(32),) * 63, "note")
    assert Proof.from_text(proof.to_text()) == proof


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\n", GOLDEN.split("\n\n", maxsplit=1)[0]]
)
def test_a_cut_proof_is_refused(text: str) -> None:
    """A proof ends in its checkpoint."""
    with refused(LogTamperedError):
        Proof.from_text(text)


def test_the_text_of_a_proof_never_changes() -> None:
    """Golden: the form of the specification's own example."""
    proof = Proof(73894, (bytes(32), b"\x01" * 32), GOLDEN.split("\n\n", 1)[1])
    assert proof.to_text() == GOLDEN
    assert Proof.from_text(GOLDEN) == proof


def test_a_log_of_one_entry_has_an_empty_path() -> None:
    """The empty line follows the index at once."""
    proof = Proof(0, (), "note")
    assert proof.to_text() == "c2sp.org/tlog-proof@v1\nindex 0\n\nnote"
    assert Proof.from_text(proof.to_text()) == proof
