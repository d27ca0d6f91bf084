"""What a recall asks of its reader, in plain words, and the file of the recalled message beside it."""

from collections.abc import Mapping
from pathlib import Path

from gateway.model.terms import Json


def recalled_file(claims: Mapping[str, Json], envelope_file: Path) -> Path | None:
    """Return the file beside this one that holds the recalled message, when fetch wrote one there.

    The id in `recalls` was checked to be 32 hex digits, so it is safe as a name.
    """
    path = envelope_file.parent / f"{claims['recalls']}.json" if "recalls" in claims else None
    return path if path is not None and path.is_file() else None


def words_of(claims: Mapping[str, Json], envelope_file: Path, *, destroyed: Path | None) -> list[str]:
    """Return what a recall or a correction means, in lines to print; nothing for any other message."""
    if "corrects" in claims:
        return [f"THIS CORRECTS message {claims['corrects']}: use what is here in place of what it says"]
    if "recalls" not in claims:
        return []
    kept = recalled_file(claims, envelope_file)
    lines = [f"THIS IS A RECALL of message {claims['recalls']}: destroy it, and all that you made of it"]
    if destroyed is not None:
        lines.append(f"its file was deleted: {destroyed}")
    elif kept is not None:
        lines.append(f"its file is here: {kept} (--destroy deletes it)")
    return [*lines, f"then say so: gateway partner receipt {envelope_file} --state destroyed"]
