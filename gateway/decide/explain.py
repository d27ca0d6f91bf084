"""Explains a decision in plain Dutch (B1) and English: what happens, why, and what may be done instead.

Only words of the vocabulary and notes of the policy appear here, never a personal value.
"""

from collections.abc import Mapping, Sequence

from gateway.decide.table import conditions
from gateway.model.bundle import Forbid, Row, Vocabulary
from gateway.model.decision import Approval, Outcome, Query, Withheld
from gateway.model.terms import Text, Truth


def unknown_word() -> Text:
    """Say that the policy lacks a word of the query."""
    return Text(
        "Het beleid kent een woord uit deze vraag niet. Daarom blijft dit gegeven hier.",
        "The policy does not know a word of this query. That is why this stays here.",
    )


def never() -> Text:
    """Say that a field never leaves, whoever asks."""
    return Text(
        "Dit gegeven gaat nooit via de gateway naar een ander. Laat het weg.",
        "This never leaves through the gateway, whoever asks. Leave it out.",
    )


def not_offered() -> Text:
    """Say that no row gives this field to this recipient."""
    return Text(
        "De ontvanger heeft dit gegeven voor deze grond en rol niet nodig: geen regel staat het toe.",
        "The recipient does not need this for this ground and role: no rule allows it.",
    )


def forbidden(fired: Sequence[Forbid], facts: Mapping[str, Truth], vocabulary: Vocabulary) -> Text:
    """Give the note of each guard that is known to hold, and the open question of each that may hold."""
    told: list[Text] = []
    for forbid in fired:
        open_facts = [name for name in forbid.when if facts.get(name, Truth.UNKNOWN) == Truth.UNKNOWN]
        # The note states that the guard holds, so it would be untrue while nobody knows.
        told += [_unknown(name, vocabulary) for name in open_facts] or [forbid.note]
    return _join(told)


def unmet(
    rows: Sequence[Row], require: Mapping[str, Truth], facts: Mapping[str, Truth], vocabulary: Vocabulary
) -> Text:
    """Say what the nearest row still lacks: the one with the fewest conditions that are not met."""
    lacking = [
        [(name, said) for name, said in conditions(row, require) if facts.get(name, Truth.UNKNOWN) != said]
        for row in rows
    ]
    nearest = min(lacking, key=len)
    return _join([_lacks(name, said, facts.get(name, Truth.UNKNOWN), vocabulary) for name, said in nearest])


def outcome(
    result: Outcome,
    query: Query,
    *,
    released: Sequence[str],
    pending: Sequence[str],
    withheld: Sequence[Withheld],
    approval: Approval,
    vocabulary: Vocabulary,
) -> Text:
    """Say in a few sentences what happens now and which lawful ways remain."""
    who = _recipient(query.recipient, vocabulary)
    told: list[Text] = []
    match result:
        case Outcome.PERMIT:
            told = [Text(f"Alles wat u vraagt mag naar {who.nl}.", f"All that you ask for may go to {who.en}.")]
        case Outcome.PERMIT_REDUCED:
            told = [_share(released, who, vocabulary), *_waits(pending, approval, vocabulary), *_stays(withheld)]
        case Outcome.NEEDS_APPROVAL:
            told = [
                Text(f"Er gaat nog niets naar {who.nl}.", f"Nothing goes to {who.en} yet."),
                *_waits(pending, approval, vocabulary),
                *_stays(withheld),
            ]
        case Outcome.DENY:
            told = [
                Text(f"Er gaat niets naar {who.nl}.", f"Nothing goes to {who.en}."),
                *_why(withheld),
                Text(
                    "Wat wel kan: ontbreekt er iets, leg het dan vast met bewijs en vraag het opnieuw aan. "
                    "Past een andere grond beter bij de zaak, kies dan die.",
                    "What you can do: if something is missing, record it with evidence and ask again. "
                    "If another ground fits the case better, choose that one.",
                ),
                *_urgent(query, vocabulary),
            ]
        case Outcome.GAP:  # pragma: no branch - the last of a closed set: mypy proves that nothing falls through
            told = [
                Text(
                    f"Er gaat niets naar {who.nl}. Voor deze ontvanger, grond en rol heeft niemand een regel gemaakt. "
                    "De privacy officer krijgt dit te zien.",
                    f"Nothing goes to {who.en}. Nobody wrote a rule for this recipient, ground and role. "
                    "The privacy officer is told.",
                ),
                Text(
                    "Wat wel kan: controleer of grond en rol kloppen, of vraag de privacy officer om een regel.",
                    "What you can do: check that ground and role are right, or ask the privacy officer for a rule.",
                ),
                *_urgent(query, vocabulary),
            ]
    if released and approval is Approval.POST_24H:
        told.append(
            Text(
                "Dit hoeft niet te wachten: binnen 24 uur kijkt een tweede persoon het na.",
                "This need not wait: a second person reviews it within 24 hours.",
            )
        )
    return _join(told)


