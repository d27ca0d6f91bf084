"""The folder where evidence is kept: never overwritten, and bounded, so that nobody can fill the disk with it."""

from collections.abc import Iterator
from pathlib import Path

from gateway.crypto import sealed_file
from gateway.errors import KeyUnavailableError, LogTamperedError, WitnessStateError
from gateway.witness.evidence import LARGEST, Evidence, Kind, examine

MOST = 100  # pieces that prove something, and as many that only ask for an explanation
SUFFIX = ".json"


class EvidenceFolder:
    """The evidence against one log."""

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        """Read nothing yet; `most` is how many pieces of each room are kept."""
        self.path, self._most = path, most

    def keep(self, evidence: Evidence) -> Path | None:
        """Write it down, durably, and return the new file; None when it is known already, or its room is full.

        Proofs and questions have rooms apart: anyone may send a log's true checkpoint with a false proof, and that must
        not keep a real fork out.

        :raises LogTamperedError: it shows nothing.
        :raises WitnessStateError: it cannot be written.
        """
        kind, _, _ = examine(evidence)
        path = self.path / f"{kind}-{evidence.name}{SUFFIX}"
        room = [each for each in Kind if each.proves is kind.proves]
        taken = sum(any(name.startswith(f"{each}-") for each in room) for name in self._names())
        if path.exists() or taken >= self._most:
            return None
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            sealed_file.create(path, evidence.to_bytes())
        except (OSError, KeyUnavailableError) as exc:
            raise WitnessStateError(
                "evidence against the log cannot be written down", hint="look at the disk and the folder --home"
            ) from exc
        return path

    def files(self) -> Iterator[Path]:
        """Return every piece, by name."""
        for name in sorted(self._names()):
            yield self.path / name

    def _names(self) -> list[str]:
        if not self.path.is_dir():
            return []
        return [each.name for each in self.path.iterdir() if each.suffix == SUFFIX]


def read_evidence(path: Path) -> Evidence:
    """Return the evidence of a file, unverified; raise LogTamperedError when it is none."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as exc:
        raise LogTamperedError("the file cannot be read", hint="look at its path and permissions") from exc
    return Evidence.from_bytes(data[:LARGEST])
