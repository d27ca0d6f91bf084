"""House rules of the papers: what they say about settings, dependencies, commands and controls is so."""

import re
import tomllib

from gateway.bench.goals import GOALS
from gateway.bench.suites import SUITES
from gateway.config.settings import SETTINGS
from tests.house_rules.tree import PROJECT, shown, table_rows

# A mark, not a mention: at the start of a line, or in a module's `pytestmark`.
MARK = re.compile(r"^(?:@|pytestmark\b.*\b)pytest\.mark\.control\((.*)\)", re.MULTILINE)
LOCKS = ("requirements.lock", "requirements-dev.lock")
CONTROL = re.compile(r"DPIA-\d{2}")


def test_every_setting_is_documented_as_it_is() -> None:
    """docs/settings.md has exactly the settings that the program reads, with their defaults."""
    rows = [row for row in table_rows("docs/settings.md") if row[0].startswith("`")]
    assert rows == [[f"`{setting.name}`", setting.default, setting.meaning] for setting in SETTINGS]


def test_no_setting_is_read_anywhere_else() -> None:
    """Only the command line, the demo and the servers' factory hand the environment to the settings."""
    readers = {
        shown(path)
        for path in (PROJECT / "gateway").rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    }
    allowed = ("gateway/cli/", "gateway/demo/", "gateway/wsgi.py", "gateway/bench/peers/app.py")
    assert {name for name in readers if not name.startswith(allowed)} == set()


def _bare(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


def test_every_dependency_has_a_reason_and_no_reason_is_without_dependency() -> None:
    """docs/dependencies.md gives one reason for each library that pyproject.toml names."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    wanted = {_bare(item) for group in [*groups, *project["dependency-groups"].values()] for item in group}
    rows = [row for row in table_rows("docs/dependencies.md") if row[0] != "library"]
    assert sorted(row[0] for row in rows) == sorted(wanted)
    assert all(len(row[1]) > 10 for row in rows)


def test_what_the_program_needs_is_locked_with_hashes() -> None:
    """Set-up installs nothing that is not in the lock."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    pinned = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(?:.*\\)\n\s+--hash=sha256:[0-9a-f]{64}", re.MULTILINE)
    runtime, developing = (set(pinned.findall((PROJECT / name).read_text())) for name in LOCKS)
    assert {_bare(item) for item in project["project"]["dependencies"]} <= runtime
    assert {_bare(item) for item in project["dependency-groups"]["dev"]} <= developing


def test_the_page_of_figures_names_every_bench_and_every_goal() -> None:
    """A bench or a goal that the page lacks was added since; `make bench` writes it anew."""
    page = (PROJECT / "docs/performance.md").read_text()
    assert [name for name in SUITES if f"\n## {name}\n" not in page] == []
    assert [goal.words for goal in GOALS if f"| {goal.words} | {goal.bench} |" not in page] == []


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## .", (PROJECT / "Makefile").read_text(), re.MULTILINE))


def test_the_makefile_has_the_agreed_targets_and_tells_what_each_does() -> None:
    """Acceptance checks and documentation use these names."""
    agreed = {"help", "setup", "run", "demo", "test", "check", "fix", "conformance", "bench", "verify", "lock"}
    assert agreed <= _targets()


def test_the_readme_is_short_and_its_commands_exist() -> None:
    """At most 150 lines, and nothing to type that does not work."""
    readme = (PROJECT / "README.md").read_text()
    assert len(readme.splitlines()) <= 150
    named = set(re.findall(r"^    make ([a-z]+)", readme, re.MULTILINE))
    assert {"run", "test"} <= named <= _targets()


def test_every_link_of_the_papers_leads_somewhere() -> None:
    """A dead link in a promise is a broken promise."""
    papers = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), PROJECT / "docker/README.md"]
    dead = [
        (shown(paper), link)
        for paper in papers
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", paper.read_text())
        if not (paper.parent / link).exists()
    ]
    assert dead == []


def test_contributing_ends_with_the_six_questions() -> None:
    """The last thing read before asking for review."""
    last = (PROJECT / "CONTRIBUTING.md").read_text().rstrip().splitlines()[-6:]
    assert [line[:2] for line in last] == [f"{number}." for number in range(1, 7)]


def _marks() -> dict[str, set[str]]:
    marks: dict[str, set[str]] = {}
    for path in (PROJECT / "tests").rglob("test_*.py"):
        for arguments in MARK.findall(path.read_text()):
            for control in CONTROL.findall(arguments):
                marks.setdefault(control, set()).add(shown(path))
    return marks


def test_the_dpia_has_a_row_for_each_of_its_22_risks() -> None:
    """No risk is dropped, doubled, or given a status of its own invention."""
    rows = [row for row in table_rows("dpia_controls.md") if row[0] != "id"]
    assert [row[0] for row in rows] == [f"DPIA-{number:02d}" for number in range(1, 23)]
    assert {row[4] for row in rows} <= {"in place", "planned"}


def test_a_control_is_in_place_exactly_when_a_test_is_marked_with_it() -> None:
    """Both ways: no claim without a test, no test without its claim; and the row names the files."""
    rows = [row for row in table_rows("dpia_controls.md") if row[0] != "id"]
    claimed = {row[0]: set(re.findall(r"`([^`]+)`", row[3])) for row in rows if row[4] == "in place"}
    assert claimed == _marks()
    assert all(row[3] == "–" for row in rows if row[4] == "planned")
