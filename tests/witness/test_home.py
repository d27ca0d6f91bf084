"""A witness's folder: made once, never over something else, and for one process at a time."""

from pathlib import Path

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError, KeyUnavailableError, WitnessStateError
from gateway.log.policy import TrustPolicy
from gateway.witness.cosigning import Witness, open_witness
from gateway.witness.home import FACTS, Home
from tests.conftest import NOON
from tests.log.sample_log import ORIGIN, OTHER, VKEY
from tests.refusals import refused
from tests.witness.histories import HONEST, History, entries

NEXT_YEAR = NoteSigner.generate("example.com/log/2027")


def _make(path: Path, **changed: object) -> Home:
    given: dict[str, object] = {"name": "fg.example/witness", "logs": [VKEY], "passphrase": b"a"}
    return Home.make(path, strong=False, **{**given, "review_passphrase": b"b", **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "kind", "told"),
    [
        ({"passphrase": b"b"}, ConfigError, "the same"),
        ({"logs": []}, ConfigError, "watches nothing"),
        ({"logs": ["nonsense"]}, ConfigError, "not a verifier key"),
        ({"logs": [VKEY, Cosigner.generate(ORIGIN).vkey]}, ConfigError, "not a verifier key"),
        ({"name": "two words"}, KeyUnavailableError, "spaces"),
        ({"passphrase": b""}, KeyUnavailableError, "empty"),
    ],
)
def test_what_cannot_be_a_witness_is_not_made(
    changed: dict[str, object], kind: type[ConfigError], told: str, tmp_path: Path
) -> None:
    """Nothing of it can be read as a witness afterwards."""
    with refused(kind, told):
        _make(tmp_path / "home", **changed)
    with refused(ConfigError, "holds no witness"):
        Home.read(tmp_path / "home")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """A second init would replace what was signed."""
    (tmp_path / "letter.txt").write_text("invented")
    with refused(ConfigError, "not empty"):
        _make(tmp_path)
    with refused(ConfigError, "cannot be made"):
        _make(tmp_path / "letter.txt" / "home")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"home/1", b"home/2"), (b'"logs":[', b'"log":['), (b'"logs":["', b'"logs":["x'), (b"witness+", b"witnes+")],
)
def test_altered_facts_are_no_witness(old: bytes, new: bytes, home: Home) -> None:
    """Who watches which log is not guessed."""
    facts = home.path / FACTS
    assert old in facts.read_bytes()
    facts.write_bytes(facts.read_bytes().replace(old, new, 1))
    with refused(ConfigError):
        Home.read(home.path)


@pytest.mark.parametrize(
    "data", [b"[]\n", b'{"format":"gateway-witness-home/1","logs":1,"reviewed":"x","witness":"x"}']
)
def test_facts_of_another_form_are_no_witness(data: bytes, home: Home) -> None:
    """Neither a list nor a number of logs."""
    (home.path / FACTS).write_bytes(data)
    with refused(ConfigError, "holds no witness"):
        Home.read(home.path)


def test_two_witnesses_never_work_on_one_folder(witness: Witness, home: Home, cosigner: Cosigner) -> None:
    """Two at once could sign two histories; while one works, no log is added either."""
    assert witness.size_of(ORIGIN) == 0
    with refused(ConfigError, "already"):
        open_witness(home.path, cosigner, clock=lambda: NOON)
    with refused(ConfigError, "already"):
        home.add_log(NEXT_YEAR.vkey)


def test_a_folder_that_is_gone_cannot_be_held(home: Home) -> None:
    """A plain word instead of a trace."""
    with refused(ConfigError, "written"):
        Home(home.path / "none", home.witness, home.reviewed, home.logs).claim()
    with refused(ConfigError, "written"):
        Home(home.path / "none", home.witness, home.reviewed, home.logs).write()


def test_a_watched_key_is_not_added_again(home: Home) -> None:
    """And what was signed of a log is never begun anew, also when its line was taken out."""
    with refused(ConfigError, "already"):
        home.add_log(VKEY)
    without = Home(home.path, home.witness, home.reviewed, ())
    with refused(WitnessStateError, "cannot begin"):
        without.add_log(VKEY)


def test_a_log_is_added_and_watched_from_the_next_start_on(home: Home, cosigner: Cosigner) -> None:
    """A new year's log has a name of its own."""
    home.add_log(NEXT_YEAR.vkey)
    at_work = open_witness(home.path, cosigner, clock=lambda: NOON)
    new = History(entries(3), signer=NEXT_YEAR)
    assert at_work.add_checkpoint(new.body(0, 3).encode()).status == 200
    assert at_work.add_checkpoint(HONEST.body(0, 3).encode()).status == 200
    at_work.close()


def test_a_logs_next_key_continues_its_history(home: Home, cosigner: Cosigner) -> None:
    """Both keys count for the one name, and what was cosigned under the first stands."""
    at_work = open_witness(home.path, cosigner, clock=lambda: NOON)
    assert at_work.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    at_work.close()
    home.add_log(OTHER.vkey)
    at_work = open_witness(home.path, cosigner, clock=lambda: NOON)
    again = History(entries(40), signer=OTHER)
    assert at_work.add_checkpoint(again.body(0, 9).encode()).text == "8\n"
    assert at_work.add_checkpoint(again.body(8, 9).encode()).status == 200
    at_work.close()


def test_partners_get_a_policy_that_asks_for_this_witness(home: Home) -> None:
    """The lines that init prints are a C2SP trust policy."""
    policy = TrustPolicy.from_text(home.for_partners().to_text())
    assert policy.logs == (VKEY,)
    assert policy.witnesses == (("fg.example/witness", home.witness),)
    assert policy.quorum == "fg.example/witness"


def test_all_of_it_is_for_its_owner_only(home: Home) -> None:
    """Folder and files: the state of the log says how busy the team is."""
    modes = {path.name: path.stat().st_mode & 0o077 for path in [home.path, *home.path.iterdir()]}
    assert set(modes.values()) == {0}, modes
