"""The one-page guide of the team names pages that exist, for people who may open them."""

import re
from pathlib import Path

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app

GUIDE = Path(__file__).parents[2] / "docs" / "desk.nl.md"
NAMED = re.compile(r"`(/[a-z/-]*)`")


def test_every_page_that_the_guide_names_is_opened_by_somebody_of_the_team(gateway: Gateway) -> None:
    """A page that moved would leave a supervisor at a door with a dead address."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    shut = set(NAMED.findall(GUIDE.read_text(encoding="utf-8")))
    assert len(shut) > 8
    for person in DEMO_PEOPLE:
        client = app.test_client()
        client.post("/aanmelden", data={"person": person.id})
        shut -= {path for path in shut if client.get(path, follow_redirects=True).status_code == 200}
    assert shut == set()
