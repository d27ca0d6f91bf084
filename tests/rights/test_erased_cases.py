"""A restored backup brings back what was erased since: it is noticed, and erased again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.bootstrap import Gateway
from gateway.casework import cases_back, erase_again, erase_case
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.errors import ConfigError
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Refusal
from gateway.rights.erased_cases import ERASED_CASES, ErasedCases
from gateway.upkeep import make_backup, restore_backup
from tests.keep.state import lose_database, silent
from tests.refusals import refused
from tests.rights.cases import DECISION, live, reference

ID = "0123456789abcdef" * 2


def erase_two(settings: Settings) -> list[Erasure | Refusal]:
    """Erase cases 1 and 2 as the command does."""
    bases = {1: Basis.OBJECTION, 2: Basis.UNLAWFUL}
    return [
        erase_case(
            settings, reference(number), basis=basis, decision=DECISION, by="os:test", withdraw=False, large=False
        )[0]
        for number, basis in bases.items()
    ]


def test_what_cannot_be_remembered_is_told(tmp_path: Path) -> None:
    """A folder stands in its place: the erasure stands, and the command says that nobody will notice a restore."""
    (tmp_path / ERASED_CASES).mkdir()
    cases = ErasedCases(tmp_path / ERASED_CASES)
    assert not cases.add(ID, Basis.OBJECTION)
    with refused(ConfigError, "nobody can tell whether erased cases are back"):
        cases.read()


@pytest.mark.parametrize("torn", ["", "\n", ID, f"{ID} obj", "../../etc", f"{ID} objection extra\n", "\u00e9\n"])
def test_a_line_that_was_cut_off_hides_no_other(tmp_path: Path, torn: str) -> None:
    """A crash in the midst of writing leaves a part of a line; the next one begins anew."""
    path = tmp_path / ERASED_CASES
    path.write_text(torn, encoding="utf-8")
    cases = ErasedCases(path)
    assert cases.read() == {}
    assert cases.add(ID, Basis.UNLAWFUL)
    assert cases.read() == {ID: Basis.UNLAWFUL}


def test_nothing_came_back_where_nothing_was_erased(gateway: Gateway, settings: Settings) -> None:
    """Without the file, and with living cases only."""
    live(gateway, 1)
    assert cases_back(settings) == {}
    outcomes, cleanup = erase_again(settings, decision=DECISION, by="os:test", withdraw=False, large=False)
    assert outcomes == []
    assert cleanup.ok


def test_what_a_restore_brings_back_is_named_and_erased_again(
    gateway: Gateway, keeping: Settings, tmp_path: Path
) -> None:
    """Each on its basis of then; afterwards nothing is back, and the living case lives on."""
    for number in (1, 2, 3):
        live(gateway, number)
    make_backup(keeping, tmp_path / "b", silent)
    gateway.tools.store.close()
    assert all(isinstance(one, Erasure) for one in erase_two(keeping))
    assert cases_back(keeping) == {}
    lose_database(keeping)
    restore_backup(keeping, tmp_path / "b", silent, decision=DECISION)
    assert sorted(basis.value for basis in cases_back(keeping).values()) == ["objection", "unlawful"]
    environ = {
        "GATEWAY_HOME": str(keeping.home),
        "GATEWAY_PASSPHRASE_FILE": str(keeping.passphrase_file),
        "GATEWAY_DEMO": "1",
    }
    words = ["rights", "erase-again", "--decision", DECISION, "--format", "json"]
    done = CliRunner().invoke(command, words, env=environ)
    told = json.loads(done.stdout)
    assert (done.exit_code, told["ok"], told["erased"], told["refused"]) == (0, True, 2, 0)
    assert told["files"]["found"] == 0 < told["files"]["searched"]
    assert cases_back(keeping) == {}
    assert json.loads(CliRunner().invoke(command, words, env=environ).stdout)["erased"] == 0
