"""Who owns the dwelling according to the land register, on the form: asked of landlords, kept, and never a release."""

import json
import re
from dataclasses import replace

from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.model.people import StaffRole
from gateway.pipeline.drafts import DraftDesk
from gateway.pipeline.follow_desk import FollowDesk
from gateway.web.request.change import chosen_again
from gateway.web.request.combination import Combination
from gateway.web.request.draft import OWNERSHIP, Draft
from tests.web.canned import CannedDesk
from tests.web.request.conftest import BRAM, CASE, SANNE, begin, fact, fill, send
from tests.web.request.test_draft import kept

SEEN = {
    OWNERSHIP: "recipient",
    f"{OWNERSHIP}-evidence": "kad-2026-7",
    f"{OWNERSHIP}-day": "24",
    f"{OWNERSHIP}-month": "11",
    f"{OWNERSHIP}-year": "2026",
}
QUESTION = "Wie is de eigenaar volgens het Kadaster?"
DISAGREES, OLD = "zeggen niet hetzelfde", "is te oud"


def case_page(client: FlaskClient, draft: str) -> str:
    """Return the page about the case."""
    return client.get(f"{draft}/vragen/zaak").get_data(as_text=True)


def checked(client: FlaskClient, **changed: str) -> tuple[str, str]:
    """Fill in a request with what was seen; return the draft and its check page."""
    draft = begin(client)
    assert client.post(f"{draft}/vragen/zaak", data=CASE | SEEN | changed).status_code == 303
    assert fill(client, draft) == f"{draft}/controle"
    return draft, client.get(f"{draft}/controle").get_data(as_text=True)


WRONG = (
    {OWNERSHIP: "Vera Verzonnen"},
    {OWNERSHIP: ""},
    {OWNERSHIP: "unknown"},
    {f"{OWNERSHIP}-evidence": ""},
    {f"{OWNERSHIP}-evidence": "gezien door Vera"},
    {f"{OWNERSHIP}-day": "25"},
    {f"{OWNERSHIP}-day": "", f"{OWNERSHIP}-month": "", f"{OWNERSHIP}-year": ""},
    {f"{OWNERSHIP}-day": "31"},
)


def test_what_is_wrong_is_in_the_summary_and_stays(sanne: FlaskClient) -> None:
    """With a link to the question; half an answer is no answer, tomorrow is no day, and every input keeps its text."""
    draft = begin(sanne)
    for wrong in WRONG:
        answer = sanne.post(f"{draft}/vragen/zaak", data=CASE | SEEN | wrong)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400, wrong
        assert re.findall(r'<li><a href="#([^"]+)">', html) == [f"{OWNERSHIP}-recipient"], wrong
        assert f'id="{OWNERSHIP}-recipient"' in html
        assert "Kies wie de eigenaar is." in html
        for name, value in (SEEN | wrong).items():
            assert name == OWNERSHIP or not value or f'name="{name}" value="{value}"' in html, wrong
        assert sanne.get(f"{draft}/controle").status_code == 400  # nor is it overlooked by going on


OTHERS = (
    {"recipient": "avim", "ground": "exploitation_signal", "purpose": "protect_victim", "role1": "possible_victim"},
    {"recipient": "belle", "ground": "care_consent", "purpose": "offer_help", "role1": "sex_worker"},
)


def test_it_is_asked_of_landlords_alone(sanne: FlaskClient) -> None:
    """Another recipient is asked nothing, and takes no answer that is sent all the same."""
    assert QUESTION in case_page(sanne, begin(sanne))
    for choice in OTHERS:
        draft = begin(sanne, **choice)
        assert "/concepten/" in draft
        assert QUESTION not in case_page(sanne, draft)
        sanne.post(f"{draft}/vragen/zaak", data=CASE | SEEN)
        assert "KAD-2026-7" not in sanne.get(f"{draft}/controle").get_data(as_text=True).upper()


def test_nobody_has_to_look(sanne: FlaskClient, gateway: Gateway) -> None:
    """Left as it is, it says so on the check, and the request tells of no check."""
    draft = begin(sanne)
    fill(sanne, draft)
    assert "<dt>Wie is de eigenaar volgens het Kadaster?</dt><dd>Ik heb niet gekeken</dd>" in check_page(sanne, draft)
    sent = send(sanne, draft).location.rpartition("/")[2]
    assert FollowDesk(gateway.tools).history(sent, SANNE).ownership is None


def check_page(client: FlaskClient, draft: str) -> str:
    """Return the check page."""
    return client.get(f"{draft}/controle").get_data(as_text=True)


