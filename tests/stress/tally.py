"""What a stress run did, for its one line at the end."""

from dataclasses import dataclass


@dataclass
class Tally:
    """Counts over the whole run."""

    kills: int = 0
    faults: int = 0
    violations: int = 0

    def add(self, other: "Tally") -> None:
        """Count what another process counted."""
        self.kills += other.kills
        self.faults += other.faults
        self.violations += other.violations

    def line(self) -> str:
        """Return the summary."""
        return f"stress: {self.kills} kills, {self.faults} other faults, {self.violations} violations"


TALLY = Tally()
