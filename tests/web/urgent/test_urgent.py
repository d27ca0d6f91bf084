"""Three questions, and it is sealed, logged and on its way; whatever fails, the telephone is there."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pytest
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import KeyUnavailableError, LogUnavailableError
from gateway.model.notices import Channels
from gateway.model.people import Person, StaffRole
from gateway.model.urgent import Clock
from gateway.pipeline.urgent_desk import UrgentDesk
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON, SetClock
from tests.web.urgent.conftest import form_of, inputs_of

SANNE = next(person for person in DEMO_PEOPLE if person.name.startswith("Sanne"))
BRAM = next(person for person in DEMO_PEOPLE if person.name.startswith("Bram"))
FLEUR = next(person for person in DEMO_PEOPLE if person.has(StaffRole.FG))
AVIM, POLICE = "+31 35 000 00 01", "+31 35 000 00 02"
Answers = Mapping[str, str | list[str]]
SignIn = Callable[[Person], FlaskClient]
FIRST: Answers = {"role": "possible_victim", "indicators": ["UIT-03"]}
REST: Answers = {"safe_contact": "0612345678", "evidence": "sig-2026-77"}


def asked(client: FlaskClient, soort: str, first: Answers) -> dict[str, str | list[str]]:
    """Answer the first question and return what the second page would send unless somebody types."""
    start = form_of(client.get(f"/spoed/{soort}").get_data(as_text=True))
    page = client.post(f"/spoed/{soort}/gegevens", data={**start, **first})
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    date = {name: ["24", "11", "2026"][i] for i, name in enumerate(("evidence-day", "evidence-month", "evidence-year"))}
    assert all(f'name="{name}" value="{value}"' in html for name, value in date.items())
    return {**form_of(html), **date}


def size(gateway: Gateway) -> int:
    """Return how many entries the log has."""
    return gateway.team.log_summary().entries


def test_a_suspicion_takes_three_questions_and_two_answers_of_them_typed(gateway: Gateway, as_person: SignIn) -> None:
    """Two pages, fourteen inputs at most besides the signals, of which four are enough; then it is AVIM's."""
    client, before = as_person(SANNE), size(gateway)
    page = client.get("/spoed/uitbuiting").get_data(as_text=True)
    assert inputs_of(page) == {"role", "indicators"}
    html = client.post("/spoed/uitbuiting/gegevens", data={**form_of(page), **FIRST}).get_data(as_text=True)
    seen = inputs_of(html)
    assert (page + html).count("Vraag 1 van 3") + html.count("Vraag 2 van 3") + html.count("Vraag 3 van 3") == 3
    assert seen == {
        *(f"dwelling_address-{part}" for part in ("postcode", "number", "addition")),
        *(f"evidence-{part}" for part in ("day", "month", "year")),
        *("location_time", "name", "safe_contact", "phone", "evidence", "case_ref", "safety_warning"),
    }
    assert size(gateway) == before, "something was kept before it was sent"

    typed = {**asked(client, "uitbuiting", FIRST), **REST}
    answer = client.post("/spoed/uitbuiting/versturen", data=typed)
    assert answer.status_code == 303
    assert answer.location.startswith("/spoed/verstuurd/")
    assert "0612345678" not in answer.location
    sent = client.get(answer.location).get_data(as_text=True)
    for told in (f"regel {before + 1}", AVIM, "nog 24 uur", "112", "U zelf mag het niet"):
        assert told in sent
    assert [line.message_id for line in gateway.partners.inbox("avim", now=NOON)][-1] in sent
    with gateway.tools.store.read() as unit:
        request = unit.disclosures.get(answer.location.rpartition("/")[2])
        assert request.box is None, "the answers were kept"


