"""The questions of a request in groups, a page for each: the case, then each subject's facts and data."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from gateway.model.bundle import FactDefinition, FieldDefinition, FieldType, Vocabulary
from gateway.model.terms import Text
from gateway.web import messages
from gateway.web.controls import Control, Typed
from gateway.web.language import later, spoken
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import CASE_REF, OWNERSHIP, Asked, Draft, prefix_of
from gateway.web.request.ownership import OWNERSHIP_FAULT, ask_owner

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
GROUPS = {
    "dwelling": later("De woning"),
    "finding": later("De bevinding"),
    "signal": later("Het signaal"),
    "identity": later("Wie is het?"),
    "contact": later("Hoe is de betrokkene te bereiken?"),
    "sexwork_art9": later("Werk"),
    "help": later("Hulp"),
    "business": later("Het bedrijf"),
    "statistics": later("Cijfers"),
    "meta": later("Over dit verzoek"),
}
CASE_PAGE = "zaak"
PATH_STEP = re.compile(r"[^.\[\]/]+")
Faults = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions of a page under one heading, which may be empty."""

    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A group of questions on a page of its own. `key` is its address, `kind` what is explained about it.

    `asked` is the subject it is about, None for the case.
    """

    key: str
    kind: str
    title: str
    sections: tuple[Section, ...]
    asked: Asked | None

    @property
    def controls(self) -> tuple[Control, ...]:
        """Return every question of the page."""
        return tuple(control for section in self.sections for control in section.controls)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of its inputs: nothing else that is sent to it is kept."""
        return frozenset(name for control in self.controls for name in control.names)

    def problems(self) -> list[tuple[str, str, str]]:
        """Return (id of the input, label, what is wrong) for the error summary."""
        return [(control.first, control.label, control.error) for control in self.controls if control.error]


def pages_of(draft: Draft, words: Vocabulary, faults: Faults) -> list[Page]:
    """Return every page of a request in order; `faults` holds sentences by control id."""
    found = [_case_page(draft, words, faults)]
    for number, asked in enumerate(draft.asked, start=1):
        if not asked.fields:
            continue  # nothing could be shared, so nothing is asked
        name = _("Betrokkene %(number)s: %(role)s", number=number, role=spoken(words.roles[asked.role]))
        if asked.facts:
            facts = tuple(_fact(asked.ref, words.facts[fact], draft.typed, faults) for fact in asked.facts)
            found.append(Page(f"{asked.ref}-feiten", "facts", name, (Section("", facts),), asked))
        origin = Section("", (_provenance(asked.ref, draft.typed, faults),))
        sections = (origin, *_sections(asked.ref, asked.own_fields(), draft.typed, words, faults))
        found.append(Page(f"{asked.ref}-gegevens", "data", name, sections, asked))
    return found


def _case_page(draft: Draft, words: Vocabulary, faults: Faults) -> Page:
    label, hint = _("Zaaknummer"), _("Bijvoorbeeld Z-2026-0417")
    number = Control(CASE_REF, "text", label, hint, faults.get(CASE_REF, ""), typed=draft.typed)
    fields = draft.case_fields()
    sent = tuple(datum("", one, draft.typed, words, faults) for one in fields if one.name == CASE_REF)
    others = [one for one in fields if one.name != CASE_REF]
    sections = (Section("", (number, *sent)), *_sections("", others, draft.typed, words, faults))
    if draft.asks_owner():
        owner = ask_owner(draft.typed, faults.get(OWNERSHIP, ""))
        sections = (*sections, Section(_("Controle in het Kadaster"), (owner,)))
    return Page(CASE_PAGE, "case", _("De zaak"), sections, None)


def _sections(
    ref: str, fields: Iterable[FieldDefinition], typed: Typed, words: Vocabulary, faults: Faults
) -> tuple[Section, ...]:
    groups: dict[str, list[Control]] = {}
    for definition in fields:
        groups.setdefault(definition.group, []).append(datum(ref, definition, typed, words, faults))
    other = _("Andere gegevens")
    return tuple(Section(str(GROUPS.get(group, other)), tuple(controls)) for group, controls in groups.items())


