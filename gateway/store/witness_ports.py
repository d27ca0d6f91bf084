"""What may be asked of the store about the witnesses' word."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol


class Cosignatures(Protocol):
    """What witnesses signed under the log's checkpoints. Rows are only ever added."""

    def add(self, size: int, witness: str, line: str, at: dt.datetime) -> None:
        """Keep a witness's signature line under the checkpoint of this size; its first one stays.

        `witness` names its key (`<name>+<key id>`); the line ends in a newline.
        """
        ...

    def of(self, size: int) -> Sequence[str]:
        """Return the lines under the checkpoint of this size, by witness."""
        ...

    def oldest(self, *, above: int, least: int) -> int | None:
        """Return the smallest size larger than `above` that at least so many witnesses signed."""
        ...

    def newest(self, *, below: int | None, least: int) -> int | None:
        """Return the largest size (smaller than `below`, if that is given) that at least so many witnesses signed."""
        ...

    def newest_of(self, witness: str) -> int | None:
        """Return the largest size that this witness signed."""
        ...
