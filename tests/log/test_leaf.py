"""The bytes of a leaf: a closed schema, one spelling, golden forever."""

import datetime as dt
import re
import time
from dataclasses import replace

import pytest

from gateway.errors import LogTamperedError
from gateway.log.leaf import decode, encode, leaf_pattern, minute, moment
from gateway.model.leaf import LeafType
from tests.log.sample_log import DECISION
from tests.refusals import refused

GOLDEN = (
    b'{"bundle":"sha256:1111111111111111111111111111111111111111111111111111111111111111",'
    b'"detail":"sha256:2222222222222222222222222222222222222222222222222222222222222222",'
    b'"id":"00112233445566778899aabbccddeeff","outcome":"permit","time":"2026-11-24T12:00Z","type":"decision","v":1}'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":"1"'),
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v": 1'),
        (b',"v":1', b""),
        (b'"v":1', b'"v":1,"who":"x"'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"id"', b'"prev":-1,"id"'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":-1,'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":true,'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":null,'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":"3",'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":01,'),
        (b'"outcome":"permit",', b'"outcome":"permit","prev":9007199254740992,'),
        (b'"outcome":"permit",', b'"outcome":"permit","payload":"sha256:33",'),
        (b'"outcome":"permit",', b'"outcome":"permit\xe9",'),
        (b'"outcome":"permit","time"', b'"time":"2026-11-24T12:00Z","outcome":"permit","time"'),
        (b'"v":1}', b'"v":1}\n'),
        (b'"outcome":"permit"', b'"outcome":"Permit to J. Jansen"'),
        (b"12:00Z", b"12:00:31Z"),
        (b"decision", b"gossip"),
        (b"sha256:1", b"sha256:G"),
        (b"{", b"["),
        (b"{", b"\xff{"),
    ],
)
def test_anything_outside_the_schema_is_refused(old: bytes, new: bytes) -> None:
    """An unknown, missing, double or malformed member makes a leaf unreadable."""
    assert old in GOLDEN
    with refused(LogTamperedError):
        decode(GOLDEN.replace(old, new, 1))


@pytest.mark.parametrize("data", [b"[]", b"[[1]]", b"1", b"true", b'"text"'])
def test_json_of_another_shape_is_refused(data: bytes) -> None:
    """A leaf is one object."""
    with refused(LogTamperedError):
        decode(data)


def test_a_leaf_is_never_larger_than_4096_bytes() -> None:
    """Longer bytes are refused before they are parsed."""
    with refused(LogTamperedError):
        decode(b" " * 4097)


def test_a_leaf_outside_the_schema_is_never_written() -> None:
    """What we could not read back we do not write."""
    with refused(LogTamperedError):
        encode(replace(DECISION, outcome="Permit to J. Jansen"))


def test_the_bytes_of_a_leaf_never_change() -> None:
    """Golden: these bytes are hashed into logs that exist."""
    assert encode(DECISION) == GOLDEN
    assert decode(GOLDEN) == DECISION


def test_the_schema_of_a_leaf_never_changes() -> None:
    """Golden: the pattern that verifiers of logs that exist match with; only what is asked for is kept of a match."""
    digest = "sha256:[0-9a-f]{64}"
    assert leaf_pattern("prev", "time") == (
        rf'{{"bundle":"(?:{digest})","detail":"(?:{digest})","id":"(?:[0-9a-f]{{32}})","outcome":"(?:[a-z_]{{1,32}})",'
        rf'(?:"payload":"(?:{digest})",)?(?:"prev":(?P<prev>0|[1-9][0-9]{{0,15}}),)?(?:"recipient":"(?:{digest})",)?'
        r'"time":"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)",'
        r'"type":"(?:decision|release|approval|review|receipt|recall|erasure|access|policy|key|witness)","v":1}'
    )
    every = ("bundle", "detail", "id", "outcome", "payload", "prev", "recipient", "time", "type")
    assert tuple(re.compile(leaf_pattern(*every)).groupindex) == every


def test_optional_members_stand_only_where_they_are() -> None:
    """A release carries its payload and recipient, and what it follows from; index 0 counts as one."""
    release = replace(
        DECISION, type=LeafType.RELEASE, payload="sha256:" + "3" * 64, recipient="sha256:" + "4" * 64, prev=0
    )
    assert b'"payload":"sha256:333' in encode(release)
    assert b'"prev":0' in encode(release)
    assert decode(encode(release)) == release


def test_the_largest_index_that_json_can_hold_is_an_index() -> None:
    """RFC 8785 section 3.2.2.3: numbers are exact below 2^53."""
    assert decode(encode(replace(DECISION, prev=2**53 - 1))).prev == 2**53 - 1
    assert decode(GOLDEN.replace(b'"time"', b'"prev":10,"time"')).prev == 10


def test_times_are_utc_whatever_the_machines_own_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that moves to another machine goes on in the same time."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert minute(dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)) == "2026-11-24T12:05Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_times_are_utc_and_never_finer_than_a_minute() -> None:
    """Seconds could single out a person."""
    at = dt.datetime(2026, 11, 24, 13, 5, 59, 999, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert minute(at) == "2026-11-24T12:05Z"


@pytest.mark.parametrize("said", ["2026-02-30T12:00Z", "2026-11-24T24:00Z", "2026-13-01T00:00Z", "0000-01-01T00:00Z"])
def test_a_time_that_no_calendar_has_is_refused(said: str) -> None:
    """It has the form of one, and says nothing."""
    with refused(LogTamperedError):
        moment(said)


def test_a_leafs_time_is_read_as_a_moment_in_utc() -> None:
    """To the minute, as it was written."""
    assert moment("2026-11-24T12:00Z") == dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
