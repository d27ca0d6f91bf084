"""Nonces from a seed: the same for the same request, and otherwise as good as random."""

import itertools

import pytest

from gateway.crypto.nonces import derive_nonce, new_seed
from gateway.errors import MinimisationError

SEED = bytes(range(32))


@pytest.mark.parametrize("seed", [b"", SEED[:31], SEED + b"\0"])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    """A short one could be guessed, and with it an address."""
    with pytest.raises(MinimisationError):
        derive_nonce(seed, approval="none", requester="demo:a", key="k")


def test_the_nonces_never_change() -> None:
    """Golden bytes: a draft that was kept under an older version still shows what will be sealed."""
    nonce = derive_nonce(SEED, approval="pre_two", requester="demo:a", key="a-key-of-16-chars")
    assert nonce.hex() == "cb295f312015591ae01fc171e129df9ec8794a1b5e26ae993566e4a5c69b4405"


def test_each_approval_requester_request_and_seed_has_its_own_nonce() -> None:
    """One seed sent with two requests never gives one nonce twice, however the words are cut."""
    told = itertools.product(
        (SEED, SEED[::-1]), ("none", "post_24h", "pre_two", "pre_fg"), ("a", "ab", "demo:a"), ("b", "bb", "k")
    )
    nonces = [derive_nonce(seed, approval=a, requester=r, key=k) for seed, a, r, k in told]
    assert len(set(nonces)) == len(nonces)
    assert {len(nonce) for nonce in nonces} == {32}


def test_two_seeds_are_two() -> None:
    """32 random bytes each."""
    assert len({new_seed() for _ in range(9)}) == 9
    assert len(new_seed()) == 32
