"""Envelopes: exactly the agreed members, each once."""

import json
from dataclasses import replace

import pytest

from gateway.errors import SignatureInvalidError
from gateway.log.envelope import Envelope
from tests.refusals import refused

SAMPLE = Envelope("a.b.c.d.e", b"\x00\xff", "proof\n\u2014 x\n", bytes(32), "dudok-wonen")
GOLDEN = (
    '{"message":"a.b.c.d.e","leaf":"AP8=","proof":"proof\\n\u2014 x\\n",'
    '"opening":{"recipient":{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","value":"dudok-wonen"}}}'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"message":"a.b.c.d.e",', ""),
        ('"message"', '"Message"'),
        ('"message"', '"extra":1,"message"'),
        ('"message"', '"message":"z","message"'),
        ('"salt"', '"salt":"","salt"'),
        ('"value"', '"more":"","value"'),
        ('"a.b.c.d.e"', "null"),
        ('"a.b.c.d.e"', '["a.b.c.d.e"]'),
        ('"a.b.c.d.e"', '"\\ud800"'),
        ('"a.b.c.d.e"', '"\ud800"'),
        ('"a.b.c.d.e"', '"\\udfff"'),
        ('"AP8="', '"AP9="'),
        ('"AP8="', '"AP8"'),
        ('"AP8="', '"AP8=\\n"'),
        ('"AP8="', "7"),
        ('{"recipient"', '{"sender"'),
        ('{"salt"', '["salt"'),
        ("}}}", "}}"),
        ("}}}", "}}}{}"),
        (GOLDEN, "[]"),
        (GOLDEN, "[" * 100_000),
        (GOLDEN, ""),
    ],
)
def test_anything_but_the_agreed_members_is_refused(old: str, new: str) -> None:
    """A missing, unknown, double or mistyped member, and base64 in a second spelling, are refused."""
    assert old in GOLDEN
    with refused(SignatureInvalidError):
        Envelope.from_json(GOLDEN.replace(old, new, 1))


def test_the_form_of_an_envelope_never_changes() -> None:
    """Golden: partners' programs read this."""
    assert SAMPLE.to_json() == GOLDEN
    assert Envelope.from_json(GOLDEN) == SAMPLE


def test_other_layouts_of_the_same_json_are_read() -> None:
    """A partner may have stored it indented."""
    assert Envelope.from_json(json.dumps(json.loads(GOLDEN), indent=2)) == SAMPLE


def test_every_text_that_can_be_hashed_is_read() -> None:
    """Only halves of a pair are refused, not their neighbours or a whole pair."""
    sample = replace(SAMPLE, message="\ud7ff\ue000\U00010000")
    assert Envelope.from_json(sample.to_json()) == sample
    assert Envelope.from_json(json.dumps(json.loads(sample.to_json()))) == sample
