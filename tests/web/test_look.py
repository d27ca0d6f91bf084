"""The look: what was taken of NL Design System is what stands here, and the running program asks nobody for more."""

import hashlib
import json
import re

import pytest

from gateway.web.language import CATALOGUES
from tests.web.canned import SUPERVISOR, CannedDesk, client_for

WEB = CATALOGUES.parent
STATIC = WEB / "static"
SHEETS = ("nldesign.css", "gateway.css")
# `make look` prints it. Whoever changes look/purge.mjs or a token of gateway.css runs that and writes it here.
TAKEN = "cc1c05d45b44c18bc620224dcf0c97654f449706d52feac3f45a0e27173dff3f"
NOT_TAKEN = {"figure", "figcaption", "hgroup", "mark", "meter", "progress"}
TAG = re.compile(r"<([a-z][a-z0-9]*)")


def test_what_was_taken_is_as_it_was_taken() -> None:
    """Never changed by hand: byte for byte what the pinned packages gave."""
    assert hashlib.sha256((STATIC / "nldesign.css").read_bytes()).hexdigest() == TAKEN


def test_it_names_its_licence_and_where_it_came_from() -> None:
    """EUPL-1.2 asks for the notice and the text of the licence; the packages are pinned by hash."""
    head = (STATIC / "nldesign.css").read_text()[:600]
    for source in json.loads((WEB / "look" / "sources.json").read_text()).values():
        assert f"{source['name']} {source['version']}" in head
        assert source["licence"] == "EUPL-1.2"
        assert source["integrity"].startswith("sha512-")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (STATIC / "nldesign.LICENCE.md").read_text()


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_asks_nobody_for_more(sheet: str) -> None:
    """No address in it: not of a font, an image or another sheet; a page tells nobody that it was opened."""
    assert not re.search(r"url\(|@import|//[a-z]", re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.S))


def test_no_template_uses_what_was_not_taken() -> None:
    """An element whose look was purged would stand out; add it to look/purge.mjs and run `make look`."""
    used = {tag for path in (WEB / "templates").rglob("*.html") for tag in TAG.findall(path.read_text())}
    assert used & NOT_TAKEN == set()


def test_the_sheets_reach_the_browser(desk: CannedDesk) -> None:
    """Each that a page names is there."""
    client = client_for(desk, SUPERVISOR)
    page = client.get("/").get_data(as_text=True)
    assert re.findall(r'href="/static/([^"]+)"', page) == list(SHEETS)
    for sheet in SHEETS:
        with client.get(f"/static/{sheet}") as answer:
            assert answer.status_code == 200
