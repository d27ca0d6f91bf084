"""How a command gets the passphrase of somebody's own key: from a file, or typed."""

from pathlib import Path

import click

from gateway.errors import KeyUnavailableError

FILE = click.Path(dir_okay=False, path_type=Path)
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, help="A file with the passphrase of your key; without it you are asked."
)


def ask_passphrase(
    path: Path | None, *, confirm: bool, what: str = "passphrase of your key", option: str = "--passphrase-file"
) -> bytes:
    """Return the passphrase; raise KeyUnavailableError when the file cannot be read."""
    if path is None:
        asked: str = click.prompt(what, hide_input=True, confirmation_prompt=confirm)
        return asked.encode()
    try:
        return path.read_bytes().strip()
    except OSError as exc:
        raise KeyUnavailableError("the file with the passphrase cannot be read", hint=f"look at {option}") from exc
