"""Tells in plain Dutch (B1) and English what breaks an invariant, with the question that shows it.

Only words of the vocabulary appear here; a counterexample is about nobody.
"""

import datetime as dt
from dataclasses import dataclass

from gateway.decide.engine import Policy
from gateway.decide.table import Cell, Table
from gateway.model.bundle import Vocabulary
from gateway.model.decision import Query
from gateway.model.terms import Json, Text, Truth
from gateway.policy.breach import Breach, Case


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What breaks an invariant, in words.

    `query`: the question that shows it, when one can; anybody may ask it. `goes`: whether its field then goes.
    """

    told: Text
    query: Query | None
    goes: bool

    def to_json(self) -> dict[str, Json]:
        """Return `{nl, en, query?, goes?}`, the query in the contract's form."""
        told: dict[str, Json] = dict(self.told.to_json())
        if self.query is not None:
            told["query"] = {
                "recipient": self.query.recipient,
                "ground": self.query.ground,
                "subject_role": self.query.role,
                "facts": {name: truth.value for name, truth in self.query.facts.items()},
                "fields": list(self.query.fields),
                "date": self.query.date.isoformat(),
            }
            told["goes"] = self.goes
        return told


def tell(breach: Breach, policy: Policy, blueprint: Policy, day: dt.date) -> Counterexample:
    """Return the counterexample in words; the rules that it names are those that the engine names."""
    parts: list[Text] = []
    for case, verb in ((breach.goes, _GOES), (breach.stays, _STAYS)):
        if case is not None:
            parts += _case(case, verb, blueprint if case.blueprint else policy, day)
            if not case.facts and breach.remark is None:
                parts.append(Text("Er is dan van geen enkel feit iets bekend.", "Nothing is known of any fact then."))
    if breach.remark is not None:
        parts.append(breach.remark)
    parts.append(Text(f"Dat geldt vanaf {day}.", f"This holds from {day} on."))
    shown = breach.goes or breach.stays
    return Counterexample(
        Text(" ".join(part.nl for part in parts), " ".join(part.en for part in parts)),
        None if shown is None else _query(shown, day),
        goes=breach.goes is not None,
    )


_GOES = Text("zou “{field}” gaan", "“{field}” would go")
_STAYS = Text("zou “{field}” niet gaan", "“{field}” would not go")


def _query(case: Case, day: dt.date) -> Query:
    return Query(*case.cell, case.facts, (case.field,), day)


def _case(case: Case, verb: Text, policy: Policy, day: dt.date) -> list[Text]:
    words = policy.bundle.vocabulary
    recipient, ground, role = case.cell
    who, why, about = words.recipients[recipient], words.grounds[ground].label, words.roles[role]
    field = words.fields[case.field].label
    told = [
        Text(
            f"Aan deze ontvanger ({who.nl}) {verb.nl.format(field=field.nl)}, op grond van {why.nl}, "
            f"over de rol “{about.nl}”{' volgens de blauwdruk alleen' if case.blueprint else ''}.",
            f"To this recipient ({who.en}) {verb.en.format(field=field.en)}, on the ground of {why.en}, "
            f"about the role “{about.en}”{' by the blueprint alone' if case.blueprint else ''}.",
        )
    ]
    if case.facts:
        told += _facts(case, policy.table(day), words)
    rules = policy.decide(_query(case, day)).rules
    if rules:
        told.append(Text(f"Regel: {', '.join(rules)}.", f"Rule: {', '.join(rules)}."))
    return told


def _facts(case: Case, table: Table, words: Vocabulary) -> list[Text]:
    """Say what is known: apart what stands out, together what every row asks for and what keeps the guards silent."""
    told = []
    usual = _usual(table, case.cell)
    for truth, sentence in _SAID.items():
        names = [name for name in words.facts if case.facts.get(name, Truth.UNKNOWN) is truth]
        named = [
            words.facts[name].definition
            for name in names
            if (truth is not Truth.UNKNOWN and usual.get(name) is not truth)
            or (truth is Truth.UNKNOWN and (name in usual or name in case.about))
        ]
        if named:
            told.append(
                Text(
                    f"{sentence.nl}: {' '.join(f'“{each.nl}”' for each in named)}",
                    f"{sentence.en}: {' '.join(f'“{each.en}”' for each in named)}",
                )
            )
    if any(case.facts.get(name) is truth for name, truth in usual.items()):
        told.append(Text("Verder is aan de algemene eisen voldaan.", "Beside that the general requirements are met."))
    return told


_SAID = {
    Truth.YES: Text("Dit staat vast", "This is established"),
    Truth.NO: Text("Vast staat dat dit niet zo is", "This is established not to be so"),
    Truth.UNKNOWN: Text("Niet bekend is of dit zo is", "It is not known whether this is so"),
}


def _usual(table: Table, cell: Cell) -> dict[str, Truth]:
    """Return what nearly every request meets: the general requirements, and that no guard has a reason to fire."""
    recipient, ground, _ = cell
    silent = {
        name: Truth.NO if truth is Truth.YES else Truth.YES
        for guard in table.forbids(recipient, ground)
        for name, truth in guard.forbid.when.items()
    }
    return {**silent, **table.edition.require}
