"""The mirror beside the recipient's own page in a real Chromium: the same words, line by line, in both languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.mirror import MessageView
from gateway.model.terms import Json
from gateway.page.build import build_page
from gateway.page.labels import labels_of
from gateway.web.mirror import reflect
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON
from tests.page.browser import chromium, files, offline
from tests.pipeline.known_cases import make
from tests.pipeline.test_mirror import approved, digests, preview_of

SANNE, *_ = DEMO_PEOPLE
DAY = NOON.date()
SEALING = {"Gemaakt op", "Geldig tot", "Made on", "Valid until"}
"""What only the sealed message has: both are known when it is sealed."""
LANGUAGES = {"nl": "Nederlands", "en": "English"}
READ = """(selector) => [...document.querySelectorAll(selector)].filter((one) => !one.closest('details'))
  .map((one) => [one.tagName.replace(/^H.$/, 'H'), one.textContent.replace(/\\s+/g, '')])"""
REQUESTS: dict[str, dict[str, Json]] = {
    "avim": cases.urgent(DAY, 1, "protect_victim"),
    "dudok-wonen": cases.landlord(DAY, 2),
    "arbeidsinspectie": make(
        "labour", DAY, number=3, recipient="", place="A", consent="consent CNS-2026-1", key="one-and-only-key"
    ).body,
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all of these tests."""
    with chromium() as running:
        yield running


def lines(page: Page, selector: str) -> list[tuple[str, str]]:
    """Return headings, labels and values in their order, without white space and without what sealing adds."""
    found = [(str(tag), str(text)) for tag, text in page.evaluate(READ, selector)]
    kept: list[tuple[str, str]] = []
    skip = False
    for tag, text in found:
        if tag != "DD":
            skip = text in {name.replace(" ", "") for name in SEALING}
        if not skip:
            kept.append((tag, text))
    return kept


def drawn(app: Flask, gateway: Gateway, message: MessageView, language: str) -> str:
    """Draw the mirror as the check and the approver's page do."""
    with app.test_request_context("/", headers={"Cookie": f"taal={language}"}):
        seen = reflect(message.contents, gateway.team.bundle.vocabulary)
        return render_template_string(
            '{% from "mirror.html" import glass %}{{ glass(seen, digest) }}', seen=seen, digest=message.digest
        )


@pytest.mark.parametrize("partner", REQUESTS)
def test_the_mirror_says_what_the_recipients_page_says(
    browser: Browser, gateway: Gateway, tmp_path: Path, partner: str
) -> None:
    """A message of every profile, opened with the partner's key, and what was shown before it left."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    body = json.dumps(REQUESTS[partner]).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    made = gateway.team.submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    folder = tmp_path / "folder"
    copytree(gateway.settings.home / "partners" / partner, folder)
    (folder / "open.html").write_bytes(build_page(labels_of(gateway.team.bundle.vocabulary)).html)
    for message in preview.messages:
        part = approved(gateway, made, message.digest, message.approval, advice=True)
        assert part.message_id is not None
        file = folder / f"{part.message_id}.json"
        file.write_text(gateway.partners.envelope(partner, part.message_id, now=NOON).to_json())
        with offline(browser) as cut:
            cut.page.goto((folder / "open.html").as_uri())
            cut.page.set_input_files("#choose", [one for one in files(folder) if one.is_file()])
            cut.page.click("#start:not([disabled])")
            cut.page.wait_for_selector("#message dl")
            assert message.digest in cut.page.content()
            read: dict[str, list[tuple[str, str]]] = {}
            for language, name in LANGUAGES.items():
                cut.page.get_by_role("button", name=name).click()
                read[language] = lines(cut.page, "#message :is(h3, dt, dd)")
            for language, told in read.items():
                cut.page.goto("about:blank")  # the reader's page takes no markup
                cut.page.set_content(drawn(app, gateway, message, language))
                shown = lines(cut.page, ".message :is(h4, dt, dd)")
                assert shown == told
                assert len(shown) > 10
        file.unlink()
