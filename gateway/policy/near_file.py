"""Generates the near misses of a bundle, and writes and reads their file: a table per row and per guard."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from textwrap import wrap
from typing import TypeVar

from gateway.decide.engine import Policy
from gateway.decide.loading.place import Place
from gateway.model.bundle import Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval, Query
from gateway.model.terms import OPPOSITE, Truth
from gateway.policy.examples import NEAR_MISSES
from gateway.policy.near_misses import (
    NOTHING,
    Answer,
    Cell,
    Epoch,
    GuardTable,
    NearMisses,
    Reads,
    RowTable,
    sign,
)
from gateway.policy.sample import just_enough

_HEADER = """\
# Near misses: what each row and guard answers just inside and just outside its bounds. Written by
# `gateway policy test --write`; read what changes here with care, for it is what a change of the policy does.
# A row is asked for every field, with just `enough` facts, and then with one thing otherwise: each fact the other way
# and unknown ("without" is both), each other recipient ("to"), ground and role. What `answers` does not list gives
# nothing. On the days around every epoch a row gives what it gives with enough, or nothing.
# A guard and a recipient, one sign for each of `grounds`: # stops unless known not to hold, k stops only when known to
# hold, . never stops.
"""
_WITHOUT = "without "
_SELECTOR = re.compile(r"([a-z0-9_ ]+?)(?: \(([^()]+)\))?")
_Table = TypeVar("_Table")


def near_misses(policy: Policy) -> NearMisses:
    """Return the golden answers as this policy gives them; a table that holds in several epochs stands there once."""
    words, editions = policy.bundle.vocabulary, policy.bundle.editions
    rows = _once((one.begins, _row_table(policy, one, row)) for one in editions for row in one.rows)
    guards = _once((one.begins, _guard_table(policy, one, forbid)) for one in editions for forbid in one.forbids)
    return NearMisses(
        tuple(_epoch(one, words) for one in editions),
        tuple(replace(table, epochs=days) for days, table in guards),
        tuple(replace(table, epochs=days) for days, table in rows),
    )


def write_near_misses(stored: NearMisses, words: Vocabulary) -> str:
    """Return the text of the file."""
    lines = [_HEADER.rstrip("\n"), *_flow("grounds: ", words.grounds, ""), "epochs:"]
    for epoch in stored.epochs:
        lines.append(f'  - from: "{epoch.begins}"')
        lines.append(f'    until: "{epoch.ends}"' if epoch.ends else "    until: null")
        lines.append(f"    retention_days: {epoch.retention_days}")
        lines += _flow("never_fields: ", epoch.never_fields, "    ")
    lines.append("guards:" if stored.guards else "guards: []")
    for guard in stored.guards:
        lines.append(f"  - guard: {guard.guard}")
        lines += _flow("epochs: ", map(_quoted, map(str, guard.epochs)), "    ")
        lines += _flow("when: ", _facts(guard.when), "    ", "{}")
        lines.append("    stops:")
        width = max(map(len, guard.stops))
        lines += [f'      {name}:{" " * (width - len(name))} "{signs}"' for name, signs in guard.stops.items()]
    lines.append("rows:" if stored.rows else "rows: []")
    lines += [line for rows in stored.rows for line in _row_lines(rows, words)]
    return "\n".join(lines) + "\n"


def read_near_misses(data: bytes, words: Vocabulary) -> NearMisses:
    """Return what is stored in the file.

    :raises PolicyUnreadableError: a key or word is missing, unknown or double; the message names the line.
    """
    keys = Place.of(data, NEAR_MISSES).keys("grounds", "epochs", "guards", "rows")
    if keys["grounds"].terms(words.grounds) != tuple(words.grounds):
        raise keys["grounds"].fault("not the grounds of the vocabulary", hint="write the near misses anew: `--write`")
    return NearMisses(
        tuple(_read_epoch(place, words) for place in keys["epochs"].items(may_be_empty=True)),
        tuple(_read_guard(place, words) for place in keys["guards"].items(may_be_empty=True)),
        tuple(_read_row(place, words) for place in keys["rows"].items(may_be_empty=True)),
    )


def _once(tables: Iterable[tuple[dt.date, _Table]]) -> list[tuple[tuple[dt.date, ...], _Table]]:
    """Return each table once, with the first day of every epoch in which it holds."""
    kept: list[_Table] = []
    days: list[tuple[dt.date, ...]] = []
    for day, table in tables:
        if table in kept:
            index = kept.index(table)
            days[index] = (*days[index], day)
        else:
            kept.append(table)
            days.append((day,))
    return list(zip(days, kept, strict=True))


def outdated(stored: NearMisses, policy: Policy) -> list[str]:
    """Name what is asked otherwise today: a rule without near misses, or one whose words or conditions changed."""
    words = policy.bundle.vocabulary
    if tuple(_epoch(edition, words) for edition in policy.bundle.editions) != stored.epochs:
        return ["epochs"]
    odd: list[str] = []
    for edition in policy.bundle.editions:
        now = [(f"row {row.id}", _asked(edition, row, words)) for row in edition.rows]
        kept = [
            (f"row {one.row}", replace(one, epochs=(), answers={}))
            for one in stored.rows
            if edition.begins in one.epochs
        ]
        odd += [
            name for tables, others in ((now, kept), (kept, now)) for name, one in tables if (name, one) not in others
        ]
        guards = {forbid.id: forbid.when for forbid in edition.forbids}
        drawn = {one.guard: one for one in stored.guards if edition.begins in one.epochs}
        odd += [
            f"guard {name}"
            for name in dict.fromkeys([*guards, *drawn])
            if name not in drawn or drawn[name].when != guards.get(name) or not _drawn_for(drawn[name], words)
        ]
    return list(dict.fromkeys(odd))


def _drawn_for(table: GuardTable, words: Vocabulary) -> bool:
    signs = {len(one) for one in table.stops.values()}
    return list(table.stops) == list(words.recipients) and signs == {len(words.grounds)}


def _epoch(edition: Edition, words: Vocabulary) -> Epoch:
    never = _ordered(edition.never_fields, words.fields)
    return Epoch(edition.begins, edition.ends, never, edition.retention_days)


def _asked(edition: Edition, row: Row, words: Vocabulary) -> RowTable:
    """Return the table of a row in some epoch, not yet answered."""
    return RowTable(
        row.id,
        (),
        _ordered(row.recipients, words.recipients),
        _ordered(row.grounds, words.grounds),
        _ordered(row.roles, words.roles),
        Reads(row.label, _ordered(row.shows_roles, words.roles), row.legal_basis),
        just_enough(edition, row),
        {},
    )


def _row_table(policy: Policy, edition: Edition, row: Row) -> RowTable:
    words = policy.bundle.vocabulary
    table, fields = _asked(edition, row, words), tuple(words.fields)
    answers = {
        (change, cell): Answer.of(policy.decide(Query(*cell, facts, fields, edition.begins)))
        for change, cell, facts in table.questions(words)
    }
    return replace(table, answers={asked: answer for asked, answer in answers.items() if answer != NOTHING})


def _guard_table(policy: Policy, edition: Edition, forbid: Forbid) -> GuardTable:
    words = policy.bundle.vocabulary
    stops = {
        name: "".join(sign(policy, forbid.when, forbid.id, name, ground, edition.begins) for ground in words.grounds)
        for name in words.recipients
    }
    return GuardTable(forbid.id, (), forbid.when, stops)


def _row_lines(table: RowTable, words: Vocabulary) -> Iterator[str]:
    yield f"  - row: {table.row}"
    yield from _flow("epochs: ", map(_quoted, map(str, table.epochs)), "    ")
    for name in ("recipients", "grounds", "roles"):
        yield from _flow(f"{name}: ", getattr(table, name), "    ")
    label = table.reads.label
    yield f"    label: {{nl: {_quoted(label.nl)}, en: {_quoted(label.en)}}}"
    yield from _flow("shows_roles: ", table.reads.roles, "    ")
    yield from _flow("legal_basis: ", table.reads.legal_basis, "    ")
    yield from _flow("enough: ", _facts(table.enough), "    ", "{}")
    selected = _selectors(table, words)
    yield "    answers:" if selected else "    answers: []"
    for answer, selectors in selected.items():
        yield from _flow("- when: ", selectors, "      ", within="        ")
        for name in ("leaves", "waits", "rules"):
            if getattr(answer, name):
                yield from _flow(f"{name}: ", getattr(answer, name), "        ")
        yield f"        approval: {answer.approval}"


def _selectors(table: RowTable, words: Vocabulary) -> dict[Answer, list[str]]:
    """Return for each answer which questions have it, as short as can be said."""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for change, cell, _ in table.questions(words):
        cells[change].append(cell)
    found: dict[Answer, list[str]] = defaultdict(list)
    for change, asked in cells.items():
        by_answer: dict[Answer, list[Cell]] = defaultdict(list)
        for cell in asked:
            by_answer[table.answers.get((change, cell), NOTHING)].append(cell)
        for answer, same in by_answer.items():
            found[answer] += (
                [change] if len(by_answer) == 1 else [_quoted(f"{change} ({', '.join(one)})") for one in same]
            )
    found.pop(NOTHING, None)
    for selectors in found.values():
        for name, truth in table.enough.items():
            pair = [f"{name} {OPPOSITE[truth]}", f"{name} {Truth.UNKNOWN}"]
            if set(pair) <= set(selectors):
                selectors[selectors.index(pair[0])] = _WITHOUT + name
                selectors.remove(pair[1])
    return dict(found)


def _read_epoch(place: Place, words: Vocabulary) -> Epoch:
    keys = place.keys("from", "until", "retention_days", "never_fields")
    until = keys["until"].string_or_null()
    return Epoch(
        keys["from"].date(),
        keys["until"].date() if until is not None else None,
        keys["never_fields"].terms(words.fields, may_be_empty=True),
        keys["retention_days"].days(),
    )


def _read_guard(place: Place, words: Vocabulary) -> GuardTable:
    keys = place.keys("guard", "epochs", "when", "stops")
    stops = {name: signs.string() for name, signs in keys["stops"].mapping().items()}
    return GuardTable(keys["guard"].word(), _days(keys["epochs"]), keys["when"].facts(words.facts), stops)


def _read_row(place: Place, words: Vocabulary) -> RowTable:
    keys = place.keys(
        "row", "epochs", "recipients", "grounds", "roles", "label", "shows_roles", "legal_basis", "enough", "answers"
    )
    table = RowTable(
        keys["row"].word(),
        _days(keys["epochs"]),
        keys["recipients"].terms(words.recipients),
        keys["grounds"].terms(words.grounds),
        keys["roles"].terms(words.roles),
        Reads(
            keys["label"].both(),
            keys["shows_roles"].terms(words.roles, may_be_empty=True),
            keys["legal_basis"].terms(words.legal),
        ),
        keys["enough"].facts(words.facts),
        {},
    )
    cells: dict[str, list[Cell]] = defaultdict(list)
    for change, cell, _ in table.questions(words):
        cells[change].append(cell)
    answers: dict[tuple[str, Cell], Answer] = {}
    for one in keys["answers"].items(may_be_empty=True):
        said = one.keys("when", "approval", optional=("leaves", "waits", "rules"))
        answer = Answer(
            said["leaves"].terms(words.fields) if "leaves" in said else (),
            said["waits"].terms(words.fields) if "waits" in said else (),
            said["approval"].choice(Approval).value,
            tuple(rule.word() for rule in said["rules"].items()) if "rules" in said else (),
        )
        for selector in said["when"].items():
            for asked in _expanded(selector, table, cells):
                answers[asked] = answer
    return replace(table, answers=answers)


def _expanded(place: Place, table: RowTable, cells: Mapping[str, list[Cell]]) -> Iterator[tuple[str, Cell]]:
    """Yield the questions that a selector stands for."""
    match = _SELECTOR.fullmatch(place.string())
    change, where = (match[1], match[2]) if match else ("", None)
    changes = [change]
    if change.startswith(_WITHOUT):
        name = change.removeprefix(_WITHOUT)
        changes = (
            [f"{name} {truth}" for truth in (OPPOSITE[table.enough[name]], Truth.UNKNOWN)]
            if name in table.enough
            else [""]
        )
    for one in changes:
        asked = [cell for cell in cells.get(one, ()) if where is None or ", ".join(cell) == where]
        if not asked:
            raise place.fault("nothing is asked like this", hint="write the near misses anew: `--write`")
        yield from ((one, cell) for cell in asked)


def _days(place: Place) -> tuple[dt.date, ...]:
    return tuple(day.date() for day in place.items())


def _ordered(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    chosen = frozenset(names)
    return tuple(name for name in known if name in chosen)


def _facts(facts: Mapping[str, Truth]) -> Iterator[str]:
    yield from (f'{name}: "{truth}"' for name, truth in facts.items())


def _flow(start: str, words: Iterable[str], indent: str, ends: str = "[]", *, within: str | None = None) -> list[str]:
    """Return a flow list, wrapped; a word is never broken."""
    text = f"{start}{ends[0]}{', '.join(words)}{ends[1]}"
    hanging = f"{indent if within is None else within}  "
    return wrap(
        text, 120, initial_indent=indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
