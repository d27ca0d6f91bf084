"""Trust policies: whose word counts, and nobody's when a quorum cannot be checked."""

import pytest

from gateway.crypto.encoding import b64, unb64
from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.log.policy import TrustPolicy
from tests.log.sample_log import OTHER, SIGNER, VKEY
from tests.refusals import refused

NOTE = Checkpoint(SIGNER.name, 1, EMPTY_ROOT).sign(SIGNER)
W1 = "w1.example+244ed52e+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
W2 = "w2.example+1303bc00+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
W3 = "w3.example+f462d1b1+AWbNYIuSi4jlDg7+qjP68cQ87+BylLC4fp/gq6ajz3Yz"
THIRD_KEY = NoteSigner.generate(SIGNER.name).vkey
THIRD = f"witness three {W3}\n"


def _cosigner(vkey: str) -> str:
    """Return the same key as a cosigner has it: signature type 4 instead of 1 (C2SP tlog-cosignature)."""
    name, number, key = vkey.split("+", 2)
    return f"{name}+{number}+{b64(bytes([4]) + unb64(key)[1:])}"


FULL = f"log {VKEY}\nwitness one {W1}\nwitness two {W2}\ngroup both all one two\nquorum both\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"log {VKEY}\nquorum none\nquorum none\n", 3),
        (f"log {VKEY}\nquorum one\n", 2),
        (f"log {VKEY}\nlog {VKEY}\nquorum none\n", 2),
        (f"log {VKEY[:-1]}\nquorum none\n", 1),
        (f"log {VKEY.replace('33d7', '33d8')}\nquorum none\n", 1),
        (f"log {VKEY} https://a.example b\nquorum none\n", 1),
        (f"# ours\n\nlogs {VKEY}\nquorum none\n", 3),
        ("log\nquorum none\n", 1),
        ("witness one word\nquorum none\n", 1),
        (FULL.replace("witness two", "witness one"), 3),
        (FULL.replace("witness two", "witness none"), 3),
        (FULL.replace(W2, W1), 3),
        (FULL.replace(W2, _cosigner(W1)), 3),
        (FULL.replace("group both", "group one"), 4),
        (FULL.replace("group both", "group none"), 4),
        (FULL.replace("one two", "one three"), 4),
        (FULL.replace("one two", "one one"), 4),
        (FULL.replace("all one two", "all"), 4),
        (FULL.replace("all", "3"), 4),
        (FULL.replace("all", "0"), 4),
        (FULL.replace("all", "1000"), 4),
        (FULL.replace("all", "most"), 4),
        (FULL.replace("quorum", "group again any one\nquorum"), 5),
        (f"{FULL}{THIRD}group apart any three\ngroup again any one\n", 8),
    ],
)
def test_a_policy_that_is_not_as_specified_is_refused(text: str, line: int) -> None:
    """Unknown words, double keys and names, undefined members and bad thresholds; the first such line is named."""
    with refused(ConfigError, f"line {line} of the trust policy is not as C2SP tlog-policy says"):
        TrustPolicy.from_text(text)


@pytest.mark.parametrize("text", ["", "\n# quorum none\n", f"log {VKEY}\n"])
def test_a_policy_without_a_quorum_line_is_refused(text: str) -> None:
    """How many witnesses must have signed is said, never assumed."""
    with refused(ConfigError, "the trust policy has no quorum line"):
        TrustPolicy.from_text(text)


def test_a_quorum_that_cannot_be_checked_fails_closed() -> None:
    """Until cosignatures are checked, a policy that asks for them trusts nothing."""
    with refused(SignatureInvalidError, "witness cosignatures cannot be checked yet"):
        TrustPolicy.from_text(FULL).verify(NOTE)


@pytest.mark.parametrize("logs", [(), (W1,)])
def test_a_log_that_is_not_named_is_not_trusted(logs: tuple[str, ...]) -> None:
    """Neither no log nor another log will do."""
    with refused(SignatureInvalidError, "of a log that the trust policy does not name"):
        TrustPolicy(logs).verify(NOTE)


@pytest.mark.parametrize("logs", [(OTHER.vkey,), (OTHER.vkey, THIRD_KEY)])
def test_another_key_of_the_same_name_is_not_trusted(logs: tuple[str, ...]) -> None:
    """Not one, and not several."""
    with refused(SignatureInvalidError, "not signed by"):
        TrustPolicy(logs).verify(NOTE)


@pytest.mark.parametrize(
    "logs", [(VKEY,), (W1, VKEY), (VKEY, OTHER.vkey), (OTHER.vkey, VKEY), (OTHER.vkey, VKEY, THIRD_KEY)]
)
def test_any_named_log_is_trusted(logs: tuple[str, ...]) -> None:
    """Also beside others, and before, after or between other keys under the same name."""
    assert TrustPolicy(logs).verify(NOTE).size == 1


def test_a_policy_is_written_as_it_is_read() -> None:
    """Golden; comments, blank lines and addresses are passed over."""
    assert TrustPolicy((VKEY,)).to_text() == f"log {VKEY}\nquorum none\n"
    policy = TrustPolicy.from_text(FULL)
    assert policy.to_text() == FULL
    told = FULL.replace("log ", "# ours\n\n \t log \t").replace(W1, f"{W1} https://w1.example/")
    assert TrustPolicy.from_text(told) == policy


@pytest.mark.parametrize("count", ["any", "all", "1", "2"])
def test_every_threshold_of_the_format_is_read(count: str) -> None:
    """Up to as many as there are members."""
    text = FULL.replace("all", count)
    assert TrustPolicy.from_text(text).groups == (("both", count, ("one", "two")),)


@pytest.mark.parametrize("vkey", [W3, _cosigner(W3)])
def test_a_witness_may_have_any_key_of_its_own(vkey: str) -> None:
    """Also one whose base64 holds a plus sign, and one for cosignatures, which is not for notes."""
    text = f"log {VKEY}\nwitness three {vkey}\nquorum three\n"
    assert TrustPolicy.from_text(text) == TrustPolicy((VKEY,), (("three", vkey),), quorum="three")


def test_keys_that_differ_in_one_byte_are_two_keys() -> None:
    """Whatever byte it is, also the first."""
    keys = [bytes([4, 1]) + bytes(31), bytes([4, 2]) + bytes(31)]
    lines = [f"witness w{at} w{at}.example+00000000+{b64(key)}\n" for at, key in enumerate(keys)]
    assert len(TrustPolicy.from_text(f"{''.join(lines)}quorum w0\n").witnesses) == 2


def test_a_witness_may_also_be_a_log() -> None:
    """A key is known once as a log's and once as a witness's."""
    text = f"log {VKEY}\nwitness one {VKEY}\nquorum none\n"
    assert TrustPolicy.from_text(text).to_text() == text


def test_two_groups_of_different_members_are_read() -> None:
    """A member is in one group; a group may be a member."""
    text = f"{FULL.replace('quorum both', THIRD + 'group top 1 both three')}\nquorum top\n".replace("\n\n", "\n")
    policy = TrustPolicy.from_text(text)
    assert policy.groups == (("both", "all", ("one", "two")), ("top", "1", ("both", "three")))
    assert policy.quorum == "top"
