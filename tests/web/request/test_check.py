"""The check: what will be sealed is shown before it is sent, what stays is grey, and only what was shown is sent."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.decision import Approval
from gateway.model.mirror import MessageView, Preview
from gateway.model.terms import Json
from gateway.pipeline.drafts import DraftDesk
from gateway.web.request.shown import Mark, differences, marks_of, read_marks
from tests.conftest import SetClock
from tests.pipeline.changes import Change, hold, holdings
from tests.web.canned import DIGEST, VOCABULARY, CannedDesk, make_app
from tests.web.request.checking import shown_on
from tests.web.request.conftest import BRAM, CASE, SANNE, begin, browser_of, fact, fill

CODE = re.compile(r"<code>(sha256:[0-9a-f]{64})</code>")
URGENT = {
    "recipient": "avim",
    "ground": "exploitation_signal",
    "purpose": "protect_victim",
    "role1": "possible_victim",
}


def checked(client: FlaskClient, **changed: str) -> tuple[str, str]:
    """Fill a request in, and return the draft's address and the check page."""
    draft = begin(client)
    place = fill(client, draft, **changed)
    assert place == f"{draft}/controle"
    return draft, client.get(place).get_data(as_text=True)


def submitted(client: FlaskClient, draft: str, page: str) -> tuple[int, str]:
    """Press the button; return the status, and the page or where it leads."""
    answer = client.post(f"{draft}/indienen", data={"shown": shown_on(page)})
    return answer.status_code, answer.location or answer.get_data(as_text=True)


@pytest.mark.parametrize("change", [holdings, hold])
def test_what_changed_since_is_shown_again_and_not_stored(
    sanne: FlaskClient, gateway: Gateway, clock: SetClock, change: Change
) -> None:
    """Another owner, a hold: the page says what is otherwise, and the draft is still there."""
    draft, page = checked(sanne)
    change(gateway, clock)
    size = gateway.team.log_summary().entries
    status, again = submitted(sanne, draft, page)
    assert status == 409
    assert "Er is intussen iets veranderd" in again
    assert "(betrokkene 1) gaat niet meer mee." in again
    assert gateway.team.log_summary().entries == size
    assert "Er gaat niets naar de ontvanger" in again
    status, place = submitted(sanne, draft, again)
    assert status == 303  # nothing would leave, and that is what it showed
    assert "Niet toegestaan" in sanne.get(place).get_data(as_text=True)


def test_the_next_day_the_page_names_the_new_day(sanne: FlaskClient, clock: SetClock) -> None:
    """Between two clicks midnight passes: only the day of destruction is otherwise, and it says so."""
    clock.now = clock.now.replace(hour=22, minute=59)
    draft, page = checked(sanne)
    clock.now += timedelta(hours=2)
    status, again = submitted(sanne, draft, page)
    assert status == 409
    assert "De ontvanger moet de gegevens nu uiterlijk vernietigen op 25 november 2027." in again
    assert submitted(sanne, draft, again)[0] == 303


def test_a_page_that_says_nothing_of_what_it_showed_submits_nothing(sanne: FlaskClient, gateway: Gateway) -> None:
    """Cut, altered or left out: it is shown again."""
    draft, page = checked(sanne)
    size = gateway.team.log_summary().entries
    for wrong in ("", "[]", "{", "null", "[1]", json.dumps([{"digest": DIGEST}]), shown_on(page)[:-9], "[" * 10_000):
        answer = sanne.post(f"{draft}/indienen", data={"shown": wrong})
        assert answer.status_code == 409, wrong
    assert sanne.post(f"{draft}/indienen").status_code == 409
    assert gateway.team.log_summary().entries == size


def test_an_answer_changed_in_another_window_is_shown_first(sanne: FlaskClient, gateway: Gateway) -> None:
    """Two windows with one draft: what is submitted is what the pressed page showed, or nothing."""
    draft, page = checked(sanne)
    sanne.post(f"{draft}/vragen/zaak", data={**CASE, "case-data-finding_code": "GEB-0"})
    status, again = submitted(sanne, draft, page)
    assert status == 409
    assert "De gegevens zelf zijn anders" in again


def test_what_is_sent_is_what_was_shown(sanne: FlaskClient, gateway: Gateway) -> None:
    """The digest on the page is the one that waits for the approver, on whose page the same message stands."""
    draft, page = checked(sanne)
    for word in ("Precies dit leest de ontvanger", "1299ZA 12 bis", "Wacht op goedkeuring", "Reden", "mag niet"):
        assert word in page
    (digest,) = CODE.findall(page)
    status, place = submitted(sanne, draft, page)
    assert status == 303
    view = gateway.team.follow(place.rpartition("/")[2], BRAM)
    assert [part.digest for part in view.parts] == [digest]
    seen = sanne.get(place).get_data(as_text=True)
    assert CODE.findall(seen) == [digest]
    message = re.compile(r'<div class="message">.*?</div>', re.DOTALL)
    assert message.findall(seen) == message.findall(page)
    assert gateway.team.approve(view.id, view.parts[0].id, digest, BRAM).parts[0].digest == digest


def test_the_landlord_reads_a_neutral_reason(sanne: FlaskClient) -> None:
    """The ground's own name stands above, for the team; in the message stands the label of the rule."""
    _, page = checked(sanne)
    (message,) = re.findall(r'<div class="message">.*?</div>', page, re.DOTALL)
    assert "seks" not in message.lower()
    assert "seks" in page.lower()


