"""Builds the wheel `disclosure-kit`: the modules that the kit's command imports, found by reading their imports.

pip calls `build_wheel` (PEP 517) in this folder; setuptools does the building, in a folder that holds nothing else.
"""

import ast
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from setuptools import build_meta  # type: ignore[import-untyped]  # setuptools ships no types

HERE = Path(__file__).resolve().parent
ENTRY, ROOT = "gateway.cli.kit", "gateway"

get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel


def modules(source: Path, entry: str = ENTRY) -> dict[str, Path]:
    """Return the modules that `entry` loads, by name; of what a function imports when it is called, none."""
    found: dict[str, Path] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        path = _file(source, name)
        if name in found or path is None:
            continue
        found[name] = path
        waiting += [name.rpartition(".")[0], *imports(path)]
    return found


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports when it is loaded; `from a import b` gives `a` and `a.b`."""
    waiting: list[ast.AST] = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        waiting += ast.iter_child_nodes(node)


def _file(source: Path, name: str) -> Path | None:
    if name.partition(".")[0] != ROOT:
        return None
    path = source.joinpath(*name.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def build_wheel(
    wheel_directory: str,
    config_settings: Mapping[str, str | list[str] | None] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel into a folder and return its name (PEP 517)."""
    source, target = HERE.parent, Path(wheel_directory).resolve()
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for path in modules(source).values():
            copy = Path(folder) / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        for name in (HERE / "pyproject.toml", HERE / "README.md", source / "LICENSE"):
            shutil.copyfile(name, Path(folder) / name.name)
        os.chdir(folder)
        try:
            return str(build_meta.build_wheel(str(target)))
        finally:
            os.chdir(before)


def build_sdist(sdist_directory: str, config_settings: Mapping[str, str | list[str] | None] | None = None) -> str:
    """Refuse: the sources are the gateway's own, and a wheel is made from those (PEP 517 wants this function)."""
    raise NotImplementedError("build a wheel from the gateway's repository: pip wheel --no-deps ./kit")
