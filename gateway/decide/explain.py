"""Explains a decision in plain Dutch (B1) and English: what happens, by which rule and law, and which facts decided.

Only words of the vocabulary and notes of the policy appear here, never a personal value; each text is lines of short
sentences. INVARIANT: of a fact that is not known the text is the same whichever answer a rule needs: it says what is
missing, not which answer unlocks (research/policy.md).
"""

from collections.abc import Iterable, Mapping, Sequence

from gateway.decide.table import lacking
from gateway.model.bundle import Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval, Outcome, Query, Withheld
from gateway.model.terms import Text, Truth

UNKNOWN_WORD = Text(
    "Het beleid kent een woord uit deze vraag niet. Daarom blijft dit gegeven hier.",
    "The policy does not know a word of this query. That is why this stays here.",
)
NEVER = Text(
    "Dit gegeven gaat nooit via de gateway naar een ander. Laat het weg.",
    "This never leaves through the gateway, whoever asks. Leave it out.",
)
NOT_OFFERED = Text(
    "De ontvanger heeft dit gegeven voor deze grond en rol niet nodig: geen regel staat het toe.",
    "The recipient does not need this for this ground and role: no rule allows it.",
)
_EACH_SAYS = Text("Bij elk gegeven staat waarom.", "Each field says why.")
_REST_STAYS = Text("De rest blijft hier; bij elk gegeven staat waarom.", "The rest stays here; each field says why.")
_GENERAL = Text("Ook de algemene voorwaarden zijn vervuld.", "The general requirements are met as well.")
_REVIEWED = Text(
    "Dit hoeft niet te wachten: binnen 24 uur kijkt een tweede persoon het na.",
    "This need not wait: a second person reviews it within 24 hours.",
)
_CAN = Text("Wat wel kan:", "What you can do:")
WAY = "- "
"""How a line with a way forward begins."""


def forbidden(fired: Sequence[Forbid], facts: Mapping[str, Truth], words: Vocabulary) -> Text:
    """Give the note of each guard that is known to hold, and the open question of each that may hold."""
    told: list[Text] = []
    for forbid in fired:
        open_facts = [name for name in forbid.when if facts.get(name, Truth.UNKNOWN) == Truth.UNKNOWN]
        # The note states that the guard holds, so it would be untrue while nobody knows.
        told += [_unknown(name, words) for name in open_facts] or [forbid.note]
    return _sentences(told)


def nearest(rows: Sequence[Row], require: Mapping[str, Truth], facts: Mapping[str, Truth]) -> Row:
    """Return the row with the fewest conditions that are not met, the first of several."""
    return min(rows, key=lambda row: len(lacking(row, require, facts)))


def unmet(row: Row, require: Mapping[str, Truth], facts: Mapping[str, Truth], words: Vocabulary) -> Text:
    """Say what stops a row: what nobody knows yet, and what was established otherwise."""
    return _sentences([_lacks(name, facts.get(name, Truth.UNKNOWN), words) for name, _ in lacking(row, require, facts)])


def outcome(
    result: Outcome,
    query: Query,
    edition: Edition,
    words: Vocabulary,
    *,
    released: Sequence[str],
    pending: Sequence[str],
    withheld: Sequence[Withheld],
    approval: Approval,
    taken: Sequence[Row],
    fired: Sequence[Forbid],
    near: Row | None,
    ways: Sequence[Text],
) -> Text:
    """Say what happens now, by which rule and law, which facts decided, and which lawful ways remain.

    :param taken: the rows under which something leaves or waits.
    :param fired: the guards that stopped it.
    :param near: when nothing leaves, the row that came nearest.
    """
    who = _recipient(query.recipient, words)
    told = [_happens(result, who)]
    if released and result is Outcome.PERMIT_REDUCED:
        told.append(_listed("Dit mag: ", "This may go: ", released, words))
    if pending:
        told += [_waits(approval), _listed("Daarna mag: ", "After that may go: ", pending, words)]
    if withheld and taken:
        told.append(_REST_STAYS)
    told += _law(taken, words)
    told += _decided(taken, edition, query.facts, words)
    if not taken:
        told += _why(withheld, fired, near, edition, query.facts, words)
    if released and approval is Approval.POST_24H:
        told.append(_REVIEWED)
    if ways:
        told += [_CAN, *(Text(f"{WAY}{way.nl}", f"{WAY}{way.en}") for way in ways)]
    return Text("\n".join(one.nl for one in told), "\n".join(one.en for one in told))


def together(told: Iterable[Text]) -> Text:
    """Return several explanations about one subject as one: each line once, the ways forward at the end."""
    texts = tuple(told)
    return Text(_merge((one.nl for one in texts), _CAN.nl), _merge((one.en for one in texts), _CAN.en))


def _merge(texts: Iterable[str], heading: str) -> str:
    lines = list(dict.fromkeys(line for text in texts for line in text.split("\n")))
    ways = [line for line in lines if line.startswith(WAY)]
    rest = [line for line in lines if not line.startswith(WAY) and line != heading]
    return "\n".join([*rest, heading, *ways] if ways else rest)


