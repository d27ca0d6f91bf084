"""An urgent hand-over in a browser: a question on the first page, two on the second, and what to do after it.

112 and the partner's telephone stand first on every page, also on the one that says that it did not work. Nothing is
stored before it is sealed: the answers travel in the pages themselves.
"""

from flask import Blueprint, redirect, render_template, request

from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError
from gateway.model.calendar import local_day
from gateway.model.people import StaffRole
from gateway.model.urgent import Way
from gateway.model.views import DisclosureView
from gateway.web.signin import Answer, signed_in, staff
from gateway.web.urgent.desk import UrgentDesk
from gateway.web.urgent.form import OFFICER, PLACE, SIGNS, WARNING, Answers, Typed, faults_of
from gateway.web.urgent.outcome import add_outcome
from gateway.web.urgent.overview import Overview
from gateway.web.urgent.words import PAGE, name_of, way_named

WAY = f"{PAGE}/<soort>"


def create_urgent_blueprint(desk: UrgentDesk) -> Blueprint:
    """Return the pages of an urgent hand-over, and what every page of the team shows of it."""
    blueprint = Blueprint("urgent", __name__)
    overview = Overview(desk)

    @blueprint.app_context_processor
    def _shared() -> dict[str, object]:
        return {"spoed": overview}

    @blueprint.get(PAGE)
    @staff(StaffRole.SUPERVISOR)
    def ways() -> Answer:
        return render_template("urgent/ways.html")

    _add_questions(blueprint, desk)
    add_outcome(blueprint, desk)
    return blueprint


def _add_questions(blueprint: Blueprint, desk: UrgentDesk) -> None:
    questions = Questions(desk)

    @blueprint.get(WAY)
    @staff(StaffRole.SUPERVISOR)
    def who(soort: str) -> Answer:
        return questions.first(Answers(questions.way(soort), Typed()), {})

    @blueprint.post(f"{WAY}/wie")
    @staff(StaffRole.SUPERVISOR)
    def back(soort: str) -> Answer:
        return questions.first(Answers(questions.way(soort), request.form), {})

    @blueprint.post(f"{WAY}/gegevens")
    @staff(StaffRole.SUPERVISOR)
    def what(soort: str) -> Answer:
        answers = Answers(questions.way(soort), request.form)
        faults = answers.first_faults()
        return questions.first(answers, faults) if faults else questions.others(answers, {})

    @blueprint.post(f"{WAY}/versturen")
    @staff(StaffRole.SUPERVISOR)
    def send(soort: str) -> Answer:
        answers = Answers(questions.way(soort), request.form)
        if answers.first_faults():
            return questions.first(answers, answers.first_faults())
        faults = answers.faults(questions.asked(answers))
        if faults:
            return questions.others(answers, faults)
        try:
            view = questions.submit(answers)
        except InvalidRequestError as error:
            return questions.others(answers, faults_of(error.fields, desk.bundle.vocabulary))
        except DuplicateRequestError:
            return render_template("urgent/already.html", way=answers.way), 409
        return redirect(f"{PAGE}/verstuurd/{view.id}", 303)


class Questions:
    """The two pages with the three questions."""

    def __init__(self, desk: UrgentDesk) -> None:
        """Ask this desk which fields could leave."""
        self._desk = desk

    def way(self, soort: str) -> Way:
        """Return the way that an address names; raise NotFoundError when the policy has none."""
        found = way_named(list(self._desk.ways()), soort)
        if found is None:
            raise NotFoundError("there is no such urgent way", hint="choose one from the page of urgent ways")
        return found

    def asked(self, answers: Answers) -> tuple[str, ...]:
        """Return the fields that are asked for about this role: only what could leave."""
        offered = set(self._desk.offer(answers.way, answers.role).fields)
        return tuple(name for name in (SIGNS, *PLACE, WARNING) if name in offered)

    def first(self, answers: Answers, faults: dict[str, str]) -> Answer:
        """Show the first question."""
        offered = {name for role in answers.way.roles for name in self._desk.offer(answers.way, role).fields}
        page = render_template(
            "urgent/who.html",
            way=answers.way,
            here=f"{PAGE}/{name_of(answers.way.ground)}",
            vocabulary=self._desk.bundle.vocabulary,
            answers=answers,
            signs=SIGNS in offered,
            faults=faults,
        )
        return (page, 400) if faults else page

    def others(self, answers: Answers, faults: dict[str, str]) -> Answer:
        """Show the second and the third question; the document is of today unless somebody says otherwise."""
        typed = Typed(answers.typed)
        if "evidence-day" not in typed:
            day = local_day(self._desk.now())
            for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
                typed[f"evidence-{part}"] = str(number)
        asked = self.asked(answers)
        page = render_template(
            "urgent/what.html",
            way=answers.way,
            here=f"{PAGE}/{name_of(answers.way.ground)}",
            vocabulary=self._desk.bundle.vocabulary,
            answers=Answers(answers.way, typed),
            place=[name for name in asked if name in PLACE],
            warning=WARNING in asked,
            faults=faults,
        )
        return (page, 400) if faults else page

    def submit(self, answers: Answers) -> DisclosureView:
        """Send it. That the name of who sends it has an unusual form is no reason to stop.

        :raises InvalidRequestError: an answer has not the agreed form.
        """
        asked, by = self.asked(answers), signed_in()
        officer = by.name if OFFICER in self._desk.offer(answers.way, answers.role).fields else ""
        try:
            return self._desk.submit(answers.body(asked, officer=officer), by)
        except InvalidRequestError as error:
            if not officer or faults_of(error.fields, self._desk.bundle.vocabulary):
                raise
        return self._desk.submit(answers.body(asked, officer=""), by)
