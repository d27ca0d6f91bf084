"""The files of a policy are read exactly as they stand, or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.errors import PolicyUnreadableError
from tests.refusals import refused

FILES = {
    name: f"# {name}\r\n".encode() for name in ("vocabulary.yaml", "legal.yaml", "guards.yaml", "rows/police.yaml")
}


def _write(folder: Path) -> None:
    (folder / "rows").mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)


def test_the_files_are_read_as_they_stand(tmp_path: Path) -> None:
    """Exactly the bundle's files, byte for byte; what stands beside them is not part of it."""
    _write(tmp_path)
    (tmp_path / "README.md").write_text("for the lawyer")
    assert read_policy_files(tmp_path) == FILES


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "vocabulary.yaml").unlink(),
        lambda folder: (folder / "rows" / "police.yaml").unlink(),
        lambda folder: (folder / "rows" / "police.yml").write_text("rows: []"),
        lambda folder: (folder / "rows" / "draft").mkdir(),
        lambda folder: (folder / "rows" / "draft.yaml").mkdir(),
    ],
    ids=["no vocabulary", "no rows", "a row file under another ending", "a folder", "a folder named as a file"],
)
def test_a_folder_that_is_not_a_policy_is_refused(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """What is absent, or would silently not count, stops the load."""
    _write(tmp_path)
    spoil(tmp_path)
    with refused(PolicyUnreadableError):
        read_policy_files(tmp_path)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    """Without a policy there is no decision."""
    with refused(PolicyUnreadableError):
        read_policy_files(tmp_path / "none")
