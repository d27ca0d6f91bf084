"""Following a request: judging a part sends exactly what was seen, and only what a person may do is offered."""

from dataclasses import replace

import pytest

from gateway.model.decision import Approval
from gateway.model.people import Person
from gateway.model.terms import Text
from gateway.model.views import PartState
from gateway.web.follow import steps
from tests.web.canned import DIGEST, FG, MANAGER, PART, SUPERVISOR, VIEW, CannedDesk, client_for

BASE = "/verstrekkingen/d1"
PART_PATH = f"{BASE}/onderdelen/p1"


def test_what_a_person_may_not_do_is_not_offered_and_explained(desk: CannedDesk) -> None:
    """No buttons, the reason in words, and no contents when the view has none."""
    part = replace(
        PART,
        may_approve=False,
        may_advise=False,
        may_review=False,
        contents=None,
        why_not=Text("Eigen verzoek.", "Own."),
    )
    desk.view = replace(VIEW, parts=(part,))
    html = client_for(desk, FG).get(BASE).get_data(as_text=True)
    assert "Eigen verzoek." in html
    for absent in ("/goedkeuren", "/weigeren", "/adviseren", "/beoordelen", "/intrekken", "/opheffen", "Precies dit"):
        assert absent not in html


@pytest.mark.parametrize(
    ("path", "person", "sent", "call"),
    [
        (f"{PART_PATH}/goedkeuren", MANAGER, {"digest": DIGEST}, ("approve", "d1", "p1", DIGEST)),
        (f"{PART_PATH}/weigeren", SUPERVISOR, {}, ("refuse", "d1", "p1")),
        (f"{PART_PATH}/adviseren", FG, {"advice": "positive"}, ("advise", "d1", "p1", True)),
        (f"{PART_PATH}/adviseren", FG, {"advice": "negative"}, ("advise", "d1", "p1", False)),
        (f"{PART_PATH}/beoordelen", MANAGER, {"review": "good"}, ("review", "d1", "p1", True)),
        (f"{PART_PATH}/beoordelen", SUPERVISOR, {"review": "bad"}, ("review", "d1", "p1", False)),
        (f"{BASE}/intrekken", SUPERVISOR, {}, ("withdraw", "d1")),
        (f"{BASE}/opheffen", MANAGER, {}, ("lift", "d1")),
    ],
)
def test_each_form_says_exactly_one_thing(
    desk: CannedDesk, path: str, person: Person, sent: dict[str, str], call: tuple[object, ...]
) -> None:
    """A post reaches the desk with the words of the form, then goes back to the request."""
    answer = client_for(desk, person).post(path, data=sent)
    assert (answer.status_code, answer.location) == (303, BASE)
    assert desk.calls == [call]


@pytest.mark.parametrize(("path", "person"), [("adviseren", FG), ("beoordelen", MANAGER)])
def test_no_answer_is_never_read_as_an_answer(desk: CannedDesk, path: str, person: Person) -> None:
    """An empty or unknown choice is refused."""
    for sent in ({}, {"advice": "yes", "review": "positive"}):
        assert client_for(desk, person).post(f"{PART_PATH}/{path}", data=sent).status_code == 400
    assert desk.calls == []


def test_the_approver_posts_the_digest_of_what_is_shown(desk: CannedDesk) -> None:
    """The contents, the digest and the button stand together; codes are explained in words."""
    html = client_for(desk, MANAGER).get(BASE).get_data(as_text=True)
    assert f'name="digest" value="{DIGEST}"' in html
    assert "GEB-1 (gebruik in strijd)" in html
    assert "regel 3" in html
    assert "ontvangen op 24-11-2026 09:30" in html


def test_lifting_a_hold_is_offered_for_urgent_grounds_only(desk: CannedDesk) -> None:
    """Only a hand-over on an urgent ground opens a hold."""
    client = client_for(desk, MANAGER)
    assert "opheffen" not in client.get(BASE).get_data(as_text=True)
    desk.view = replace(VIEW, ground="exploitation_signal")
    assert "opheffen" in client.get(BASE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("state", "approval"),
    # A part without approval beforehand is never refused.
    [(s, a) for s in PartState for a in Approval if s is not PartState.REFUSED or a.before_release],
)
def test_the_stages_never_say_that_a_stopped_part_left(state: PartState, approval: Approval) -> None:
    """Refused and voided parts were not fetched; a waiting part is not sealed; a delivered one was."""
    told = {name: now for name, now, _ in steps(replace(PART, state=state, approval=approval, receipts=()))}
    left = state in {PartState.RELEASED, PartState.DELIVERED, PartState.RECALLED}
    assert (told["Verzegeld en vastgelegd"] == "done") is left
    assert (told["Opgehaald"] == "done") is (state in {PartState.DELIVERED, PartState.RECALLED})
    assert ("Teruggeroepen" in told) is (state is PartState.RECALLED)
