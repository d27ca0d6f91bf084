"""`gateway witness`: the officer's own program as it is typed, without any setting of the gateway."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from gateway.cli import gateway
from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.crypto.notes import NoteSigner
from gateway.crypto.passphrase import QUICK, STRONG
from gateway.demo.server import free_port
from gateway.errors import ConfigError, KeyUnavailableError, LogTamperedError, NotFoundError
from gateway.log.policy import TrustPolicy
from gateway.witness.client import fetch_latest
from gateway.witness.home import Home
from tests.log.sample_log import ORIGIN, OTHER, VKEY
from tests.refusals import refused
from tests.witness.histories import FORKED, HONEST, request_body

NAME = "fg.example/witness"


def _typed(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(gateway, ["witness", *map(str, words)], input=typed, catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of two passphrases, and a witness."""
    path = tmp_path_factory.mktemp("officer")
    (path / "automatic").write_text("invented, for the machine\n")
    (path / "mine").write_text("invented, for the officer\n")
    automatic, mine = ((path / name).read_bytes().strip() for name in ("automatic", "mine"))
    # Quick keys: how `init` makes strong ones is typed in one test.
    Home.make(path / "made", NAME, [VKEY], passphrase=automatic, review_passphrase=mine, strong=False)
    return path


@pytest.fixture
def home(folder: Path, tmp_path: Path) -> Path:
    """Return a copy of that witness's folder."""
    return Path(shutil.copytree(folder / "made", tmp_path / "home"))


def _passphrases(folder: Path) -> list[str]:
    files = {"--passphrase-file": folder / "automatic", "--review-passphrase-file": folder / "mine"}
    return [str(word) for pair in files.items() for word in pair]


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[str]:
    """Run the witness of a copy of the folder, which has cosigned eight entries and seen a fork; return its address."""
    home = shutil.copytree(folder / "made", folder / "running")
    port = free_port()
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    command = [sys.executable, "-m", "gateway", "witness", "serve", "--home", str(home), "--port", str(port)]
    with (folder / "serve.log").open("wb") as messages:
        process = subprocess.Popen(
            [*command, "--passphrase-file", str(folder / "automatic")], env=settings, stdout=messages, stderr=messages
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}")
            for body in (HONEST.body(0, 8), request_body(8, [], FORKED.note(8)), FORKED.body(8, 11)):
                requests.post(f"http://127.0.0.1:{port}/add-checkpoint", data=body, timeout=30)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    while process.poll() is None:
        try:
            requests.get(url, timeout=30)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the witness did not start")


def test_init_tells_keys_policy_and_what_to_do(folder: Path, tmp_path: Path) -> None:
    """What is printed is what partners need, and the policy reads as one."""
    words: tuple[str | Path, ...] = (
        "init",
        "--home",
        tmp_path / "home",
        "--name",
        NAME,
        "--log",
        VKEY,
        *_passphrases(folder),
    )
    told = _typed(*words).output
    policy = "\n".join(
        line.strip() for line in told.splitlines() if line.startswith(("  log ", "  witness ", "  quorum "))
    )
    assert TrustPolicy.from_text(policy).quorum == NAME
    assert "what to do next" in told
    assert f"{NAME}/reviewed+" in told
    for key in ("witness.key", "reviewed.key"):
        assert f'"memory":{STRONG[1]}'.encode() in (tmp_path / "home" / key).read_bytes()


