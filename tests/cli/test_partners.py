"""`gateway partners`: partners are added without touching what stands there, and their keys count or count no more."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.bootstrap import Gateway
from gateway.cli import gateway as command
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.errors import ConfigError, DuplicateRequestError, GatewayError, NotPermittedError
from gateway.model.partner import SealProfile
from gateway.partner.enrolment import answer, write_request
from gateway.partner.keys import make_keys
from tests.conftest import SetClock
from tests.house_rules.tree import PROJECT
from tests.pipeline.newcomer import kids_of
from tests.pipeline.test_revoke import queue, urgent

WHO = "dudok-wonen"
NEW = (
    *("--id", "stichting-plein", "--kind", "housing_corporation", "--name", 'Plein: "de tweede"'),
    *("--desk", "Bureau", "--email", "balie@plein.example", "--phone", "+31 35 000 00 99"),
)
AGREED = ("--agreement", "OVK-9", "2026-01-01", "2036-01-01")

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in this process, with a copy of partners.yaml in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(PROJECT / "partners.yaml", tmp_path)
    environ = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        "GATEWAY_POLICIES": str(PROJECT / "policies"),
        "GATEWAY_PARTNERS": "partners.yaml",
        "GATEWAY_DEMO": "1",
    }

    def typed(*words: str, asked: str = "") -> Result:
        done = CliRunner().invoke(command, ["partners", *words], env=environ, input=asked)
        assert done.exception is None or isinstance(done.exception, (SystemExit, GatewayError)), done.exception
        return done

    return typed


def test_a_partner_is_added_behind_what_stands_there(run: Run, tmp_path: Path) -> None:
    """Every byte before it stays, comments too; it needs what was not given."""
    before = (tmp_path / "partners.yaml").read_bytes()
    told = json.loads(run("add", *NEW, *AGREED, "--dwellings", "--format", "json").output)
    after = (tmp_path / "partners.yaml").read_bytes()
    assert after.startswith(before)
    assert [need["concern"] for need in told["needs"]] == ["dpia", "keys", "holdings"]
    assert 'name: "Plein: \\"de tweede\\""' in after[len(before) :].decode()
    again = run("add", *NEW, *AGREED)
    assert isinstance(again.exception, ConfigError)
    assert (tmp_path / "partners.yaml").read_bytes() == after


def test_an_entry_may_be_printed_to_paste_it(run: Run, tmp_path: Path) -> None:
    """Then nothing is written."""
    before = (tmp_path / "partners.yaml").read_bytes()
    assert run("add", *NEW, "--print").output.startswith('  - id: "stichting-plein"\n')
    assert (tmp_path / "partners.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value"),
    [("--id", "Plein"), ("--id", "x: y"), ("--kind", "nobody"), ("--email", "nowhere"), ("--phone", " ")],
)
def test_a_wrong_entry_changes_nothing(run: Run, tmp_path: Path, option: str, value: str) -> None:
    """The whole file is read again with it before it is written."""
    before = (tmp_path / "partners.yaml").read_bytes()
    assert isinstance(run("add", *NEW, option, value).exception, ConfigError)
    assert (tmp_path / "partners.yaml").read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_list_that_goes_on_after_the_partners_is_left_alone(run: Run, tmp_path: Path) -> None:
    """An entry at the end would belong to something else."""
    (tmp_path / "partners.yaml").write_text((PROJECT / "partners.yaml").read_text() + "# more\n...\n")
    before = (tmp_path / "partners.yaml").read_bytes()
    assert isinstance(run("add", *NEW).exception, ConfigError)
    assert (tmp_path / "partners.yaml").read_bytes() == before


def test_the_check_ends_in_1_as_long_as_something_needs_doing(run: Run, tmp_path: Path) -> None:
    """The demo has one agreement that ended on purpose; renewed, all is in order."""
    done = run("check", "--format", "json")
    told = json.loads(done.output)
    assert (done.exit_code, told["ok"]) == (1, False)
    assert [(need["partner"], need["concern"], need["stops"]) for need in told["needs"]] == [
        ("gooi-wonen", "agreement", True)
    ]
    text = (tmp_path / "partners.yaml").read_text()
    today = utc_now().date()
    renewed = text.replace('since: "2024-01-01", until: "2026-01-01"', 'since: "2024-01-01", until: "2999-01-01"')
    renewed = renewed.replace('ownership_verified: "2026-11-10"', f'ownership_verified: "{today}"')
    (tmp_path / "partners.yaml").write_text(renewed)
    done = run("check")
    assert (done.exit_code, done.output) == (0, "nothing to do\n")


def test_the_list_names_keys_and_papers(run: Run) -> None:
    """Public things only."""
    told = json.loads(run("list", "--format", "json").output)["partners"]
    (one,) = [partner for partner in told if partner["id"] == WHO]
    assert one["agreement_until"] == "2030-01-01"
    assert sorted((key["use"], key["state"]) for key in one["keys"]) == [("enc", "counts"), ("sig", "counts")]
    assert f"{WHO}  active  agreement until 2030-01-01" in run("list").output


def test_one_account_is_one_person_and_the_number_is_asked_for(run: Run, tmp_path: Path, gateway: Gateway) -> None:
    """From the kit's request to the first word; the same account's second word is refused, and one may refuse."""
    private, _ = make_keys(tmp_path / "keys", WHO, SealProfile.JOSE)
    request = write_request(private, utc_now())
    begun = json.loads(run("enrol", str(request), "--format", "json").output)
    assert isinstance(run("enrol", str(request)).exception, DuplicateRequestError)
    told = answer(Path(begun["challenge"]), private)
    noted = run("confirm", begun["id"], asked=f"{told.number}\n")
    assert "somebody else must confirm" in noted.output
    assert isinstance(run("confirm", begun["id"], "--fingerprint", told.number).exception, NotPermittedError)
    assert len(kids_of(gateway, WHO)) == 2
    assert "never count" in run("refuse", begun["id"]).output


def test_a_challenge_never_replaces_a_file(run: Run, tmp_path: Path) -> None:
    """What lies there may be another enrolment's."""
    private, _ = make_keys(tmp_path / "keys", WHO, SealProfile.JOSE)
    (tmp_path / f"{WHO}.challenge.json").write_text("mine")
    done = run("enrol", str(write_request(private, utc_now())))
    assert isinstance(done.exception, ConfigError)
    assert (tmp_path / f"{WHO}.challenge.json").read_text() == "mine"


def test_a_revocation_tells_at_once_whom_to_phone(run: Run, gateway: Gateway, clock: SetClock) -> None:
    """Urgent hand-overs that were stopped come first; the running gateway refuses the key from then on."""
    clock.now = utc_now()
    urgent(gateway, 1)
    request, _ = queue(gateway, 2)
    done = run("revoke", "avim")
    contact = gateway.tools.partners["avim"].contact
    assert f"URGENT: 1 urgent hand-overs were stopped. Call {contact.desk} now: {contact.phone}" in done.output
    assert kids_of(gateway, "avim") == []
    told = json.loads(run("revoke", WHO, "--format", "json").output)
    assert (told["send_again"], told["urgent"], len(told["revoked"])) == ([request], [], 2)
