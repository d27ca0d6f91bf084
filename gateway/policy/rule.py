"""One rule of the policy as a lawyer reads it: a permit or a guard with its words, conditions, law and days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.errors import UnknownTermError
from gateway.model.bundle import Bundle, Edition, FactDefinition, Forbid, LegalBasis, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import Json, Text, Truth

APPROVALS: Mapping[Approval, Text] = {
    Approval.NONE: Text("geen", "none"),
    Approval.POST_24H: Text(
        "het gaat meteen; een tweede persoon kijkt het binnen 24 uur na",
        "it goes at once; a second person reviews it within 24 hours",
    ),
    Approval.PRE_TWO: Text("eerst een tweede persoon", "a second person first"),
    Approval.PRE_FG: Text(
        "eerst advies van de FG, daarna een gemandateerde leidinggevende",
        "first the FG's advice, then a mandated manager",
    ),
}
COMPUTED = Text("de gateway stelt dit zelf vast", "the gateway establishes this itself")
NOBODY = Text("niemand", "nobody")
Line = tuple[int, Text]
"""How deep it stands, and what it says."""


@dataclass(frozen=True, slots=True)
class Found:
    """A rule as it reads from `begins` until `ends` (that day not included), and what else holds then."""

    rule: Row | Forbid
    edition: Edition
    words: Vocabulary
    begins: dt.date
    ends: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Say whether it is in force on this day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def find_rule(bundle: Bundle, rule: str, *, on: dt.date) -> Found:
    """Return the rule with this id as it reads on this day; else as it will read first after, or read last before.

    :raises UnknownTermError: no edition has such a rule; the hint names those that come close.
    """
    found = [one for one in _versions(bundle) if one.rule.id == rule]
    if not found:
        known = sorted({one.rule.id for one in _versions(bundle)})
        close = get_close_matches(rule.upper(), known, n=3) or known
        raise UnknownTermError("the policy has no rule with this id", hint=f"rules that it has: {', '.join(close)}")
    coming = [one for one in found if one.ends is None or on < one.ends]
    return coming[0] if coming else found[-1]


def _versions(bundle: Bundle) -> list[Found]:
    """Return every rule of every edition, in order of time; editions in which one reads the same are one."""
    found: list[Found] = []
    for edition in bundle.editions:
        rules: list[Row | Forbid] = [*edition.forbids, *edition.rows]
        for rule in rules:
            before = next((one for one in reversed(found) if one.rule.id == rule.id), None)
            if before is not None and before.rule == rule and before.ends == edition.begins:
                found[found.index(before)] = Found(rule, edition, bundle.vocabulary, before.begins, edition.ends)
            else:
                found.append(Found(rule, edition, bundle.vocabulary, edition.begins, edition.ends))
    return found


def lines(found: Found) -> list[Line]:
    """Tell the rule in short lines, in both languages."""
    told = _row(found, found.rule) if isinstance(found.rule, Row) else _forbid(found, found.rule)
    return [*told, (0, _days(found))]


def to_json(found: Found, *, on: dt.date) -> dict[str, Json]:
    """Return the rule as data, with its words; `explanation` is what `lines` tells."""
    rule, words = found.rule, found.words
    told: dict[str, Json] = {
        "id": rule.id,
        "kind": "permit" if isinstance(rule, Row) else "forbid",
        "note": rule.note.to_json(),
        "in_force": found.holds_on(on),
        "from": found.begins.isoformat(),
        "until": found.ends.isoformat() if found.ends else None,
        "when": _conditions_json(rule.when, words),
    }
    grounds = {name: ground.label for name, ground in words.grounds.items()}
    if isinstance(rule, Row):
        general = {name: truth for name, truth in found.edition.require.items() if name not in rule.skip}
        told |= {
            "recipients": _named_json(rule.recipients, words.recipients),
            "grounds": _named_json(rule.grounds, grounds),
            "roles": _named_json(rule.roles, words.roles),
            "general": _conditions_json(general, words),
            "skip": _conditions_json({name: found.edition.require[name] for name in sorted(rule.skip)}, words),
            "fields": [
                {
                    "name": field.name,
                    "label": field.label.to_json(),
                    "definition": field.definition.to_json(),
                    "category": field.category.value,
                }
                for field in words.fields.values()
                if field.name in rule.fields
            ],
            "approval": {"name": rule.approval.value, **APPROVALS[rule.approval].to_json()},
            "law": [_law_json(words.legal[basis]) for basis in rule.legal_basis],
            "label": rule.label.to_json(),
            "shows_roles": _named_json(rule.shows_roles, words.roles),
            "guards": [forbid.id for forbid in _guards(found.edition, rule)],
            "instead": rule.instead.to_json() if rule.instead else None,
        }
    else:
        told |= {
            "except_recipients": _named_json(rule.except_recipients, words.recipients),
            "except_grounds": _named_json(rule.except_grounds, grounds),
            "only_when_known": _named_json(rule.only_when_known, grounds),
            "way": rule.way.to_json() if rule.way else None,
        }
    explained = [("  " * depth, text) for depth, text in lines(found)]
    told["explanation"] = {
        "nl": "\n".join(indent + text.nl for indent, text in explained),
        "en": "\n".join(indent + text.en for indent, text in explained),
    }
    return told


def _row(found: Found, row: Row) -> list[Line]:
    words = found.words
    grounds = {name: ground.label for name, ground in words.grounds.items()}
    general = {name: truth for name, truth in found.edition.require.items() if name not in row.skip}
    fields = [field for field in words.fields.values() if field.name in row.fields]
    told: list[Line] = [
        (0, _titled(Text(f"Regel {row.id}", f"Rule {row.id}"), row.note)),
        (0, _titled(Text("Naar", "To"), _named(row.recipients, words.recipients))),
        (0, _titled(Text("Op grond van", "On the ground of"), _named(row.grounds, grounds))),
        (0, _titled(Text("Over", "About"), _named(row.roles, words.roles))),
        (0, Text("Deze gegevens:", "These data:")),
        *((1, _titled(field.label, field.definition)) for field in fields),
        (0, Text("Alleen als:", "Only when:")),
        *_conditions(row.when, words),
    ]
    if general:
        told += [(0, Text("En zoals bij elke regel:", "And as for every rule:")), *_conditions(general, words)]
    if row.skip:
        skipped = {name: found.edition.require[name] for name in sorted(row.skip)}
        told += [(0, Text("Niet nodig bij deze regel:", "Not needed for this rule:")), *_conditions(skipped, words)]
    guards = [forbid.id for forbid in _guards(found.edition, row)]
    if guards:
        told.append((0, _titled(Text("Deze verboden gaan voor", "These guards go first"), _same(", ".join(guards)))))
    told += [
        (0, _titled(Text("Goedkeuring", "Approval"), APPROVALS[row.approval])),
        (0, Text("De wet:", "The law:")),
        *((1, _law(words.legal[basis])) for basis in row.legal_basis),
        (0, _titled(Text("De ontvanger leest als grond", "The recipient reads as ground"), row.label)),
        (0, _titled(Text("De ontvanger leest de rol van", "The recipient reads the role of"), _roles(row, words))),
    ]
    if row.instead is not None:
        told.append((0, _titled(Text("Zonder de gateway", "Without the gateway"), row.instead)))
    return told


def _forbid(found: Found, forbid: Forbid) -> list[Line]:
    words = found.words
    grounds = {name: ground.label for name, ground in words.grounds.items()}
    told: list[Line] = [
        (0, _titled(Text(f"Verbod {forbid.id}", f"Guard {forbid.id}"), forbid.note)),
        (
            0,
            Text(
                "Houdt alles tegen als dit zo is, of zolang dat niet bekend is:",
                "Stops everything when this is so, or while that is not known:",
            ),
        ),
        *_conditions(forbid.when, words),
    ]
    limits = (
        (Text("Geldt niet naar", "Not for"), forbid.except_recipients, words.recipients),
        (Text("Geldt niet op grond van", "Not on the ground of"), forbid.except_grounds, grounds),
        (
            Text("Alleen als het vaststaat, op grond van", "Only when it is established, on the ground of"),
            forbid.only_when_known,
            grounds,
        ),
    )
    told += [(0, _titled(title, _named(names, labels))) for title, names, labels in limits if names]
    if forbid.way is not None:
        told.append((0, _titled(Text("Wat wel kan", "What can be done"), forbid.way)))
    return told


def _conditions(when: Mapping[str, Truth], words: Vocabulary) -> list[Line]:
    told: list[Line] = []
    for name, said in when.items():
        fact = words.facts[name]
        meaning = fact.definition
        if said is Truth.YES:
            told.append((1, Text(f"Vast staat: “{meaning.nl}”", f"It is established: “{meaning.en}”")))
        else:
            told.append(
                (1, Text(f"Vast staat dat dit niet zo is: “{meaning.nl}”", f"Established not to be so: “{meaning.en}”"))
            )
        told.append((2, _titled(Text("Bewijs", "Evidence"), _evidence(fact))))
    return told


def _evidence(fact: FactDefinition) -> Text:
    return fact.evidence or COMPUTED


def _guards(edition: Edition, row: Row) -> Iterable[Forbid]:
    """Return the guards that may stop this row for some recipient and ground of it."""
    return (
        one for one in edition.forbids if row.recipients - one.except_recipients and row.grounds - one.except_grounds
    )


def _roles(row: Row, words: Vocabulary) -> Text:
    return _named(row.shows_roles, words.roles)


def _law(basis: LegalBasis) -> Text:
    where = ", ".join(part for part in (basis.source, basis.juriconnect, basis.url) if part)
    return Text(f"{basis.text.nl} ({where})", f"{basis.text.en} ({where})")


def _days(found: Found) -> Text:
    begins = found.begins.isoformat()
    if found.ends is None:
        return Text(f"Zo geldt dit sinds {begins}.", f"It holds like this since {begins}.")
    ends = found.ends.isoformat()
    return Text(f"Zo geldt dit van {begins} tot {ends}.", f"It holds like this from {begins} until {ends}.")


def _titled(title: Text, text: Text) -> Text:
    return Text(f"{title.nl}: {text.nl}", f"{title.en}: {text.en}")


def _named(names: Iterable[str], labels: Mapping[str, Text]) -> Text:
    """Return the labels in the vocabulary's order."""
    wanted = set(names)
    said = [label for name, label in labels.items() if name in wanted] or [NOBODY]
    return Text("; ".join(label.nl for label in said), "; ".join(label.en for label in said))


def _same(word: str) -> Text:
    return Text(word, word)


def _named_json(names: Iterable[str], labels: Mapping[str, Text]) -> list[Json]:
    wanted = set(names)
    return [{"name": name, **label.to_json()} for name, label in labels.items() if name in wanted]


def _conditions_json(when: Mapping[str, Truth], words: Vocabulary) -> list[Json]:
    facts: Sequence[tuple[FactDefinition, Truth]] = [(words.facts[name], said) for name, said in when.items()]
    return [
        {
            "fact": fact.name,
            "must_be": said.value,
            "definition": fact.definition.to_json(),
            "evidence": fact.evidence.to_json() if fact.evidence else None,
        }
        for fact, said in facts
    ]


def _law_json(basis: LegalBasis) -> dict[str, Json]:
    return {
        "id": basis.id,
        "law": basis.law,
        "article": basis.article,
        "text": basis.text.to_json(),
        "bwb": basis.bwb,
        "juriconnect": basis.juriconnect,
        "url": basis.url,
    }
