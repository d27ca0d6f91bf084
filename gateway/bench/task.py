"""What a bench is asked to do."""

from dataclasses import dataclass

from gateway.bench.rounds import Tell


@dataclass(frozen=True, slots=True)
class Task:
    """How many rounds, how large the largest log, and whom to tell about progress."""

    rounds: int
    entries: int
    tell: Tell
