"""Says in Dutch and English, and as JSON, what differs between two policies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.model.bundle import Bundle
from gateway.model.decision import Approval
from gateway.model.terms import Json, Text, Truth
from gateway.policy.difference import Change, Epoch, Group, Kind

_KINDS: Mapping[Kind, Text] = {
    Kind.GAINS: Text("krijgt voortaan", "newly receives"),
    Kind.MORE: Text("krijgt in meer gevallen", "receives in more cases"),
    Kind.LOSES: Text("krijgt niet meer", "no longer receives"),
    Kind.FEWER: Text("krijgt in minder gevallen", "receives in fewer cases"),
    Kind.APPROVAL: Text("krijgt na een ander akkoord", "receives after another approval"),
}
_APPROVALS: Mapping[Approval, Text] = {
    Approval.NONE: Text("zonder akkoord", "without approval"),
    Approval.POST_24H: Text("meteen, nagekeken binnen 24 uur", "at once, reviewed within 24 hours"),
    Approval.PRE_TWO: Text("na akkoord van een tweede persoon", "after a second person agreed"),
    Approval.PRE_FG: Text(
        "na advies van de FG en akkoord van een manager", "after the FG's advice and a manager's approval"
    ),
}
_NONE = Text("Geen verschil in wat wie krijgt.", "No difference in who receives what.")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of both policies; the later one's where both have them."""

    recipients: Mapping[str, Text]
    grounds: Mapping[str, Text]
    roles: Mapping[str, Text]
    fields: Mapping[str, Text]
    facts: Mapping[str, Text]


def differences_to_json(epochs: Sequence[Epoch], before: Bundle, after: Bundle) -> dict[str, Json]:
    """Return `{before, after, epochs: [{from, until, changes, beside}]}`."""
    words = _words(before, after)
    told: list[Json] = []
    for epoch in epochs:
        changes: list[Json] = []
        for group in epoch.groups:
            for fields, change in _by_kind(group):
                sentence = _sentence(fields, change, words)
                changes.append(
                    {
                        "recipients": list(group.recipients),
                        "ground": group.ground,
                        "roles": list(group.roles),
                        "change": change.kind.value,
                        "fields": list(fields),
                        "before": change.before and change.before.value,
                        "after": change.after and change.after.value,
                        "situation": {name: _values(values) for name, values in change.situation.items()},
                        "example_facts": {name: truth.value for name, truth in change.facts.items()},
                        "nl": "; ".join(line.nl for line in sentence),
                        "en": "; ".join(line.en for line in sentence),
                    }
                )
        beside: list[Json] = [{"rule": one.rule, "nl": one.what.nl, "en": one.what.en} for one in epoch.beside]
        told.append(
            {
                "from": epoch.begins.isoformat(),
                "until": epoch.ends.isoformat() if epoch.ends else None,
                "changes": changes,
                "beside": beside,
            }
        )
    return {"before": before.digest, "after": after.digest, "epochs": told}


def differences_in_words(epochs: Sequence[Epoch], before: Bundle, after: Bundle) -> list[str]:
    """Return the lines that a lawyer reads; in each pair the Dutch one first."""
    words = _words(before, after)
    if not epochs:
        return [_NONE.nl, _NONE.en]
    lines = []
    for epoch in epochs:
        until = f" tot {epoch.ends} / until {epoch.ends}" if epoch.ends else ""
        lines.append(f"vanaf {epoch.begins} / from {epoch.begins}{until}")
        for group in epoch.groups:
            lines += ["", *(f"  {line}" for line in _heading(group, words))]
            for fields, change in _by_kind(group):
                sentence = _sentence(fields, change, words)
                for spoken in ([line.nl for line in sentence], [line.en for line in sentence]):
                    lines += [f"    {spoken[0]}", *(f"      {line}" for line in spoken[1:])]
        if epoch.beside:
            lines.append("")
        for one in epoch.beside:
            rule = f"{one.rule}: " if one.rule else ""
            lines += [f"  {rule}{one.what.nl}", f"  {rule}{one.what.en}"]
    return lines


def _heading(group: Group, words: _Words) -> list[str]:
    parts = [
        [words.recipients[name] for name in group.recipients],
        [words.grounds[group.ground]],
        [words.roles[name] for name in group.roles],
    ]
    return [
        " · ".join(", ".join(one.nl for one in part) for part in parts),
        " · ".join(", ".join(one.en for one in part) for part in parts),
    ]


def _by_kind(group: Group) -> Iterator[tuple[list[str], Change]]:
    """Yield the fields to which the very same happens, with one of their changes."""
    left = list(group.changes)
    while left:
        first = left[0]
        same = [one for one in left if _what(one) == _what(first)]
        yield [one.field for one in same], first
        left = [one for one in left if one not in same]


def _what(change: Change) -> tuple[object, ...]:
    return change.kind, change.before, change.after, change.situation


def _sentence(fields: Sequence[str], change: Change, words: _Words) -> list[Text]:
    """Return what happens to which fields, after whose approval, and a line for each thing that matters."""
    labels, kind = [words.fields[name] for name in fields], _KINDS[change.kind]
    told = [
        Text(
            f"{kind.nl}: {', '.join(label.nl for label in labels)}",
            f"{kind.en}: {', '.join(label.en for label in labels)}",
        ),
        _how(change),
    ]
    for place, (name, values) in enumerate(change.situation.items()):
        start = Text("en", "and") if place else Text("bijvoorbeeld als", "for example when")
        fact = _fact(words.facts.get(name, Text(name, name)), values)
        told.append(Text(f"{start.nl} {fact.nl}", f"{start.en} {fact.en}"))
    return told


def _how(change: Change) -> Text:
    told = [_APPROVALS[one] for one in (change.after, change.before) if one is not None]
    return Text(" in plaats van ".join(one.nl for one in told), " instead of ".join(one.en for one in told))


_KNOWN: Mapping[frozenset[Truth], Text] = {
    frozenset({Truth.YES}): Text("vaststaat", "it is established"),
    frozenset({Truth.NO}): Text("vaststaat dat niet geldt", "it is established not to be so"),
    frozenset({Truth.UNKNOWN}): Text("onbekend is", "it is unknown"),
    frozenset({Truth.NO, Truth.UNKNOWN}): Text("niet vaststaat", "it is not established"),
    frozenset({Truth.YES, Truth.UNKNOWN}): Text("niet is uitgesloten", "it is not ruled out"),
    frozenset({Truth.YES, Truth.NO}): Text("bekend is, hoe ook", "it is known, either way"),
}


def _fact(meaning: Text, values: frozenset[Truth]) -> Text:
    known = _KNOWN[values]
    return Text(f"{known.nl}: “{meaning.nl.rstrip('.')}”", f"{known.en}: “{meaning.en.rstrip('.')}”")


def _values(values: frozenset[Truth]) -> list[Json]:
    return [truth.value for truth in Truth if truth in values]


def _words(before: Bundle, after: Bundle) -> _Words:
    old, new = before.vocabulary, after.vocabulary
    return _Words(
        recipients={**old.recipients, **new.recipients},
        grounds={name: ground.label for name, ground in {**old.grounds, **new.grounds}.items()},
        roles={**old.roles, **new.roles},
        fields={name: field.label for name, field in {**old.fields, **new.fields}.items()},
        facts={name: fact.definition for name, fact in {**old.facts, **new.facts}.items()},
    )
