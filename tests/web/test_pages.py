"""Every page: who gets in, no inline code, one h1, labels, escaping, and errors without values."""

from html.parser import HTMLParser

import pytest

from gateway.errors import DuplicateRequestError, InvalidRequestError
from gateway.log.witnessed import Progress
from gateway.model.people import Person
from gateway.web.signin import SESSION_SECONDS, DemoSignIn, current_person
from tests.web.canned import AT, FG, MANAGER, NASTY, OFFICER, SUPERVISOR, CannedDesk, CannedReport, client_for, make_app

PAGES = (
    ("/aanmelden", SUPERVISOR),
    ("/", SUPERVISOR),
    ("/verstrekkingen/d1", SUPERVISOR),
    ("/verstrekkingen/d1", FG),
    ("/logboek", OFFICER),
    ("/ontvangers", OFFICER),
    ("/ontvangers", FG),
    ("/toegankelijkheid", SUPERVISOR),
    ("/bestaat-niet", SUPERVISOR),
)


class Reader(HTMLParser):
    """Gathers what the house rules are about."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """Return the attributes of each such tag."""
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.mark.parametrize(("path", "person"), PAGES)
def test_a_page_is_dutch_without_inline_code_and_with_labels(desk: CannedDesk, path: str, person: Person) -> None:
    """WCAG and CSP: lang, one h1, landmarks, a label for each input, unique ids, hints that exist, no inline code."""
    keeps_the_rules(client_for(desk, person).get(path).get_data(as_text=True))


def keeps_the_rules(html: str) -> None:
    """Check the rules that every Dutch page keeps."""
    page = Reader(html)
    assert page.all("html")[0]["lang"] == "nl"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("a")[0]["href"] == "#inhoud"
    assert not page.all("script", "style", "iframe")
    for _, attrs in page.tags:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for attrs in page.all("input", "select", "textarea"):
        if attrs.get("type") != "hidden":
            assert attrs.get("id") in labelled, attrs
    for _, attrs in page.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set((attrs.get(name) or "").split()) <= set(ids)
    posts = [attrs for attrs in page.all("form") if attrs["method"] == "post"]
    assert html.count('name="csrf_token"') == len(posts)


def test_without_a_session_every_guarded_page_sends_to_the_sign_in_page(desk: CannedDesk) -> None:
    """Nobody sees or does anything without signing in, and the address they came from is not repeated."""
    client = client_for(desk, None)
    for rule in client.application.url_map.iter_rules():
        view = client.application.view_functions[rule.endpoint]
        assert hasattr(view, "roles"), rule
        if view.roles:
            path = rule.rule.replace("<disclosure_id>", "d1").replace("<part_id>", "p1")
            answer = client.open(path, method="POST" if "POST" in (rule.methods or ()) else "GET")
            assert (answer.status_code, answer.location) == (303, "/aanmelden"), rule
    assert desk.calls == []


@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("/signalen", FG),
        ("/logboek", SUPERVISOR),
    ],
)
def test_the_wrong_role_gets_403(desk: CannedDesk, path: str, person: Person) -> None:
    """A page names its roles; another role is refused with a page in Dutch."""
    answer = client_for(desk, person).get(path)
    assert answer.status_code == 403
    assert "Dit mag u niet doen" in answer.get_data(as_text=True)


@pytest.mark.parametrize("part", ["goedkeuren", "beoordelen"])
def test_the_wrong_role_may_not_judge(desk: CannedDesk, part: str) -> None:
    """The privacy officer decides and advises nothing."""
    assert client_for(desk, OFFICER).post(f"/verstrekkingen/d1/onderdelen/p1/{part}").status_code == 403
    assert desk.calls == []


def test_a_post_without_the_csrf_token_is_refused(desk: CannedDesk) -> None:
    """A form of another site cannot act for a person who is signed in."""
    app = make_app(desk, csrf=True)
    client = app.test_client()
    with client.session_transaction() as session:
        session["person"], session["since"] = SUPERVISOR.id, 2**40
    assert client.post("/verstrekkingen/d1/intrekken").status_code == 400
    assert client.post("/aanmelden", data={"person": SUPERVISOR.id}).status_code == 400
    assert desk.calls == []


def test_the_session_ends_after_eight_hours_and_with_the_person() -> None:
    """At 8 hours to the second the session is over; so is that of a person who is gone, or from the future."""
    app = make_app(CannedDesk())
    people = DemoSignIn((SUPERVISOR,))
    with app.test_request_context():
        from flask import session  # noqa: PLC0415  # bound to this request

        assert current_person(people, now=lambda: 0.0) is None
        session["person"], session["since"] = SUPERVISOR.id, 1000
        assert current_person(people, now=lambda: 999.0 + SESSION_SECONDS) == SUPERVISOR
        assert current_person(people, now=lambda: 1000.0 + SESSION_SECONDS) is None
        assert current_person(people, now=lambda: 999.0) is None
        assert current_person(DemoSignIn(()), now=lambda: 1001.0) is None


def test_without_identities_the_sign_in_page_says_so(desk: CannedDesk) -> None:
    """No sign-in configured: plain words, no button, no demo banner, and nobody gets in."""
    client = make_app(desk, DemoSignIn(())).test_client()
    html = client.get("/aanmelden").get_data(as_text=True)
    assert "Aanmelden is niet ingesteld" in html
    assert "<button" not in html.partition("<main")[2].partition("</main>")[0]
    assert "DEMO" not in html
    assert client.post("/aanmelden", data={"person": SUPERVISOR.id}).status_code == 400


def test_the_demo_says_loudly_that_data_are_invented(desk: CannedDesk) -> None:
    """Each identity has a button and its roles; signing out ends the session."""
    client = client_for(desk, FG)
    html = client.get("/aanmelden").get_data(as_text=True)
    assert "DEMO: alleen verzonnen gegevens" in html
    assert "Functionaris gegevensbescherming (FG)" in html
    assert client.get("/").status_code == 200
    client.post("/afmelden")
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("path", ["/verstrekkingen/d1", "/", "/logboek"])
def test_titles_hold_no_personal_value_and_values_are_escaped(desk: CannedDesk, path: str) -> None:
    """A title may end up in the browser's history; a datum is text, never markup."""
    html = client_for(desk, MANAGER).get(path).get_data(as_text=True)
    title = html.split("<title>")[1].split("</title>")[0]
    assert "Verzonnen" not in title
    assert "Z-2026" not in title
    assert NASTY not in html
    assert ("&lt;script&gt;" in html) is (path == "/verstrekkingen/d1")


