"""Entering a call afterwards: to whom and when, why and about whom, and which kinds of data were told. No values."""

from flask import Blueprint, redirect, render_template, request

from gateway.errors import DuplicateRequestError, InvalidRequestError
from gateway.model.calendar import AMSTERDAM
from gateway.model.people import StaffRole
from gateway.model.urgent import Clock
from gateway.web.messages import PROVENANCES, TRUTHS
from gateway.web.oral.desk import OralDesk
from gateway.web.oral.form import EMERGENCY, MOST, POLICE, Call, Typed, faults_of
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

PAGE = "/mondeling"
TELLERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)
SUPERVISING = (StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)


def create_oral_blueprint(desk: OralDesk) -> Blueprint:
    """Return the pages of calls."""
    blueprint = Blueprint("oral", __name__)
    _add_form(blueprint, desk)

    @blueprint.get(f"{PAGE}/gesprekken")
    @staff(*SUPERVISING)
    def calls() -> Answer:
        names = {partner.id: partner.name for partner in desk.partners()}
        return render_template("oral/calls.html", lines=desk.lines(signed_in()), partners=names)

    @blueprint.get(f"{PAGE}/<disclosure_id>")
    @staff(*EVERYONE)
    def told(disclosure_id: str) -> Answer:
        view = desk.told(disclosure_id, signed_in())
        names = {partner.id: partner.name for partner in desk.partners()}
        return render_template(
            "oral/told.html",
            view=view,
            partner=names.get(view.recipient, view.recipient),
            vocabulary=desk.bundle.vocabulary,
            clock=None if view.reviewed or view.recalled else Clock.until(view.review_due, desk.now()),
        )

    return blueprint


def _add_form(blueprint: Blueprint, desk: OralDesk) -> None:
    def first(call: Call, faults: dict[str, str]) -> Answer:
        typed = Typed(call.typed)
        if "told-day" not in typed:
            here = desk.now().astimezone(AMSTERDAM)
            for part, number in (("day", here.day), ("month", here.month), ("year", here.year)):
                typed[f"told-{part}"] = str(number)
        page = render_template(
            "oral/call.html",
            call=Call(desk, typed),
            partners=desk.partners(),
            emergency=EMERGENCY if any(one.kind == POLICE for one in desk.partners()) else None,
            vocabulary=desk.bundle.vocabulary,
            most=MOST,
            faults=faults,
        )
        return (page, 400) if faults else page

    def third(call: Call, faults: dict[str, str]) -> Answer:
        page = render_template(
            "oral/what.html",
            call=call,
            people=call.people(),
            vocabulary=desk.bundle.vocabulary,
            truths=TRUTHS,
            provenances=PROVENANCES,
            faults=faults,
        )
        return (page, 400) if faults else page

    @blueprint.get(PAGE)
    @staff(*TELLERS)
    def start() -> Answer:
        return first(Call(desk, Typed()), {})

    @blueprint.post(f"{PAGE}/terug")
    @staff(*TELLERS)
    def back() -> Answer:
        return first(Call(desk, request.form), {})

    @blueprint.post(f"{PAGE}/gegevens")
    @staff(*TELLERS)
    def what() -> Answer:
        call = Call(desk, request.form)
        faults = call.first_faults()
        return first(call, faults) if faults else third(call, {})

    @blueprint.post(f"{PAGE}/vastleggen")
    @staff(*TELLERS)
    def record() -> Answer:
        call = Call(desk, request.form)
        if call.first_faults():
            return first(call, call.first_faults())
        try:
            found = desk.record(call.body(), signed_in())
        except InvalidRequestError as error:
            return third(call, faults_of(error.fields))
        except DuplicateRequestError:
            return render_template("oral/already.html"), 409
        return redirect(f"{PAGE}/{found}", 303)
