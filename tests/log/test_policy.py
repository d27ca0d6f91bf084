"""Trust policies: whose word counts, and nobody's when a quorum cannot be checked."""

import pytest

from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.log.policy import TrustPolicy
from tests.log.sample_log import OTHER, SIGNER, VKEY
from tests.refusals import refused

NOTE = Checkpoint(SIGNER.name, 1, EMPTY_ROOT).sign(SIGNER)
W1, W2 = NoteSigner.generate("w1.example").vkey, NoteSigner.generate("w2.example").vkey
FULL = f"log {VKEY}\nwitness one {W1}\nwitness two {W2}\ngroup both all one two\nquorum both\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {VKEY}\n",
        f"log {VKEY}\nquorum none\nquorum none\n",
        f"log {VKEY}\nquorum one\n",
        f"log {VKEY}\nlog {VKEY}\nquorum none\n",
        f"log {VKEY[:-1]}\nquorum none\n",
        f"log {VKEY.replace('33d7', '33d8')}\nquorum none\n",
        f"log {VKEY} https://a.example b\nquorum none\n",
        f"logs {VKEY}\nquorum none\n",
        "log\nquorum none\n",
        "witness one word\nquorum none\n",
        FULL.replace("witness two", "witness one"),
        FULL.replace("witness two", "witness none"),
        FULL.replace(W2, W1),
        FULL.replace("one two", "one three"),
        FULL.replace("one two", "one one"),
        FULL.replace("all one two", "all"),
        FULL.replace("all", "3"),
        FULL.replace("all", "0"),
        FULL.replace("all", "most"),
        FULL.replace("quorum", "group again any one\nquorum"),
    ],
)
def test_a_policy_that_is_not_as_specified_is_refused(text: str) -> None:
    """Unknown words, double keys and names, undefined members and bad thresholds stop the reading."""
    with refused(ConfigError):
        TrustPolicy.from_text(text)


def test_a_quorum_that_cannot_be_checked_fails_closed() -> None:
    """Until cosignatures are checked, a policy that asks for them trusts nothing."""
    with refused(SignatureInvalidError, "witness cosignatures cannot be checked yet"):
        TrustPolicy.from_text(FULL).verify(NOTE)


@pytest.mark.parametrize("logs", [(), (W1,), (OTHER.vkey,)])
def test_a_log_that_is_not_named_is_not_trusted(logs: tuple[str, ...]) -> None:
    """Neither no log, nor another log, nor another key of the same name will do."""
    with refused(SignatureInvalidError):
        TrustPolicy(logs).verify(NOTE)


@pytest.mark.parametrize("logs", [(VKEY,), (W1, VKEY), (VKEY, OTHER.vkey), (OTHER.vkey, VKEY)])
def test_any_named_log_is_trusted(logs: tuple[str, ...]) -> None:
    """Also beside others, and beside another key under the same name."""
    assert TrustPolicy(logs).verify(NOTE).size == 1


def test_a_policy_is_written_as_it_is_read() -> None:
    """Golden; comments, blank lines and addresses are passed over."""
    assert TrustPolicy((VKEY,)).to_text() == f"log {VKEY}\nquorum none\n"
    policy = TrustPolicy.from_text(FULL)
    assert policy.to_text() == FULL
    told = FULL.replace("log ", "# ours\n\n \t log \t").replace(W1, f"{W1} https://w1.example/")
    assert TrustPolicy.from_text(told) == policy
