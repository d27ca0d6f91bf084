"""The project's own text files, as git sees them: tracked, or new and not ignored."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def text_files() -> list[Path]:
    """Return every file of the project that is text; what git ignores (.venv, var, keys) is not of the project."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True).stdout
    paths = {PROJECT / name.decode() for name in listed.split(b"\0") if name}
    return sorted(path for path in paths if path.is_file() and b"\0" not in path.read_bytes())


def shown(path: Path) -> str:
    """Return the path as a reader of a failed test wants it."""
    return str(path.relative_to(PROJECT))


def table_rows(page: str) -> list[list[str]]:
    """Return the cells of every table row of a page in `docs/` or the root, without headings' rules."""
    rows = [line for line in (PROJECT / page).read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
