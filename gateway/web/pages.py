"""The team's pages as one blueprint, and the page that tells of an error."""

from flask import Blueprint, Response, current_app, g, make_response, render_template

from gateway.errors import GatewayError, InvalidRequestError
from gateway.model.people import Person
from gateway.web import messages
from gateway.web.desk import TeamDesk
from gateway.web.follow import add_follow
from gateway.web.logbook import add_logbook
from gateway.web.request_form import add_request_form
from gateway.web.signin import SignIn, current_person
from gateway.web.signin_pages import add_signin_pages
from gateway.web.worklist import add_worklist

NAME = "web"


def create_web_blueprint(desk: TeamDesk, people: SignIn) -> Blueprint:
    """Return all pages for staff. The app must install Flask-WTF's CSRFProtect: every form posts its token."""
    blueprint = Blueprint(NAME, __name__, template_folder="templates")

    @blueprint.before_app_request
    def _who() -> None:
        g.person = current_person(people)

    @blueprint.app_context_processor
    def _shared() -> dict[str, object]:
        person: Person | None = g.get("person")
        return {"person": person, "demo": people.demo, "words": messages}

    add_signin_pages(blueprint, people)
    add_worklist(blueprint, desk)
    add_request_form(blueprint, desk)
    add_follow(blueprint, desk)
    add_logbook(blueprint, desk)
    return blueprint


def error_page(status: int, error: GatewayError | None) -> Response:
    """Return what went wrong and what to do now, in Dutch. It shows codes and paths, never a value."""
    title, advice = messages.error_words(status, error.code if error else "")
    if NAME not in current_app.blueprints:  # the partners' surface alone has no pages
        return Response(f"{title}\n", status=status, mimetype="text/plain")
    paths = sorted(error.fields) if isinstance(error, InvalidRequestError) else []
    code = error.code if error else ""
    page = render_template("error.html", title=title, advice=advice, paths=paths, status=status, code=code)
    return make_response(page, status)
