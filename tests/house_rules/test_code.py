"""House rules of the source: sizes, error codes, and words that may not stand in any file."""

import ast
import re
from pathlib import Path

import pytest

import gateway.errors
from gateway.errors import GatewayError
from tests.house_rules.tree import PROJECT, shown, text_files

# Brackets keep these patterns from matching themselves.
OLDER_WORD = re.compile("(?i)[p]rostit")
ELSEWHERE = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/([h]ome|[U]sers|[w]ork)/\w|(?<![\w.~-])/[r]oot/"),
    "the host of a package registry": re.compile(
        r"[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[r]egistry\.yarnpkg|[i]ndex-url\s*="
    ),
}
LONGEST_FILE = 350  # lines


def errors() -> list[type[GatewayError]]:
    """Return every error class of gateway.errors."""
    members = vars(gateway.errors).values()
    return [item for item in members if isinstance(item, type) and issubclass(item, GatewayError)]


def test_no_two_errors_share_a_code() -> None:
    """A code names one broken promise, for ever; each class states its own."""
    codes = [vars(error).get("code") for error in errors()]
    assert len(codes) > 20
    assert None not in codes
    assert sorted(set(map(str, codes))) == sorted(map(str, codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", str(code)) for code in codes)


def _without_hint(path: Path) -> list[str]:
    """Return each place of a file that makes an error of gateway.errors and does not say what to do."""
    tree = ast.parse(path.read_text())
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "gateway.errors"
        for alias in node.names
    }
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours
        if not any(keyword.arg in {"hint", None} for keyword in node.keywords)
    ]


def test_every_error_says_what_to_do_now() -> None:
    """A broken promise without a hint leaves the person who meets it with nothing."""
    assert [place for path in (PROJECT / "gateway").rglob("*.py") for place in _without_hint(path)] == []


def test_an_error_without_a_hint_is_found(tmp_path: Path) -> None:
    """The rule above can fail; errors of other libraries are not ours to judge."""
    source = "from gateway.errors import LogError as E\nfrom other import F\nE('x')\nF('x')\nE('x', hint='y')\n"
    (tmp_path / "planted.py").write_text(source)
    assert _without_hint(tmp_path / "planted.py") == ["planted.py:3"]


def test_no_file_of_the_program_grows_past_what_one_reads_at_once() -> None:
    """350 lines at most; past that, it holds two nouns."""
    sizes = {shown(path): len(path.read_text().splitlines()) for path in (PROJECT / "gateway").rglob("*.py")}
    assert len(sizes) > 40
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_file_is_named_after_nothing() -> None:
    """A drawer for odds and ends is where personal data end up unseen."""
    drawers = {"utils.py", "helpers.py", "common.py", "manager.py"}
    assert [shown(path) for path in (PROJECT / "gateway").rglob("*.py") if path.name in drawers] == []


def test_the_older_word_for_sex_work_stands_nowhere() -> None:
    """Sex work, sekswerk: the words that the people concerned use."""
    found = [shown(path) for path in text_files() if OLDER_WORD.search(path.read_text(errors="replace") + path.name)]
    assert found == []


@pytest.mark.parametrize("what", ELSEWHERE)
def test_no_file_depends_on_where_it_was_written(what: str) -> None:
    """The project works for whoever clones it, from whatever registry they use."""
    found = [shown(path) for path in text_files() if ELSEWHERE[what].search(path.read_text(errors="replace"))]
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    """A rule that can find nothing proves nothing."""
    assert OLDER_WORD.search("Pro" + "stitutie")
    machine, registry = ELSEWHERE.values()
    assert machine.search("see /ho" + "me/someone/x")
    assert machine.search("in /ro" + "ot/x")
    assert registry.search("https://py" + "pi.org/simple")
