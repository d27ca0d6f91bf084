"""Keyed hashes: apart per kind and key, the same however it was typed."""

import hashlib
import hmac

import pytest

from gateway.crypto.lookup import LookupKey
from gateway.errors import KeyUnavailableError

LOOKUP = LookupKey(bytes(32))


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    """A short key can be guessed."""
    with pytest.raises(KeyUnavailableError):
        LookupKey(key)


def test_different_things_have_different_tags() -> None:
    """Kinds, neighbours and boundaries between parts never meet."""
    tags = [
        LOOKUP.address("1211AB", 12, "bis"),
        LOOKUP.address("1211AB", 12, ""),
        LOOKUP.address("1211AB", 1, "2bis"),
        LOOKUP.address("1211AC", 12, "bis"),
        LOOKUP.bag("0402010001234567"),
        LOOKUP.case("0402010001234567"),
        LOOKUP.consent("0402010001234567"),
        LOOKUP.own_affairs(),
        LOOKUP.case(""),
        LOOKUP.idempotency("a", "b"),
        LOOKUP.idempotency("ab", ""),
        LOOKUP.idempotency("", "ab"),
        LOOKUP.idempotency("b", "a"),
        LOOKUP.jti("a", "b"),
        LOOKUP.proof("a", "b"),
        LOOKUP.cookie_key().hex(),
        LOOKUP.draft_key().hex(),
        LOOKUP.incident_key().hex(),
        LOOKUP.account("a"),
        LOOKUP.gap(["a", "b"]),
        LOOKUP.gap_ask("a", "b", "2026-11-26"),
        LOOKUP.pickup("a"),
        LOOKUP.pickup_code("a", "b"),
        LOOKUP.pickup_browser("a", "b"),
        LookupKey(b"\1" * 32).jti("a", "b"),
    ]
    assert len(set(tags)) == len(tags)


def test_exact_texts_are_not_normalised() -> None:
    """Two idempotency keys that differ in case are two keys."""
    assert LOOKUP.idempotency("a", "K") != LOOKUP.idempotency("a", "k")
    assert LOOKUP.jti("a", "K") != LOOKUP.jti("a", "K ")


def test_the_key_is_not_shown() -> None:
    """repr() in a trace gives nothing away."""
    assert (b"\7" * 32).hex() not in repr(LookupKey(b"\7" * 32))
    assert "\\x07" not in repr(LookupKey(b"\7" * 32))


@pytest.mark.parametrize(
    "typed", [("1211 ab", "BIS"), (" 1211AB ", " bis"), ("1211\u00a0Ab", "b i s"), ("１２１１AB", "bis")]
)
def test_an_address_has_one_tag_however_it_was_typed(typed: tuple[str, str]) -> None:
    """Otherwise a space would hide that the corporation owns the dwelling."""
    assert LOOKUP.address(typed[0], 12, typed[1]) == LOOKUP.address("1211AB", 12, "bis")


def test_references_have_one_tag_however_they_were_typed() -> None:
    """Case and spaces do not count."""
    assert LOOKUP.case(" z-2026-0417") == LOOKUP.case("Z-2026-0417")
    assert LOOKUP.consent("cons 1") == LOOKUP.consent("CONS1")
    assert LOOKUP.bag("0402 0100 0123 4567") == LOOKUP.bag("0402010001234567")


def test_the_tags_are_pinned() -> None:
    """Stored tags must be found again for ever; the form is HMAC-SHA-256 as RFC 2104 has it."""
    assert LOOKUP.address("1211AB", 12, "bis") == "16aa05985363cbdbf27888fbb29ebe245904a814c40007687184bf0072bac188"
    assert LOOKUP.case("Z-2026-0417") == "69c3fa092655ff6bc8edc1da4b80604f09dd481eaa25bfbf5c263efae103d885"
    assert LOOKUP.jti("a", "b") == "fde31219d7cd1fa7c672a6f2f0e7e8d4f65d05b5b19b701b76a6e763db4cb1a0"
    text = b'disclosure-lookup/v1/address\0["1211AB",12,"BIS"]'
    assert LOOKUP.address("1211AB", 12, "bis") == hmac.new(bytes(32), text, hashlib.sha256).hexdigest()