def test_a_double_tap_sends_once(gateway: Gateway, as_person: SignIn) -> None:
    """The same form twice is one message; the same form with other answers is none, and says so."""
    client = as_person(SANNE)
    typed = {**asked(client, "uitbuiting", FIRST), **REST}
    first, second = (client.post("/spoed/uitbuiting/versturen", data=typed) for _ in range(2))
    assert first.location == second.location
    other = client.post("/spoed/uitbuiting/versturen", data={**typed, "name": "Verzonnen Naam"})
    assert (other.status_code, "al verstuurd" in other.get_data(as_text=True)) == (409, True)
    assert len(gateway.partners.inbox("avim", now=NOON)) == 1


@pytest.mark.parametrize(
    ("soort", "first", "recipient"),
    [
        ("uitbuiting", {"role": "none", "indicators": ["UIT-01"]}, "avim"),
        ("uitbuiting", {"role": "suspect", "indicators": ["UIT-04"]}, "avim"),
        ("gevaar", {"role": "sex_worker"}, "politie"),
        ("minderjarige", {"role": "possible_victim"}, "veilig-thuis"),
    ],
)
def test_the_first_question_decides_to_whom_it_goes(
    gateway: Gateway, as_person: SignIn, soort: str, first: Answers, recipient: str
) -> None:
    """A signal goes to AVIM, acute danger to the police, a minor to Veilig Thuis; each at once."""
    client = as_person(SANNE)
    where = {"dwelling_address-postcode": "1299 za", "dwelling_address-number": "14", "evidence": "SIG-2026-78"}
    answer = client.post(f"/spoed/{soort}/versturen", data={**asked(client, soort, first), **where})
    assert answer.status_code == 303
    assert len(gateway.partners.inbox(recipient, now=NOON)) == 1
    assert "regel" in client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"safe_contact": ""}, "dwelling_address"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "het briefje"}, "case_ref"),
        ({"evidence": "SIGNA-2026-7"}, "case_ref"),
        ({"case_ref": "zaak van Jan"}, "case_ref"),
        ({"safe_contact": "12"}, "safe_contact"),
        ({"evidence-year": "2027"}, "evidence-day"),
        ({"dwelling_address-postcode": "12"}, "dwelling_address"),
        ({"safety_warning": "bel 0612345678"}, "safety_warning"),
        ({"idempotency_key": "kort"}, "Er klopt iets nog niet"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    gateway: Gateway, as_person: SignIn, changed: dict[str, str], where: str
) -> None:
    """An error summary leads to the input; the rest stands there still, and nothing was kept here."""
    client, before = as_person(SANNE), size(gateway)
    typed = {**asked(client, "uitbuiting", FIRST), **REST, "safety_warning": "grote hond in huis", **changed}
    answer = client.post("/spoed/uitbuiting/versturen", data=typed)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f'href="#{where}"' in html or where in html
    assert str(typed["safety_warning"]) in html
    assert "hond" not in html[html.index("<title>") : html.index("</title>")]
    assert size(gateway) == before


@pytest.mark.parametrize("lacks", ["role", "indicators"])
def test_the_first_question_must_be_answered(as_person: SignIn, lacks: str) -> None:
    """Without whom it is about, or any signal, the next page does not come; also when its address is typed."""
    client = as_person(SANNE)
    typed = {name: value for name, value in FIRST.items() if name != lacks}
    for page in ("gegevens", "versturen"):
        answer = client.post(f"/spoed/uitbuiting/{page}", data={**typed, **REST})
        assert (answer.status_code, f'href="#{lacks}"' in answer.get_data(as_text=True)) == (400, True)


def test_just_after_midnight_today_is_no_day_in_the_future(
    gateway: Gateway, as_person: SignIn, clock: SetClock
) -> None:
    """At half past midnight in Hilversum it is still yesterday in UTC; the form is not refused for that."""
    clock.now = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
    client = as_person(SANNE)
    date = {"evidence-day": "25", "evidence-month": "11", "evidence-year": "2026"}
    start = form_of(client.get("/spoed/uitbuiting").get_data(as_text=True))
    page = client.post("/spoed/uitbuiting/gegevens", data={**start, **FIRST}).get_data(as_text=True)
    assert 'name="evidence-day" value="25"' in page
    answer = client.post("/spoed/uitbuiting/versturen", data={**form_of(page), **REST, **date})
    assert answer.status_code == 303
    assert len(gateway.partners.inbox("avim", now=clock.now)) == 1


