"""A search that cannot find proves nothing: every spelling of a planted canary is found, and chance finds none."""

import base64
import gzip
import hashlib
import html
import json
import os
import zlib
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, quote_plus

import pytest

from tests.canaries.birds import BIRTH, BSN, CASE, EVERY, KVK, PHONE, PLANTED, POSTCODE, Canary
from tests.canaries.search import Channel, Searcher
from tests.canaries.spellings import HASHES

VALUE = PLANTED.value


def hashed(kind: str, shown: Callable[[bytes], str | bytes], text: str) -> bytes:
    """Return an unsalted hash of the text in lower case, as it may be shown."""
    told = shown(hashlib.new(kind, text.lower().encode()).digest())
    return told.encode() if isinstance(told, str) else told


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "lower case": lambda text: text.lower().encode(),
    "without accents": lambda text: text.replace("Ö", "O").encode(),
    "Latin": lambda text: text.encode("iso8859-1"),
    "UTF-16LE": lambda text: text.encode("utf-16-le"),
    "UTF-16BE": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: base64.b64encode(f"a{text}b".encode()),
    "base64, a byte on": lambda text: base64.b64encode(f"aa{text}b".encode()),
    "base64, two bytes on": lambda text: base64.b64encode(f"aaa{text}bb".encode()),
    "base64url": lambda text: base64.urlsafe_b64encode(f"??>{text}>??".encode()),
    "URL": lambda text: quote(text).encode(),
    "form": lambda text: quote_plus(text).encode(),
    "JSON": lambda text: json.dumps({"x": text}).encode(),
    "HTML": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace"),
    "repr of bytes": lambda text: repr(text.encode()).encode(),
    "gzip": lambda text: b"before" + gzip.compress(text.encode()),
    "zlib": lambda text: b"before" + zlib.compress(text.encode() * 3) + b"after",
    "only a part": lambda text: text.split()[0].encode(),
    **{f"{kind} in hex": partial(hashed, kind, bytes.hex) for kind in HASHES},
    **{f"{kind} raw": partial(hashed, kind, bytes) for kind in HASHES},
    **{f"{kind} in base64url": partial(hashed, kind, base64.urlsafe_b64encode) for kind in HASHES},
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found_wherever_it_stands(planted: Searcher, spelling: str) -> None:
    """In the middle of other bytes, at any place."""
    spelled = SPELLINGS[spelling](VALUE)
    found = [planted.found(b"x" * before + b"\0" + spelled + b"\0yyy").keys() for before in range(12)]
    assert found == [{PLANTED.name}] * 12


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_value_in_the_same_spelling_is_not_found(planted: Searcher, spelling: str) -> None:
    """The twin of the test above: the search tells the canary from its like."""
    assert planted.found(SPELLINGS[spelling]("Plantagenhout Ooresander")) == {}


@pytest.mark.parametrize(
    ("canary", "text"),
    [
        (BSN, "999.999.011"),
        (BSN, "9999 99 011"),
        (BSN, "BSN:999-999-011;"),
        (PHONE, "0970 102 846 63"),
        (PHONE, "+31 (970) 102-84663"),
        (BIRTH, "19-07-1903"),
        (BIRTH, "19030719"),
        (KVK, "9081 7263"),
        (POSTCODE, '"9941ZQ"'),
        (POSTCODE, "9941 zq"),
        (POSTCODE, "postcode=9941ZQ&x"),
    ],
)
def test_a_number_is_found_however_it_is_grouped(searcher: Searcher, canary: Canary, text: str) -> None:
    """People write numbers in groups, and a postcode is short: it must stand by itself to count."""
    assert canary.name in searcher.found(f"see {text} there".encode())


@pytest.mark.parametrize("text", ["a999999011", "9999990111", "9941zqx", "0x9941zq1"])
def test_a_short_text_inside_a_longer_word_does_not_count(searcher: Searcher, text: str) -> None:
    """Else ciphertexts and hashes would raise false alarms."""
    assert searcher.found(f" {text} ".encode()) == {}


@pytest.mark.parametrize("kind", HASHES)
def test_the_hash_of_a_whole_number_is_found(searcher: Searcher, kind: str) -> None:
    """A case number is looked for by how all of them begin; its hash does not begin alike."""
    digest = hashlib.new(kind, f"{CASE.value}03".encode()).hexdigest()
    assert searcher.found(digest.encode()).keys() == {CASE.name}


def test_chance_finds_nothing(searcher: Searcher) -> None:
    """A megabyte of random bytes, as bytes, hex and base64."""
    data = os.urandom(1 << 20)
    assert searcher.found(data + base64.b64encode(data) + data.hex().encode()) == {}


def test_no_canary_is_part_of_another() -> None:
    """Else one leak would look like two, and an allowance for one would hide the other."""
    overlapping = {
        canary.name: set(Searcher([other for other in EVERY if other is not canary]).found(canary.value.encode()))
        for canary in EVERY
    }
    assert {name: found for name, found in overlapping.items() if found} == {}


def test_a_leak_is_told_by_its_channel_and_an_allowed_one_is_not(planted: Searcher) -> None:
    """Channels that may hold the same are searched together; the report still names the one."""
    leaky = Channel("leaky", VALUE.encode())
    allowed = Channel("allowed", VALUE.encode(), frozenset({PLANTED.name}))
    (line,) = planted.leaks([Channel("clean", b"nothing"), leaky, allowed])
    assert line.startswith("leaky: planted")
    assert planted.leaks([allowed]) == []
