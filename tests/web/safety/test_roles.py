"""Whoever lacks a route's role gets nowhere on it; and looking changes nothing, whoever looks."""

import pytest

from gateway.model.people import Person, StaffRole
from gateway.pipeline.show import OFFICERS
from tests.web.safety.house import EVERYONE, House, has_role

KNOWN = {role.value for role in StaffRole} | {"partner_employee", "partner", "public"}


def test_every_route_names_roles_that_exist(house: House) -> None:
    """A role that nobody can have, or a route that nobody decided about, is a fault; open to all is said out loud."""
    for rule in house.app.url_map.iter_rules():
        view = house.app.view_functions[rule.endpoint]
        assert hasattr(view, "roles"), rule.rule
        assert {str(role) for role in view.roles} <= KNOWN, rule.rule


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.id if who else "nobody")
def test_whoever_lacks_the_role_is_refused_and_nothing_changes(house: House, who: object) -> None:
    """Every route with every real id, without any role, with another role, or of the other side: 403 or sign in."""
    client = house.client(who)  # type: ignore[arg-type]  # parametrised
    before = house.kept()
    tried = 0
    for method in ("GET", "POST"):
        for rule in house.rules(method):
            roles = house.roles(rule)
            if not roles or has_role(who, roles):  # type: ignore[arg-type]  # as above
                continue
            for path in house.paths(rule):
                answer = client.open(path, method=method)
                tried += 1
                to_sign_in = who is None and (answer.status_code, answer.location) == (303, "/aanmelden")
                assert to_sign_in or answer.status_code == 403, (method, rule.rule)
    assert tried > 20
    assert house.kept() == before


@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.id if who else "nobody")
def test_looking_changes_nothing(house: House, who: object) -> None:
    """No GET has a side effect, so no link, picture or prefetch can do anything in somebody's name.

    But one: that an officer reads a request is itself an entry of the log, as the law on supervision asks.
    """
    client = house.client(who)  # type: ignore[arg-type]  # parametrised
    watched = isinstance(who, Person) and who.has(*OFFICERS)
    for rule in house.rules("GET", programs=True):
        for path in house.paths(rule):
            before, size = house.kept(), house.gateway.team.log_summary().entries
            status = client.get(path).status_code
            assert status < 500 or rule.rule == "/readyz", rule.rule
            if watched and house.gateway.team.log_summary().entries > size:
                (added,) = house.gateway.team.log_entries(size, size + 10)
                assert (added.type, "disclosure_id" in rule.arguments) == ("access", True), rule.rule
            else:
                assert house.kept() == before, rule.rule
