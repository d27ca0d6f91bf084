"""Another site cannot send a form in somebody's name (CSRF): every route that takes a form, found in the url map."""

import re

from gateway.wsgi import FORMS
from tests.web.safety.house import ADA, MERYEM, SANNE, House

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
EXEMPT = {"partners_api", "pickup"}
"""Partners sign each request; whoever holds a link has no session. Who adds one to these has to say why."""


def test_only_what_has_no_session_is_exempt(house: House) -> None:
    """A new exemption is a decision, not an accident."""
    csrf = house.strict.extensions["csrf"]
    assert {blueprint.name for blueprint in csrf._exempt_blueprints} == EXEMPT  # noqa: SLF001  # nothing else tells
    assert csrf._exempt_views == set()  # noqa: SLF001


def test_a_form_without_a_token_or_with_another_sessions_token_does_nothing(house: House) -> None:
    """400 whoever is signed in, on every route that is not a GET; and nothing is changed by it."""
    page = house.client(SANNE, strict=True).get("/toegankelijkheid").get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None
    tokens = ("", "x", found[1])
    before, tried = house.kept(), 0
    for who in (None, SANNE, MERYEM, ADA):
        for rule in house.rules("POST"):
            path = next(iter(house.paths(rule)))
            for token in tokens if who is SANNE else ("",):
                client = house.client(who, strict=True)  # has never seen a form
                sent = {"csrf_token": token} if token else {}
                form = client.post(path, data=sent)
                header = client.post(path, json={}, headers={"X-CSRFToken": token})
                assert (form.status_code, header.status_code) == (400, 400), rule.rule
                tried += 1
    assert tried > 100
    assert house.kept() == before


def test_other_ways_to_change_something_do_not_exist(house: House) -> None:
    """No route takes PUT, PATCH or DELETE, which the check would have to know as well; a form is one of two kinds."""
    methods = {method for rule in house.app.url_map.iter_rules() for method in rule.methods or set()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "text/plain" not in FORMS


def test_a_token_that_is_good_is_taken(house: House) -> None:
    """The test above can fail."""
    client = house.client(SANNE, strict=True)
    found = TOKEN.search(client.get("/toegankelijkheid").get_data(as_text=True))
    assert found is not None
    assert client.post("/taal", data={"csrf_token": found[1], "taal": "en", "terug": "/"}).status_code == 303


def test_every_form_carries_a_token(house: House) -> None:
    """On every page that somebody reaches; a form that asks something of an address (GET) needs none."""
    forms = [form for pages in house.shown.values() for page in pages.values() for form in page.forms]
    posts = [form for form in forms if form.method == "post"]
    assert len(posts) > 20
    assert [form.action for form in posts if "csrf_token" not in {one.name for one in form.fields}] == []
    assert [form.action for form in forms if form.method not in {"get", "post"}] == []
