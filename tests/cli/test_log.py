"""`gateway log verify` from a checkpoint that was verified before, and `gateway log fsck`, as an officer types them."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.bootstrap import Gateway
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.log.checkpoint import Checkpoint
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_stapled
from gateway.store.log_view import open_log
from gateway.store.ports import Unit
from tests.conftest import NOON
from tests.keep.state import submit

Told = Mapping[str, bool | int | str]
Type = Callable[..., tuple[int, str]]


@pytest.fixture
def types(gateway: Gateway, settings: Settings) -> Type:
    """Return what types a command and gives its exit code and output. The log holds the entry of its policy."""
    assert gateway.team.log_summary().entries >= 1

    def typed(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(
            command, ["log", *words], env={"GATEWAY_HOME": str(settings.home), "GATEWAY_DEMO": "1"}
        )
        return done.exit_code, done.output

    return typed


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("999", "the database keeps no checkpoint of size 999"),
        ("absent.txt", "cannot be read as a checkpoint"),
        ("other.txt", "not a checkpoint signed by this log's key"),
        ("binary", "cannot be read as a checkpoint"),
    ],
)
def test_what_was_never_verified_is_no_place_to_go_on_from(
    types: Type, since: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint of nobody, of another size or of another key is wrong use, and the log is not looked at."""
    monkeypatch.chdir(tmp_path)
    Path("other.txt").write_text("example.com/log\n1\nAAAA\n\n\u2014 example.com/log AAAA\n")
    Path("binary").write_bytes(b"\xff\xfe")
    code, output = types("verify", "--since", since)
    assert (code, told in output) == (2, True)


def test_an_officer_goes_on_from_their_own_checkpoint(types: Type, tmp_path: Path) -> None:
    """By the file they kept, or by its size; the report says from where."""
    note = types("checkpoint")[1]
    size = Checkpoint.from_note(note).size
    kept = tmp_path / "kept.txt"
    kept.write_text(note)
    for since in (str(kept), str(size)):
        code, output = types("verify", "--since", since, "--jobs", "2", "--format", "json")
        report: Told = json.loads(output)
        assert (code, report["ok"], report["since"]) == (0, True, size)
    assert f"unaltered since the {size} that were verified before" in types("verify", "--since", str(size))[1]


def test_a_message_of_another_is_told_with_the_log(types: Type, gateway: Gateway, settings: Settings) -> None:
    """The log itself is in order; what rests on it is not, so the command fails and says which entry."""
    submit(gateway, 1)
    code, output = types("verify", "--format", "json")
    report = json.loads(output)
    assert (code, report["ok"], report["coverage"]["releases"], report["coverage"]["matched"]) == (0, True, 1, 1)
    assert "releases: 1; with their message: 1 (without receipt yet: 1)" in types("verify")[1]
    connection = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    connection.execute("UPDATE outbox SET partner = 'another'")
    connection.commit()
    connection.close()
    code, output = types("verify", "--format", "json")
    report = json.loads(output)
    assert (code, report["ok"]) == (1, False)
    assert "is kept for another partner" in report["problem"]
    assert report["problem"] == report["coverage"]["problem"]


def test_a_proof_is_under_the_oldest_checkpoint_that_the_witnesses_have_seen(
    types: Type, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a partner gets it, and verified by the same policy; without witnesses it is under the newest one."""
    size = submit(gateway, 1)
    submit(gateway, 2)
    witness = Cosigner.generate("w.example")
    policy = TrustPolicy((gateway.tools.log_vkey,), (("w", witness.vkey),), quorum="w")

    def cosign(unit: Unit) -> bytes:
        note = unit.log.checkpoint(size) or ""
        line = witness.cosign(note.rpartition("\n\n")[0] + "\n", NOON)
        unit.cosignatures.add(size, CosignatureVerifier.from_text(witness.vkey).label, line, NOON)
        return unit.log.leaf(0)

    leaf = gateway.tools.store.write(cosign)
    newest = json.loads(types("prove", "0", "--format", "json")[1])["proof"]
    assert Checkpoint.from_note(newest.partition("\n\n")[2]).size > size
    text = policy.to_text().replace(witness.vkey, f"{witness.vkey} https://w.example")
    (tmp_path / "trust.policy").write_text(text)
    monkeypatch.setenv("GATEWAY_WITNESSES", str(tmp_path / "trust.policy"))
    stapled = verify_stapled(leaf, types("prove", "0")[1], policy, now=NOON)
    assert (stapled.checkpoint.size, set(stapled.seen)) == (size, {"w"})


def test_the_help_says_what_is_not_looked_at_again(types: Type) -> None:
    """An officer must know what `--since` leaves out."""
    text = " ".join(types("verify", "--help")[1].split())
    assert "is NOT read again" in text
    assert "an entry that was altered or lost there since is not found" in text


def test_an_export_is_verified_without_the_database(types: Type, settings: Settings, tmp_path: Path) -> None:
    """By the folder and the log's key alone; an altered one ends in 1."""
    folder = tmp_path / "export"
    assert types("export", str(folder))[0] == 0
    code, output = types("fsck", str(folder), "--vkey", (settings.keys / "log.vkey").read_text().strip())
    assert (code, "complete and unaltered" in output) == (0, True)
    next(folder.glob("tile/0/000.p/*")).write_bytes(bytes(32))
    assert types("fsck", str(folder))[0] == 1


def test_a_process_of_its_own_opens_the_log_by_its_address(gateway: Gateway, settings: Settings) -> None:
    """What workers read is the same log."""
    with open_log(settings.database_url) as log, gateway.tools.store.read() as unit:
        assert log.head() == unit.log.head()
