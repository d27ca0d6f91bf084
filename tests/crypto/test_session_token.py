"""A session's token: what is kept opens with it alone."""

import pytest

from gateway.crypto.session_token import TOKEN, digest_of, new_token, open_session, seal_session
from gateway.errors import CannotOpenError

FIRST = "A" * 43


def test_another_token_opens_nothing() -> None:
    """Also not one that begins alike; and an altered box is no box."""
    box = seal_session(b"who", token=FIRST)
    for token in (new_token(), FIRST[:-1] + "B"):
        with pytest.raises(CannotOpenError):
            open_session(box, token=token)
    with pytest.raises(CannotOpenError):
        open_session(box[:-1] + bytes([box[-1] ^ 1]), token=FIRST)
    assert open_session(box, token=FIRST) == b"who"


def test_a_token_is_new_each_time_and_its_digest_never_changes() -> None:
    """What the database keeps instead of it is a plain SHA-256 (golden)."""
    assert digest_of(FIRST) == "sha256:0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a"
    tokens = {new_token() for _ in range(20)}
    assert len(tokens) == 20
    assert all(TOKEN.fullmatch(token) for token in tokens)
