"""Signing in and out, the accessibility statement and the style sheet: the pages that need no role."""

import datetime as dt

from flask import Blueprint, Response, g, redirect, render_template, request, send_from_directory, session

from gateway.errors import InvalidRequestError
from gateway.model.people import Employee
from gateway.web.oidc.pages import add_oidc_pages, signed_out
from gateway.web.oidc.signin import OidcSignIn
from gateway.web.signin import INBOX_PAGE, SIGN_IN_PAGE, Answer, SignIn, open_to_all, sign_in

STATED_ON = dt.date(2026, 11, 26)
"""When the accessibility statement was last checked against the tests; who changes the statement changes the day."""


def add_signin_pages(blueprint: Blueprint, people: SignIn) -> None:
    """Add the open pages to the blueprint."""
    oidc = people if isinstance(people, OidcSignIn) else None
    if oidc is not None:
        add_oidc_pages(blueprint, oidc)

    @blueprint.get(SIGN_IN_PAGE)
    @open_to_all
    def sign_in_form() -> Answer:
        providers = () if oidc is None else tuple(oidc.providers.values())
        return render_template("signin.html", options=people.options(), providers=providers)

    @blueprint.post(SIGN_IN_PAGE)
    @open_to_all
    def sign_in_now() -> Answer:
        somebody = people.find(request.form.get("person", "")) if people.demo else None
        if somebody is None:
            raise InvalidRequestError("there is no such identity", hint="choose one of the buttons")
        sign_in(somebody.id)
        return redirect(INBOX_PAGE if isinstance(somebody, Employee) else "/", 303)

    @blueprint.post("/afmelden")
    @open_to_all
    def sign_out() -> Answer:
        provider = g.get("provider")
        people.forget(str(session.get("person", "")))
        session.clear()
        if oidc is not None and provider is not None:
            return signed_out(oidc, provider)
        return redirect(SIGN_IN_PAGE, 303)

    @blueprint.get("/toegankelijkheid")
    @open_to_all
    def accessibility() -> Answer:
        return render_template("accessibility.html", made_on=STATED_ON)

    @blueprint.get("/static/<path:name>")
    @open_to_all
    def static(name: str) -> Answer:
        answer: Response = send_from_directory(f"{blueprint.root_path}/static", name, max_age=3600)
        return answer
