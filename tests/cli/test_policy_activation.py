"""`gateway policy keygen`, `sign` and `activate`, as approvers and an administrator type them."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.policy import policy
from gateway.config.settings import Settings
from gateway.errors import ConfigError, KeyUnavailableError, NotActivatedError
from gateway.store.sole_process import claim


class Terminal:
    """Runs `gateway policy` on a state, with a policy without near misses, which take seconds."""

    def __init__(self, root: Path, settings: Settings) -> None:
        """Copy the shipped policy."""
        self.root, self.settings, self.folder = root, settings, root / "policies"
        shutil.copytree(settings.policies, self.folder)
        (self.folder / "examples" / "near-misses.yaml").unlink()
        (root / "secret").write_text("an invented passphrase\n")

    def run(self, *words: str, typed: str | None = None) -> Result:
        """Run one command; without `typed` the passphrase is in a file."""
        environ = {name: None for name in os.environ if name.startswith("GATEWAY_")}
        secret = ("--passphrase-file", str(self.root / "secret")) if words[0] != "activate" and typed is None else ()
        home = {"GATEWAY_HOME": str(self.settings.home), "GATEWAY_PASSPHRASE_FILE": str(self.settings.passphrase_file)}
        return CliRunner().invoke(policy, [*words, *secret], input=typed, env={**environ, **home})

    def sign(self, name: str, sequence: int, *more: str) -> Result:
        """Sign the folder as one approver."""
        return self.run("sign", str(self.folder), "--key", str(self.root / name), "--sequence", str(sequence), *more)


@pytest.fixture
def terminal(tmp_path: Path, settings: Settings) -> Terminal:
    """Return a terminal of a gateway that was never started."""
    for path in [*settings.home.glob("gateway.sqlite*"), settings.home / "log.seen"]:
        path.unlink()
    return Terminal(tmp_path, settings)


def test_a_key_or_passphrase_that_is_not_there_is_told(terminal: Terminal) -> None:
    """Nothing is signed; the hint says what to look at."""
    assert isinstance(terminal.sign("nobody", 1).exception, KeyUnavailableError)
    (terminal.root / "secret").unlink()
    assert isinstance(terminal.sign("nobody", 1).exception, KeyUnavailableError)
    assert not (terminal.folder / "signatures").exists()


def test_an_approver_says_what_it_follows_when_nobody_knows(terminal: Terminal) -> None:
    """A second policy names the first: from this gateway's database, or as the approver says."""
    done = terminal.sign("anna", 2)
    assert isinstance(done.exception, NotActivatedError)
    assert "--previous" in done.exception.hint


def test_keys_are_made_used_and_their_policy_activated(terminal: Terminal) -> None:
    """Two people, each with a passphrase of their own; then the administrator, who cannot sign."""
    asked = terminal.run("keygen", "--out", str(terminal.root / "anna"), "--name", "anna", typed="one\none\n")
    told = terminal.run("keygen", "--out", str(terminal.root / "bas"), "--name", "bas", "--format", "json")
    lines = [asked.output.splitlines()[-1], json.loads(told.output)["vkey"]]
    assert [line.partition("+")[0] for line in lines] == ["anna", "bas"]
    terminal.settings.policy_approvers.write_text("\n".join(lines))

    words = ("sign", str(terminal.folder), "--key", str(terminal.root / "anna"), "--sequence", "1")
    assert "sequence 1\nbundle sha256:" in terminal.run(*words, typed="one\n").output
    assert isinstance(terminal.run("activate", str(terminal.folder)).exception, NotActivatedError)
    signed = json.loads(terminal.sign("bas", 1, "--format", "json").output)
    assert (signed["by"], signed["sequence"], signed["previous"]) == ("bas", 1, "")
    assert len(list((terminal.folder / "signatures").iterdir())) == 2

    with claim(terminal.settings.home / "gateway.lock"):
        assert isinstance(terminal.run("activate", str(terminal.folder)).exception, ConfigError)
    done = json.loads(terminal.run("activate", str(terminal.folder), "--format", "json").output)
    assert done == {"sequence": 1, "digest": signed["digest"], "leaf_index": 0, "approvers": ["anna", "bas"]}
    assert json.loads(terminal.sign("bas", 2, "--format", "json").output)["previous"] == signed["digest"]
    again = terminal.run(*words[:-1], "2", typed="one\n")
    assert f"previous {signed['digest']}" in again.output
    assert "policy 2 is active from the next start on" in terminal.run("activate", str(terminal.folder)).output
