"""The files of a policy are read exactly as they stand, or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.errors import PolicyUnreadableError
from tests.refusals import refused

FILES = {
    name: f"# {name}\r\n".encode()
    for name in (
        "vocabulary.yaml",
        "legal/bases.yaml",
        "invariants.yaml",
        "blueprint/2023-01-01.yaml",
        "blueprint/2027-01-01.yaml",
        "municipal/hilversum/2026-01-01.yaml",
    )
}
BESIDE = {
    "README.md": b"for the lawyer",
    "blueprint/wrs.draft.yaml": b"draft",
    "municipal/soest/2026-01-01.yaml": b"other",
}


def _write(folder: Path) -> None:
    for name, data in {**FILES, **BESIDE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_the_files_are_read_as_they_stand(tmp_path: Path) -> None:
    """Exactly the bundle's files, byte for byte; drafts and other municipalities are not part of it."""
    _write(tmp_path)
    assert read_policy_files(tmp_path) == FILES


def test_another_municipality_reads_its_own_rules(tmp_path: Path) -> None:
    """And none of ours."""
    _write(tmp_path)
    read = read_policy_files(tmp_path, municipality="soest")
    assert [name for name in read if name.startswith("municipal/")] == ["municipal/soest/2026-01-01.yaml"]


def test_a_draft_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    """It comes beside the files that are live."""
    _write(tmp_path)
    read = read_policy_files(tmp_path, draft="wrs")
    assert read == {**FILES, "blueprint/wrs.draft.yaml": b"draft"}
    with refused(PolicyUnreadableError, "no such draft"):
        read_policy_files(tmp_path, draft="wgts")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "vocabulary.yaml").unlink(),
        lambda folder: (folder / "legal" / "bases.yaml").unlink(),
        lambda folder: [path.unlink() for path in (folder / "blueprint").iterdir()],
        lambda folder: (folder / "blueprint" / "2028-01-01.yml").write_text("rows: []"),
        lambda folder: (folder / "blueprint" / "landlords.yaml").write_text("rows: []"),
        lambda folder: (folder / "blueprint" / ".2028-01-01.yaml").write_text("rows: []"),
        lambda folder: (folder / "blueprint" / "draft").mkdir(),
        lambda folder: (folder / "blueprint" / "2028-01-01.yaml").mkdir(),
        lambda folder: (folder / "municipal" / "hilversum" / "extra.yaml").write_text("a: b"),
        lambda folder: (folder / "municipal" / "hilversum").rename(folder / "municipal" / "hilversom"),
        lambda folder: (folder / "municipal" / "hilversum" / "2026-01-01.yaml").unlink(),
    ],
    ids=[
        "no vocabulary",
        "no law",
        "no blueprint",
        "another ending",
        "no day for a name",
        "a hidden file",
        "a folder",
        "a folder named as a file",
        "a municipal file without a day",
        "no rules of this municipality",
        "an empty municipality",
    ],
)
def test_a_folder_that_is_not_a_policy_is_refused(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """What is absent, or would silently not count, stops the load."""
    _write(tmp_path)
    spoil(tmp_path)
    with refused(PolicyUnreadableError):
        read_policy_files(tmp_path)


def test_a_blueprint_without_municipal_rules_is_a_policy(tmp_path: Path) -> None:
    """Where no municipality wrote any; a folder that holds others' rules but not ours is a mistake."""
    _write(tmp_path)
    (tmp_path / "municipal").rename(tmp_path / "away")
    assert [name for name in read_policy_files(tmp_path) if name.startswith("municipal")] == []


def test_no_folder_is_refused(tmp_path: Path) -> None:
    """Without a policy there is no decision."""
    with refused(PolicyUnreadableError):
        read_policy_files(tmp_path / "none")