def _happens(result: Outcome, who: Text) -> Text:
    match result:
        case Outcome.PERMIT:
            return Text(f"Alles wat u vraagt mag naar {who.nl}.", f"All that you ask for may go to {who.en}.")
        case Outcome.PERMIT_REDUCED:
            return Text(f"Een deel mag naar {who.nl}.", f"A part may go to {who.en}.")
        case Outcome.NEEDS_APPROVAL:
            return Text(f"Er gaat nog niets naar {who.nl}.", f"Nothing goes yet to {who.en}.")
        case Outcome.DENY:
            return Text(f"Er gaat niets naar {who.nl}.", f"Nothing goes to {who.en}.")
        case Outcome.GAP:  # pragma: no branch - the last of a closed set: mypy proves that nothing falls through
            return Text(
                f"Er gaat niets naar {who.nl}. Voor deze ontvanger, grond en rol heeft niemand een regel gemaakt. "
                "De privacy officer krijgt dit te zien.",
                f"Nothing goes to {who.en}. Nobody wrote a rule for this recipient, ground and role. "
                "The privacy officer is told.",
            )


def _waits(approval: Approval) -> Text:
    if approval is Approval.PRE_FG:
        return Text(
            "Eerst adviseert de FG en beslist een gemandateerde leidinggevende.",
            "First the FG advises and a mandated manager decides.",
        )
    return Text("Eerst moet een tweede persoon akkoord geven.", "First a second person must agree.")


def _law(taken: Iterable[Row], words: Vocabulary) -> list[Text]:
    """Name each rule with its note, then each article in plain words, once."""
    told = [_rule(row.id, row.note) for row in taken]
    for basis in dict.fromkeys(basis for row in taken for basis in row.legal_basis):
        law = words.legal[basis]
        told.append(
            Text(f"Dit rust op: {law.text.nl} ({law.source}).", f"This rests on: {law.text.en} ({law.source}).")
        )
    return told


def _decided(taken: Iterable[Row], edition: Edition, facts: Mapping[str, Truth], words: Vocabulary) -> list[Text]:
    """Name the facts on which these rows rest; the general requirements are not repeated one by one."""
    taken = tuple(taken)
    names = dict.fromkeys(name for row in taken for name in row.when)
    told = [_established(name, facts.get(name, Truth.UNKNOWN), words) for name in names]
    return told + [_GENERAL] * any(edition.require.keys() - row.skip for row in taken)


def _why(
    withheld: Sequence[Withheld],
    fired: Sequence[Forbid],
    near: Row | None,
    edition: Edition,
    facts: Mapping[str, Truth],
    words: Vocabulary,
) -> list[Text]:
    """Name the guards that fired, or the row that came nearest and what stops it; else what the fields say."""
    if fired:
        return [_rule(forbid.id, forbidden([forbid], facts, words)) for forbid in fired]
    if near is not None:
        stopped = unmet(near, edition.require, facts, words)
        told = [_rule(near.id, near.note), stopped]
        return told if all(one.reason == stopped for one in withheld) else [*told, _EACH_SAYS]
    reasons = list(dict.fromkeys(one.reason for one in withheld))
    return reasons if len(reasons) == 1 else [_EACH_SAYS]


def _rule(rule: str, note: Text) -> Text:
    return Text(f"Regel {rule}: {note.nl}", f"Rule {rule}: {note.en}")


def _lacks(name: str, known: Truth, words: Vocabulary) -> Text:
    return _established(name, known, words) if known in {Truth.YES, Truth.NO} else _unknown(name, words)


def _established(name: str, known: Truth, words: Vocabulary) -> Text:
    meaning = _definition(name, words)
    if known == Truth.YES:
        return Text(f"Vastgesteld is: “{meaning.nl}”", f"It is established: “{meaning.en}”")
    return Text(f"Vastgesteld is dat dit niet zo is: “{meaning.nl}”", f"It is established not to be so: “{meaning.en}”")


def _unknown(name: str, words: Vocabulary) -> Text:
    meaning = _definition(name, words)
    told = Text(
        f"Het is nog niet bekend of dit zo is: “{meaning.nl}”",
        f"It is not known yet whether this is so: “{meaning.en}”",
    )
    return _sentences([told, *_evidence(name, words)])


def _evidence(name: str, words: Vocabulary) -> list[Text]:
    fact = words.facts.get(name)
    if fact is None or fact.evidence is None:
        return []
    nl, en = _bare(fact.evidence.nl), _bare(fact.evidence.en)
    return [Text(f"Nodig als bewijs: {nl}.", f"Evidence needed: {en}.")]


def _definition(name: str, words: Vocabulary) -> Text:
    fact = words.facts.get(name)
    # A bundle that loaded has a definition for each fact; without one its name is all there is.
    return Text(name, name) if fact is None else fact.definition


def _recipient(name: str, words: Vocabulary) -> Text:
    label = words.recipients.get(name)
    if label is None:
        return Text("deze ontvanger", "this recipient")
    return Text(f"deze ontvanger: {label.nl}", f"this recipient: {label.en}")


def _listed(nl: str, en: str, names: Sequence[str], words: Vocabulary) -> Text:
    labels = [words.fields[name].label for name in names]
    return Text(f"{nl}{', '.join(label.nl for label in labels)}.", f"{en}{', '.join(label.en for label in labels)}.")


def _sentences(told: Sequence[Text]) -> Text:
    return Text(" ".join(one.nl for one in told), " ".join(one.en for one in told))


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")