def _share(released: Sequence[str], who: Text, vocabulary: Vocabulary) -> Text:
    names = _labels(released, vocabulary)
    return Text(
        f"Een deel mag naar {who.nl}: {names.nl}.",
        f"A part may go to {who.en}: {names.en}.",
    )


def _waits(pending: Sequence[str], approval: Approval, vocabulary: Vocabulary) -> list[Text]:
    if not pending:
        return []
    names = _labels(pending, vocabulary)
    if approval is Approval.PRE_FG:
        return [
            Text(
                f"Eerst adviseert de FG en beslist een gemandateerde leidinggevende. Daarna mag: {names.nl}.",
                f"First the FG advises and a mandated manager decides. After that may go: {names.en}.",
            )
        ]
    return [
        Text(
            f"Eerst moet een tweede persoon akkoord geven. Daarna mag: {names.nl}.",
            f"First a second person must agree. After that may go: {names.en}.",
        )
    ]


def _why(withheld: Sequence[Withheld]) -> list[Text]:
    """Repeat the reason when all fields share it; otherwise point at the fields."""
    reasons = list(dict.fromkeys(one.reason for one in withheld))
    if len(reasons) > 1:
        return [Text("Bij elk gegeven staat waarom.", "Each field says why.")]
    return reasons


def _stays(withheld: Sequence[Withheld]) -> list[Text]:
    if not withheld:
        return []
    return [Text("De rest blijft hier; bij elk gegeven staat waarom.", "The rest stays here; each field says why.")]


def _urgent(query: Query, vocabulary: Vocabulary) -> list[Text]:
    """Point at the urgent grounds, because a refusal on another ground must not delay those."""
    grounds = [ground for ground in vocabulary.grounds.values() if ground.urgent]
    if not grounds or any(ground.name == query.ground for ground in grounds):
        return []
    return [
        Text(
            f"Is er haast ({', '.join(ground.label.nl for ground in grounds)})? Gebruik dan meteen die grond.",
            f"Is it urgent ({', '.join(ground.label.en for ground in grounds)})? Then use that ground at once.",
        )
    ]


def _lacks(name: str, said: Truth, known: Truth, vocabulary: Vocabulary) -> Text:
    """Say of one condition what must be known, and what is known now."""
    meaning = _definition(name, vocabulary)
    if said == Truth.YES:
        must = Text(f"Nodig is dat dit vaststaat: “{meaning.nl}”", f"This must be established: “{meaning.en}”")
    else:
        must = Text(
            f"Nodig is dat vaststaat dat dit niet zo is: “{meaning.nl}”",
            f"This must be established not to be so: “{meaning.en}”",
        )
    if known == Truth.UNKNOWN:
        return _join([must, Text("Dat is nog niet bekend.", "It is not known yet."), *_evidence(name, vocabulary)])
    return _join([must, Text("Nu staat het tegendeel vast.", "Now the opposite is established.")])


def _unknown(name: str, vocabulary: Vocabulary) -> Text:
    meaning = _definition(name, vocabulary)
    told = Text(
        f"Het is nog niet bekend of dit zo is: “{meaning.nl}”",
        f"It is not known yet whether this is so: “{meaning.en}”",
    )
    return _join([told, *_evidence(name, vocabulary)])


def _evidence(name: str, vocabulary: Vocabulary) -> list[Text]:
    fact = vocabulary.facts.get(name)
    if fact is None or fact.evidence is None:
        return []
    nl, en = _bare(fact.evidence.nl), _bare(fact.evidence.en)
    return [Text(f"Nodig als bewijs: {nl}.", f"Evidence needed: {en}.")]


def _definition(name: str, vocabulary: Vocabulary) -> Text:
    fact = vocabulary.facts.get(name)
    # A bundle that loaded has a definition for each fact; without one its name is all there is.
    return Text(name, name) if fact is None else fact.definition


def _recipient(name: str, vocabulary: Vocabulary) -> Text:
    label = vocabulary.recipients.get(name)
    if label is None:
        return Text("deze ontvanger", "this recipient")
    return Text(f"deze ontvanger ({label.nl})", f"this recipient ({label.en})")


def _labels(names: Sequence[str], vocabulary: Vocabulary) -> Text:
    labels = [vocabulary.fields[name].label for name in names]
    return Text(", ".join(label.nl for label in labels), ", ".join(label.en for label in labels))


def _join(told: Sequence[Text]) -> Text:
    return Text(" ".join(one.nl for one in told), " ".join(one.en for one in told))


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")