def test_a_draft_and_its_mirror_are_its_owners(sanne: FlaskClient, app: Flask) -> None:
    """A colleague, a manager and officers get the same page as for a draft that is not there, and none of the data."""
    draft, page = checked(sanne)
    for person in DEMO_PEOPLE[1:]:
        client = browser_of(app, person)
        for answer in (client.get(f"{draft}/controle"), client.post(f"{draft}/indienen", data={"shown": "[]"})):
            assert (answer.status_code, answer.location) in {(403, None), (404, None), (303, "/")}
            told = answer.get_data(as_text=True)
            assert "1299ZA" not in told
            assert CODE.findall(page)[0] not in told


def test_the_seed_stands_on_no_page(sanne: FlaskClient, gateway: Gateway) -> None:
    """It stays in the encrypted draft: the page posts digests, and no value of the data in a hidden input."""
    _, page = checked(sanne)
    (kept,) = DraftDesk(gateway.tools).mine(SANNE)
    assert kept.content.seed.hex() not in page
    assert "1299ZA" not in shown_on(page)


@pytest.mark.control("DPIA-12")
def test_what_is_urgent_goes_on_and_the_next_page_says_so(
    sanne: FlaskClient, gateway: Gateway, clock: SetClock
) -> None:
    """A midnight between two clicks never keeps a signal from AVIM."""
    clock.now = clock.now.replace(hour=22, minute=59)
    draft = begin(sanne, **URGENT)
    place = str(sanne.get(draft).location)
    facts = fact("indicator_recorded", "yes")
    inputs = {"case_ref": "Z-2026-77", "case-data-finding_date-day": "20", "case-data-finding_date-month": "11"}
    inputs |= {"case-data-finding_date-year": "2026", "s1-data-alias": "Demo Alias", "s1-provenance": "own", **facts}
    for _ in range(9):
        if place.endswith("/controle"):
            break
        place = str(sanne.post(place, data=inputs).location)
    page = sanne.get(place).get_data(as_text=True)
    assert "Gaat direct na het indienen" in page
    clock.now += timedelta(hours=2)
    status, lead = submitted(sanne, draft, page)
    assert (status, lead[-9:]) == (303, "?anders=1")
    assert "is het toch direct verstuurd" in sanne.get(lead).get_data(as_text=True)
    assert [part.state.value for part in gateway.team.follow(lead[16:48], BRAM).parts] == ["released"]


# -- what is posted back -----------------------------------------------------------------------------------------------
def test_what_is_posted_back_is_read_as_it_was_written() -> None:
    """Ids, names of fields and a day; no value."""
    message = _message({"s1": {"name": "Vera Verzonnen", "visits": 3}})
    (mark,) = read_marks(marks_of(Preview(bytes(32), (message,))))
    assert mark == Mark.of(message)
    assert mark.fields == {("s1", "name"), ("s1", "visits")}
    assert "Vera" not in marks_of(Preview(bytes(32), (message,)))


def _message(data: dict[str, dict[str, Json]], digest: str = DIGEST, **named: str) -> MessageView:
    contents: dict[str, Json] = {
        "ground": named.get("ground", "g"),
        "purpose": "p",
        "legal_basis": [named.get("law", "L1")],
        "obligations": {"onward_disclosure": "forbidden", "destroy_by": named.get("destroy", "2027-11-24")},
        "subjects": [{"ref": ref, "data": dict(told)} for ref, told in data.items()],
    }
    return MessageView(
        Approval(named.get("approval", "pre_two")), digest, contents, named.get("key", "k"), named.get("bundle", "b")
    )


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"bundle": "b2"}, ["Het beleid is vernieuwd."]),
        ({"key": "k2"}, ["De ontvanger heeft een andere sleutel."]),
        ({"ground": "g2"}, ["De reden die de ontvanger leest, is anders."]),
        ({"law": "L2"}, ["De wettelijke grondslag die de ontvanger leest, is anders."]),
        ({"destroy": "2027-11-25"}, ["De ontvanger moet de gegevens nu uiterlijk vernietigen op 25 november 2027."]),
        ({"approval": "none"}, ["Veld name (betrokkene 1) gaat nu direct mee."]),
        ({}, ["De gegevens zelf zijn anders. Misschien zijn ze in een ander venster gewijzigd."]),
    ],
)
def test_each_difference_is_told_in_words(named: dict[str, str], told: list[str]) -> None:
    """The policy, the key, the reason, the law, the day of destruction, or the way in which a field goes."""
    before = (Mark.of(_message({"s1": {"name": "x"}})),)
    now = Preview(bytes(32), (_message({"s1": {"name": "x"}}, "sha256:" + "cd" * 32, **named),))
    with make_app(CannedDesk()).test_request_context("/"):
        assert differences(before, now, VOCABULARY) == told
        assert differences([Mark.of(one) for one in now.messages], now, VOCABULARY) == []


def test_fields_that_come_and_go_are_named() -> None:
    """By label and number; a field that the policy no longer has by its own name."""
    before = (Mark.of(_message({"s1": {"name": "x", "gone": "y"}})),)
    now = Preview(bytes(32), (_message({"s1": {"visits": 1}}, "sha256:" + "cd" * 32),))
    with make_app(CannedDesk()).test_request_context("/"):
        assert differences(before, now, VOCABULARY) == [
            "gone (betrokkene 1) gaat niet meer mee.",
            "Veld name (betrokkene 1) gaat niet meer mee.",
            "Veld visits (betrokkene 1) wacht nu op goedkeuring.",
        ]
        nothing = Preview(bytes(32), ())
        assert differences(before, nothing, VOCABULARY)[1:] == ["Veld name (betrokkene 1) gaat niet meer mee."]
