"""The pages of refusals: what the first screen tells, the question to the privacy officer, the letter to an owner."""

import datetime as dt
import re
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request

from gateway.errors import InvalidRequestError, NotFoundError
from gateway.letter.owner import KINDS, Dwelling, OwnerLetter, owner_letter, owner_pdf
from gateway.model.bundle import Vocabulary
from gateway.model.gaps import GapAnswer, GapView
from gateway.model.people import StaffRole
from gateway.model.terms import Text
from gateway.web.language import spoken
from gateway.web.refusals import words
from gateway.web.refusals.desk import RefusalDesk
from gateway.web.refusals.reasons import refusals
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

PAGE = "/regels"
LETTER = "/brief-aan-eigenaar"
ASKERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)
RECENT = dt.timedelta(days=30)
POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}\Z")
NUMBER = re.compile(r"[1-9][0-9]{0,4}\Z")
ADDITION = re.compile(r"[A-Za-z0-9 -]{0,6}\Z")
REQUEST = re.compile(r"[0-9a-f]{32}\Z")
NEUTRAL = "GEB-0"
"""The coarsest word for a finding (`finding_code` of the vocabulary): it fits every dwelling and marks nobody."""
OTHERWISE = Text("gebruik dat hier niet mag", "use that is not allowed here")


def create_refusal_blueprint(desk: RefusalDesk, *, municipality: str, fg_phone: str) -> Blueprint:
    """Return the pages; they stand on those of the entrance. `fg_phone` is shown to staff beside every refusal."""
    blueprint = Blueprint("refusals", __name__)

    @blueprint.app_context_processor
    def _shared() -> dict[str, object]:
        return {
            "refusals_of": lambda view: refusals(view, desk),
            "answered_gaps": lambda: _answered(desk),
            "gap_name": lambda gap: _named(gap, desk.bundle.vocabulary),
            "gap_of": desk.find_gap,
            "gap_day": desk.today,
            "fg_phone": fg_phone,
            "refusal_words": words,
        }

    @blueprint.get(PAGE)
    @staff(*EVERYONE)
    def rules() -> Answer:
        return _rules(desk, "", {})

    @blueprint.post(f"{PAGE}/vragen")
    @staff(*ASKERS)
    def ask() -> Answer:
        recipient, ground, role = (request.form.get(name, "") for name in ("recipient", "ground", "role"))
        desk.ask_for_rule(recipient, ground, role, signed_in())
        back = request.form.get("verzoek", "")
        return redirect(f"/verstrekkingen/{back}" if REQUEST.match(back) else f"{PAGE}?klaar=gevraagd", 303)

    @blueprint.post(f"{PAGE}/<tag>/antwoord")
    @staff(StaffRole.PRIVACY_OFFICER)
    def answer(tag: str) -> Answer:
        _find(desk, tag)
        try:
            said = GapAnswer(request.form.get("answer", ""))
        except ValueError:
            return _rules(desk, tag, {"answer": words.CHOOSE})
        try:
            desk.answer_gap(tag, said, _day(request.form), signed_in())
        except InvalidRequestError:
            return _rules(desk, tag, {"due": words.DUE})
        return redirect(f"{PAGE}?klaar=antwoord", 303)

    @blueprint.get(LETTER)
    @staff(*ASKERS)
    def letter() -> Answer:
        return render_template("refusals/letter_form.html", typed={}, faults={})

    @blueprint.post(LETTER)
    @staff(*ASKERS)
    def make_letter() -> Answer:
        typed = {name: request.form.get(name, "").strip() for name in ("postcode", "number", "addition", "kind")}
        faults = _faults(typed)
        if not faults and not desk.begin_letter(typed["kind"], _address(typed), signed_in()):
            faults = {"postcode": words.HELD}
        if faults:
            return render_template("refusals/letter_form.html", typed=typed, faults=faults), 400
        made = _letter(desk, typed, municipality)
        if "pdf" not in request.form:
            return render_template("refusals/letter.html", blocks=owner_letter(made), typed=typed)
        answer = Response(owner_pdf(made), mimetype="application/pdf")
        answer.headers["Content-Disposition"] = 'attachment; filename="conceptbrief.pdf"'
        return answer

    return blueprint


def _rules(desk: RefusalDesk, tag: str, faults: Mapping[str, str]) -> Answer:
    done = request.args.get("klaar")
    page = render_template(
        "refusals/rules.html",
        gaps=desk.gaps(),
        today=desk.today(),
        vocabulary=desk.bundle.vocabulary,
        wrong=tag,
        faults=faults,
        typed=request.form if faults else {},
        done=done if done in {"gevraagd", "antwoord"} else None,
    )
    return (page, 400) if faults else page


def _find(desk: RefusalDesk, tag: str) -> None:
    if tag not in {gap.tag for gap in desk.gaps()}:
        raise NotFoundError("nobody asked about this", hint="look in the list for what is there")


def _answered(desk: RefusalDesk) -> list[GapView]:
    """Return what the privacy officer answered lately, for the overview: every colleague may meet the same gap."""
    since = desk.today() - RECENT
    return [one for one in desk.gaps() if one.answered is not None and (one.answered >= since or one.covered)]


def _named(gap: GapView, known: Vocabulary) -> str:
    """Return recipient, ground and role in words; a word that the policy lost stays as it is."""
    grounds = {name: ground.label for name, ground in known.grounds.items()}
    places = ((known.recipients, gap.recipient), (grounds, gap.ground), (known.roles, gap.role))
    return ", ".join(spoken(labels[name]) if name in labels else name for labels, name in places)


def _day(typed: Mapping[str, str]) -> dt.date | None:
    parts = [typed.get(f"due-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return dt.date(*(int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) <= 4))
    except (TypeError, ValueError):
        return None


def _faults(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with an address or a choice, by input, in the order of the form."""
    found = {}
    if typed["kind"] not in KINDS:
        found["kind"] = words.CHOOSE
    if POSTCODE.match(_plain(typed["postcode"])) is None:
        found["postcode"] = words.POSTCODE
    if NUMBER.match(typed["number"]) is None:
        found["number"] = words.NUMBER
    if ADDITION.match(typed["addition"]) is None:
        found["addition"] = words.ADDITION
    return found


def _address(typed: Mapping[str, str]) -> tuple[str, int, str]:
    return _plain(typed["postcode"]), int(typed["number"]), typed["addition"]


def _letter(desk: RefusalDesk, typed: Mapping[str, str], municipality: str) -> OwnerLetter:
    neutral = desk.bundle.vocabulary.codes.get("finding_code", {}).get(NEUTRAL, OTHERWISE)
    dwelling = Dwelling(_plain(typed["postcode"]), typed["number"], typed["addition"])
    return OwnerLetter(typed["kind"], dwelling, municipality, neutral.nl)


def _plain(postcode: str) -> str:
    return postcode.replace(" ", "").upper()
