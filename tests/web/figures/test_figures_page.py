"""The page with figures: who may look, a table beside each drawing, and nothing that leads to a request."""

import datetime as dt
import html
import re

import pytest
from flask import Flask

from gateway.audit.figures import Counted, FigureDesk, closed_months, published
from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app, figure_desk
from tests.conftest import NOON

SANNE, _, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
DAY = dt.timedelta(days=1)


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the app, with a month of figures that was published."""
    counted = [Counted("care_consent", "released", None, ())] * 31 + [Counted("enforcement", "refused", DAY, ())] * 12
    counted += [Counted("undermining", "gap", None, ())] * 4 + [Counted("labour_abuse", "gap", None, ())] * 7
    newest = closed_months(NOON)[0]
    body = published(counted, {"enforcement": 14}, newest).to_text()
    gateway.tools.store.write(lambda unit: unit.figures.publish(newest, body))
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def look(app: Flask, who: Person) -> tuple[int, str]:
    """Return the status and the page as this person gets it."""
    client = app.test_client()
    client.post("/aanmelden", data={"person": who.id})
    answer = client.get("/cijfers")
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def test_the_team_itself_does_not_get_the_figures(app: Flask) -> None:
    """They are for the team lead, the FG and the privacy officer."""
    assert look(app, SANNE)[0] == 403


@pytest.mark.parametrize("who", [MERYEM, FLEUR, OTTO])
def test_a_month_is_a_drawing_with_a_table_and_leads_nowhere(app: Flask, who: Person) -> None:
    """The bars are told in words, the table has the same, and no link or form goes on from there."""
    status, shown = look(app, who)
    assert status == 200
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert "oktober 2026" in main
    assert "hulp met toestemming: 31" in main
    assert re.search(r'<th scope="row">handhaving</th>\s*<td>12</td>', main)
    assert "Andere gronden samen" in main
    assert "ondermijning" not in main
    assert "misstanden bij werk" not in main
    assert "binnen een dag" in main
    assert "<td>14</td>" in main
    assert "<a " not in main
    assert "<form" not in main
    assert main.count("Te weinig verzoeken om te tonen.") == 5


def test_the_desk_of_the_page_is_the_gateways_own(gateway: Gateway) -> None:
    """It shows six months, the newest first."""
    desk: FigureDesk = figure_desk(gateway)
    assert [month.month for month in desk.months()] == list(closed_months(NOON))