def test_what_was_seen_is_read_over_and_kept_with_the_request(sanne: FlaskClient, gateway: Gateway) -> None:
    """A line with a way to change it, and no warning when it agrees and is fresh."""
    draft, html = checked(sanne)
    assert "<dd>Deze ontvanger (kad-2026-7, 24-11-2026)</dd>" in html
    assert f'href="{draft}/vragen/zaak"' in html
    assert DISAGREES not in html
    assert OLD not in html
    sent = send(sanne, draft).location.rpartition("/")[2]
    seen = FollowDesk(gateway.tools).history(sent, SANNE).ownership
    assert seen is not None
    assert (seen.owner, seen.evidence, seen.disagrees, seen.old) == ("recipient", "KAD-2026-7", False, False)


SAID: tuple[tuple[dict[str, str], list[str], str], ...] = (
    ({OWNERSHIP: "someone_else"}, [DISAGREES], "Kies een andere ontvanger"),
    ({f"{OWNERSHIP}-month": "10"}, [OLD], "Kijk opnieuw in het Kadaster"),
    ({OWNERSHIP: "someone_else", f"{OWNERSHIP}-month": "1"}, [DISAGREES, OLD], "Kijk opnieuw in het Kadaster"),
    ({f"{OWNERSHIP}-day": "25", f"{OWNERSHIP}-month": "10"}, [], ""),
)


def test_a_contradiction_or_an_old_look_is_said_before_anything_is_sent(sanne: FlaskClient) -> None:
    """With what to do and a link to the answer; what would leave is the same, whatever was seen."""
    plain = begin(sanne)
    fill(sanne, plain)
    leaves = released_on(check_page(sanne, plain))
    assert leaves
    for changed, told, way in SAID:
        draft, html = checked(sanne, **changed)
        assert [text for text in (DISAGREES, OLD) if text in html] == told
        assert way in html
        assert (f'href="{draft}/vragen/zaak#{OWNERSHIP}-recipient"' in html) is bool(told)
        assert released_on(html) == leaves


def released_on(html: str) -> list[str]:
    """Return the labels of messages and the states of fields on a check page, without its digests."""
    return re.findall(r'<span class="tag[^>]*>[^<]*</span>|<h2 id="bericht[^>]*>[^<]*', html)


def test_a_dwelling_that_is_not_on_the_list_stays_unshared(sanne: FlaskClient) -> None:
    """Whatever the land register says: the page says that the two differ, and nothing would leave."""
    draft = begin(sanne)
    elsewhere = {"case-data-dwelling_address-number": "99", "case-data-dwelling_address-addition": ""}
    for _ in range(2):  # the first time the page says that it is not on the list
        sanne.post(f"{draft}/vragen/zaak", data=CASE | SEEN | elsewhere)
    sanne.post(f"{draft}/vragen/s1-feiten", data=FACTS)
    sanne.post(f"{draft}/vragen/s1-gegevens", data={"s1-provenance": "own"})
    html = check_page(sanne, draft)
    assert DISAGREES in html
    assert "Vraag de ontvanger om de lijst met woningen bij te werken" in html
    assert "Er gaat niets naar de ontvanger." in html


FACTS = {
    **fact("illegality_established", "yes"),
    **fact("subject_is_sex_worker", "no"),
    **fact("subject_minor", "no"),
}


def test_the_body_has_the_form_of_the_contract(desk: CannedDesk) -> None:
    """Three members; nothing when nobody looked, or when the recipient is no landlord."""
    told = json.loads(Draft.of(kept("facilitator", **SEEN), desk).body())
    assert told["ownership_check"] == {"owner": "recipient", "evidence": "KAD-2026-7", "date": "2026-11-24"}
    draft = Draft.of(kept("facilitator", **SEEN), desk)
    assert "ownership_check" not in json.loads(replace(draft, landlord=False).body())
    assert "ownership_check" not in json.loads(Draft.of(kept("facilitator", **{OWNERSHIP: "unknown"}), desk).body())


def test_another_recipient_is_asked_again() -> None:
    """ "This recipient" is said of one recipient; another choice of ground or roles keeps it."""
    content = kept("facilitator", **SEEN).content
    for recipient, stays in (("dudok-wonen", True), ("gooi-wonen", False)):
        chosen = Combination(recipient, content.ground, content.purpose, ("tenant",))
        names = {name for name, _ in chosen_again(content, chosen, [1]).typed}
        assert (set(SEEN) <= names) is stays
        assert "case-data-dwelling_address-number" in names


def test_a_colleague_sees_nothing_of_it(sanne: FlaskClient, gateway: Gateway) -> None:
    """It stands in the sealed draft of its owner."""
    draft, _ = checked(sanne)
    assert DraftDesk(gateway.tools).mine(BRAM) == []
    assert BRAM.has(StaffRole.SUPERVISOR)
    assert draft
