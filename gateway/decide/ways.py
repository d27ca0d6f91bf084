"""Finds the lawful ways forward after a refusal, in words that the policy's own files hold.

INVARIANT: a way names a document, a person or another recipient for whom a row exists, never an answer. While a guard
is known to hold only its own way is told: nothing here leads round it.
"""

from collections.abc import Iterable, Mapping, Sequence

from gateway.decide.table import Table, lacking
from gateway.model.bundle import RECIPIENTS, Category, Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval, Query
from gateway.model.terms import Text, Truth

ASK = Text("Vraag de FG om advies.", "Ask the data protection officer for advice.")
LEAVE_OUT = Text(
    "Laat weg wat de ontvanger niet mag krijgen. Denkt u dat die het nodig heeft? Vraag de FG om advies.",
    "Leave out what the recipient may not have. Do you think it is needed? Ask the data protection officer for advice.",
)
ASK_FOR_A_RULE = Text(
    "Mist er volgens u een regel? Vraag de privacy officer om die te beoordelen.",
    "Do you think that a rule is missing? Ask the privacy officer to consider it.",
)
USE_THE_FORM = Text(
    "Gebruik het formulier: daarin staan de woorden van het beleid.", "Use the form: it has the policy's words."
)
_STEPS: Mapping[Approval, tuple[str, ...]] = {
    Approval.NONE: (),
    Approval.POST_24H: (),
    Approval.PRE_TWO: ("second_approver",),
    Approval.PRE_FG: ("fg_advice", "second_approver"),
}


class Signposts:
    """Which grounds with a way of their own lead whom to which recipients, in one edition."""

    def __init__(self, edition: Edition, words: Vocabulary) -> None:
        """Look once at every row of a ground that has a way."""
        self._words = words
        self._of_role: dict[str, dict[tuple[str, str], list[Row]]] = {}
        self._about_no_one: dict[str, dict[tuple[str, str], list[Row]]] = {}
        for row in edition.rows:
            about_no_one = all(words.fields[name].category is Category.NONE for name in row.fields)
            for ground in sorted(row.grounds):
                if words.grounds[ground].way is None:
                    continue
                for recipient in sorted(row.recipients):
                    # Figures about no one answer the recipient's question, whatever the role was.
                    keys = (
                        [(self._about_no_one, recipient)]
                        if about_no_one
                        else [(self._of_role, role) for role in row.roles]
                    )
                    for found, key in keys:
                        found.setdefault(key, {}).setdefault((ground, recipient), []).append(row)

    def others(self, query: Query, table: Table) -> list[Text]:
        """Return the ways to other recipients and grounds that no fact and no guard is known to bar."""
        known = table.known(query.facts)
        open_to: dict[str, list[str]] = {}
        for found in (self._of_role.get(query.role, {}), self._about_no_one.get(query.recipient, {})):
            for (ground, recipient), rows in found.items():
                if (
                    (recipient, ground) != (query.recipient, query.ground)
                    and any(_possible(row, query.facts) for row in rows)
                    and not any(one.holds(known) for one in table.forbids(recipient, ground))
                ):
                    open_to.setdefault(ground, []).append(recipient)
        return [self._way(ground, open_to[ground]) for ground in self._words.grounds if ground in open_to]

    def _way(self, ground: str, recipients: Sequence[str]) -> Text:
        way = self._words.grounds[ground].way or ASK
        labels = [self._words.recipients[name] for name in self._words.recipients if name in recipients]
        return Text(
            way.nl.replace(RECIPIENTS, " of ".join(label.nl for label in labels)),
            way.en.replace(RECIPIENTS, " or ".join(label.en for label in labels)),
        )


def past_guards(fired: Sequence[Forbid], facts: Mapping[str, Truth], words: Vocabulary) -> tuple[list[Text], bool]:
    """Return the ways while these guards fire, and whether others may be told beside them.

    While one is known to hold nothing is told but the ways of those that are.
    """
    holding = [forbid for forbid in fired if holds(forbid, facts)]
    if holding:
        return [forbid.way for forbid in holding if forbid.way is not None], False
    still_open = [name for forbid in fired for name in forbid.when if facts.get(name) not in {Truth.YES, Truth.NO}]
    return [way for name in still_open for way in _of_fact(name, facts, words)], True


def past_rows(nearest: Iterable[Row], edition: Edition, facts: Mapping[str, Truth], words: Vocabulary) -> list[Text]:
    """Return the ways to what these rows still lack, and what may be done without the gateway."""
    told = []
    for row in nearest:
        missing = lacking(row, edition.require, facts)
        told += [way for name, _ in missing for way in _of_fact(name, facts, words)]
        if row.instead is not None and all(name not in row.when for name, _ in missing):
            told.append(row.instead)
    return told


def to_approval(approval: Approval, facts: Mapping[str, Truth], words: Vocabulary) -> list[Text]:
    """Return who must look before what waits may leave."""
    steps = [name for name in _STEPS[approval] if facts.get(name, Truth.UNKNOWN) is not Truth.YES]
    return [way for name in steps for way in _of_fact(name, facts, words)]


def holds(forbid: Forbid, facts: Mapping[str, Truth]) -> bool:
    """Say whether a guard is known to hold, and not only not known not to."""
    return all(facts.get(name, Truth.UNKNOWN) == said for name, said in forbid.when.items())


def once(told: Iterable[Text]) -> tuple[Text, ...]:
    """Return each way once, in order; when there is none, the FG can be asked."""
    return tuple(dict.fromkeys(told)) or (ASK,)


def _possible(row: Row, facts: Mapping[str, Truth]) -> bool:
    return all(facts.get(name, Truth.UNKNOWN) in {Truth.UNKNOWN, said} for name, said in row.when.items())


def _of_fact(name: str, facts: Mapping[str, Truth], words: Vocabulary) -> list[Text]:
    fact, known = words.facts.get(name), facts.get(name, Truth.UNKNOWN)
    # What is not a plain yes or no counts as unknown, here as in the table.
    way = None if fact is None else fact.ways.get(known if known in {Truth.YES, Truth.NO} else Truth.UNKNOWN)
    return [] if way is None else [way]
