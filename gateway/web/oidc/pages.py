"""The way to a provider and back.

Going there is a link, not a form: the content security policy lets no form of ours end anywhere else. Coming back ends
in a page of our own that leads on, because a browser that another site sent here does not show the new session's cookie
until a page of ours is left.
"""

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, session

from gateway import telemetry
from gateway.errors import NotFoundError, SignatureInvalidError
from gateway.model.identity import IdentityProvider
from gateway.model.people import Employee
from gateway.web.oidc import client, transit
from gateway.web.oidc.claims import Refusal, admit
from gateway.web.oidc.signin import OidcSignIn
from gateway.web.onward import own_page
from gateway.web.signin import INBOX_PAGE, SIGN_IN_PAGE, Answer, open_to_all, sign_in
from gateway.web.strong import take_onward

LONGEST_ANSWER = 2048  # characters of each parameter that comes back


def add_oidc_pages(blueprint: Blueprint, people: OidcSignIn) -> None:
    """Add the two addresses of each provider to the blueprint."""

    def provider_of(provider_id: str) -> IdentityProvider:
        found = people.providers.get(provider_id)
        if found is None:
            raise NotFoundError("there is no such provider", hint="begin at the sign-in page")
        return found

    def callback(provider: IdentityProvider) -> str:
        return f"{people.address}{SIGN_IN_PAGE}/{provider.id}/terug"

    def leave(provider_id: str, *, strong: bool) -> Answer:
        provider = provider_of(provider_id)
        address, along = client.start(provider, callback(provider), strong=strong)
        answer = make_response(redirect(address, 302))
        transit.send_along(answer, replace(along, onward=take_onward()) if strong else along)
        return answer

    @blueprint.get(f"{SIGN_IN_PAGE}/<provider_id>")
    @open_to_all
    def leave_to_sign_in(provider_id: str) -> Answer:
        return leave(provider_id, strong=False)

    @blueprint.get(f"{SIGN_IN_PAGE}/<provider_id>/sterk")
    @open_to_all
    def leave_to_sign_in_strongly(provider_id: str) -> Answer:
        return leave(provider_id, strong=True)

    @blueprint.get(f"{SIGN_IN_PAGE}/<provider_id>/terug")
    @open_to_all
    def come_back(provider_id: str) -> Answer:
        provider = provider_of(provider_id)
        told = {name: value[:LONGEST_ANSWER] for name, value in request.args.items()}
        try:
            brought = transit.brought_back()
            claims = client.finish(provider, callback(provider), told, brought)
        except SignatureInvalidError as exc:
            telemetry.event("sign_in", outcome="refused", code=exc.code, problem=exc.message)
            answer = make_response(render_template("signin_refused.html", provider=provider, why="unproven"), 400)
            transit.take_back(answer)
            return answer
        outcome = admit(claims, provider, at=people.now())
        if isinstance(outcome, Refusal):
            telemetry.event("sign_in", outcome="refused", code=outcome.value)
            answer = make_response(render_template("signin_refused.html", provider=provider, why=outcome.value), 403)
        else:
            people.forget(str(session.get("person", "")))  # a session that went before ends here
            sign_in(people.begin(provider, outcome))
            telemetry.event("sign_in", outcome="admitted")
            asked = brought is not None and brought.strong
            onward = own_page(brought.onward) if brought is not None else "/"
            answer = make_response(
                render_template(
                    "signed_in.html",
                    provider=provider,
                    onward=INBOX_PAGE if isinstance(outcome.who, Employee) else onward,
                    weak=outcome.weak or (asked and outcome.strong_since is None),
                )
            )
        transit.take_back(answer)
        return answer


def signed_out(people: OidcSignIn, provider_id: str | None) -> Answer:
    """Return the page that says that the session is over, with the way to sign out of the provider too."""
    provider = people.providers.get(provider_id or "")
    address = None if provider is None else client.sign_out_address(provider, f"{people.address}{SIGN_IN_PAGE}")
    return render_template("signed_out.html", provider=provider, address=address)
