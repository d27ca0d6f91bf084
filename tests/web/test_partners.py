"""The page of the partners: new keys are confirmed by typing what was heard, and a revocation says whom to phone."""

from dataclasses import replace

import pytest

from gateway.errors import InvalidRequestError
from gateway.model.affairs import Affairs
from gateway.model.people import Person
from gateway.model.views import PartState
from tests.builders import PARTNER
from tests.web.canned import FG, MANAGER, OFFICER, SUPERVISOR, VIEW, CannedDesk, client_for

NUMBER = "1234 5678 9012 3456 7890 1234 5678 9012"


def test_who_does_not_keep_the_partners_sees_no_page_and_confirms_nothing(desk: CannedDesk) -> None:
    """A supervisor asks for hand-overs; the FG looks and decides nothing."""
    assert client_for(desk, SUPERVISOR).get("/ontvangers").status_code == 403
    for person in (SUPERVISOR, FG):
        client = client_for(desk, person)
        for path in ("aanmeldingen/e1/bevestigen", "aanmeldingen/e1/weigeren", f"{PARTNER.id}/intrekken"):
            assert client.post(f"/ontvangers/{path}", data={"number": NUMBER}).status_code == 403
    assert desk.calls == []
    page = client_for(desk, FG).get("/ontvangers").get_data(as_text=True)
    assert "/intrekken" not in page


@pytest.mark.parametrize(("counts", "told"), [(False, "moet een ander"), (True, "De sleutels tellen vanaf nu")])
def test_the_number_that_was_heard_is_typed(desk: CannedDesk, counts: bool, told: str) -> None:
    """The page tells whether another word is still needed."""
    desk.counts = counts
    client = client_for(desk, MANAGER)
    answer = client.post("/ontvangers/aanmeldingen/e1/bevestigen", data={"number": NUMBER})
    assert answer.status_code == 303
    assert desk.calls == [("confirm", "e1", NUMBER)]
    assert told in client.get(answer.headers["Location"]).get_data(as_text=True)


def test_the_page_shows_whom_to_call_and_never_the_number(desk: CannedDesk) -> None:
    """Who could read the number off would not call; what a person confirmed already has no form any more."""
    page = client_for(desk, OFFICER).get("/ontvangers").get_data(as_text=True)
    assert PARTNER.contact.phone in page
    assert page.count('name="number"') == 1
    assert "U hebt dit al bevestigd" in page
    assert "/ontvangers/aanmeldingen/e2/" not in page


def test_a_wrong_number_is_refused_without_repeating_it(desk: CannedDesk) -> None:
    """The answer names the field only."""
    desk.refusal = InvalidRequestError("wrong", hint="again", fields={"number": "wrong"})
    answer = client_for(desk, OFFICER).post("/ontvangers/aanmeldingen/e1/bevestigen", data={"number": "4711"})
    assert answer.status_code == 400
    assert "4711" not in answer.get_data(as_text=True)


def test_keys_are_refused_by_one_officer(desk: CannedDesk) -> None:
    """Then nothing of them ever counts."""
    answer = client_for(desk, OFFICER).post("/ontvangers/aanmeldingen/e1/weigeren")
    assert (answer.status_code, desk.calls) == (303, [("refuse_enrolment", "e1")])


def test_a_revocation_says_plainly_whom_to_phone_and_what_to_make_again(desk: CannedDesk) -> None:
    """Urgent first, with the number of the desk."""
    page = client_for(desk, OFFICER).post(f"/ontvangers/{PARTNER.id}/intrekken").get_data(as_text=True)
    assert f"Bel nu met {PARTNER.contact.desk}: {PARTNER.contact.phone}" in page
    assert 'href="/verstrekkingen/d2"' in page
    assert 'href="/verstrekkingen/d1"' in page
    assert 'href="/verstrekkingen/d3"' in page.partition("vraag om de gegevens te vernietigen")[2]


@pytest.mark.parametrize("person", [SUPERVISOR, MANAGER])
def test_whoever_approves_sees_at_the_start_what_ends(desk: CannedDesk, person: Person) -> None:
    """A month ahead, on the first page; without anything to do there is no heading."""
    assert "Verleng de overeenkomst." in client_for(desk, person).get("/").get_data(as_text=True)
    desk.affairs = Affairs((), ())
    assert "Let op bij ontvangers" not in client_for(desk, person).get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("ground", "told"), [("illegal_sex_work", "Dien het verzoek opnieuw in"), ("urgent", "bel nu")]
)
def test_a_request_whose_message_was_stopped_says_what_to_do(desk: CannedDesk, ground: str, told: str) -> None:
    """Make it again; by phone when it is urgent."""
    grounds = {word for word, known in desk.bundle.vocabulary.grounds.items() if known.urgent}
    part = replace(VIEW.parts[0], state=PartState.VOIDED, send_again=True)
    desk.view = replace(VIEW, ground=next(iter(grounds)) if ground == "urgent" else ground, parts=(part,))
    assert told in client_for(desk, SUPERVISOR).get("/verstrekkingen/d1").get_data(as_text=True)
