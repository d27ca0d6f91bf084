"""Trust policies: whose word counts, and how many witnesses must have given theirs."""

import datetime as dt
from collections.abc import Sequence

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.encoding import b64
from gateway.crypto.notes import NoteSigner, key_id, write_vkey
from gateway.errors import ConfigError, NotWitnessedError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.log.policy import TrustPolicy
from tests.log.sample_log import NOW, OTHER, SIGNER, VKEY
from tests.refusals import refused

NOTE = Checkpoint(SIGNER.name, 1, EMPTY_ROOT).sign(SIGNER)
COSIGNERS = {name: Cosigner.generate(f"{name}.example") for name in ("one", "two", "three", "four")}
W1, W2, W3, W4 = (cosigner.vkey for cosigner in COSIGNERS.values())
ELSEWHERE = NoteSigner.generate("elsewhere.example").vkey
THIRD_KEY = NoteSigner.generate(SIGNER.name).vkey
THIRD = f"witness three {W3}\n"
# A key for cosignatures of another kind (type 6, ML-DSA-44): this program cannot check what it signs.
OTHER_KIND = "w5.example+00000000+" + b64(bytes([6]) + bytes(1312))


def _cosigned(*names: str, at: dt.datetime = NOW) -> str:
    """Return the sample's checkpoint with the cosignatures of these witnesses."""
    text = NOTE.rpartition("\n\n")[0] + "\n"
    return NOTE + "".join(COSIGNERS[name].cosign(text, at) for name in names)


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
        (FULL.replace(W2, THIRD_KEY), 3),
        (FULL.replace(W2, OTHER_KIND), 3),
        (FULL.replace(W2, W2.replace("two", "deux")), 3),
        (FULL.replace(VKEY, W1), 1),
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


GROUPS = (
    f"log {VKEY}\nwitness one {W1}\nwitness two {W2}\nwitness three {W3}\nwitness four {W4}\n"
    "group two-of 2 one two three\ngroup top all two-of four\nquorum top\n"
)
ANY = FULL.replace("all", "any")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (FULL, ()),
        (FULL, ("one",)),
        (FULL, ("two", "three")),
        (ANY, ()),
        (ANY, ("three", "four")),
        (FULL.replace("all", "2"), ("one",)),
        (FULL.replace("quorum both", "quorum two"), ("one",)),
        (GROUPS, ("one", "two", "three")),
        (GROUPS, ("four",)),
        (GROUPS, ("four", "one")),
    ],
)
def test_too_few_witnesses_are_refused(text: str, seen: Sequence[str]) -> None:
    """One missing is one too many; a witness that the policy does not name counts for nobody."""
    with refused(NotWitnessedError, "have not seen it yet"):
        TrustPolicy.from_text(text).verify(_cosigned(*seen), now=NOW)


def test_the_same_witness_twice_is_one_witness() -> None:
    """A quorum counts witnesses, not signatures."""
    note = _cosigned("one", "one")
    with refused(NotWitnessedError):
        TrustPolicy.from_text(FULL).verify(note, now=NOW)


def test_the_logs_own_signature_is_no_witness() -> None:
    """Nor is a cosignature the log's: one key in two roles signs two statements."""
    text = FULL.replace(W1, Cosigner.from_text(_as_cosigner(SIGNER)).vkey).replace("quorum both", "quorum one")
    with refused(NotWitnessedError):
        TrustPolicy.from_text(text).verify(NOTE, now=NOW)
    with refused(SignatureInvalidError, "not signed by the trusted key"):
        TrustPolicy((VKEY,)).verify(_cosigned("one").replace(NOTE.rpartition("\n\n")[2], ""), now=NOW)


def _as_cosigner(signer: NoteSigner) -> str:
    """Return the secret text of the log's key, as one for cosignatures."""
    raw = bytes([4]) + bytes(signer._key)  # noqa: SLF001  # only a test would use one key twice
    number = key_id(signer.name, signer.public, bytes([4])).hex()
    return f"PRIVATE+KEY+{signer.name}+{number}+{b64(raw)}"


@pytest.mark.parametrize("name", ["one", "two"])
def test_a_cosignature_that_does_not_fit_is_refused(name: str) -> None:
    """Also beside enough others: a known witness that says something else is alarm, not absence."""
    policy = TrustPolicy.from_text(ANY)
    elsewhere = Checkpoint(SIGNER.name, 2, EMPTY_ROOT).to_text()
    note = _cosigned("one" if name == "two" else "two") + COSIGNERS[name].cosign(elsewhere, NOW)
    with refused(SignatureInvalidError, "does not fit"):
        policy.verify(note, now=NOW)


