"""What approves, advises or confirms keys takes a strong sign-in; what acts without one stands here, with reasons."""

import json

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import StaffRole
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON

SANNE, _, _, FLEUR, _ = DEMO_PEOPLE
STRONG = {"team.approve", "staff_api.approve", "approvals.advise", "team.confirm"}
WITHOUT = {
    "lets nothing leave: a no, a question, an answer or a look": {
        *("approvals.refuse", "approvals.ask_back", "approvals.answer", "team.refuse_keys", "team.check_log"),
        *("team.handle_signal", "refusals.ask", "refusals.answer"),
    },
    "takes back, and that must never be slow": {
        *("team.recall", "team.revoke", "team.withdraw", "approvals.end"),
    },
    "is urgent, or was told by telephone, and never waits": {
        *("urgent.back", "urgent.what", "urgent.send", "oral.back", "oral.what", "oral.record"),
    },
    "looks again at what left already; at worst it is recalled": {"team.review"},
    "prepares or asks; what it leads to waits for somebody else's approval, or needs none by the policy": {
        *("request.begin", "request.answer", "request.choose_again", "request.drop", "request.submit"),
        *("incident.take_over", "incident.begin_request", "incident.drop_incident"),
        *("staff_api.submit", "staff_api.preview", "team.correct", "refusals.make_letter"),
    },
    "lets a later request be asked again; that one is judged anew": {"team.lift"},
    "opens nothing new: the message was approved and sealed before": {
        *("letters.letter", "letters.code", "letters_api.link", "letters_api.code"),
    },
    "gives a duty; whoever has it signs in strongly when they use it": {"approvals.name_deputy", "approvals.agree"},
}
"""Routes of the team that act after any sign-in, by reason. A new route belongs in one of the two lists."""


class Weak(DemoSignIn):
    """Everybody signed in, and nobody strongly."""

    def is_strong(self, person_id: str) -> bool:
        """Say no."""
        return False


@pytest.fixture
def weakly(gateway: Gateway) -> Flask:
    """Return the app for people whose sign-in is not strong."""
    app = create_app(gateway, Weak(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.control("DPIA-08")
def test_every_route_that_acts_is_strong_or_says_why_not(weakly: Flask) -> None:
    """A route that is in neither list is one that nobody decided about."""
    acting = {
        rule.endpoint: getattr(weakly.view_functions[rule.endpoint], "strong", False)
        for rule in weakly.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and set(StaffRole) & set(getattr(weakly.view_functions[rule.endpoint], "roles", ()))
    }
    listed = [name for names in WITHOUT.values() for name in names]
    assert len(listed) == len(set(listed))
    assert {name for name, strong in acting.items() if strong} == STRONG
    assert {name for name, strong in acting.items() if not strong} == set(listed)


@pytest.mark.control("DPIA-08")
def test_nobody_advises_after_a_weak_sign_in(gateway: Gateway, weakly: Flask) -> None:
    """Before the form is filled in, so that nothing typed is lost, and after; the advice is not recorded."""
    view = gateway.team.submit(json.dumps(cases.landlord_about_tenant(NOON.date(), 9)).encode(), SANNE)
    client = weakly.test_client()
    client.post("/aanmelden", data={"person": FLEUR.id})
    form = f"/verstrekkingen/{view.id}/onderdelen/{view.parts[0].id}/adviseren"
    for answer in (client.get(form), client.post(form, data={"advice": "positive", "reasons": ["need"]})):
        assert answer.status_code == 403
        assert "met extra controle" in answer.get_data(as_text=True)
    with client.session_transaction() as session:
        assert session["onward"] == form
    assert gateway.team.follow(view.id, FLEUR).parts[0].advice is None