def test_init_tells_the_same_as_data(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever sets up many; the keys of a real one are stretched at the strong cost."""
    monkeypatch.setattr("gateway.crypto.witness_key.STRONG", QUICK)
    words: tuple[str | Path, ...] = ("init", "--home", tmp_path / "home", "--name", NAME, "--log", VKEY)
    told = json.loads(_typed(*words, *_passphrases(folder), "--format", "json").output)
    home = Home.read(tmp_path / "home")
    assert (told["witness"], told["reviewed"], told["logs"]) == (home.witness, home.reviewed, [VKEY])
    assert told["trust_policy"] == home.for_partners().to_text()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["init", "--name", NAME, "--log", VKEY], ConfigError),
        (["add-log", "--log", VKEY], ConfigError),
        (["add-log", "--log", "nonsense"], ConfigError),
    ],
)
def test_what_is_there_is_not_made_again(
    words: Sequence[str], kind: type[ConfigError], home: Path, folder: Path
) -> None:
    """A second init, or a log that is watched."""
    with refused(kind):
        _typed(*words, "--home", home, *(_passphrases(folder) if words[0] == "init" else []))


def test_passphrases_are_asked_for_where_no_file_is_given(tmp_path: Path) -> None:
    """Two of them, each twice; the same one for both is refused before a key is made."""
    with refused(ConfigError, "the same"):
        _typed("init", "--home", tmp_path / "home", "--name", NAME, "--log", VKEY, typed="x\nx\nx\nx\n")
    with refused(KeyUnavailableError, "cannot be read"):
        _typed(
            "init", "--home", tmp_path / "home", "--name", NAME, "--log", VKEY, "--passphrase-file", tmp_path / "none"
        )
    assert not (tmp_path / "home").exists()


def test_a_log_that_is_added_is_in_the_next_policy(home: Path) -> None:
    """For a new year's log, or a log's next key."""
    text = _typed("add-log", "--home", home, "--log", OTHER.vkey)
    assert f"log {OTHER.vkey}" in text.output
    told = _typed(
        "add-log", "--home", home, "--log", NoteSigner.generate("example.com/log/2027").vkey, "--format", "json"
    )
    assert len(json.loads(told.output)["logs"]) == 3


def test_a_witness_does_not_move_to_another_port(running: str, home: Path, folder: Path) -> None:
    """The gateway knows its address: one that answers elsewhere is not asked, and nobody would notice."""
    port = running.rpartition(":")[2]
    words = ("serve", "--home", home, "--port", port, "--passphrase-file", folder / "automatic")
    with refused(ConfigError, f"port {port} of 127.0.0.1 is taken"):
        _typed(*words)


def test_the_server_needs_nothing_of_the_gateway_and_keeps_evidence(running: str, folder: Path) -> None:
    """It answered, stands where it stood, and its screen told of both contradictions."""
    note = fetch_latest(running, ORIGIN)
    assert TrustPolicy((VKEY,)).verify_signed(note).size == 8
    told = (folder / "serve.log").read_text()
    assert "cosigned up to 0 entries" in told
    assert told.count("EVIDENCE") == 2


def test_a_second_server_on_the_same_folder_does_not_start(running: str, folder: Path) -> None:
    """Two at once could sign two histories."""
    assert running
    with refused(ConfigError, "already"):
        _typed("serve", "--home", folder / "running", "--passphrase-file", folder / "automatic")


def test_a_review_is_shown_before_it_is_signed(running: str, home: Path, folder: Path) -> None:
    """Who does not confirm signs nothing."""
    next(home.glob("log-*")).unlink()
    words: list[str | Path] = ["cosign", "--home", home, "--from", running, "--passphrase-file", folder / "mine"]
    told = _typed(*words, typed="n\n")
    assert told.exit_code == 1
    assert "U verklaart: ik heb het log" in told.stderr
    assert "\u2014" not in told.stdout
    assert not list(home.glob("reviewed-*"))


def test_a_review_goes_from_the_running_witness_to_a_file(
    running: str, home: Path, folder: Path, tmp_path: Path
) -> None:
    """The officer's other machine has a copy of the folder without the memory of the witness."""
    next(home.glob("log-*")).unlink()
    out = tmp_path / "reviewed.note"
    words: list[str | Path] = ["cosign", "--home", home, "--passphrase-file", folder / "mine", "--yes", "--out", out]
    told = _typed(*words, "--from", running)
    assert "reviewed up to 8" in told.stdout
    reviewed = json.loads((home / "witness.json").read_bytes())["reviewed"]
    assert CosignatureVerifier.from_text(reviewed).seen_at(out.read_text()) is not None
    with refused(ConfigError, "exists already"):
        _typed(*words, "--from", running)
    again = _typed(*words[:-2], out, "--format", "json")
    assert json.loads(again.stdout)["new"] == 0


def test_a_review_of_the_own_folder_needs_neither_file_nor_network(running: str, folder: Path) -> None:
    """On the witness's own machine; while it runs."""
    assert running
    words: list[str | Path] = ["cosign", "--home", folder / "running", "--passphrase-file", folder / "mine", "--yes"]
    told = _typed(*words, "--log", ORIGIN)
    assert told.stdout.count("\u2014") == 3


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ([], NotFoundError),
        (["--log", "another.example/log"], ConfigError),
        (["--key", "{home}/witness.key", "{note}"], KeyUnavailableError),
        (["--out", "/nowhere/x", "{note}"], ConfigError),
        (["{binary}"], ConfigError),
    ],
)
def test_a_review_that_cannot_be_is_refused(
    words: Sequence[str], kind: type[ConfigError], running: str, home: Path, folder: Path, tmp_path: Path
) -> None:
    """Nothing cosigned yet, another log, the wrong key, no place for it, or no note at all."""
    note, binary = tmp_path / "note", tmp_path / "binary"
    note.write_text(fetch_latest(running, ORIGIN))
    binary.write_bytes(b"\xff\xfe")
    if note.name in str(words):
        next(home.glob("log-*")).unlink()
    filled = [word.format(home=home, note=note, binary=binary) for word in words]
    with refused(kind):
        _typed("cosign", "--home", home, "--yes", "--passphrase-file", folder / "mine", *filled)


