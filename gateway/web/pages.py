"""The pages as blueprints: those for everybody, those of the team, and the page that tells of an error."""

from flask import Blueprint, Response, current_app, g, make_response, render_template, session

from gateway.errors import GatewayError, InvalidRequestError
from gateway.model.people import Employee, Person
from gateway.web import messages
from gateway.web.approvals import words
from gateway.web.desk import TeamDesk
from gateway.web.language import add_language
from gateway.web.logbook import add_logbook
from gateway.web.partners import add_partners
from gateway.web.signals import add_signals
from gateway.web.signin import SignIn, current_somebody
from gateway.web.signin_pages import add_signin_pages
from gateway.web.worklist import add_worklist

NAME = "web"


def create_entrance_blueprint(people: SignIn) -> Blueprint:
    """Return the pages that need no role, and what finds out who asks for any other page.

    The app must install Flask-WTF's CSRFProtect: every form posts its token.
    """
    blueprint = Blueprint(NAME, __name__, template_folder="templates")

    @blueprint.before_app_request
    def _who() -> None:
        somebody = current_somebody(people)
        g.person = somebody if isinstance(somebody, Person) else None
        g.employee = somebody if isinstance(somebody, Employee) else None
        token = "" if somebody is None else str(session["person"])
        g.strong = somebody is not None and people.is_strong(token)
        g.provider = None if somebody is None else people.provider_of(token)

    @blueprint.app_context_processor
    def _shared() -> dict[str, object]:
        return {
            "person": g.get("person"),
            "employee": g.get("employee"),
            "demo": people.demo,
            "words": messages,
            "approvals": words,
        }

    add_language(blueprint)
    add_signin_pages(blueprint, people)
    return blueprint


def create_team_blueprint(desk: TeamDesk) -> Blueprint:
    """Return the pages for staff; they stand on those of the entrance. `wsgi` adds rooms with desks of their own."""
    blueprint = Blueprint("team", __name__)
    add_worklist(blueprint, desk)
    add_logbook(blueprint, desk)
    add_signals(blueprint, desk)
    add_partners(blueprint, desk)
    return blueprint


def error_page(status: int, error: GatewayError | None) -> Response:
    """Return what went wrong and what to do now, in Dutch. It shows codes and paths, never a value."""
    title, advice = messages.error_words(status, error.code if error else "")
    if NAME not in current_app.blueprints:  # an interface alone has no pages
        return Response(f"{title}\n", status=status, mimetype="text/plain")
    paths = sorted(error.fields) if isinstance(error, InvalidRequestError) else []
    code = error.code if error else ""
    # What was asked for is not repeated, not even for the choice of a language: it may be an id, or worse.
    page = render_template("error.html", back="/", title=title, advice=advice, paths=paths, status=status, code=code)
    return make_response(page, status)