def _provenance(ref: str, typed: Typed, faults: Faults) -> Control:
    name = f"{ref}-provenance"
    return Control(
        name,
        "select",
        _("Waar komen deze gegevens vandaan?"),
        _("Kies wat voor alle gegevens van deze betrokkene geldt"),
        faults.get(name, ""),
        options=tuple(messages.PROVENANCES.items()),
        typed=typed,
    )


def _fact(ref: str, fact: FactDefinition, typed: Typed, faults: Faults) -> Control:
    name = f"{ref}-fact-{fact.name}"
    question, definition = messages.FACTS.get(fact.name), spoken(fact.definition)
    return Control(
        id=name,
        kind="fact",
        label=question or definition,
        hint=definition if question else "",
        error=faults.get(name, ""),
        options=tuple(messages.TRUTHS.items()),
        evidence=spoken(fact.evidence) if fact.evidence else "",
        typed=typed,
    )


def datum(ref: str, definition: FieldDefinition, typed: Typed, words: Vocabulary, faults: Faults) -> Control:
    """Return the question for one datum: about the case, or about the subject with this ref."""
    name = prefix_of(ref, definition)
    kind = KINDS.get(definition.type, "text")
    codes: Mapping[str, Text] = words.codes.get(definition.name, {})
    label, hint = messages.capital(spoken(definition.label)), messages.HINTS.get(definition.type, "")
    if definition.name == CASE_REF:
        kind, label, hint = "tick", _("Het zaaknummer meesturen naar de ontvanger"), ""
    return Control(
        id=name,
        kind=kind,
        label=label,
        hint=hint,
        error=faults.get(name, ""),
        options=tuple((code, spoken(text)) for code, text in codes.items()),
        input_type=INPUT_TYPES.get(definition.type, "text"),
        numeric=definition.type in NUMERIC,
        typed=typed,
    )


def next_place(draft: Draft, pages: Iterable[Page]) -> str:
    """Return the first page that was not sent in yet, else the check."""
    key = next((page.key for page in pages if page.key not in draft.done), None)
    return f"/concepten/{draft.id}/controle" if key is None else f"/concepten/{draft.id}/vragen/{key}"


def faults_in(draft: Draft, page: Page, desk: DraftDesk) -> dict[str, str]:
    """Return sentences by control id for what is wrong on one page, by the rules that judge the whole."""
    if page.kind == "facts" and page.asked is not None:
        asked, paths = page.asked, desk.faults(None, draft.claims(page.asked), {})
    elif page.asked is not None:
        asked = page.asked
        paths = desk.faults(None, {}, draft.data(asked.ref, asked.own_fields()))
    else:
        fields = tuple(one for one in draft.case_fields() if one.name != CASE_REF)
        asked = Asked("", "", (), fields)
        paths = desk.faults(draft.case_ref(), {}, draft.data("", fields), draft.ownership())
    found: dict[str, str] = {}
    for steps in map(PATH_STEP.findall, paths):
        control, sentence = _at(steps) or locate_in(asked, steps)
        found.setdefault(control, sentence)
    return found


def _at(steps: list[str]) -> tuple[str, str] | None:
    if steps[:1] == ["ownership_check"]:
        return OWNERSHIP, str(OWNERSHIP_FAULT)
    return (CASE_REF, messages.FAULTS[FieldType.REFERENCE]) if steps[:1] == [CASE_REF] else None


def faults_of(draft: Draft, paths: Iterable[str]) -> dict[str, str]:
    """Return sentences by control id from the paths of an InvalidRequestError; unknown paths get an empty id."""
    found: dict[str, str] = {}
    for path in paths:
        control, sentence = _locate(draft, PATH_STEP.findall(path))
        found.setdefault(control, sentence)
    return found


def _locate(draft: Draft, steps: list[str]) -> tuple[str, str]:
    whole = _at(steps)
    if whole is not None:
        return whole
    if len(steps) < 3 or steps[0] != "subjects":  # subjects, which one, what of it
        return "", messages.FAULT
    refs = [asked.ref for asked in draft.sent()]
    ref = refs[int(steps[1])] if steps[1].isdigit() and int(steps[1]) < len(refs) else steps[1]
    asked = next((asked for asked in draft.asked if asked.ref == ref), None)
    return ("", messages.FAULT) if asked is None else locate_in(asked, steps)


def locate_in(asked: Asked, steps: list[str]) -> tuple[str, str]:
    """Return the control and the sentence for a path, already in steps, about this subject."""
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
