"""`gateway keys new-year` and `gateway log new-year`, as they are typed."""

import json
from pathlib import Path

import pytest

from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.opening import verifier_keys
from tests.conftest import NOON
from tests.keep.state import run
from tests.pipeline.two_years import JANUARY, make_key, names, release, start, turn, verified


@pytest.fixture
def two_logs(settings: Settings) -> Settings:
    """Return a gateway that was used in 2026 and in 2027."""
    make_key(settings, 2027)
    with start(settings, NOON) as gateway:
        release(gateway, 1)
    turn(settings)
    with start(settings, JANUARY) as gateway:
        release(gateway, 2)
    return settings


def test_the_key_is_made_ahead_and_the_year_waits(settings: Settings) -> None:
    """A second time it is the same key; another year than the next is refused; nothing is closed."""
    year = utc_now().year
    for wrong in (year - 1, year + 2):
        assert run(settings, "keys", "new-year", str(wrong)).returncode == 2
    told = [json.loads(run(settings, "keys", "new-year", str(year + 1), "--format", "json").stdout) for _ in range(2)]
    assert told[0]["vkey"] == told[1]["vkey"] == verifier_keys(settings)[1]
    assert told[0]["vkey"].startswith(f"{settings.issuer}/log/{year + 1}+")
    assert [line for line in run(settings, "keys", "list").stdout.splitlines() if f"/log/{year + 1}+" in line]
    refused = run(settings, "log", "new-year")
    assert refused.returncode != 0
    assert "not yet that year" in refused.stderr
    report = json.loads(run(settings, "log", "verify", "--format", "json").stdout)
    assert (report["ok"], [each["first"] for each in report["volumes"]]) == (True, [0])
    assert (names(settings), verified(settings).entries) == ([str(year)], report["entries"])


def test_commands_read_a_log_of_several_years(two_logs: Settings, tmp_path: Path) -> None:
    """Verify, prove, checkpoint, export and fsck: an index counts from the very first entry."""
    report = json.loads(run(two_logs, "log", "verify", "--format", "json").stdout)
    first = report["volumes"][1]["first"]
    assert (report["ok"], report["entries"]) == (True, first + report["volumes"][1]["entries"])
    assert report["root"] == report["volumes"][1]["root"]
    for index, place in ((first - 1, first - 1), (first, 0)):
        assert f"\nindex {place}\n" in run(two_logs, "log", "prove", str(index)).stdout
    assert run(two_logs, "log", "prove", str(report["entries"])).returncode != 0
    told = json.loads(run(two_logs, "log", "checkpoint", "--format", "json").stdout)
    assert (told["size"], told["verifier_key"]) == (report["entries"] - first, verifier_keys(two_logs)[1])
    since = json.loads(run(two_logs, "log", "verify", "--since", str(first), "--format", "json").stdout)
    assert (since["ok"], since["since"], since["entries"]) == (True, first, report["entries"])
    assert run(two_logs, "log", "export", str(tmp_path / "x")).returncode == 0
    checked = json.loads(run(two_logs, "log", "fsck", str(tmp_path / "x"), "--format", "json").stdout)
    assert (checked["ok"], checked["root"]) == (True, report["root"])
    one = run(two_logs, "log", "fsck", str(tmp_path / "x" / "2027"), "--format", "json")
    assert json.loads(one.stdout)["entries"] == report["entries"] - first