def test_an_error_tells_its_paths_and_never_its_message(desk: CannedDesk) -> None:
    """The page gives Dutch sentences by code and the paths of faults."""
    desk.refusal = InvalidRequestError("geheim", hint="geheim", fields={"subjects.0.data.name": "geheim"})
    answer = client_for(desk, SUPERVISOR).post("/verstrekkingen/d1/intrekken")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "subjects.0.data.name" in html
    assert "geheim" not in html
    desk.refusal = DuplicateRequestError("geheim")
    assert client_for(desk, SUPERVISOR).post("/verstrekkingen/d1/intrekken").status_code == 409


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (CannedReport(ok=True), "Het logboek klopt</h2>"),
        (CannedReport(ok=False, problem="root differs"), "Het logboek klopt niet</h2>"),
    ],
)
def test_the_check_of_the_log_tells_its_result_in_words(desk: CannedDesk, report: CannedReport, told: str) -> None:
    """The panel has the figures, and says which of the two it is; the latest entry comes first, 50 at most."""
    desk.report = report
    html = client_for(desk, OFFICER).post("/logboek/controle").get_data(as_text=True)
    assert told in html
    assert "0,50 seconden" in html
    assert html.index('row">59<') < html.index('row">10<')
    assert 'row">9<' not in html


def test_the_log_book_tells_how_far_each_witness_has_seen(desk: CannedDesk) -> None:
    """Which has seen nothing, and which how much and when; without witnesses that is said too."""
    html = client_for(desk, OFFICER).get("/logboek").get_data(as_text=True)
    assert "Dit logboek heeft geen getuige" in html
    desk.witnesses = (Progress("fg", 58, AT), Progress("rekenkamer"))
    html = client_for(desk, OFFICER).get("/logboek").get_data(as_text=True)
    assert "<dt>fg</dt><dd>heeft 58 van 60 regels gezien, op 24 november 2026, 10:30</dd>" in html
    assert "<dt>rekenkamer</dt><dd>heeft nog niets gezien</dd>" in html


def test_the_style_sheet_is_served(desk: CannedDesk) -> None:
    """One small file of our own, from the blueprint."""
    with client_for(desk, None).get("/static/gateway.css") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert client_for(desk, None).get("/static/../pages.py").status_code == 404
