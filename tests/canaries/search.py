"""Looks for canaries in bytes: as they stand, and inside any gzip or zlib stream that can be unpacked."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.canaries.birds import Canary, Names
from tests.canaries.spellings import SHORT, folded, needles, patterns

NOBODY: Names = frozenset()
LARGEST = 8 * 1024 * 1024  # bytes of one unpacked stream
_STREAM = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_EMPTY = re.compile(rb"\0{32,}")
_GAP = b"\n~gap~\n"
_WORD = re.compile(rb"[a-z0-9]")
GROUP = 6  # bytes
STRIDE = SHORT - GROUP + 1


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where something could leak. `may` names the canaries that may stand there, on purpose."""

    name: str
    data: bytes = field(repr=False)
    may: Names = NOBODY


@dataclass(frozen=True, slots=True)
class _Needle:
    name: str
    kind: str
    data: bytes


class Searcher:
    """Knows the spellings of some canaries.

    There are thousands of needles. Each has at least `SHORT` bytes, so each place where one stands covers a whole
    group of `GROUP` bytes that begins at a multiple of `STRIDE`: only needles with such a group are looked for.
    """

    def __init__(self, canaries: Iterable[Canary]) -> None:
        """Spell each canary once."""
        self._by_group: dict[bytes, list[_Needle]] = {}
        self._patterns: list[tuple[str, str, re.Pattern[bytes]]] = []
        for canary in canaries:
            self._patterns += [(canary.name, kind, pattern) for pattern, kind in patterns(canary).items()]
            for data, kind in needles(canary).items():
                needle = _Needle(canary.name, kind, data)
                for group in {data[start : start + GROUP] for start in range(STRIDE)}:
                    self._by_group.setdefault(group, []).append(needle)

    def found(self, data: bytes) -> dict[str, str]:
        """Return the name of each canary in the data, and one spelling in which it stands there."""
        seen: dict[str, str] = {}
        for text in (folded(part) for part in (_EMPTY.sub(b"\0" * 8, data), *unpacked(data))):
            for needle in self._likely(text):
                if needle.name not in seen and needle.data in text:
                    seen[needle.name] = needle.kind
            for name, kind, pattern in self._patterns:
                if name not in seen and any(_by_itself(text, match) for match in pattern.finditer(text)):
                    seen[name] = kind
        return seen

    def _likely(self, text: bytes) -> Iterator[_Needle]:
        groups = {text[start : start + GROUP] for start in range(0, len(text), STRIDE)}
        for group in groups & self._by_group.keys():
            yield from self._by_group[group]

    def leaks(self, channels: Sequence[Channel]) -> list[str]:
        """Return a line for each canary that stands where it may not; channels with one allowance are read as one."""
        lines: list[str] = []
        for may in dict.fromkeys(channel.may for channel in channels):
            some = [channel for channel in channels if channel.may == may]
            if self.found(_GAP.join(channel.data for channel in some)).keys() <= may:
                continue
            for channel in some:
                found = self.found(channel.data)
                lines += [f"{channel.name}: {name}, as {kind}" for name, kind in found.items() if name not in may]
        return lines


def _by_itself(text: bytes, match: re.Match[bytes]) -> bool:
    return not (_WORD.match(text, match.end()) or (_WORD.match(text, match.start() - 1) and match.start()))


def unpacked(data: bytes) -> Iterator[bytes]:
    """Give the content of each compressed stream that starts anywhere in the data."""
    view = memoryview(data)
    for start in _STREAM.finditer(data):
        reader = zlib.decompressobj(31 if start[0][:1] == b"\x1f" else 15)
        try:
            content = reader.decompress(view[start.start() : start.start() + LARGEST], LARGEST)
        except zlib.error:
            continue
        if content:
            yield content
