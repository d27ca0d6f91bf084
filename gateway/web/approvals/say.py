"""The pages on which somebody says something of a part: refuse, ask back, answer, advise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _

from gateway.approve.reasons import LONGEST
from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.model.approvals import Standing
from gateway.model.people import StaffRole
from gateway.model.terms import Text
from gateway.web.approvals import words
from gateway.web.approvals.desk import ApprovalsDesk
from gateway.web.follow.places import PART
from gateway.web.signin import Answer, signed_in, staff
from gateway.web.strong import strongly

WordT = TypeVar("WordT", bound=str)
DECIDERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)
ADVISERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER)
"""The FG, and whoever may be the FG's deputy."""


@dataclass(frozen=True, slots=True)
class Group:
    """One question with its answers; `many` lets somebody choose more than one."""

    name: str
    legend: str
    options: tuple[tuple[str, str], ...]
    hint: str = ""
    many: bool = False
    chosen: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, what it is for, its questions, and the label of the text, "" without one."""

    title: str
    lead: str
    groups: tuple[Group, ...]
    button: str
    text: str = ""
    stop: bool = False


def add_say(blueprint: Blueprint, desk: ApprovalsDesk) -> None:
    """Add the pages to the blueprint: each is a form, and what was typed stays when something is missing."""
    handle = _Forms(desk).handle

    @blueprint.route(f"{PART}/weigeren", methods=["GET", "POST"])
    @staff(*DECIDERS)
    def refuse(disclosure_id: str, part_id: str) -> Answer:
        def act() -> None:
            reasons, helps = request.form.getlist("reasons"), request.form.getlist("helps")
            desk.refuse(disclosure_id, part_id, reasons, helps, request.form.get("text", ""), signed_in())

        return handle(_refusal(), disclosure_id, part_id, lambda standing: standing.refuse, act)

    @blueprint.route(f"{PART}/vragen", methods=["GET", "POST"])
    @staff(*DECIDERS, *ADVISERS)
    def ask_back(disclosure_id: str, part_id: str) -> Answer:
        def act() -> None:
            asked, text = request.form.get("reasons", ""), request.form.get("text", "")
            desk.ask_back(disclosure_id, part_id, asked, text, signed_in())

        return handle(_question(), disclosure_id, part_id, lambda standing: standing.ask, act)

    @blueprint.route(f"{PART}/antwoorden", methods=["GET", "POST"])
    @staff(StaffRole.SUPERVISOR)
    def answer(disclosure_id: str, part_id: str) -> Answer:
        def act() -> None:
            reply, text = request.form.get("reasons", ""), request.form.get("text", "")
            desk.answer(disclosure_id, part_id, reply, text, signed_in())

        return handle(_answer(), disclosure_id, part_id, lambda standing: standing.answer, act)

    @blueprint.route(f"{PART}/adviseren", methods=["GET", "POST"])
    @staff(*ADVISERS)
    @strongly(f"{PART.replace('<', '{').replace('>', '}')}/adviseren")
    def advise(disclosure_id: str, part_id: str) -> Answer:
        def act() -> None:
            advice, reasons = request.form.get("advice", ""), request.form.getlist("reasons")
            desk.advise(disclosure_id, part_id, advice, reasons, signed_in())

        return handle(_advice(), disclosure_id, part_id, lambda standing: standing.advise, act)


class _Forms:
    """Shows a form to who may use it, and again with what is wrong."""

    def __init__(self, desk: ApprovalsDesk) -> None:
        self._desk = desk

    def handle(
        self,
        page: Page,
        disclosure_id: str,
        part_id: str,
        why_not: Callable[[Standing], Text | None],
        act: Callable[[], None],
    ) -> Answer:
        standing, back = self._desk.standing(disclosure_id, part_id, signed_in()), f"/verstrekkingen/{disclosure_id}"
        reason = why_not(standing)
        if reason is not None:
            raise NotPermittedError(reason.en, hint="look at the request again")
        if request.method != "POST":
            return self._shown(page, standing, back, {})
        try:
            act()
        except InvalidRequestError as exc:
            return self._shown(page, standing, back, exc.fields), 400
        return redirect(back, 303)

    @staticmethod
    def _shown(page: Page, standing: Standing, back: str, faults: Mapping[str, str]) -> str:
        groups = [_filled(group, faults) for group in page.groups]
        text_error = _text_fault(faults) if page.text else ""
        problems = [(f"{group.name}-1", group.legend, group.error) for group in groups if group.error]
        if text_error:
            problems.append(("text", page.text, text_error))
        return render_template(
            "approvals/say.html",
            page=page,
            groups=groups,
            text_error=text_error,
            longest=LONGEST,
            problems=problems,
            elsewhere="",
            question=standing.question,
            typed=request.form.get("text", ""),
            back=back,
        )


def _choices(meanings: Mapping[WordT, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(word), text) for word, text in meanings.items())


def _filled(group: Group, faults: Mapping[str, str]) -> Group:
    error = str(words.FAULTS[group.name]) if group.name in faults else ""
    chosen = frozenset(request.form.getlist(group.name))
    return Group(group.name, group.legend, group.options, group.hint, group.many, chosen, error)


def _text_fault(faults: Mapping[str, str]) -> str:
    if "text" not in faults:
        return ""
    return str(words.FAULTS["text_missing" if faults["text"] == "missing" else "text"])


def _refusal() -> Page:
    return Page(
        _("Onderdeel weigeren"),
        _("Er gaat niets van dit onderdeel naar de ontvanger. De aanvrager leest waarom, en wat zou helpen."),
        (
            Group("reasons", _("Waarom weigert u?"), _choices(words.REASONS), many=True),
            Group("helps", _("Wat zou helpen?"), _choices(words.HELPS), many=True),
        ),
        _("Onderdeel weigeren"),
        text=_("Toelichting (mag leeg)"),
        stop=True,
    )


def _question() -> Page:
    return Page(
        _("Iets vragen aan de aanvrager"),
        _("Het onderdeel blijft wachten. Iedereen die mag beslissen, kan dat ook zonder het antwoord."),
        (Group("reasons", _("Wat wilt u weten?"), _choices(words.QUESTIONS)),),
        _("Vraag stellen"),
        text=_("Toelichting"),
    )


def _answer() -> Page:
    return Page(
        _("Vraag beantwoorden"),
        _("Schrijf geen gegevens van de betrokkene op. Moet er iets anders in het bericht? Doe dan een nieuw verzoek."),
        (Group("reasons", _("Uw antwoord"), _choices(words.REPLIES)),),
        _("Antwoord geven"),
        text=_("Toelichting"),
    )


def _advice() -> Page:
    return Page(
        _("Adviseren"),
        _("U adviseert. U beslist niet. Wie anders beslist dan u adviseert, moet zeggen waarom."),
        (
            Group("advice", _("Uw advies"), _choices(words.ADVICE)),
            Group(
                "reasons",
                _("Waar gaat uw advies over?"),
                _choices(words.ADVICE_REASONS),
                hint=_("Bij een negatief advies kiest u ten minste één punt."),
                many=True,
            ),
        ),
        _("Advies vastleggen"),
    )
