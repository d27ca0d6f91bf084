"""Takes the page of a refusal apart: what stays, by which rule and law, and each lawful way forward as something to do.

INVARIANT: nothing here says which answer to a fact would let something leave. The ways are those that the decision
told; a button beside one carries a recipient and a ground, and never a fact or a value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.decide.engine import DEFAULT, NEVER
from gateway.decide.explain import WAY
from gateway.model.bundle import RECIPIENTS, Edition, Ground, LegalBasis, Vocabulary
from gateway.model.decision import Outcome
from gateway.model.gaps import GapView
from gateway.model.partner import Partner
from gateway.model.terms import Text
from gateway.model.views import DisclosureView, FieldState, SubjectView
from gateway.web.refusals.desk import RefusalDesk

REFUSED = frozenset({Outcome.DENY, Outcome.GAP})
WETTEN = "https://wetten.overheid.nl/"
NAMED_NL, NAMED_EN = re.compile(r"Regel ([^ :]+): "), re.compile(r"Rule ([^ :]+): ")
PURPOSE, MINIMAL = "AVG-5-1-b", "AVG-5-1-c"
GENERAL = {NEVER: MINIMAL, DEFAULT: MINIMAL}
"""What everything rests on that no written rule is about: only what is needed, and only for what it is needed for."""


@dataclass(frozen=True, slots=True)
class Law:
    """An article as a lawyer cites it, what it is about, and where it stands; None where it stands nowhere public."""

    source: str
    text: Text
    url: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A way forward. `ground` and `partners` (id, name) begin another request; without them it is words alone."""

    text: Text
    ground: str | None = None
    partners: tuple[tuple[str, str], ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused about one subject. `letter`: the recipient may own the dwelling, and nothing is held back."""

    number: int
    role: str
    outcome: Outcome
    fields: tuple[Text, ...]
    rules: tuple[tuple[str, Text], ...]
    why: tuple[Text, ...]
    laws: tuple[Law, ...]
    steps: tuple[Step, ...]
    letter: bool
    gap: GapView | None


def refusals(view: DisclosureView, desk: RefusalDesk) -> tuple[Refused, ...]:
    """Return each subject about whom the policy lets nothing go, as it is told on the first screen."""
    words = desk.bundle.vocabulary
    edition = desk.bundle.on(view.submitted_at.date())
    partners = {partner.id: partner for partner in desk.partners()}
    recipient = partners.get(view.recipient)
    told = []
    for number, subject in enumerate(view.subjects, start=1):
        if subject.outcome not in REFUSED:
            continue
        lines = tuple(_lines(subject.explanation))
        rules = _rules(subject, edition, lines)
        guarded = {forbid.id for forbid in edition.forbids} & {name for name, _ in rules}
        told.append(
            Refused(
                number,
                subject.role,
                subject.outcome,
                tuple(field.label for field in subject.fields if field.state is FieldState.WITHHELD),
                rules,
                tuple(line for line in lines[1:] if not line.nl.startswith(WAY) and not _is_heading(line)),
                _laws(subject, edition, rules, words),
                tuple(_step(line, words, partners.values()) for line in lines if line.nl.startswith(WAY)),
                letter=recipient is not None and recipient.has_holdings and not guarded,
                gap=desk.find_gap(view.recipient, view.ground, subject.role)
                if subject.outcome is Outcome.GAP
                else None,
            )
        )
    return tuple(told)


def _lines(explanation: Text) -> Iterator[Text]:
    """Yield the lines of an explanation in both languages; they have the same lines in the same order."""
    yield from map(Text, explanation.nl.split("\n"), explanation.en.split("\n"))


def _is_heading(line: Text) -> bool:
    return NAMED_NL.match(line.nl) is not None or line.nl == "Wat wel kan:"


def _rules(subject: SubjectView, edition: Edition, lines: Sequence[Text]) -> tuple[tuple[str, Text], ...]:
    """Return each rule that stopped it with its words: those that the explanation names, else those of the fields."""
    named = {}
    for line in lines:
        nl, en = NAMED_NL.match(line.nl), NAMED_EN.match(line.en)
        if nl and en:
            named[nl[1]] = Text(line.nl[nl.end() :], line.en[en.end() :])
    if named:
        return tuple(named.items())
    notes = {guard.id: guard.note for guard in edition.forbids} | {row.id: row.note for row in edition.rows}
    stopped = dict.fromkeys(rule for field in subject.fields for rule in field.rules)
    return tuple((rule, notes[rule]) for rule in stopped if rule in notes)


def _laws(
    subject: SubjectView, edition: Edition, rules: Sequence[tuple[str, Text]], words: Vocabulary
) -> tuple[Law, ...]:
    basis = {guard.id: guard.legal_basis for guard in edition.forbids}
    basis |= {row.id: row.legal_basis for row in edition.rows}
    named = [name for rule, _ in rules for name in basis.get(rule, ())]
    if not named:
        named = [PURPOSE] if subject.outcome is Outcome.GAP else []
        named += [GENERAL[rule] for field in subject.fields for rule in field.rules if rule in GENERAL]
    return tuple(law_of(words.legal[name]) for name in dict.fromkeys(named) if name in words.legal)


def law_of(basis: LegalBasis) -> Law:
    """Return an article with its address: at wetten.overheid.nl the article itself (Juriconnect 1.3)."""
    url = basis.url if basis.juriconnect is None else WETTEN + basis.juriconnect
    return Law(basis.source, basis.text, url)


def _step(line: Text, words: Vocabulary, partners: Iterable[Partner]) -> Step:
    """Return a way as something to do: one that leads to another ground and recipient can be begun from here."""
    text = Text(line.nl.removeprefix(WAY), line.en.removeprefix(WAY))
    for ground in words.grounds.values():
        kinds = _kinds(text, ground, words)
        if kinds:
            found = tuple((one.id, one.name) for one in partners if one.kind in kinds and one.active)
            return Step(text, ground.name, found, ground.urgent)
    return Step(text)


def _kinds(text: Text, ground: Ground, words: Vocabulary) -> frozenset[str]:
    """Return the recipient kinds to which this ground's way leads in the text; none when it is another way."""
    if ground.way is None:
        return frozenset()
    before, _, after = ground.way.nl.partition(RECIPIENTS)
    if not (text.nl.startswith(before) and text.nl.endswith(after)):
        return frozenset()
    named = text.nl[len(before) : len(text.nl) - len(after)].split(" of ")
    return frozenset(kind for kind, label in words.recipients.items() if label.nl in named)
