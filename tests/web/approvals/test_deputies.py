"""Deputies on their page: named by identity, agreed to by that person, for some days, and never for one's own."""

import datetime as dt
import json
import re

import pytest
from werkzeug.test import TestResponse

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.errors import DuplicateRequestError, NotFoundError, NotPermittedError
from gateway.model.calendar import local_day
from gateway.model.people import Person, StaffRole
from gateway.model.views import DisclosureView, PartState
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.pipeline.desk import TeamDesk
from tests.builders import ADVICE, NO
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.web.approvals.conftest import BRAM, FLEUR, MERYEM, OTTO, SANNE, Browser, place, shown

PAGE = "/goedkeuringen/vervanging"
DAY = NOON.date()
WEEK = DAY + dt.timedelta(days=7)
BOTH_ROLES = Person(SANNE.id, SANNE.name, SANNE.roles | MERYEM.roles)


def named(person: Person, role: str = "manager", ends: str = "1") -> dict[str, str]:
    """Return the form that names somebody from today to the 1st of December."""
    begin = {"begins-day": str(DAY.day), "begins-month": str(DAY.month), "begins-year": str(DAY.year)}
    return {"role": role, "deputy": person.id, **begin, "ends-day": ends, "ends-month": "12", "ends-year": "2026"}


def stand_in(gateway: Gateway, giver: Person, deputy: Person, role: str = "manager") -> str:
    """Name somebody for a week, who agrees; return the id."""
    desk = ApprovalsDesk(gateway.tools)
    desk.name_deputy(role, deputy.id, DAY, WEEK, giver)
    (one,) = (line for line in desk.deputies(deputy) if line.may_agree)
    desk.agree(one.id, deputy)
    return one.id


def test_a_deputy_is_named_agrees_and_decides_in_somebodys_place(
    gateway: Gateway, browser: Browser, advised: DisclosureView
) -> None:
    """By the code on the colleague's own page; nothing may be done before they agree; the log says for whom."""
    assert f"<code>{BRAM.id}</code>" in shown(browser(BRAM), PAGE)
    assert "Noem een vervanger" not in shown(browser(BRAM), PAGE)
    gateway.team.advise(advised.id, advised.parts[0].id, ADVICE, True, FLEUR)
    assert browser(MERYEM).post(PAGE, data=named(BRAM)).status_code == 303
    digest = {"digest": advised.parts[0].digest}
    assert browser(BRAM).post(f"{place(advised)}/goedkeuren", data=digest).status_code == 403
    html = shown(browser(BRAM), PAGE)
    assert "Gevraagd door Meryem" in html
    (agree,) = re.findall(rf'action="({PAGE}/[0-9a-f]{{32}}/aannemen)"', html)
    assert browser(MERYEM).post(agree).status_code == 403  # nobody agrees for another
    assert browser(BRAM).post(agree).status_code == 303
    assert "geldt" in shown(browser(MERYEM), PAGE)
    assert "U handelt hier als vervanger." in shown(browser(BRAM), f"/verstrekkingen/{advised.id}")
    assert browser(BRAM).post(f"{place(advised)}/goedkeuren", data=digest).status_code == 303
    html = shown(browser(SANNE), f"/verstrekkingen/{advised.id}")
    assert "Bram (verzonnen), als vervanger" in html or "als vervanger" in html
    with gateway.tools.store.read() as unit:
        said = unit.disclosures.judgements(advised.parts[0].id)[-1]
        _, detail, _ = gateway.tools.recorder.read(unit, said.leaf_index)
    assert (said.person, said.instead_of, detail["instead_of"]) == (BRAM.id, MERYEM.id, MERYEM.id)
    outcomes = [line.outcome for line in gateway.team.log_entries(0, 99) if line.type == "access"]
    assert [one for one in outcomes if one.startswith("deputy")] == ["deputy_named", "deputy_agreed"]


def test_a_form_that_is_not_complete_names_nobody(browser: Browser) -> None:
    """Each fault has its link, and what was typed stays; whoever has no deputies may not send it at all."""
    wrong = {**named(BRAM, role=""), "deputy": "Bram", "begins-day": "31", "begins-month": "2"}
    answer = browser(MERYEM).post(PAGE, data=wrong)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert set(re.findall(r'<li><a href="#([^"]+)">', html)) == {"role", "deputy", "begins-day"}
    assert 'value="31"' in html
    assert browser(MERYEM).post(PAGE, data=named(BRAM, ends="x")).status_code == 400
    assert browser(MERYEM).post(PAGE, data=named(BRAM, role="fg")).status_code == 403
    assert browser(MERYEM).post(PAGE, data=named(MERYEM)).status_code == 403
    assert browser(BRAM).post(PAGE, data=named(SANNE)).status_code == 403


@pytest.mark.control("DPIA-08")
@on_both
def test_a_deputy_of_the_requester_approves_nothing_of_theirs(gateway: Gateway, clock: SetClock) -> None:
    """A manager who also asks names a colleague: that colleague may, for others' requests, and only then."""
    stand_in(gateway, BOTH_ROLES, BRAM)
    stand_in(gateway, MERYEM, SANNE)
    own = submit(gateway, 2, BOTH_ROLES)
    other = submit(gateway, 4, BRAM)
    for view in (own, other):
        gateway.team.advise(view.id, view.parts[0].id, ADVICE, True, FLEUR)
    for person in (BOTH_ROLES, SANNE, BRAM):  # herself, in two roles and as Meryem's deputy; and her own deputy
        assert not may_decide(gateway.team, own, person)
    assert not may_decide(gateway.team, other, BRAM)  # his own, although he is her deputy
    assert decide(gateway.team, other, SANNE) is PartState.RELEASED  # in Meryem's place, of whom nothing was asked
    assert decide(gateway.team, own, MERYEM) is PartState.RELEASED
    assert gateway.team.verify_log().ok


