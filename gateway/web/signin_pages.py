"""Signing in and out, the accessibility statement and the style sheet: the pages that need no role."""

from flask import Blueprint, Response, redirect, render_template, request, send_from_directory, session

from gateway.errors import InvalidRequestError
from gateway.web.signin import SIGN_IN_PAGE, Answer, SignIn, open_to_all, sign_in


def add_signin_pages(blueprint: Blueprint, people: SignIn) -> None:
    """Add the open pages to the blueprint."""

    @blueprint.get(SIGN_IN_PAGE)
    @open_to_all
    def sign_in_form() -> Answer:
        return render_template("signin.html", options=people.options())

    @blueprint.post(SIGN_IN_PAGE)
    @open_to_all
    def sign_in_now() -> Answer:
        person = people.person(request.form.get("person", "")) if people.demo else None
        if person is None:
            raise InvalidRequestError("there is no such identity", hint="choose one of the buttons")
        sign_in(person)
        return redirect("/", 303)

    @blueprint.post("/afmelden")
    @open_to_all
    def sign_out() -> Answer:
        session.clear()
        return redirect(SIGN_IN_PAGE, 303)

    @blueprint.get("/toegankelijkheid")
    @open_to_all
    def accessibility() -> Answer:
        return render_template("accessibility.html")

    @blueprint.get("/static/<path:name>")
    @open_to_all
    def static(name: str) -> Answer:
        answer: Response = send_from_directory(f"{blueprint.root_path}/static", name, max_age=3600)
        return answer
