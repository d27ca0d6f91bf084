"""The inputs of step 2 as templates draw them: label, hint, what was typed and what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.bundle import FactDefinition, FieldDefinition, FieldType, Vocabulary
from gateway.model.terms import Text
from gateway.web import messages
from gateway.web.draft import CASE_REF, Asked, Draft, Typed, prefix_of

KINDS = {
    FieldType.DATE: "date",
    FieldType.ADDRESS: "address",
    FieldType.CODE: "select",
    FieldType.CODES: "checkboxes",
    FieldType.TEXT: "textarea",
    FieldType.NARRATIVE: "textarea",
}
INPUT_TYPES = {FieldType.PHONE: "tel", FieldType.EMAIL: "email", FieldType.URL: "url"}
NUMERIC = {FieldType.COUNT, FieldType.KVK}
FIRST_INPUT = {"date": "-day", "address": "-postcode", "checkboxes": "-1", "fact": "-yes"}
PATH_STEP = re.compile(r"[^.\[\]/]+")


@dataclass(frozen=True, slots=True)
class Control:
    """One question. `id` is also its name; the inputs of a date, address or fact add a suffix."""

    id: str
    kind: str
    label: str
    hint: str = ""
    error: str = ""
    options: tuple[tuple[str, str], ...] = ()
    input_type: str = "text"
    numeric: bool = False
    evidence: str = ""
    typed: Typed = field(default_factory=Typed, repr=False)

    @property
    def first(self) -> str:
        """Return the id of the first input, where the error summary points."""
        return self.id + FIRST_INPUT.get(self.kind, "")

    @property
    def described_by(self) -> str:
        """Return the ids for aria-describedby, or an empty string."""
        return " ".join(f"{self.id}-{part}" for part, there in (("hint", self.hint), ("error", self.error)) if there)

    def value(self, suffix: str = "") -> str:
        """Return what was typed into this input."""
        return self.typed.get(self.id + suffix, "")

    def chosen(self) -> list[str]:
        """Return all options that were ticked."""
        return self.typed.getlist(self.id)


@dataclass(frozen=True, slots=True)
class Section:
    """The questions about the case (`ref` is empty) or about one subject. `empty`: nothing could be shared."""

    ref: str
    title: str
    facts: tuple[Control, ...]
    data: tuple[Control, ...]
    provenance: Control | None
    empty: bool
    ways: tuple[Text, ...] = ()


def sections(draft: Draft, words: Vocabulary, faults: Mapping[str, str]) -> list[Section]:
    """Return the form of step 2; `faults` holds Dutch sentences by control id."""
    case = [
        Control(CASE_REF, "text", "Zaaknummer", "Bijvoorbeeld Z-2026-0417", faults.get(CASE_REF, ""), typed=draft.typed)
    ]
    case += [_datum("", d, draft.typed, words, faults) for d in draft.case_fields()]
    found = [Section("", "De zaak", (), tuple(case), None, empty=False)]
    for number, asked in enumerate(draft.asked, start=1):
        provenance = Control(
            f"{asked.ref}-provenance",
            "select",
            "Waar komen deze gegevens vandaan?",
            "Kies wat voor alle gegevens van deze betrokkene geldt",
            faults.get(f"{asked.ref}-provenance", ""),
            options=tuple(messages.PROVENANCES.items()),
            typed=draft.typed,
        )
        own = [d for d in asked.fields if prefix_of(asked.ref, d).startswith(asked.ref)]
        found.append(
            Section(
                ref=asked.ref,
                title=f"Betrokkene {number}: {words.roles[asked.role].nl}",
                facts=tuple(_fact(asked.ref, words.facts[name], draft.typed, faults) for name in asked.facts),
                data=tuple(_datum(asked.ref, d, draft.typed, words, faults) for d in own),
                provenance=provenance if asked.fields else None,
                empty=not asked.fields,
                ways=asked.ways,
            )
        )
    return found


def faults_of(draft: Draft, fields: Mapping[str, str]) -> dict[str, str]:
    """Return Dutch sentences by control id from the paths of an InvalidRequestError; unknown paths get an empty id."""
    found: dict[str, str] = {}
    for path in fields:
        control, sentence = _locate(draft, PATH_STEP.findall(path))
        found.setdefault(control, sentence)
    return found


def _locate(draft: Draft, steps: list[str]) -> tuple[str, str]:
    if steps[:1] == [CASE_REF]:
        return CASE_REF, messages.FAULTS[FieldType.REFERENCE]
    if len(steps) < 3 or steps[0] != "subjects":  # subjects, which one, what of it
        return "", messages.FAULT
    refs = [asked.ref for asked in draft.sent()]
    ref = refs[int(steps[1])] if steps[1].isdigit() and int(steps[1]) < len(refs) else steps[1]
    asked = next((asked for asked in draft.asked if asked.ref == ref), None)
    return ("", messages.FAULT) if asked is None else _locate_in(asked, steps)


def _locate_in(asked: Asked, steps: list[str]) -> tuple[str, str]:
    ref = asked.ref
    name = steps[3] if len(steps) > 3 else ""  # subjects, which one, facts or data, its name
    definition = next((definition for definition in asked.fields if definition.name == name), None)
    if steps[2] == "provenance":
        return f"{ref}-provenance", messages.FAULT
    if steps[2] == "facts" and name in asked.facts:
        return f"{ref}-fact-{name}", messages.FACT_FAULT
    if steps[2] == "data" and definition is not None:
        return prefix_of(ref, definition), messages.FAULTS.get(definition.type, messages.FAULT)
    return "", messages.NO_DATA if steps[2:] == ["data"] else messages.FAULT


def _fact(ref: str, fact: FactDefinition, typed: Typed, faults: Mapping[str, str]) -> Control:
    name = f"{ref}-fact-{fact.name}"
    question = messages.FACTS.get(fact.name)
    return Control(
        id=name,
        kind="fact",
        label=question or fact.definition.nl,
        hint=fact.definition.nl if question else "",
        error=faults.get(name, ""),
        options=tuple(messages.TRUTHS.items()),
        evidence=fact.evidence.nl if fact.evidence else "",
        typed=typed,
    )


def _datum(
    ref: str, definition: FieldDefinition, typed: Typed, words: Vocabulary, faults: Mapping[str, str]
) -> Control:
    name = prefix_of(ref, definition)
    kind = KINDS.get(definition.type, "text")
    codes = words.codes.get(definition.name, {})
    label, hint = messages.capital(definition.label.nl), messages.HINTS.get(definition.type, "")
    if definition.name == CASE_REF:
        kind, label, hint = "tick", "Het zaaknummer meesturen naar de ontvanger", ""
    return Control(
        id=name,
        kind=kind,
        label=label,
        hint=hint,
        error=faults.get(name, ""),
        options=tuple((code, text.nl) for code, text in codes.items()),
        input_type=INPUT_TYPES.get(definition.type, "text"),
        numeric=definition.type in NUMERIC,
        typed=typed,
    )
