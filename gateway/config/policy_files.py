"""The files of a policy bundle on disk: exactly these, and nothing beside them in `rows/`."""

from pathlib import Path

from gateway.errors import PolicyUnreadableError

_SINGLE = ("vocabulary.yaml", "legal.yaml", "guards.yaml")


def read_policy_files(directory: Path) -> dict[str, bytes]:
    """Return the exact bytes of each file, by its name under `directory` (`rows/landlords.yaml`).

    :raises PolicyUnreadableError: a file is absent or unreadable, or `rows/` holds something that is not a row file:
        somebody would believe that it counts.
    """
    files = {name: _read(directory / name, name) for name in _SINGLE}
    rows = directory / "rows"
    try:
        found = sorted(rows.iterdir())
    except OSError as exc:
        raise PolicyUnreadableError("rows: the folder cannot be read", hint="look at GATEWAY_POLICIES") from exc
    for path in found:
        name = f"rows/{path.name}"
        if path.suffix != ".yaml" or path.name.startswith("."):
            raise PolicyUnreadableError(f"{name}: not a row file", hint="move it out of rows/, or rename it to .yaml")
        files[name] = _read(path, name)
    if len(files) == len(_SINGLE):
        raise PolicyUnreadableError("rows: there is no row file", hint="look at GATEWAY_POLICIES")
    return files


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise PolicyUnreadableError(f"{name}: the file cannot be read", hint="look at GATEWAY_POLICIES") from exc
