"""The WSGI application: two surfaces, people and partners, which may run together or apart."""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from flask import Flask, Request, Response, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import UnsupportedMediaType

from gateway import telemetry
from gateway.api.letters import create_letters_api
from gateway.api.operations import create_operations_blueprint
from gateway.api.page import create_page_blueprint
from gateway.api.partners import create_partner_blueprint
from gateway.api.pickup import create_pickup_blueprint
from gateway.api.problem import problem_response
from gateway.api.proxy import BehindProxy
from gateway.api.staff import create_staff_blueprint
from gateway.audit.figures import FigureDesk
from gateway.bootstrap import Gateway, build
from gateway.config.identity import read_providers
from gateway.config.settings import Settings
from gateway.errors import GatewayError
from gateway.http import install, title_of
from gateway.keep.retention import Caretaker
from gateway.log.policy import TrustPolicy
from gateway.model.people import Employee, Person, StaffRole
from gateway.model.terms import Json, items, members
from gateway.notices.senders import Senders
from gateway.notices.worker import Courier
from gateway.opening import is_in_folder
from gateway.page.build import Page, build_page
from gateway.page.labels import labels_of
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.pipeline.chase import sweep
from gateway.pipeline.drafts import DraftDesk
from gateway.pipeline.follow_desk import FollowDesk
from gateway.pipeline.inbox_desk import InboxDesk
from gateway.pipeline.incidents import IncidentDesk
from gateway.pipeline.oral_desk import OralDesk
from gateway.pipeline.pickup_desk import PickupDesk
from gateway.pipeline.refusal_desk import RefusalDesk
from gateway.pipeline.sessions import Sessions
from gateway.pipeline.tell import given_up
from gateway.pipeline.urgent_desk import UrgentDesk
from gateway.web.approvals.pages import create_approvals_blueprint
from gateway.web.figures.pages import create_figure_blueprint
from gateway.web.follow.pages import add_follow
from gateway.web.inbox.pages import create_inbox_blueprint
from gateway.web.incident.pages import create_incident_blueprint
from gateway.web.language import speak
from gateway.web.letters import Letterhead, create_letter_blueprint
from gateway.web.oidc.signin import OidcSignIn
from gateway.web.oral.pages import create_oral_blueprint
from gateway.web.pages import create_entrance_blueprint, create_team_blueprint, error_page
from gateway.web.refusals.pages import create_refusal_blueprint
from gateway.web.request.pages import create_request_blueprint
from gateway.web.signin import DemoSignIn, SignIn, current_person
from gateway.web.strong import is_strong_now
from gateway.web.urgent.pages import create_urgent_blueprint

SURFACES = ("all", "people", "partners")
THREADS = 8
"""Requests that the server works on at once; a group commit holds no more than these."""


FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class _FilelessRequest(Request):
    """A request in which no file may be sent: no page takes one, and a large one would be put on disk in clear."""

    @property
    def want_form_data_parsed(self) -> bool:
        """Say whether the body can be a form; the check against forged requests asks, also of a program's JSON."""
        return self.mimetype in FORMS

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> NoReturn:
        raise UnsupportedMediaType


class _GatewayFlask(Flask):
    request_class = _FilelessRequest

    def ensure_sync(self, func: Callable[..., object]) -> Callable[..., object]:
        """Return the function: none here is asynchronous, and Flask would look at nine of them for each request."""
        return func


