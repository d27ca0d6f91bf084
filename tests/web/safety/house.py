"""A gateway at work with something of everything in it, whom it knows, and every address with real ids in it."""

import hashlib
import itertools
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.model.people import Employee, Person
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON
from tests.pipeline.newcomer import Newcomer
from tests.pipeline.test_signals import OWN, nuisance, send
from tests.web.safety.walk import Page, walk

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
ADA, DIRK, SOFIE = DEMO_EMPLOYEES
STAFF = DEMO_PEOPLE
EMPLOYEES = DEMO_EMPLOYEES
NOBODY = Person("demo:niemand", "Niemand Verzonnen", frozenset())
"""Somebody who is signed in and has no role at all."""
EVERYONE: tuple[Person | Employee | None, ...] = (None, NOBODY, *STAFF, *EMPLOYEES)
CHOSEN = {
    "recipient": "dudok-wonen",
    "ground": "illegal_sex_work",
    "purpose": "prevent_recurrence",
    "role1": "facilitator",
}
UNUSED = "f" * 32  # an id that nothing has
PROGRAMS = ("partners_api.", "pickup.", "operations.", "open_page.")
"""Addresses for programs and for whoever holds a link: no session opens them (tests/api, tests/end_to_end)."""


class _Patient(FlaskClient):
    """A browser that takes an answer in as a whole, so that a file which is sent is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask, and read to the end."""
        return super().open(*args, **{"buffered": True, **kwargs})


@dataclass(frozen=True)
class House:
    """The gateway, its app without and with the check against forged forms, and the ids of what is in it."""

    gateway: Gateway
    app: Flask
    strict: Flask
    ids: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, Mapping[str, Page]]  # by person: every page that links lead them to

    def client(self, who: Person | Employee | None, *, strict: bool = False) -> FlaskClient:
        """Return a browser in which this person is signed in."""
        client = (self.strict if strict else self.app).test_client()
        if who is not None:
            with client.session_transaction() as session:
                session["person"], session["since"] = who.id, int(time.time())
        return client

    def kept(self) -> str:
        """Return a digest of every row of the database: what changes anything changes it."""
        hashed = hashlib.sha256()
        path = self.gateway.settings.home / "gateway.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in sorted(tables):
                for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  # its own table names
                    hashed.update(repr((table, row)).encode())
        connection.close()
        return hashed.hexdigest()

    def rules(self, method: str, *, programs: bool = False) -> list[Rule]:
        """Return every route that takes this method."""
        return [
            rule
            for rule in self.app.url_map.iter_rules()
            if method in (rule.methods or set()) and (programs or not rule.endpoint.startswith(PROGRAMS))
        ]

    def told(self, who: Person | Employee | None) -> set[str]:
        """Return every part of every address that somebody's own pages hold."""
        pages = self.shown[who.id].values() if who is not None and who.id in self.shown else ()
        paths = (path for page in pages for path in (*page.links, *(form.action for form in page.forms)))
        return {part for path in paths for part in path.partition("?")[0].split("/")}

    def roles(self, rule: Rule) -> frozenset[str]:
        """Return the roles that the route names."""
        return frozenset(map(str, getattr(self.app.view_functions[rule.endpoint], "roles", ())))

    def paths(self, rule: Rule) -> Iterator[str]:
        """Return the route's address with every combination of real ids; with an unused one for what is unknown."""
        names = sorted(rule.arguments)
        for values in itertools.product(*(self.ids.get(name, (UNUSED,)) for name in names)):
            yield self.path(rule, dict(zip(names, values, strict=True)))

    def path(self, rule: Rule, values: Mapping[str, str]) -> str:
        """Return the route's address with these values."""
        return self.app.url_map.bind("localhost").build(rule.endpoint, dict(values), method=_method(rule))


def has_role(who: Person | Employee | None, roles: frozenset[str]) -> bool:
    """Say whether somebody holds one of these roles."""
    if isinstance(who, Employee):
        return "partner_employee" in roles
    return who is not None and any(role.value in roles for role in who.roles)


def furnish(gateway: Gateway) -> House:
    """Put something of everything into a gateway."""
    gateway = replace(gateway, settings=replace(gateway.settings, rate_limit="1000000 per minute"))
    day, team = NOON.date(), gateway.team
    requests = (
        cases.landlord_too_much(day, 71),
        cases.landlord_about_tenant(day, 72),
        cases.urgent(day, 73, "protect_victim"),
        cases.landlord_by_letter(day, 74),
        cases.landlord(day, 75, illegality_established="unknown"),
    )
    views = [team.submit(json.dumps(body).encode(), SANNE) for body in requests]
    letter = views[3]
    views[3] = team.approve(letter.id, letter.parts[0].id, letter.parts[0].digest, BRAM)
    send(gateway, "dudok-wonen", nuisance(OWN))
    new = Newcomer(gateway, "gooi-wonen")
    enrolment = new.begin(new.request())
    parts = [part for view in views for part in view.parts]
    ids = {
        "disclosure_id": tuple(view.id for view in views),
        "part_id": tuple(part.id for part in parts),
        "message_id": tuple(part.message_id for part in parts if part.message_id),
        "signal_id": tuple(one.id for one in team.signals()),
        "enrolment_id": (enrolment.id,),
        "partner_id": ("dudok-wonen",),
        "provider_id": ("gemeente",),
        "name": ("gateway.css",),
    }
    assert all(ids.values())
    people = DemoSignIn((*STAFF, *EMPLOYEES, NOBODY))
    app, strict = create_app(gateway, people), create_app(gateway, people)
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = strict.test_client_class = _Patient
    house = House(gateway, app, strict, ids, {})
    begun = house.client(SANNE).post("/verstrekkingen/nieuw", data=CHOSEN)
    assert begun.status_code == 303, "Sanne has a draft"
    shown = {
        who.id: walk(house.client(who), "/", "/postvak", *([begun.location] if who is SANNE else []))
        for who in (*STAFF, *EMPLOYEES)
    }
    return replace(house, ids=_with_shown(app, ids, shown), shown=shown)


def _with_shown(
    app: Flask, ids: Mapping[str, tuple[str, ...]], shown: Mapping[str, Mapping[str, Page]]
) -> dict[str, tuple[str, ...]]:
    """Add the ids in the addresses of links and forms that people see: so a new kind of thing is known by itself."""
    adapter = app.url_map.bind("localhost")
    found = {name: dict.fromkeys(values) for name, values in ids.items()}
    for page in (page for pages in shown.values() for page in pages.values()):
        for path in (*page.links, *(form.action for form in page.forms)):
            for method in ("GET", "POST"):
                if path.startswith("/") and adapter.test(path.partition("?")[0].partition("#")[0], method=method):
                    _, values = adapter.match(path.partition("?")[0].partition("#")[0], method=method)
                    for name, value in values.items():
                        found.setdefault(name, {}).setdefault(str(value))
    return {name: tuple(values)[:6] for name, values in found.items()}


def _method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or set()) else "GET"
