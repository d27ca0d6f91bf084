"""An id that is not yours opens nothing (IDOR): the answer is that of an id that nothing has, and nothing changes."""

import pytest

from gateway.model.people import Employee, Person
from tests.web.safety.house import BRAM, EMPLOYEES, EVERYONE, SANNE, STAFF, UNUSED, House, has_role
from tests.web.safety.test_forged_forms import TOKEN

TEAM_WIDE = {
    "disclosure_id",
    "part_id",
    "signal_id",
    "enrolment_id",
    "partner_id",
    "provider_id",
    "name",
    "tag",
    "soort",
    "key",
}
"""What everybody with the route's role may open: one team, one list. Whatever else an address names is private."""


def answer_of(house: House, who: Person | Employee | None, method: str, path: str) -> tuple[int, str | None, str]:
    """Return status, location and page, without what differs for every page."""
    answer = house.client(who).open(path, method=method)
    page = TOKEN.sub("", answer.get_data(as_text=True))
    return answer.status_code, answer.location, page.replace(path, "")


@pytest.mark.control("DPIA-16")
@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.id if who else "nobody")
def test_what_is_not_yours_looks_as_if_it_were_not_there(house: House, who: Person | Employee | None) -> None:
    """Of every route with an id: without the role, or with somebody else's draft or message, the answer is the same."""
    own = house.told(who)
    before, tried = house.kept(), 0
    for method in ("GET", "POST"):
        for rule in house.rules(method):
            private = rule.arguments - TEAM_WIDE
            if not rule.arguments or not house.roles(rule) or (has_role(who, house.roles(rule)) and not private):
                continue
            nobodys = answer_of(house, who, method, house.path(rule, dict.fromkeys(rule.arguments, UNUSED)))
            for path in house.paths(rule):
                values = house.app.url_map.bind("localhost").match(path, method=method)[1]
                if private and {str(values[name]) for name in private} <= own:
                    continue
                assert answer_of(house, who, method, path) == nobodys, (method, rule.rule)
                assert nobodys[0] in {303, 403, 404}, (method, rule.rule)
                tried += 1
    assert tried > 10
    assert house.kept() == before


def test_a_part_of_another_request_is_not_judged_through_this_one(house: House) -> None:
    """Both are real, and Bram may open both; together they are nothing, and nothing changes."""
    before, tried = house.kept(), 0
    client = house.client(BRAM)
    requests = {line.id for line in house.gateway.team.lines(SANNE)}
    for rule in house.rules("POST"):
        if not {"disclosure_id", "part_id"} <= set(rule.arguments):
            continue
        for path in house.paths(rule):
            values = house.app.url_map.bind("localhost").match(path, method="POST")[1]
            if values["disclosure_id"] not in requests:
                continue  # another kind of thing at an address of the same form
            view = house.gateway.team.follow(values["disclosure_id"], BRAM)
            if values["part_id"] not in {part.id for part in view.parts}:
                sent = {"advice": "positive", "review": "good", "digest": "sha256:" + "0" * 64, "reason": "other"}
                assert client.post(path, data=sent).status_code in {303, 400, 403, 404, 409}, rule.rule
                tried += 1
    assert tried > 50
    assert house.kept() == before


@pytest.mark.parametrize("crooked", ["..%2f", "%00", "'%20or%201=1--", "%F0%9F%98%80", "A" * 3000, "{{7*7}}"])
def test_what_is_no_id_is_not_found(house: House, crooked: str) -> None:
    """Never a fault of the server, and the page repeats none of it."""
    before = house.kept()
    for who in (*STAFF[:3], EMPLOYEES[0]):
        client = house.client(who)
        for method in ("GET", "POST"):
            for rule in house.rules(method):
                if not rule.arguments or not has_role(who, house.roles(rule)):
                    continue
                path = house.path(rule, dict.fromkeys(rule.arguments, UNUSED)).replace(UNUSED, crooked)
                answer = client.open(path, method=method, data={"number": "1", "advice": "positive"})
                to_start = (answer.status_code, answer.location) == (303, "/")
                assert to_start or answer.status_code in {400, 403, 404, 409}, (rule.rule, answer.status_code)
                assert "7*7" not in answer.get_data(as_text=True)
    assert house.kept() == before
