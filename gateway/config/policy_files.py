"""The files of a policy bundle on disk: the vocabulary, the law, dated blueprints and one municipality's rules."""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.errors import PolicyUnreadableError

_SINGLE = ("vocabulary.yaml", "legal/bases.yaml", "invariants.yaml")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.yaml")
_DRAFT = re.compile(r"([a-z][a-z0-9-]*)\.draft\.yaml")
_LOOK = "look at GATEWAY_POLICIES"


def read_policy_files(
    directory: Path, *, municipality: str = "hilversum", draft: str | None = None
) -> dict[str, bytes]:
    """Return the exact bytes of each file, by its name under `directory` (`blueprint/2023-01-01.yaml`).

    Rules of other municipalities are not read. A draft of coming law is read only when it is named.

    :raises PolicyUnreadableError: a file is absent or unreadable, there is no such municipality or draft, or a folder
        holds something that is no policy file: somebody would believe that it counts.
    """
    files = {name: _read(directory / name, name) for name in _SINGLE}
    drafts = {}
    for path in _listed(directory / "blueprint", "blueprint"):
        name = f"blueprint/{path.name}"
        if found := _DRAFT.fullmatch(path.name):
            drafts[found[1]] = name
        else:
            files[name] = _dated(path, name)
    if draft is not None:
        if draft not in drafts:
            known = ", ".join(sorted(drafts)) or "there is none"
            raise PolicyUnreadableError("blueprint: there is no such draft", hint=f"drafts here: {known}")
        files[drafts[draft]] = _read(directory / drafts[draft], drafts[draft])
    if (directory / "municipal").exists():
        folder = f"municipal/{municipality}"
        for path in _listed(directory / folder, folder):
            files[f"{folder}/{path.name}"] = _dated(path, f"{folder}/{path.name}")
    return files


def read_example_files(directory: Path) -> dict[str, bytes]:
    """Return the exact bytes of each file with worked examples or stored answers, by its name; they are not part of a
    bundle.

    :raises PolicyUnreadableError: the folder or a file is absent or unreadable.
    """
    return {path.name: _read(path, path.name) for path in _listed(directory, "examples") if path.suffix == ".yaml"}


def _listed(folder: Path, name: str) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as exc:
        raise PolicyUnreadableError(f"{name}: the folder cannot be read", hint=_LOOK) from exc
    if not found:
        raise PolicyUnreadableError(f"{name}: the folder is empty", hint=_LOOK)
    yield from found


def _dated(path: Path, name: str) -> bytes:
    if not _DATED.fullmatch(path.name):
        raise PolicyUnreadableError(
            f"{name}: not a policy file", hint="a policy file is named after its first day: 2026-01-31.yaml"
        )
    return _read(path, name)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise PolicyUnreadableError(f"{name}: the file cannot be read", hint=_LOOK) from exc
