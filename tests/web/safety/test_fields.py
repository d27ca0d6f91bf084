"""Bad input at every field of every form that somebody's pages hold: an answer that helps, and nothing that leaks."""

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.model.people import Employee, Person
from tests.web.safety.house import DIRK, FLEUR, MERYEM, OTTO, SANNE, House
from tests.web.safety.walk import Field, Form, Page, read_page

CANARY = "Kanariegeel"
PRODUCT = "62615533"  # of 7919 and 7907: stands on a page only if somebody reckoned
BAD = {
    "too long": CANARY + "x" * 6000,
    "control characters": CANARY + "\x00\x07\x1b\u202e",
    "of another kind": CANARY,
    "a template": CANARY + "{{7919*7907}}{% for a in [7919] %}{{a*7907}}{% endfor %}${7919*7907}#{7919*7907}",
    "markup": f'{CANARY}"><script>{CANARY}()</script><img src=x onerror={CANARY}>',
    "a number out of reach": "-" + "9" * 400,
}
ELSEWHERE = {"/taal", "/afmelden", "/aanmelden"}


def forms_of(house: House, who: Person | Employee) -> dict[str, tuple[str, Form]]:
    """Return one form of each kind with something to fill in, with the address that it is sent to."""
    adapter = house.app.url_map.bind("localhost")
    found: dict[str, tuple[str, Form]] = {}
    for path, page in house.shown[who.id].items():
        for form in page.forms:
            action = form.action or path.partition("?")[0]
            asks = [one for one in form.fields if not one.is_hidden and one.kind != "submit"]
            if form.method == "post" and asks and action not in ELSEWHERE:
                endpoint, values = adapter.match(action, method="POST")
                found.setdefault(f"{endpoint} {values.get('key', '')}", (action, form))
    return found


def attack(client: FlaskClient, action: str, form: Form, field: Field, bad: str) -> TestResponse:
    """Send the form as a browser would, with one bad value."""
    return client.post(action, data={**form.filled(), field.name: bad})


def leaks(answer: TestResponse, page: Page, logged: str) -> list[str]:
    """Return every place where what was typed may not be."""
    places = {
        "headers": str(answer.headers),
        "title": page.title,
        "log": logged,
        "links": " ".join((*page.links, *(form.action for form in page.forms))),
    }
    return [name for name, text in places.items() if CANARY in text or "9" * 30 in text]


def is_kept(page: Page, action: str, form: Form, field: Field) -> bool:
    """Say whether a form that comes back with an error summary holds the other fields as they were sent."""
    again = next((one for one in page.forms if (one.action or action) == action), None)
    if not page.errors or again is None:
        return True
    before = {one.name: one.value for one in form.fields if one.is_free and one.name != field.name}
    now = {one.name: one.value for one in again.fields}
    return {name: now.get(name) for name in before if name in now} == {n: v for n, v in before.items() if n in now}


@pytest.mark.parametrize("who", [SANNE, MERYEM, FLEUR, OTTO, DIRK], ids=lambda who: who.id)
def test_bad_input_at_every_field_is_answered_with_help_and_leaks_nowhere(
    house: House, who: Person | Employee, events: io.StringIO
) -> None:
    """Never a fault of the server; nothing typed in a header, address, title or log; nothing reckoned or run.

    An error summary leads to fields that are there, and the form comes back with the rest as it was.
    """
    client, tried, forms = house.client(who), 0, forms_of(house, who)
    for name, (action, form) in forms.items():
        for field in form.fields:
            if field.is_hidden or field.kind == "submit":
                continue
            for what, bad in BAD.items():
                place = (name, field.name, what)
                answer = attack(client, action, form, field, bad)
                html = answer.get_data(as_text=True)
                page = read_page(html) if answer.mimetype == "text/html" else Page()
                assert answer.status_code in {200, 303, 400, 403, 404, 409, 413}, place
                assert leaks(answer, page, events.getvalue()) == [], place
                assert PRODUCT not in html, place
                assert (page.scripts, page.in_line) == ([], []), place
                assert {f"#{one}" for one in page.ids} >= set(page.errors), place
                assert is_kept(page, action, form, field), place
                tried += 1
    assert tried >= len(BAD) * len(forms)


def test_a_wrong_answer_gets_a_summary_with_links(house: House) -> None:
    """At the forms that a hand-over starts with: 400, a summary, and each link leads to a field."""
    for who, path in ((SANNE, "/verstrekkingen/nieuw"), (DIRK, "/postvak/signaal?code=nuisance")):
        page = read_page(house.client(who).get(path).get_data(as_text=True))
        form = next(form for form in page.forms if form.method == "post" and form.action not in ELSEWHERE)
        answer = house.client(who).post(form.action or path, data={**form.filled(), "note": CANARY})
        told = read_page(answer.get_data(as_text=True))
        assert answer.status_code == 400, path
        assert told.errors, path
        assert {f"#{one}" for one in told.ids} >= set(told.errors), path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "VERSTUREN"])
def test_no_other_method_is_smuggled_in(house: House, method: str) -> None:
    """Neither as itself nor by a header or a field that some frameworks know."""
    client, before = house.client(SANNE), house.kept()
    for path in ("/", "/verstrekkingen/nieuw", "/taal"):
        assert client.open(path, method=method).status_code == 405
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert client.get("/", headers={header: "POST"}).status_code == 200
        assert client.post("/taal", data={"_method": method}, headers={header: method}).status_code == 303
    assert house.kept() == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "application/xml", "multipart/form-data", "text/html", ""]
)
def test_a_form_of_another_kind_is_an_empty_form(house: House, kind: str) -> None:
    """What another site can send without asking (text/plain), and what is no form at all, changes nothing."""
    client, before = house.client(SANNE), house.kept()
    body = "recipient=dudok-wonen&ground=illegal_sex_work&purpose=prevent_recurrence&role1=facilitator"
    for path in ("/verstrekkingen/nieuw", "/spoed/uitbuiting/versturen"):
        answer = client.post(path, data=body, content_type=kind)
        assert answer.status_code in {400, 404, 415}, (path, kind)
    assert house.kept() == before


def test_a_parameter_that_comes_twice_or_in_the_address_means_one_thing(house: House) -> None:
    """The first in the form counts; an address adds nothing to a form (parameter pollution)."""
    client, before = house.client(SANNE), house.kept()
    answer = client.post("/taal?taal=nl&terug=//x", data={"taal": ["en", "xx"], "terug": ["/", "//x"]})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "taal=en" in answer.headers["Set-Cookie"]
    assert house.kept() == before


def test_huge_and_many_headers_and_fields_are_no_fault_of_the_server(house: House) -> None:
    """A large header, hundreds of cookies, thousands of fields, a body over the limit."""
    client, before = house.client(SANNE), house.kept()
    many = "; ".join(f"c{number}=1" for number in range(900))
    assert client.get("/", headers={"X-Large": "x" * 60_000}).status_code == 200
    assert client.get("/toegankelijkheid", headers={"Cookie": many}).status_code == 200
    fields = {f"f{number}": "" for number in range(3000)}
    assert client.post("/verstrekkingen/nieuw", data=fields).status_code in {400, 413}
    assert client.post("/verstrekkingen/nieuw", data={"role1": "x" * 70_000}).status_code == 413
    assert client.get("/?" + "a=1&" * 2000).status_code == 200
    assert house.kept() == before


def test_a_planted_template_would_be_found(house: House) -> None:
    """The test of the fields can fail: a page that reckons with what was typed shows the product."""
    with house.app.test_request_context():
        assert PRODUCT in house.app.jinja_env.from_string(BAD["a template"]).render()
