"""The pages of a control day: take a report over, look at an incident, and begin one request of it at a time.

What is begun is a draft for one recipient on one ground. There is no button that sends anything to several.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _

from gateway.errors import InvalidRequestError
from gateway.intake import report
from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.incident.desk import IncidentDesk
from gateway.web.incident.taken_over import typed_of
from gateway.web.language import later
from gateway.web.request.choose import nothing_place
from gateway.web.request.combination import Combination
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import asked_of
from gateway.web.signin import Answer, signed_in, staff

LIST = "/controledag"
ONE = f"{LIST}/<incident_id>"
TEAM = (StaffRole.SUPERVISOR, StaffRole.MANAGER)
FAULTS = {
    report.UNKNOWN: later("dit woord kent het formulier niet. Namen en losse tekst horen hier niet."),
    report.TWICE: later("dit staat er twee keer."),
    report.MISSING: later("dit ontbreekt."),
    report.FORM: later("dit heeft een andere vorm. Kijk naar het voorbeeld."),
    report.CODE: later("deze code staat niet in de lijst."),
    report.ROLE: later("deze rol staat niet in de lijst. Schrijf geen naam op."),
    report.FACT: later("dit is geen feit dat een rapport kan bewijzen."),
    report.PLACE: later("dit hoort hier niet."),
    report.MANY: later("dit is te veel."),
}


def create_incident_blueprint(desk: TeamDesk, incidents: IncidentDesk, drafts: DraftDesk) -> Blueprint:
    """Return the pages; they stand on those of the entrance."""
    blueprint = Blueprint("incident", __name__)

    def start_page(faults: Mapping[str, str], pasted: str = "") -> Answer:
        shown = render_template(
            "incident/list.html", incidents=incidents.all(signed_in()), faults=_told(faults), pasted=pasted
        )
        return (shown, 400) if faults else shown

    def one_page(incident_id: str, faults: Mapping[str, str]) -> Answer:
        shown = render_template(
            "incident/one.html",
            kept=incidents.find(incident_id, signed_in()),
            vocabulary=desk.bundle.vocabulary,
            partners=[partner for partner in desk.partners() if partner.active],
            typed=request.form,
            chosen=request.form.getlist("subject"),
            faults=faults,
        )
        return (shown, 400) if faults else shown

    @blueprint.get(LIST)
    @staff(*TEAM)
    def control_day() -> Answer:
        return start_page({})

    @blueprint.post(LIST)
    @staff(*TEAM)
    def take_over() -> Answer:
        pasted = request.form.get("report", "")
        try:
            incident_id = incidents.take_over(pasted, signed_in())
        except InvalidRequestError as error:
            return start_page(error.fields or {"report": report.FORM}, pasted)
        return redirect(f"{LIST}/{incident_id}", 303)

    @blueprint.get(ONE)
    @staff(*TEAM)
    def incident(incident_id: str) -> Answer:
        return one_page(incident_id, {})

    @blueprint.post(f"{ONE}/verzoek")
    @staff(StaffRole.SUPERVISOR)
    def begin_request(incident_id: str) -> Answer:
        person = signed_in()
        content = incidents.find(incident_id, person).content
        places = [place for place in range(len(content.subjects)) if str(place) in request.form.getlist("subject")]
        recipient, ground, purpose = (request.form.get(name, "") for name in ("recipient", "ground", "purpose"))
        chosen = Combination(recipient, ground, purpose, tuple(content.subjects[place].role for place in places))
        faults = chosen.faults(desk)
        if faults:
            return one_page(incident_id, faults)
        if not any(asked.fields for asked in asked_of(desk, chosen)):
            return redirect(nothing_place(chosen), 303)
        draft_id = drafts.begin(recipient, ground, purpose, chosen.roles, person)
        typed = typed_of(content, places)
        drafts.save(draft_id, lambda draft: replace(draft, typed=typed), person)
        return redirect(f"/concepten/{draft_id}", 303)

    @blueprint.post(f"{ONE}/verwijderen")
    @staff(*TEAM)
    def drop_incident(incident_id: str) -> Answer:
        incidents.drop(incident_id, signed_in())
        return redirect(LIST, 303)

    return blueprint


def _told(faults: Mapping[str, str]) -> list[str]:
    """Return each fault as a sentence that says where; what was pasted is not repeated in it."""
    found = []
    for path, what in faults.items():
        kind, _dot, number = path.partition(".")
        place = _("Regel %(number)s", number=number) if kind == "line" else path
        found.append(f"{place}: {FAULTS.get(what, FAULTS[report.FORM])}")
    return found