def test_a_cosignature_of_the_future_is_refused() -> None:
    """Five minutes may be clocks; more is a false statement or a false clock here."""
    policy = TrustPolicy.from_text(ANY)
    soon = NOW + dt.timedelta(minutes=5)
    assert policy.verify(_cosigned("one", at=soon), now=NOW).size == 1
    with refused(SignatureInvalidError, "still to come"):
        policy.verify(_cosigned("one", at=soon + dt.timedelta(seconds=1)), now=NOW)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (FULL, ("one", "two")),
        (FULL, ("three", "two", "one")),
        (ANY, ("two",)),
        (FULL.replace("all", "1"), ("one",)),
        (FULL.replace("quorum both", "quorum one"), ("one",)),
        (FULL.replace("quorum both", "quorum none"), ()),
        (GROUPS, ("one", "three", "four")),
        (GROUPS, ("one", "two", "three", "four")),
    ],
)
def test_enough_witnesses_are_trusted(text: str, seen: Sequence[str]) -> None:
    """In any order, with others beside them, and through groups."""
    policy = TrustPolicy.from_text(text)
    note = _cosigned(*seen)
    assert policy.verify(note, now=NOW).size == 1
    known = {name for name, _ in policy.witnesses}
    assert policy.seen_by(note, now=NOW) == {name: NOW for name in seen if name in known}


@pytest.mark.parametrize("logs", [(), (ELSEWHERE,)])
def test_a_log_that_is_not_named_is_not_trusted(logs: tuple[str, ...]) -> None:
    """Neither no log nor another log will do."""
    with refused(SignatureInvalidError, "of a log that the trust policy does not name"):
        TrustPolicy(logs).verify(NOTE, now=NOW)


@pytest.mark.parametrize("logs", [(OTHER.vkey,), (OTHER.vkey, THIRD_KEY)])
def test_another_key_of_the_same_name_is_not_trusted(logs: tuple[str, ...]) -> None:
    """Not one, and not several."""
    with refused(SignatureInvalidError, "not signed by"):
        TrustPolicy(logs).verify(NOTE, now=NOW)


@pytest.mark.parametrize(
    "logs", [(VKEY,), (ELSEWHERE, VKEY), (VKEY, OTHER.vkey), (OTHER.vkey, VKEY), (OTHER.vkey, VKEY, THIRD_KEY)]
)
def test_any_named_log_is_trusted(logs: tuple[str, ...]) -> None:
    """Also beside others, and before, after or between other keys under the same name."""
    assert TrustPolicy(logs).verify(NOTE, now=NOW).size == 1


def test_a_policy_is_written_as_it_is_read() -> None:
    """Golden; comments, blank lines and a log's address are passed over, a witness's address is kept."""
    assert TrustPolicy((VKEY,)).to_text() == f"log {VKEY}\nquorum none\n"
    policy = TrustPolicy.from_text(FULL)
    assert policy.to_text() == FULL
    told = FULL.replace("log ", "# ours\n\n \t log \t").replace(VKEY, f"{VKEY} https://log.example/")
    assert TrustPolicy.from_text(told) == policy
    reached = FULL.replace(W2, f"{W2} https://w2.example/")
    assert TrustPolicy.from_text(reached).addresses == (("two", "https://w2.example/"),)
    assert TrustPolicy.from_text(reached).to_text() == reached
    both = TrustPolicy.from_text(reached.replace(W1, f"{W1} https://w1.example/"))
    assert both.addresses == (("one", "https://w1.example/"), ("two", "https://w2.example/"))


@pytest.mark.parametrize("count", ["any", "all", "1", "2"])
def test_every_threshold_of_the_format_is_read(count: str) -> None:
    """Up to as many as there are members."""
    text = FULL.replace("all", count)
    assert TrustPolicy.from_text(text).groups == (("both", count, ("one", "two")),)


def test_keys_that_differ_are_two_witnesses() -> None:
    """Also when it is one bit of the last byte."""
    keys = [bytes(32), bytes(31) + b"\x01"]
    vkeys = [write_vkey(f"w{at}.example", key, bytes([4])) for at, key in enumerate(keys)]
    lines = [f"witness w{at} {vkey}\n" for at, vkey in enumerate(vkeys)]
    assert len(TrustPolicy.from_text(f"{''.join(lines)}quorum w0\n").witnesses) == 2


def test_a_witness_may_also_be_a_log() -> None:
    """A key is known once as a log's and once as a witness's."""
    text = f"log {VKEY}\nwitness one {Cosigner.from_text(_as_cosigner(SIGNER)).vkey}\nquorum none\n"
    assert TrustPolicy.from_text(text).to_text() == text


def test_two_groups_of_different_members_are_read() -> None:
    """A member is in one group; a group may be a member."""
    text = f"{FULL.replace('quorum both', THIRD + 'group top 1 both three')}\nquorum top\n".replace("\n\n", "\n")
    policy = TrustPolicy.from_text(text)
    assert policy.groups == (("both", "all", ("one", "two")), ("top", "1", ("both", "three")))
    assert policy.quorum == "top"


@pytest.mark.parametrize(
    ("text", "least"),
    [
        (FULL, 2),
        (ANY, 1),
        (GROUPS, 3),
        (FULL.replace("quorum both", "quorum one"), 1),
        (FULL.replace("quorum both", "quorum none"), 0),
    ],
)
def test_how_few_can_be_a_quorum_is_known(text: str, least: int) -> None:
    """Each group takes its cheapest members; what is looked up by number never misses a quorum."""
    assert TrustPolicy.from_text(text).least() == least
