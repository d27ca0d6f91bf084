"""YAML that can be read in one way only.

PyYAML keeps the last of two equal keys and reads a bare `no` as False, silently. Policy is evidence, so here every
construction that two readers could take differently is refused: duplicate keys, anchors, aliases, tags, merge keys,
several documents, bare booleans other than `true` and `false`, floats, empty values, and numbers that are not plain
decimals. Dates stay text.
"""

import re
from contextlib import suppress
from dataclasses import dataclass

import yaml

from gateway.errors import PolicyUnreadableError
from gateway.model.terms import Json, half_character

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
# Everything else that a YAML 1.1 or 1.2 reader takes for a number: octal, hexadecimal, 1_000, 12:30, floats.
_NUMERIC = re.compile(
    r"[-+]?(0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?"
    r"|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"
)
_BOOLEAN_LIKE = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n"})
# What libyaml and PyYAML's own parser do not always read alike, found by comparing them: tags, directives, odd keys, a
# comment that touches a block's indicator, characters that count as a break, as a mark or as nothing, and, in text
# without quotes, a question mark, which may else end a sentence.
_APART = re.compile(
    "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    r"|[!%]|(?<![A-Za-z])\?|\?(?![ \"\n])|[|>][-+0-9]*#"
)
_FAST = getattr(yaml, "CSafeLoader", None)  # libyaml's parser, thirty times as fast, where PyYAML was built with it
_MAX_DEPTH = 20
_REPAIR = "correct the file; nothing of it was read"


@dataclass(frozen=True, slots=True)
class Marked:
    """A value and the line (from 1) where it stands; an entry of a mapping stands where its key stands."""

    value: "bool | int | str | list[Marked] | dict[str, Marked] | None"
    line: int

    def plain(self) -> Json:
        """Return the value without its lines."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        return self.value


def load(data: bytes, *, name: str, quotes_keys: bool = True) -> Json:
    """Return the one document in `data` (UTF-8), as `load_marked` does, without its lines."""
    return load_marked(data, name=name, quotes_keys=quotes_keys).plain()


def load_marked(data: bytes, *, name: str, quotes_keys: bool = True) -> Marked:
    """Return the one document in `data` (UTF-8).

    :param name: the file's name, for messages.
    :param quotes_keys: whether a message may repeat a key; not where a key could be a value that someone misplaced.
    :raises PolicyUnreadableError: the text is not YAML, or could be read in two ways; the message names file and line.
    """
    try:
        text = data.decode("utf-8", "strict")
        # What is refused is read again below, so that the same fault at the same line is named everywhere.
        with suppress(yaml.YAMLError, PolicyUnreadableError):
            events = _read_fast(text)
            if events is not None:
                return _Reader(name, quotes_keys=quotes_keys).read(events)
        return _Reader(name, quotes_keys=quotes_keys).read(list(yaml.parse(text, Loader=yaml.SafeLoader)))
    except UnicodeDecodeError as exc:
        raise PolicyUnreadableError(f"{name}: not UTF-8 text", hint="save the file as UTF-8") from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f"{name}, line {mark.line + 1}" if mark is not None else name
        raise PolicyUnreadableError(f"{place}: not valid YAML", hint="look for a missing quote or colon") from exc
    except (ValueError, OverflowError) as exc:  # PyYAML on an escape beyond Unicode, such as "\\U00110000"
        raise PolicyUnreadableError(f"{name}: not Unicode text", hint=_REPAIR) from exc


def _read_fast(text: str) -> list[yaml.Event] | None:
    """Return libyaml's events, or None where the other parser might read something else."""
    if _FAST is None or _APART.search(text):
        return None
    events = list(yaml.parse(text, Loader=_FAST))
    bare = (event.value for event in events if isinstance(event, yaml.ScalarEvent) and event.implicit[0])
    return None if any("?" in value for value in bare) else events


class _Reader:
    """Builds values from parser events, so that no resolver or constructor of PyYAML takes part."""

    def __init__(self, name: str, *, quotes_keys: bool) -> None:
        self._name = name
        self._quotes_keys = quotes_keys
        self._events: list[yaml.Event] = []
        self._next = 0

    def read(self, events: list[yaml.Event]) -> Marked:
        self._events = events
        starts = [event for event in events if isinstance(event, yaml.DocumentStartEvent)]
        if len(starts) != 1:
            problem = f"one document is expected, {len(starts)} found"
            raise PolicyUnreadableError(f"{self._name}: {problem}", hint=_REPAIR)
        if starts[0].tags or starts[0].version:
            raise self._fault(starts[0], "directives are not allowed")
        self._next = events.index(starts[0]) + 1
        return self._value(depth=0)

    def _take(self) -> yaml.Event:
        event = self._events[self._next]
        self._next += 1
        return event

    def _value(self, *, depth: int) -> Marked:
        event = self._take()
        if isinstance(event, yaml.AliasEvent):
            raise self._fault(event, "aliases are not allowed")
        if getattr(event, "anchor", None) is not None:
            raise self._fault(event, "anchors are not allowed")
        if getattr(event, "tag", None) is not None:
            raise self._fault(event, "tags are not allowed")
        if depth > _MAX_DEPTH:
            raise self._fault(event, "nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return Marked(self._scalar(event), _line(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return Marked(self._sequence(depth=depth), _line(event))
        return Marked(self._mapping(depth=depth), _line(event))

    def _sequence(self, *, depth: int) -> list[Marked]:
        items: list[Marked] = []
        while not isinstance(self._events[self._next], yaml.SequenceEndEvent):
            items.append(self._value(depth=depth + 1))
        self._take()
        return items

    def _mapping(self, *, depth: int) -> dict[str, Marked]:
        pairs: dict[str, Marked] = {}
        while not isinstance(self._events[self._next], yaml.MappingEndEvent):
            start = self._events[self._next]
            key = self._value(depth=depth + 1).value
            if not isinstance(key, str):
                raise self._fault(start, "a key must be text")
            if key in pairs:
                raise self._fault(start, f"duplicate key `{key}`" if self._quotes_keys else "duplicate key")
            pairs[key] = Marked(self._value(depth=depth + 1).value, _line(start))
        self._take()
        return pairs

    def _scalar(self, event: yaml.ScalarEvent) -> bool | int | str | None:
        text: str = event.value
        if half_character(text):
            raise self._fault(event, "not Unicode text")
        if not event.implicit[0]:  # quoted or block text
            return text
        if text in {"true", "false"}:
            return text == "true"
        if text == "null":
            return None
        if _WHOLE.fullmatch(text) and text != "-0":
            return int(text)
        if text.lower() in _BOOLEAN_LIKE:
            raise self._fault(event, f"bare `{text}` could mean a boolean; quote it, or write true or false")
        if text.lower() in {"", "~", "null"}:
            raise self._fault(event, "a value is missing; write null if that is meant")
        if _NUMERIC.fullmatch(text):
            raise self._fault(event, "a number must be a plain whole number; quote it if it is text")
        if text in {"<<", "="}:
            raise self._fault(event, "merge keys are not allowed")
        return text

    def _fault(self, event: yaml.Event, problem: str) -> PolicyUnreadableError:
        return PolicyUnreadableError(f"{self._name}, line {_line(event)}: {problem}", hint=_REPAIR)


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1
