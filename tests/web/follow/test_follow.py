"""Following a request: judging a part sends exactly what was seen, and only what a person may do is offered."""

from dataclasses import replace

import pytest

from gateway.model.people import Person
from gateway.model.terms import Text
from gateway.model.views import ChangedLine, ChangeView, Paper, PartState, ReceiptView
from gateway.web.follow.stages import ahead
from tests.web.canned import AT, DIGEST, FG, MANAGER, OFFICER, PART, SUPERVISOR, VIEW, CannedDesk, client_for

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
    for absent in (
        "/goedkeuren",
        "/weigeren",
        "/adviseren",
        "/beoordelen",
        "/intrekken",
        "/opheffen",
        'class="message"',
    ):
        assert absent not in html


@pytest.mark.parametrize(
    ("path", "person", "sent", "call"),
    [
        (f"{PART_PATH}/goedkeuren", MANAGER, {"digest": DIGEST}, ("approve", "d1", "p1", DIGEST, None)),
        (
            f"{PART_PATH}/goedkeuren",
            MANAGER,
            {"digest": DIGEST, "against": "duty"},
            ("approve", "d1", "p1", DIGEST, "duty"),
        ),
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


def test_no_answer_is_never_read_as_an_answer(desk: CannedDesk) -> None:
    """An empty or unknown choice is refused."""
    for sent in ({}, {"review": "positive"}):
        assert client_for(desk, MANAGER).post(f"{PART_PATH}/beoordelen", data=sent).status_code == 400
    assert desk.calls == []


def test_the_approver_posts_the_digest_of_what_is_shown(desk: CannedDesk) -> None:
    """The contents, the digest and the button stand together; codes are explained in words."""
    html = client_for(desk, MANAGER).get(BASE).get_data(as_text=True)
    assert f'name="digest" value="{DIGEST}"' in html
    assert "gebruik in strijd" in html
    assert "regel 3" in html


def test_lifting_a_hold_is_offered_for_urgent_grounds_only(desk: CannedDesk) -> None:
    """Only a hand-over on an urgent ground opens a hold."""
    client = client_for(desk, MANAGER)
    assert "opheffen" not in client.get(BASE).get_data(as_text=True)
    desk.view = replace(VIEW, ground="exploitation_signal")
    assert "opheffen" in client.get(BASE).get_data(as_text=True)


@pytest.mark.parametrize("state", PartState)
def test_what_is_still_to_come_never_says_that_a_stopped_part_will_leave(state: PartState) -> None:
    """Nothing follows on a refusal, a void or a recall; what waits, waits for an approval first."""
    part = replace(PART, state=state, receipts=())
    names = [name for name, _ in ahead(part)]
    stopped = state in {PartState.REFUSED, PartState.VOIDED, PartState.RECALLED}
    assert (names == []) is stopped
    assert ("approval" in names) is (state is PartState.WAITING)
    assert ("fetched" in names) is (state in {PartState.WAITING, PartState.RELEASED})
    assert [turn for _, turn in ahead(part)][:1] == ([] if stopped else ["now"])


def test_who_confirmed_is_asked_only_for_what_is_missing() -> None:
    """A receipt of arrival leaves the destruction; one of destruction, or of a mistake, leaves nothing."""
    arrived = replace(PART, state=PartState.DELIVERED)
    assert ahead(arrived) == [("destroyed", "now")]
    for state in ("destroyed", "not_for_us"):
        assert ahead(replace(arrived, receipts=(ReceiptView(state, AT, 4),))) == []


CHANGE = ChangeView(
    earlier="d0",
    leaf_index=1,
    recipient="dudok-wonen",
    ground="exploitation_signal",
    purpose="protect",
    roles=(("tenant", "facilitator"),),
    facts=(("illegality_established", Paper.SAME), ("own_fact", Paper.OTHER), ("avim_hold", Paper.NONE)),
)
TOLD = (
    "Ontvanger: eerst Dudok Wonen",
    "Grond: eerst signaal.",
    "Doel: eerst beschermen.",
    "Rol: eerst huurder, nu facilitator.",
    "Is de overtreding vastgesteld? Nu op hetzelfde stuk.",
    "Iets anders staat vast. Nu op een ander of nieuwer stuk.",
    "Berekend. Nu zonder stuk.",
)


def test_what_changed_after_a_refusal_stands_before_what_is_approved(desk: CannedDesk) -> None:
    """In words, with a link to the earlier request, and once more beside the button."""
    html = client_for(desk, MANAGER).get(BASE).get_data(as_text=True)
    assert "gewijzigd" not in html
    desk.view = replace(VIEW, after_refusal=(CHANGE, ChangeView("d9", 2, readable=False)))
    html = client_for(desk, MANAGER).get(BASE).get_data(as_text=True)
    for told in (*TOLD, 'href="/verstrekkingen/d0"', 'href="#gewijzigd"', "niet te openen"):
        assert told in html, told
    assert html.index('id="gewijzigd"') < html.index("Uw beslissing")


def test_a_word_that_the_policy_no_longer_has_is_shown_as_it_was_recorded(desk: CannedDesk) -> None:
    """The policy changes; what was recorded does not."""
    old = ChangeView("d0", 1, "gone-1", "gone_2", "gone_3", (("gone_4", "gone_5"),), (("gone_6", Paper.NONE),))
    desk.view = replace(VIEW, after_refusal=(old,))
    html = client_for(desk, MANAGER).get(BASE).get_data(as_text=True)
    for told in (
        "eerst gone-1.",
        "eerst gone_2.",
        "eerst gone_3.",
        "eerst gone_4, nu gone_5.",
        "gone_6 Nu zonder stuk.",
    ):
        assert told in html, told


def test_officers_find_the_changed_requests_in_the_log_book(desk: CannedDesk) -> None:
    """With what changed, as far as it was not erased; who opens one is recorded."""
    client = client_for(desk, OFFICER)
    assert "Er is geen verzoek gewijzigd na een weigering." in client.get("/logboek").get_data(as_text=True)
    desk.changed = (ChangedLine("d1", AT, 7, (CHANGE,)), ChangedLine("d2", AT, 8, ()))
    html = client.get("/logboek").get_data(as_text=True)
    lines = ("24 november 2026, 10:30, regel 7", "Wat er anders was, is gewist.")
    for told in (*TOLD, 'href="/verstrekkingen/d1"', *lines):
        assert told in html, told
