"""Commitments: golden for ever, and opened by nothing but what was committed to."""

import hashlib

import pytest

from gateway.crypto.commitments import commit, digest, new_salt, open_commitment
from gateway.errors import LogTamperedError
from gateway.model.terms import Json

SALT = bytes(range(32))
MADE = commit("recipient", SALT, "dudok-wonen")


@pytest.mark.parametrize(
    ("purpose", "salt", "value"),
    [
        ("detail", SALT, "dudok-wonen"),
        ("recipient", bytes(32), "dudok-wonen"),
        ("recipient", SALT[:31], "dudok-wonen"),
        ("recipient", SALT + b"\0", "dudok-wonen"),
        ("recipient", b"", "dudok-wonen"),
        ("recipient", SALT, "dudok-wonen "),
        ("recipient", SALT, ["dudok-wonen"]),
        ("recipient", SALT, True),
    ],
)
def test_another_opening_is_refused(purpose: str, salt: bytes, value: Json) -> None:
    """Purpose, salt and value must all be those that were committed to."""
    with pytest.raises(LogTamperedError):
        open_commitment(MADE, purpose=purpose, salt=salt, value=value)


def test_a_short_salt_never_opens_even_its_own_commitment() -> None:
    """A salt that could be guessed hides nothing."""
    with pytest.raises(LogTamperedError):
        open_commitment(commit("detail", b"", "x"), purpose="detail", salt=b"", value="x")


def test_commitments_never_change() -> None:
    """Golden: SHA-256(domain || purpose || 0 || salt || canonical JSON)."""
    covered = b"disclosure-commit/v1/recipient\x00" + SALT + b'"dudok-wonen"'
    assert "sha256:" + hashlib.sha256(covered).hexdigest() == MADE
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_what_was_committed_to_opens() -> None:
    """Also with a fresh salt, and every salt is another."""
    open_commitment(MADE, purpose="recipient", salt=SALT, value="dudok-wonen")
    salts = {new_salt() for _ in range(100)}
    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == 100
    for salt in salts:
        open_commitment(commit("detail", salt, {"a": 1}), purpose="detail", salt=salt, value={"a": 1})
