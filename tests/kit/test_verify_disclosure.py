"""The file that a partner may copy: a second program, which says of everything what the gateway's own code says."""

import ast
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kit.verify_disclosure
from gateway.crypto.encoding import b64
from gateway.crypto.notes import NoteSigner
from kit.verify_disclosure import verify
from tests.kit.samples import (
    IN_ORDER,
    LINES,
    REFUSED,
    TRUST,
    UNREADABLE,
    WITNESSES,
    Sample,
    both,
    flipped,
    partners,
)
from tests.log.sample_log import NOW, ORIGIN, OTHER, RECIPIENT, SALT, SIGNER, VKEY

FILE = Path(kit.verify_disclosure.__file__)
GOOD = Sample()
EVERY = [pytest.param(1, marks=pytest.mark.stress), 9]  # bits: all of them, and a part that reaches every byte

pytestmark = pytest.mark.control("DPIA-11")


def test_it_stands_alone() -> None:
    """Standard library and PyNaCl only, no network, and short enough to read before trusting it."""
    imported = [node for node in ast.walk(ast.parse(FILE.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imported if isinstance(node, ast.ImportFrom)}
    outside = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
    assert outside == {"nacl"}
    assert not names & {"socket", "urllib", "http", "requests"}
    assert len(FILE.read_text().splitlines()) < 300


@pytest.mark.parametrize("every", EVERY)
def test_every_flipped_bit_of_an_envelope_is_refused_by_both(every: int) -> None:
    """No bit of the message, entry, proof, checkpoint, signatures or opening is free."""
    texts = flipped(GOOD.envelope().encode(), every)
    assert len(texts) > 1000 / every
    assert {both(text, TRUST) for text in texts} == {REFUSED}


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("what", ["leaf", "proof"])
def test_every_flipped_bit_inside_a_member_is_refused_by_both(what: str, every: int) -> None:
    """The same one layer down, where base64 and JSON are in order and the content is not."""
    content = GOOD.leaf(GOOD.index) if what == "leaf" else GOOD.proof().encode()
    changed = []
    for bit in range(0, len(content) * 8, every):
        data = bytearray(content)
        data[bit // 8] ^= 1 << bit % 8
        changed.append(b64(bytes(data)) if what == "leaf" else data.decode("utf-8", "replace"))
    assert {both(GOOD.envelope(**{what: value}), TRUST) for value in changed} == {REFUSED}


@pytest.mark.parametrize("every", EVERY)
def test_of_every_flipped_bit_of_a_trust_policy_both_say_the_same(every: int) -> None:
    """Nearly all are refused; the names that an officer chose for witnesses that count for nothing are free."""
    said = [both(GOOD.envelope(), text) for text in flipped(TRUST.encode(), every)]
    assert said.count(IN_ORDER) < len(said) / 20


@pytest.mark.parametrize("every", EVERY)
def test_every_flipped_bit_of_the_logs_line_is_refused(every: int) -> None:
    """The key of the log is what all the rest hangs on."""
    line = f"log {VKEY}"
    for text in flipped(line.encode(), every):
        assert both(GOOD.envelope(), f"{text}\nquorum none\n") != IN_ORDER


POLICIES: Mapping[str, tuple[list[str], str]] = {
    "no quorum line": ([*LINES], UNREADABLE),
    "two": ([*LINES, "quorum none", "quorum none"], UNREADABLE),
    "of nobody": ([*LINES, "quorum x"], UNREADABLE),
    "of a witness who did not sign": ([*LINES, "quorum w1"], REFUSED),
    "all of two": ([*LINES, "group g all w0 w1", "quorum g"], REFUSED),
    "two of three": ([*LINES, "group g 2 w0 w1 w2", "quorum g"], REFUSED),
    "four of three": ([*LINES, "group g 4 w0 w1 w2", "quorum g"], UNREADABLE),
    "none of three": ([*LINES, "group g 0 w0 w1 w2", "quorum g"], UNREADABLE),
    "01 of three": ([*LINES, "group g 01 w0 w1 w2", "quorum g"], UNREADABLE),
    "a superscript": ([*LINES, "group g \u00b2 w0 w1 w2", "quorum g"], UNREADABLE),
    "an underscore": ([*LINES, "group g 1_0 w0 w1 w2", "quorum g"], UNREADABLE),
    "a group of nobody": ([*LINES, "group g any", "quorum g"], UNREADABLE),
    "somebody twice": ([*LINES, "group g any w0 w0", "quorum g"], UNREADABLE),
    "somebody in two groups": ([*LINES, "group g any w0", "group h any w0", "quorum g"], UNREADABLE),
    "a group of itself": ([*LINES, "group g any g", "quorum g"], UNREADABLE),
    "a later one": ([*LINES, "group h any g", "group g any w0", "quorum h"], UNREADABLE),
    "a witness named none": ([LINES[0], f"witness none {WITNESSES[0].vkey}", "quorum none"], UNREADABLE),
    "one name twice": ([*LINES[:2], f"witness w0 {WITNESSES[1].vkey}", "quorum w0"], UNREADABLE),
    "one key twice": ([*LINES[:2], f"witness w1 {WITNESSES[0].vkey}", "quorum w0"], UNREADABLE),
    "one log twice": ([*LINES, LINES[0], "quorum w0"], UNREADABLE),
    "a log as a witness": ([LINES[0], f"witness w0 {OTHER.vkey}", "quorum w0"], UNREADABLE),
    "a witness as a log": ([f"log {WITNESSES[0].vkey}", "quorum none"], UNREADABLE),
    "an unknown line": ([*LINES, "trust me", "quorum w0"], UNREADABLE),
    "a cut key": ([f"log {VKEY[:-1]}", "quorum none"], UNREADABLE),
    "no key": (["log x", "quorum none"], UNREADABLE),
    "no log": (["quorum none"], REFUSED),
    "another log": ([f"log {NoteSigner.generate('x.example').vkey}", "quorum none"], REFUSED),
    "another key of the log": ([f"log {OTHER.vkey}", "quorum none"], REFUSED),
    "a later key of the log": ([*LINES, f"log {OTHER.vkey}", "quorum w0"], IN_ORDER),
    "an earlier key of the log": ([f"log {OTHER.vkey}", *LINES, "quorum w0"], IN_ORDER),
    "one of three": ([*LINES, "group g 1 w0 w1 w2", "quorum g"], IN_ORDER),
    "groups of groups": ([*LINES, "group g any w0 w1", "group h all g", "quorum h"], IN_ORDER),
    "addresses and tabs": ([f"{LINES[0]} https://x", f"{LINES[1]}\thttps://z", "quorum\tw0"], IN_ORDER),
    "remarks": (["# x", *LINES, "", "#", "quorum w0", "\t"], IN_ORDER),
    "nobody asked": ([LINES[0], "quorum none"], IN_ORDER),
}  # fmt: skip


@pytest.mark.parametrize("what", POLICIES)
def test_of_a_trust_policy_both_say_the_same(what: str) -> None:
    """C2SP tlog-policy, line by line."""
    lines, said = POLICIES[what]
    assert both(GOOD.envelope(), "\n".join([*lines, ""])) == said


def _without(envelope: str, name: str) -> str:
    return json.dumps({key: value for key, value in json.loads(envelope).items() if key != name})


def _signed(text: str) -> str:
    """Return the proof of the good sample under another checkpoint's text, signed by the log and a witness."""
    note = SIGNER.sign(text) + WITNESSES[0].cosign(text, NOW)
    return GOOD.proof().partition("\n\n")[0] + "\n\n" + note


class _Altered(Sample):
    """A log whose second entry is any bytes; its proof is in order."""

    def __init__(self, entry: bytes) -> None:
        """Hold the good sample's first entry, and this one."""
        super().__init__()
        object.__setattr__(self, "other", entry)

    def leaf(self, at: int) -> bytes:
        """Return an entry."""
        return bytes(self.other) if at == GOOD.index else GOOD.leaf(at)  # type: ignore[call-overload]


def _leaf(old: str, new: str) -> str:
    """Return an envelope with an altered entry in a log of its own."""
    leaf = GOOD.leaf(GOOD.index).decode()
    assert old in leaf
    return _Altered(leaf.replace(old, new).encode()).envelope()


TEXT = GOOD.note().partition("\n\n")[0] + "\n"
PROOF = GOOD.proof()
SALT64 = b64(SALT)
REFUSALS: Mapping[str, str] = {
    "not JSON": "hello",
    "a list": "[]",
    "too deep": "[" * 100_000,
    "a member too many": GOOD.envelope(more="x"),
    "a member too few": _without(GOOD.envelope(), "proof"),
    "a member twice": GOOD.envelope().replace('{"message"', '{"message":"x","message"', 1),
    "a number": GOOD.envelope(message=1),
    "half a character": GOOD.envelope().replace('"message":"', '"message":"\\ud800', 1),
    "half a character in the id": GOOD.envelope().replace(RECIPIENT, "\\ud800"),
    "a wider opening": GOOD.envelope(opening={"recipient": {"salt": SALT64, "value": RECIPIENT}, "x": 1}),
    "a wider recipient": GOOD.envelope(opening={"recipient": {"salt": SALT64, "value": RECIPIENT, "x": 1}}),
    "an opening of another kind": GOOD.envelope(opening=["recipient"]),
    "another message": GOOD.envelope(message="x"),
    "another recipient": GOOD.envelope(opening={"recipient": {"salt": SALT64, "value": "x"}}),
    "a short salt": GOOD.envelope(opening={"recipient": {"salt": "", "value": RECIPIENT}}),
    "another version of the proof": GOOD.envelope(proof=PROOF.replace("@v1", "@v2")),
    "no index": GOOD.envelope(proof=PROOF.replace("\nindex 1\n", "\n")),
    "another index": GOOD.envelope(proof=PROOF.replace("index 1\n", "index 0\n")),
    "an index beyond": GOOD.envelope(proof=PROOF.replace("index 1\n", "index 2\n")),
    "an index with a zero": GOOD.envelope(proof=PROOF.replace("index 1\n", "index 01\n")),
    "extra data": GOOD.envelope(proof=PROOF.replace("index 1\n", "extra AAAA\nindex 1\n")),
    "a path too long": GOOD.envelope(proof=PROOF.replace("index 1\n", f"index 1\n{b64(bytes(32))}\n")),
    "64 hashes": GOOD.envelope(proof=PROOF.replace("index 1\n", f"index 1\n{(b64(bytes(32)) + chr(10)) * 64}")),
    "no path": GOOD.envelope(proof=f"c2sp.org/tlog-proof@v1\nindex 1\n\n{GOOD.note()}"),
    "no note": GOOD.envelope(proof="c2sp.org/tlog-proof@v1\nindex 1\n\n"),
    "no empty line": GOOD.envelope(proof="c2sp.org/tlog-proof@v1\nindex 1\n"),
    "an odd signature line": GOOD.envelope(proof=PROOF + "x\n"),
    "a cut signature line": GOOD.envelope(proof=PROOF[:-1]),
    "a fourth line": GOOD.envelope(proof=_signed(f"{TEXT}x\n")),
    "no root": GOOD.envelope(proof=_signed(f"{ORIGIN}\n2\n\n")),
    "a root of 31 bytes": GOOD.envelope(proof=_signed(f"{ORIGIN}\n2\n{b64(bytes(31))}\n")),
    "another size": GOOD.envelope(proof=_signed(TEXT.replace("\n2\n", "\n3\n"))),
    "an empty log": GOOD.envelope(proof=_signed(TEXT.replace("\n2\n", "\n0\n"))),
    "a size with a zero": GOOD.envelope(proof=_signed(TEXT.replace("\n2\n", "\n02\n"))),
    "of another log": GOOD.envelope(proof=_signed(TEXT.replace(ORIGIN, "x.example"))),
    "nobody saw it": Sample(seen=()).envelope(),
    "another witness saw it": Sample(seen=((1, 0),)).envelope(),
    "seen in six minutes": Sample(seen=((0, 6),)).envelope(),
    "one of two is of the future": Sample(seen=((0, 0), (1, 6))).envelope(),
    "seen in the year 9999": Sample(seen=((0, 0), (0, 4_193_000_000))).envelope(),
    "seen before it was made": Sample(seen=((0, -8),)).envelope(),
    "first seen before it was made": Sample(seen=((0, 0), (0, -8))).envelope(),
    "made in six minutes": Sample(minutes=6).envelope(),
    "a spoilt line of a witness that does not count": GOOD.envelope(
        proof=PROOF + WITNESSES[1].cosign("x", NOW)
    ),
    "a cut cosignature": GOOD.envelope(proof=PROOF[: PROOF.rindex(" ") + 13] + "\n"),
    "a second, spoilt line of the log": GOOD.envelope(proof=PROOF + SIGNER.sign("x\n").partition("\n\n")[2]),
    "not a release": _leaf('"type":"release"', '"type":"decision"'),
    "no such type": _leaf('"type":"release"', '"type":"secret"'),
    "another version of the entry": _leaf('"v":1', '"v":2'),
    "a true version": _leaf('"v":1', '"v":true'),
    "a version of 1.0": _leaf('"v":1', '"v":1.0'),
    "a member more in the entry": _leaf('"v":1', '"v":1,"w":1'),
    "a blank in the entry": _leaf('"v":1', '"v": 1'),
    "no day": _leaf("2026-11-24", "2026-02-30"),
    "the year nought": _leaf("2026-11-24", "0000-11-24"),
    "an hour too many": _leaf("T12:00", "T24:00"),
    "another form of time": _leaf("T12:00Z", "T12:00:00Z"),
    "following itself": _leaf('"prev":0', '"prev":1'),
    "following less than nothing": _leaf('"prev":0', '"prev":-1'),
    "following a number that is none": _leaf('"prev":0', '"prev":false'),
    "following more than can be": _leaf('"prev":0', '"prev":9007199254740992'),
    "no outcome": _leaf('"outcome":"permit"', '"outcome":""'),
    "an escape": _leaf('"outcome":"permit"', '"outcome":"\\u0070ermit"'),
    "a digest in capitals": _leaf("sha256:1", "sha256:A"),
    "too long": _leaf('"outcome":"permit"', f'"outcome":"{"x" * 5000}"'),
    "bytes that are no text": GOOD.envelope(leaf=b64(b"\xff")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_what_is_not_in_order_both_refuse(what: str) -> None:
    """Each fault that one could think of, alone."""
    assert both(REFUSALS[what], TRUST) == REFUSED


@pytest.mark.parametrize(
    "sample",
    [
        GOOD,
        Sample(size=1, index=0),
        Sample(size=13, index=12),
        Sample(size=13, index=5),
        Sample(seen=((0, 5), (1, -6), (2, -1)), minutes=-1),
        Sample(seen=((0, 0), (0, 1))),
        Sample(seen=((0, 6), (0, 0))),
        Sample(minutes=5),
    ],
)
@pytest.mark.parametrize("me", [None, RECIPIENT])
def test_what_is_in_order_both_accept(sample: Sample, me: str | None) -> None:
    """And a recipient who says who they are accepts nobody else's."""
    assert both(sample.envelope(), TRUST, me=me) == IN_ORDER
    assert both(sample.envelope(), TRUST, me="other-wonen") == REFUSED
    assert both(_leaf("permit", "permit"), TRUST, me=me) == IN_ORDER  # what alters entries below spoils nothing else


def test_it_tells_what_holds() -> None:
    """Where the entry stands, for whom it is, and who saw it first when."""
    found = verify(Sample(size=13, index=5, seen=((0, 1), (0, 0))).envelope(), TRUST, now=NOW)
    assert (found.log, found.entry, found.size, found.recipient) == (ORIGIN, 5, 13, RECIPIENT)
    assert found.seen == {"w0": NOW}
    assert found.time == NOW - dt.timedelta(minutes=1)


SAMPLES = st.integers(1, 12).flatmap(
    lambda size: st.builds(
        Sample,
        size=st.just(size),
        index=st.integers(0, size - 1),
        seen=st.lists(st.tuples(st.integers(0, 2), st.integers(-8, 7)), max_size=4).map(tuple),
        minutes=st.integers(-6, 7),
    )
)
GROUPS = st.builds(
    "group {} {} {}".format,
    st.sampled_from(["g", "h"]),
    st.sampled_from(["any", "all", "1", "2", "3"]),
    st.lists(st.sampled_from(["w0", "w1", "w2", "g"]), min_size=1, max_size=3).map(" ".join),
)
POLICY = st.builds(
    lambda groups, quorum: "\n".join([*LINES, *groups, f"quorum {quorum}", ""]),
    st.lists(GROUPS, max_size=2),
    st.sampled_from(["none", "w0", "w1", "g", "h"]),
)


@settings(max_examples=60)
@given(sample=SAMPLES, trust=POLICY, me=st.sampled_from([None, RECIPIENT, "x"]), swap=st.sampled_from([0, 0, 0, 1, 2]))
def test_of_any_envelope_under_any_policy_both_say_the_same(
    sample: Sample, trust: str, me: str | None, swap: int
) -> None:
    """Any size, place, time, witnesses, groups and quorum; and now and then another entry or another proof."""
    other = replace(sample, size=sample.size + 1)
    changed = {1: {"leaf": b64(other.leaf(sample.size))}, 2: {"proof": other.proof()}}.get(swap, {})
    both(sample.envelope(**changed), trust, me=me)


def test_the_sayings_of_both_can_differ() -> None:
    """A comparison that could find nothing would prove nothing."""
    assert partners(GOOD.envelope(), TRUST, now=NOW + dt.timedelta(days=400)) == IN_ORDER
    assert partners(GOOD.envelope(), TRUST, now=NOW - dt.timedelta(days=400)) == REFUSED


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["{good}", "--trust", "{trust}"], 0, "entry 1 of 2"),
        (["{good}", "--trust", "{trust}", "--me", RECIPIENT, "--now", "2026-11-24T12:01:00Z"], 0, "seen by w0"),
        (["{good}", "--trust", "{trust}", "--now", "2026-11-24T12:01:00"], 0, "made for dudok-wonen"),
        (["{good}", "--trust", "{trust}", "--me", "x"], 1, "call the privacy officer"),
        (["{good}", "--trust", "{trust}", "--now", "2026-11-24T11:00:00+01:00"], 1, "NOT in order"),
        (["{trust}", "--trust", "{trust}"], 2, "not JSON"),
        (["{good}", "--trust", "{good}"], 2, "line 1"),
        (["{good}", "--trust", "{none}"], 2, "cannot be read"),
        (["{good}"], 2, "usage"),
        (["{good}", "--trust", "{trust}", "--now", "noon"], 2, "usage"),
    ],
)
def test_the_command_tells_by_its_exit_code(words: list[str], code: int, told: str, tmp_path: Path) -> None:
    """0 in order, 1 not in order, 2 not to be read; in a folder of its own, without the gateway beside it."""
    for name, text in (("good", GOOD.envelope()), ("trust", TRUST), ("verify_disclosure.py", FILE.read_text())):
        (tmp_path / name).write_text(text)
    filled = [word.format(**{name: name for name in ("good", "trust", "none")}) for word in words]
    command = [sys.executable, "-I", "verify_disclosure.py", *filled]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, told in done.stdout + done.stderr) == (code, True), done