@pytest.mark.control("DPIA-08")
@on_both
def test_a_deputy_may_nothing_before_after_or_once_it_was_ended(gateway: Gateway, clock: SetClock) -> None:
    """The last day counts till midnight in Amsterdam, the day after does not; whoever ends it ends it at once."""
    desk = ApprovalsDesk(gateway.tools)
    stand_in(gateway, MERYEM, BRAM)
    view = submit(gateway, 2, SANNE)
    gateway.team.advise(view.id, view.parts[0].id, ADVICE, True, FLEUR)
    clock.now = NOON + dt.timedelta(days=7, hours=10, minutes=59)
    assert gateway.team.follow(view.id, BRAM).parts[0].may_approve
    clock.now = NOON + dt.timedelta(days=7, hours=11)
    assert not may_decide(gateway.team, view, BRAM)
    desk.name_deputy("manager", BRAM.id, local_day(clock.now), local_day(clock.now), MERYEM)
    (again,) = (line.id for line in desk.deputies(BRAM) if line.may_agree)
    desk.agree(again, BRAM)
    assert gateway.team.follow(view.id, BRAM).parts[0].may_approve
    with pytest.raises(NotFoundError):
        desk.end(again, SANNE)
    desk.end(again, OTTO)  # a privacy officer sees everybody's, and may
    assert not may_decide(gateway.team, view, BRAM)
    with pytest.raises(NotPermittedError):
        gateway.team.refuse(view.id, view.parts[0].id, NO, BRAM)


def test_the_fgs_deputy_advises_and_the_advice_binds_both(
    gateway: Gateway, browser: Browser, advised: DisclosureView
) -> None:
    """A privacy officer advises in the FG's place; the FG, were they a manager as well, does not decide then."""
    assert browser(OTTO).get(f"{place(advised)}/adviseren").status_code == 403
    stand_in(gateway, FLEUR, OTTO, "fg")
    sent = {"advice": "positive", "reasons": ["need"]}
    assert browser(OTTO).post(f"{place(advised)}/adviseren", data=sent).status_code == 303
    both = Person(FLEUR.id, FLEUR.name, FLEUR.roles | {StaffRole.MANAGER})
    for person in (both, Person(OTTO.id, OTTO.name, both.roles)):
        assert not may_decide(gateway.team, advised, person)
    assert decide(gateway.team, advised, MERYEM) is PartState.RELEASED


def test_a_supervisor_does_not_become_the_fgs_deputy(gateway: Gateway, browser: Browser) -> None:
    """Whoever asks for hand-overs does not supervise them: naming says nothing, agreeing is refused."""
    browser(FLEUR).post(PAGE, data=named(BRAM, role="fg"))
    assert "/aannemen" not in shown(browser(BRAM), PAGE)
    (one,) = ApprovalsDesk(gateway.tools).deputies(BRAM)
    assert browser(BRAM).post(f"{PAGE}/{one.id}/aannemen").status_code == 403


def test_what_is_between_two_others_looks_as_if_it_were_not_there(gateway: Gateway, browser: Browser) -> None:
    """Who is neither of the two gets the answer of an id that nothing has; who is one of them is told why not."""
    ApprovalsDesk(gateway.tools).name_deputy("manager", BRAM.id, DAY, WEEK, MERYEM)
    (one,) = ApprovalsDesk(gateway.tools).deputies(BRAM)
    for deed in ("aannemen", "stoppen"):
        theirs, nobodys = (browser(SANNE).post(f"{PAGE}/{which}/{deed}") for which in (one.id, "f" * 32))
        assert theirs.status_code == nobodys.status_code == 404
        assert said_of(theirs) == said_of(nobodys)
    assert browser(OTTO).post(f"{PAGE}/{one.id}/aannemen").status_code == 403  # sees it on the page, and was not named
    assert ApprovalsDesk(gateway.tools).deputies(BRAM) == [one]


def said_of(answer: TestResponse) -> str:
    """Return what a page says, without the address that its frame repeats."""
    html = answer.get_data(as_text=True)
    return html[html.index("<main") : html.index("</main>")]


def submit(gateway: Gateway, number: int, by: Person) -> DisclosureView:
    """Submit a request that needs the FG's advice and a manager."""
    return gateway.team.submit(json.dumps(cases.landlord_about_tenant(DAY, number)).encode(), by)


def decide(team: TeamDesk, view: DisclosureView, by: Person) -> PartState:
    """Approve what somebody sees."""
    seen = team.follow(view.id, by).parts[0]
    return team.approve(view.id, seen.id, seen.digest, by).parts[0].state


def may_decide(team: TeamDesk, view: DisclosureView, by: Person) -> bool:
    """Say whether somebody may approve or refuse; the page and the deed agree."""
    seen = team.follow(view.id, by).parts[0]
    try:
        team.approve(view.id, seen.id, "sha256:" + "0" * 64, by)  # never right: a refusal of the digest is a yes
    except NotPermittedError:
        assert not seen.may_approve
        return False
    except DuplicateRequestError:  # it got as far as the digest
        assert seen.may_approve
        return True
    raise AssertionError("approved with a digest of nothing")