def test_evidence_is_listed_with_what_it_shows_and_what_to_do(running: str, folder: Path, home: Path) -> None:
    """In Dutch and English, and as data; without any there is a plain line."""
    assert running
    told = json.loads(_typed("evidence", "--home", folder / "running", "--format", "json").output)["evidence"]
    assert [(row["kind"], row["answered"]) for row in told] == [("two_roots", False), ("unproved", False)]
    text = _typed("evidence", "--home", folder / "running").output
    assert "Dat is bewijs" in text
    assert "That is a question" in text
    assert "saw no contradiction" in _typed("evidence", "--home", home).output
    assert _typed("evidence").exit_code == 2


def test_a_question_that_was_answered_is_told_so(running: str, folder: Path, home: Path) -> None:
    """A false proof of a true checkpoint, and later the true one."""
    assert running
    requests.post(f"{running}/add-checkpoint", data=request_body(8, [bytes(32)], HONEST.note(9)), timeout=30)
    copied = Path(shutil.copytree(folder / "running", home.with_name("copied")))
    before = _rows(copied)
    requests.post(f"{running}/add-checkpoint", data=HONEST.body(8, 9), timeout=30)
    after = _rows(folder / "running")
    assert [row["answered"] for row in before].count(True) == 0
    assert [row["answered"] for row in after].count(True) == 1
    next(copied.glob("log-*")).unlink()
    next((copied / "evidence").rglob("two_roots-*")).write_text("damaged")
    assert sorted(str(row["kind"]) for row in _rows(copied)) == ["unproved", "unproved", "unreadable"]


def _rows(home: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(_typed("evidence", "--home", home, "--format", "json").output)[
        "evidence"
    ]
    return rows


def test_anyone_can_check_a_piece_of_evidence(running: str, folder: Path, tmp_path: Path) -> None:
    """From the file alone; against the key that one knows; a question proves nothing, and another file is none."""
    assert running
    proof = next((folder / "running" / "evidence").rglob("two_roots-*"))
    assert VKEY in _typed("evidence", "verify", proof).output
    told = _typed("evidence", "verify", proof, "--log", VKEY, "--format", "json")
    assert (told.exit_code, json.loads(told.output)) == (0, {"ok": True, "kind": "two_roots", "logs": [VKEY]})
    other = _typed("evidence", "verify", proof, "--log", OTHER.vkey, "--format", "json")
    assert (other.exit_code, "problem" in json.loads(other.output)) == (1, True)
    assert _typed("evidence", "verify", next((folder / "running" / "evidence").rglob("unproved-*"))).exit_code == 1
    (tmp_path / "altered").write_bytes(proof.read_bytes().replace(VKEY.encode(), OTHER.vkey.encode()))
    altered = _typed("evidence", "verify", tmp_path / "altered")
    assert (altered.exit_code, "proves nothing" in altered.stderr) == (1, True)
    (tmp_path / "letter").write_text("invented")
    with refused(LogTamperedError, "shows nothing"):
        _typed("evidence", "verify", tmp_path / "letter")