def create_app(gateway: Gateway, people: SignIn, *, surface: str = "all", session_key: bytes | None = None) -> Flask:
    """Return the app from finished objects; it opens no file, key or socket itself."""
    app = _GatewayFlask("gateway", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False  # an address is right or absent: a redirect would repeat the Host header
    app.config.update(
        SECRET_KEY=session_key or gateway.tools.lookup.cookie_key(),
        MAX_CONTENT_LENGTH=gateway.settings.body_limit,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=not gateway.settings.demo,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf = CSRFProtect(app)
    speak(app)
    app.wsgi_app = BehindProxy(app.wsgi_app, gateway.settings.proxy)  # type: ignore[method-assign]  # Flask's own way
    install(app, rate_limit=gateway.settings.rate_limit, metrics=gateway.tools.metrics, show=_show)
    app.register_blueprint(
        create_operations_blueprint(gateway.team.log_summary, gateway.tools.metrics, gateway.metrics_token)
    )
    labels = labels_of(gateway.team.bundle.vocabulary)
    app.register_blueprint(create_page_blueprint(build_page(labels)))
    app.register_blueprint(create_entrance_blueprint(people))
    if surface in {"all", "people"}:
        team = create_team_blueprint(gateway.team)
        add_follow(team, gateway.team, FollowDesk(gateway.tools))
        app.register_blueprint(team)
        app.register_blueprint(create_urgent_blueprint(UrgentDesk(gateway.tools)))
        app.register_blueprint(create_approvals_blueprint(ApprovalsDesk(gateway.tools)))
        app.register_blueprint(create_oral_blueprint(OralDesk(gateway.tools)))
        settings = gateway.settings
        drafts = DraftDesk(gateway.tools, kept=dt.timedelta(hours=settings.draft_hours))
        app.register_blueprint(create_request_blueprint(gateway.team, drafts))
        app.register_blueprint(create_incident_blueprint(gateway.team, IncidentDesk(gateway.tools), drafts))
        head = Letterhead(settings.municipality.title(), settings.public_url, settings.letter_phone)
        app.register_blueprint(create_letter_blueprint(gateway.team, head))
        app.register_blueprint(create_figure_blueprint(figure_desk(gateway)))
        app.register_blueprint(
            create_refusal_blueprint(
                RefusalDesk(gateway.tools), municipality=head.municipality, fg_phone=settings.fg_phone
            )
        )
        app.register_blueprint(
            create_letters_api(gateway.team, lambda: current_person(people), public_url=settings.public_url)
        )
        app.register_blueprint(create_staff_blueprint(gateway.team, lambda: current_person(people), is_strong_now))
    if surface in {"all", "partners"}:
        pickup = create_pickup_blueprint(PickupDesk(gateway.tools), pickup_page(gateway))
        csrf.exempt(pickup)  # whoever holds a link has no session to ride on
        app.register_blueprint(pickup)
        blueprint = create_partner_blueprint(
            gateway.partners,
            public_url=gateway.settings.public_url,
            clock=gateway.tools.clock,
            rate_limit=gateway.settings.rate_limit,
            certificates=gateway.settings.proxy is not None,
        )
        csrf.exempt(blueprint)  # partners sign every request; there is no browser session to ride on
        app.register_blueprint(blueprint)
        app.register_blueprint(create_inbox_blueprint(InboxDesk(gateway.tools, gateway.partners), labels))
    return app


def figure_desk(gateway: Gateway) -> FigureDesk:
    """Return what counts the months that are over."""
    tools = gateway.tools
    return FigureDesk(tools.store, tools.recorder, lambda: gateway.team.bundle, tools.clock)


def pickup_page(gateway: Gateway) -> Page:
    """Return the page of links that open once, with the keys that it verifies with."""
    asked = gateway.tools.witnessed.trust
    trust = asked if asked.logs else TrustPolicy(tuple(gateway.tools.log_vkeys))
    # Only Ed25519 signs what a link opens: the page need not know the other kinds.
    keys = [key for key in items(members(gateway.partners.issuer_jwks())["keys"]) if members(key)["kty"] == "OKP"]
    given: dict[str, Json] = {
        "issuer": gateway.tools.issuer,
        "keys": json.dumps({"keys": keys}),
        "trust": replace(trust, addresses=()).to_text(),
    }
    labels = labels_of(gateway.team.bundle.vocabulary)
    return build_page(labels, envelope=json.dumps(given), entry="pickup", asks=True)


DEMO_PEOPLE_FILE = "demo-people.json"


def all_surfaces() -> Flask:
    """Make the app for people and partners from the environment (a factory for any WSGI server)."""
    return _from_environment("all")


def people_surface() -> Flask:
    """Make the app with the team's pages only."""
    return _from_environment("people")


def partners_surface() -> Flask:
    """Make the app with the partners' interface only."""
    return _from_environment("partners")


def _from_environment(surface: str) -> Flask:
    settings = Settings.from_env(os.environ)
    telemetry.configure(settings.log_level, sys.stderr)
    gateway = build(settings)
    gateway.pusher.start()
    courier_of(gateway).start()
    Caretaker(settings, gateway.tools.store, clock=gateway.tools.clock).start()
    people = sign_in_of(gateway)
    if settings.demo:
        telemetry.event("policy_unsigned", bundle=gateway.team.bundle.digest, problem="nobody signed it: demo only")
    elif not is_in_folder(settings, gateway.team.bundle.digest):
        telemetry.event("policy_folder_differs", bundle=gateway.team.bundle.digest)
    due = len(gateway.team.needs())
    if due:
        telemetry.event("partners_due", count=due, problem="run `gateway partners check`: papers, keys or dwellings")
    telemetry.event("ready", size=gateway.team.log_summary().entries, surface=surface)
    return create_app(gateway, people, surface=surface)


def courier_of(gateway: Gateway) -> Courier:
    """Return the worker that sends notices, not yet started; without a way out it only counts what is owed."""
    tools = gateway.tools
    return Courier(
        tools.store,
        Senders.of(gateway.settings, tools.partners, tools.issuer_key, tools.clock),
        clock=tools.clock,
        metrics=tools.metrics,
        sweep=partial(sweep, tools),
        given_up=partial(given_up, tools),
    )


def sign_in_of(gateway: Gateway) -> SignIn:
    """Return how people sign in: with the identity providers of the settings, else, in a demo only, invented ones."""
    settings = gateway.settings
    providers = read_providers(settings.oidc, partners=gateway.tools.partners)
    if providers:
        keeper = Sessions(gateway.tools.store, gateway.tools.clock, gateway.tools.lookup.account)
        return OidcSignIn(providers, keeper, address=settings.public_url)
    people = demo_people(settings.home / DEMO_PEOPLE_FILE) if settings.demo else ()
    if people:
        telemetry.event("demo_identities", count=len(people), problem="anyone can sign in: invented data only")
    else:
        telemetry.event("sign_in_closed", problem="nobody can sign in: set GATEWAY_OIDC (docs/sign_in.md)")
    return DemoSignIn(people)


def demo_people(path: Path) -> tuple[Person | Employee, ...]:
    """Read the invented identities that `gateway.demo` wrote; they exist only under the demo flag."""
    return tuple(
        Employee(kept["id"], kept["name"], kept["partner"])
        if "partner" in kept
        else Person(kept["id"], kept["name"], frozenset(StaffRole(role) for role in kept["roles"]))
        for kept in json.loads(path.read_text(encoding="utf-8"))
    )


def _show(status: int, error: GatewayError | None) -> Response:
    if request.path.startswith(("/api/", "/oauth/", "/log/", "/.well-known/", "/openapi.json")):
        code = error.code if error else "http_error"
        detail = error.message if error else title_of(status).lower()
        hint = error.hint if error else ""
        return problem_response(status, title=title_of(status), detail=detail, code=code, hint=hint)
    return error_page(status, error)
