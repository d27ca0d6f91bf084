"""The offline page as the gateway serves it."""

import pytest

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.page.build import build_page
from gateway.page.labels import labels_of
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app


@pytest.mark.parametrize("surface", ["all", "people", "partners"])
def test_the_served_page_is_the_built_one_for_whoever_asks(gateway: Gateway, surface: str) -> None:
    """The same bytes on every surface, to anybody: what a partner saves is what another saves."""
    client = create_app(gateway, DemoSignIn(DEMO_PEOPLE), surface=surface).test_client()
    answer = client.get("/open?message=x", headers={"Authorization": "Bearer x"})
    page = build_page(labels_of(gateway.team.bundle.vocabulary))
    assert answer.status_code == 200
    assert answer.data == page.html
    assert answer.headers["Content-Security-Policy"] == f"{page.policy}; frame-ancestors 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_nothing_can_be_posted_to_it(gateway: Gateway) -> None:
    """Files are read in the browser: the gateway takes none."""
    client = create_app(gateway, DemoSignIn(DEMO_PEOPLE), surface="partners").test_client()
    assert client.post("/open", data={"envelope": "x"}).status_code in {400, 405}