@pytest.mark.control("DPIA-12")
@pytest.mark.parametrize(
    "error",
    [partial(LogUnavailableError, hint="none"), partial(KeyUnavailableError, hint="none"), RuntimeError],
)
def test_when_it_fails_the_page_says_phone_now(
    gateway: Gateway, as_person: SignIn, monkeypatch: pytest.MonkeyPatch, error: Callable[[str], Exception]
) -> None:
    """With both numbers, where to enter afterwards what was said, and the answers to try again."""
    client = as_person(SANNE)
    typed = {**asked(client, "uitbuiting", FIRST), **REST}

    def broken(*_: object, **__: object) -> None:
        raise error("invented fault")

    monkeypatch.setattr(type(gateway.tools.store), "write", broken)
    answer = client.post("/spoed/uitbuiting/versturen", data=typed)
    html = answer.get_data(as_text=True)
    assert answer.status_code >= 500
    for told in ("Bel nu", "tel:112", AVIM, "/mondeling", "Probeer het nog een keer", 'value="0612345678"'):
        assert told in html
    monkeypatch.undo()
    again = client.post("/spoed/uitbuiting/versturen", data=form_of(html))
    assert again.status_code == 303
    assert len(gateway.partners.inbox("avim", now=NOON)) == 1


def test_a_lapsed_agreement_stops_nothing_and_a_partner_out_of_use_is_phoned(
    gateway: Gateway, as_person: SignIn
) -> None:
    """The hand-over goes on; where the policy lets nothing leave, the page says so and what to phone."""
    avim = gateway.tools.partners["avim"]
    gateway.tools.partners["avim"] = replace(avim, agreement=None, dpia=None)  # type: ignore[index]
    client = as_person(SANNE)
    answer = client.post("/spoed/uitbuiting/versturen", data={**asked(client, "uitbuiting", FIRST), **REST})
    assert "Verstuurd naar" in client.get(answer.location).get_data(as_text=True)
    gateway.tools.partners["avim"] = replace(avim, active=False)  # type: ignore[index]
    answer = client.post(
        "/spoed/uitbuiting/versturen", data={**asked(client, "uitbuiting", FIRST), **REST, "evidence": "SIG-2026-79"}
    )
    html = client.get(answer.location).get_data(as_text=True)
    assert "Er is niets verstuurd" in html
    assert AVIM in html
    gateway.tools.partners["avim"] = avim  # type: ignore[index]


@pytest.mark.control("DPIA-13")
def test_the_clock_runs_until_a_colleague_looked(gateway: Gateway, as_person: SignIn, clock: SetClock) -> None:
    """Everybody's overview has it, the requester's own says that a colleague does it, and late is said to be late."""
    sanne, bram = as_person(SANNE), as_person(BRAM)
    sent = sanne.post("/spoed/uitbuiting/versturen", data={**asked(sanne, "uitbuiting", FIRST), **REST}).location
    clock.now = NOON + dt.timedelta(minutes=50)
    assert "nog 23 uur en 10 minuten" in sanne.get(sent).get_data(as_text=True)
    mine, theirs = (client.get("/").get_data(as_text=True) for client in (sanne, bram))
    assert "nog 23 uur en 10 minuten" in mine
    assert "van uzelf" in mine
    assert "u kunt dit doen" in theirs
    clock.now = NOON + dt.timedelta(hours=26, minutes=5)
    assert "2 uur en 5 minuten te laat" in bram.get("/").get_data(as_text=True)
    request = sent.rpartition("/")[2]
    part = gateway.team.follow(request, BRAM).parts[0]
    gateway.team.review(request, part.id, good=True, by=BRAM)
    assert "te laat" not in bram.get("/").get_data(as_text=True)
    assert "heeft meegekeken" in sanne.get(sent).get_data(as_text=True)


