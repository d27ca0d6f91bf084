"""The signatures beside a policy, in its folder `signatures/`: one note for each approver; not part of the policy."""

from pathlib import Path

from gateway.errors import PolicyUnreadableError

FOLDER = "signatures"
LARGEST = 64 * 1024  # bytes


def read_signatures(directory: Path) -> list[str]:
    """Return the notes beside a policy, in order of their names; none when nobody signed.

    :raises PolicyUnreadableError: one cannot be read, or is no text.
    """
    notes = []
    for path in sorted((directory / FOLDER).glob("*.note")):
        try:
            with path.open("rb") as file:
                notes.append(file.read(LARGEST).decode())
        except (OSError, UnicodeDecodeError) as exc:
            raise PolicyUnreadableError(
                f"{FOLDER}/{path.name}: the signature cannot be read", hint="let that approver sign again"
            ) from exc
    return notes


def write_signature(directory: Path, key_id: str, note: str) -> Path:
    """Write a note beside a policy, in the place of an older one by the same key; return where.

    :raises PolicyUnreadableError: it cannot be written.
    """
    path = directory / FOLDER / f"{key_id}.note"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(note, encoding="utf-8")
    except OSError as exc:
        raise PolicyUnreadableError(
            f"{FOLDER}: the signature cannot be written", hint="look at the folder and its permissions"
        ) from exc
    return path
