"""The log as the pages show it: where it stands, and one entry of it. They name nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogSummary:
    """Where the log stands: its size, root (hex), newest checkpoint with its cosignatures, and its key."""

    entries: int
    root: str
    checkpoint: str
    vkey: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry as anyone in the log may read it; it names nobody."""

    index: int
    type: str
    outcome: str
    time: str