@pytest.mark.parametrize("mailed", [False, True])
def test_an_email_is_promised_only_where_one_is_sent(gateway: Gateway, clock: SetClock, *, mailed: bool) -> None:
    """Without a mailbox of the team nobody is told, so whoever sent it must look and phone themselves."""
    tools = replace(gateway.tools, channels=Channels(email=mailed, team=mailed))
    app = create_app(replace(gateway, tools=tools), DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/aanmelden", data={"person": SANNE.id})
    sent = client.post("/spoed/uitbuiting/versturen", data={**asked(client, "uitbuiting", FIRST), **REST}).location
    for minutes in (0, 61):
        clock.now = NOON + dt.timedelta(minutes=minutes)
        html = client.get(sent).get_data(as_text=True)
        assert ("Uw team krijgt" in html, "Niemand krijgt" in html) == (mailed, not mailed)


def test_without_a_receipt_the_page_and_the_overview_say_whom_to_phone(
    gateway: Gateway, as_person: SignIn, clock: SetClock
) -> None:
    """Before the hour is over it says until when to wait; after it, to phone, with the number."""
    client = as_person(SANNE)
    sent = client.post("/spoed/uitbuiting/versturen", data={**asked(client, "uitbuiting", FIRST), **REST}).location
    assert "Nog niet bevestigd" in client.get(sent).get_data(as_text=True)
    clock.now = NOON + dt.timedelta(minutes=61)
    assert "Er is nog geen bevestiging. Bel nu." in client.get(sent).get_data(as_text=True)
    main = client.get("/").get_data(as_text=True).partition("Bevestigingen die ontbreken")[2]
    assert AVIM in main


def test_the_button_is_on_every_page_of_the_team_and_only_there(as_person: SignIn) -> None:
    """A supervisor has it in the menu; officers do not send, and are not let in."""
    assert '<a class="button now" href="/spoed/uitbuiting">' in as_person(SANNE).get("/signalen").get_data(as_text=True)
    officer = as_person(FLEUR)
    assert "/spoed/uitbuiting" not in officer.get("/").get_data(as_text=True)
    for page in ("/spoed", "/spoed/uitbuiting"):
        assert officer.get(page).status_code == 403


def test_a_way_that_the_policy_has_not_is_no_page(as_person: SignIn) -> None:
    """Neither asked for nor posted to."""
    client = as_person(SANNE)
    assert client.get("/spoed/haast").status_code == 404
    assert client.post("/spoed/haast/versturen").status_code == 404


def test_the_ways_are_those_of_the_policy(gateway: Gateway) -> None:
    """Each to the partner whom it concerns first, about the roles for which one document is enough."""
    ways = {way.ground: way for way in UrgentDesk(gateway.tools).ways()}
    assert {ground: way.partner.id for ground, way in ways.items()} == {
        "exploitation_signal": "avim",
        "vital_interest": "politie",
        "child_protection": "veilig-thuis",
    }
    assert ways["exploitation_signal"].fact == "indicator_recorded"
    assert "reporter" not in ways["exploitation_signal"].roles, "a reporter is named with consent only"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (dt.timedelta(hours=23, minutes=10), (23, 10, False)),
        (dt.timedelta(seconds=59), (0, 0, False)),
        (dt.timedelta(0), (0, 0, False)),
        (dt.timedelta(minutes=-61), (1, 1, True)),
    ],
)
def test_a_clock_counts_whole_minutes(left: dt.timedelta, said: tuple[int, int, bool]) -> None:
    """And knows when it is too late."""
    clock = Clock.until(NOON + left, NOON)
    assert (clock.hours, clock.minutes, clock.late) == said
