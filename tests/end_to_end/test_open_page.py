"""The offline page in a real Chromium with the network cut off: checks first, then the content, and nothing leaves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from gateway.crypto.jwk import generate_encryption_key
from gateway.crypto.receipts import ReceiptState, read_receipt
from gateway.model.terms import Json
from gateway.page.build import build_page, join_modules
from tests.kit.samples import TRUST, Sample, flipped, gateways
from tests.log.sample_log import NOW as LOGGED
from tests.machine import AXE, need
from tests.page.browser import chromium, files, fill, offline, seen
from tests.page.labels import SHIPPED
from tests.page.verdicts import words
from tests.partner.envelopes import (
    ISSUER,
    ME,
    MESSAGE,
    NOW,
    RECALL_ID,
    World,
    a_world,
    altered,
    an_envelope,
    claims_of,
    recall_of,
)

PAGE = build_page(SHIPPED)
SECRET = "Voorbeeldstraat"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all of these tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the saved page in it."""
    (tmp_path / "open.html").write_bytes(PAGE.html)
    return tmp_path


def begin(page: Page, folder: Path) -> None:
    """Open the saved page and choose all files."""
    page.goto((folder / "open.html").as_uri())
    choose(page, files(folder))


def choose(page: Page, chosen: list[Path]) -> None:
    """Choose files, and wait until they are read."""
    page.set_input_files("#choose", chosen)
    page.wait_for_selector("#start:not([disabled])")


def run(page: Page) -> str:
    """Press the button and return what the page says came of it."""
    page.click("#start")
    page.wait_for_function("!document.getElementById('outcome').textContent.includes('Bezig')")
    page.wait_for_selector("#outcome h2, #outcome p")
    return page.inner_text("#outcome")


def a_message(world: World) -> dict[str, Json]:
    """Return claims with a word that must not be seen too early."""
    return {**claims_of(world), "subjects": [{"ref": "s1", "data": {"finding_code": "GEB-1", "remark": SECRET}}]}


def states(page: Page) -> list[str]:
    """Return how each check went."""
    return [str(item.get_attribute("class")) for item in page.query_selector_all("#checks li")]


WATCH = """
window.calls = []
for (const name of ['decrypt', 'deriveBits', 'deriveKey', 'decapsulateBits']) {
  const real = SubtleCrypto.prototype[name]
  if (real) SubtleCrypto.prototype[name] = function (...all) { window.calls.push(name); return real.apply(this, all) }
}
"""


def test_nothing_is_decrypted_before_the_checks_hold(browser: Browser, folder: Path) -> None:
    """What was altered anywhere, or is not witnessed yet, is never handed to the key."""
    world = a_world()
    good = seen(an_envelope(world))
    refused, waiting = "Dit bericht klopt niet", "Nog niet genoeg getuigen"
    changes = {
        "message": (replace(good, message=altered(good.message)), refused),
        "leaf": (replace(good, leaf=good.leaf.replace(b'"permit"', b'"denied"')), refused),
        "proof": (replace(good, proof=good.proof.replace("index 2", "index 3")), refused),
        "salt": (replace(good, recipient_salt=b"t" * 32), refused),
        "recipient": (replace(good, recipient="dudok-wonen"), refused),
        "witness": (an_envelope(world), waiting),
    }
    with offline(browser) as cut:
        cut.page.add_init_script(WATCH)
        for what, (envelope, expected) in changes.items():
            fill(folder, world, envelope=envelope)
            begin(cut.page, folder)
            assert (what, expected in run(cut.page)) == (what, True)
            assert cut.page.evaluate("window.calls") == []
            assert cut.page.is_hidden("#content")
            assert states(cut.page).count("fails") == (expected == refused)


@pytest.mark.parametrize("claim", ["aud", "rkid"])
def test_a_message_forwarded_by_another_partner_is_refused(browser: Browser, folder: Path, claim: str) -> None:
    """It fits the key and the sender signed it, and yet it was made for somebody else; that can be answered."""
    world = a_world()
    changes: dict[str, Json] = {"aud": "dudok-wonen"} if claim == "aud" else {"rkid": generate_encryption_key().kid}
    fill(folder, world, {**a_message(world), **changes})
    with offline(browser) as cut:
        begin(cut.page, folder)
        assert "voor een ander gemaakt en doorgestuurd" in run(cut.page)
        assert SECRET not in cut.page.content()
        assert states(cut.page) == ["holds"] * 7 + ["fails", "waits"]
        with cut.page.expect_download() as waiting:
            cut.page.get_by_role("button", name="Niet voor ons").click()
        told = read_receipt(waiting.value.path().read_text(), keys=[world.signing.public()])
        assert (told.state, told.message_id) == (ReceiptState.NOT_FOR_US, MESSAGE)


def test_a_message_is_opened_and_acknowledged_without_a_network(browser: Browser, folder: Path) -> None:
    """All checks one by one, then the content with Dutch labels, in Dutch or English; the receipt is one we accept."""
    world = a_world()
    file = fill(folder, world, a_message(world))
    with offline(browser, width=360) as cut:
        begin(cut.page, folder)
        assert "Alles klopt" in run(cut.page)
        assert states(cut.page) == ["holds"] * 9
        content = cut.page.inner_text("#content")
        assert SECRET in content
        assert "verboden" in content or "mag niet" in content
        assert "1 januari 2027" in content
        cut.page.get_by_role("button", name="English").click()
        assert "1 January 2027" in cut.page.inner_text("#content")
        assert cut.page.evaluate("document.documentElement.lang") == "en"
        assert SECRET not in cut.page.title() + cut.page.url
        with cut.page.expect_download() as waiting:
            cut.page.get_by_role("button", name="Received and opened").click()
        assert waiting.value.suggested_filename == f"{MESSAGE}.opened.receipt.jwt"
        told = read_receipt(waiting.value.path().read_text(), keys=[world.signing.public()])
        assert (told.partner_id, told.audience, told.message_id, told.state) == (ME, ISSUER, MESSAGE, "opened")
        assert told.at == NOW
        kept = "[localStorage.length, sessionStorage.length, document.cookie, document.getElementById('choose').value]"
        assert cut.page.evaluate(kept) == [0, 0, "", ""]
        cut.page.get_by_role("button", name="Clear everything").click()
        assert SECRET not in cut.page.content()
    assert file.exists()


def test_a_recall_asks_to_destroy_and_is_acknowledged_so(browser: Browser, folder: Path) -> None:
    """It names the message that is taken back, and who destroyed it says so with a signed receipt."""
    world = a_world()
    fill(folder, world, envelope=seen(an_envelope(world, recall_of(world), typ="recall+jwt")))
    with offline(browser, width=360) as cut:
        begin(cut.page, folder)
        assert "Alles klopt" in run(cut.page)
        told = cut.page.inner_text("#content")
        assert f"De gemeente neemt bericht {MESSAGE} terug." in told
        assert "Vernietig dat bericht" in told
        cut.page.get_by_role("button", name="English").click()
        assert f"The municipality takes message {MESSAGE} back." in cut.page.inner_text("#content")
        with cut.page.expect_download() as waiting:
            cut.page.get_by_role("button", name="Destroyed").click()
        claims = read_receipt(waiting.value.path().read_text(), keys=[world.signing.public()])
        assert (claims.message_id, claims.state) == (RECALL_ID, ReceiptState.DESTROYED)


def test_a_correction_says_which_message_it_replaces(browser: Browser, folder: Path) -> None:
    """Its content is that of any message."""
    world = a_world()
    fill(folder, world, {**a_message(world), "corrects": RECALL_ID})
    with offline(browser) as cut:
        begin(cut.page, folder)
        assert "Alles klopt" in run(cut.page)
        told = cut.page.inner_text("#content")
        assert f"Dit bericht verbetert bericht {RECALL_ID}" in told
        assert SECRET in told


def test_an_urgent_message_need_not_wait_for_witnesses(browser: Browser, folder: Path) -> None:
    """The log signed it; a person says that it is urgent, and sees that the witnesses' word is still due."""
    world = a_world()
    fill(folder, world, envelope=an_envelope(world, a_message(world)))
    with offline(browser) as cut:
        begin(cut.page, folder)
        assert "Nog niet genoeg getuigen" in run(cut.page)
        cut.page.get_by_role("button", name="Spoed: nu openen").click()
        cut.page.wait_for_selector("#content:not([hidden])")
        assert SECRET in cut.page.inner_text("#content")
        assert "Geopend voordat de getuigen het zagen" in cut.page.inner_text("#outcome")
        assert states(cut.page)[2] == "warns"


def test_without_a_key_a_message_can_still_be_checked(browser: Browser, folder: Path) -> None:
    """Whoever keeps the register may check without being able to read."""
    world = a_world()
    file = fill(folder, world)
    with offline(browser) as cut:
        cut.page.goto((folder / "open.html").as_uri())
        choose(cut.page, [file, folder / "trust.policy"])
        assert "Het bericht klopt" in run(cut.page)
        assert states(cut.page) == ["holds"] * 5 + ["waits"] * 4


def test_a_file_that_is_not_as_it_should_be_is_named(browser: Browser, folder: Path) -> None:
    """A wrong file of one's own is told apart from a message that was altered."""
    world = a_world()
    fill(folder, world)
    (folder / "trust.policy").write_text(f"log {world.log.vkey}\nquorum w\n")
    (folder / "notes.txt").write_text("hello")
    with offline(browser) as cut:
        begin(cut.page, folder)
        assert "notes.txt" in cut.page.inner_text("#problems")
        assert "regel 2" in run(cut.page)


def test_all_of_it_works_from_the_keyboard(browser: Browser, folder: Path) -> None:
    """Tab and Enter; what came of it has the focus, so that a screen reader reads it."""
    world = a_world()
    fill(folder, world)
    with offline(browser) as cut:
        begin(cut.page, folder)
        places = []
        for _ in range(5):
            cut.page.keyboard.press("Tab")
            places.append(cut.page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        assert places == ["Nederlands", "English", "choose", "start", "clear"]
        cut.page.focus("#start")
        cut.page.keyboard.press("Enter")
        cut.page.wait_for_selector("#content:not([hidden])")
        assert cut.page.evaluate("document.activeElement.id") == "outcome"


def test_it_is_accessible_at_every_width_and_in_the_dark(browser: Browser, folder: Path) -> None:
    """No line runs off the screen, and axe-core finds nothing: contrast, names, order, language."""
    need(npm=["axe-core"])
    world = a_world()
    fill(folder, world)
    with offline(browser) as cut:
        begin(cut.page, folder)
        cut.page.evaluate(AXE.read_text())
        for stage in ("before", "opened"):
            if stage == "opened":
                run(cut.page)
            for width, scheme in ((360, "light"), (1280, "light"), (360, "dark")):
                cut.page.set_viewport_size({"width": width, "height": 900})
                cut.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                assert cut.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                found = cut.page.evaluate("axe.run().then((told) => told.violations.map((each) => each.id))")
                assert (stage, width, scheme, found) == (stage, width, scheme, [])


def test_the_print_holds_the_content_and_its_proof_only(browser: Browser, folder: Path) -> None:
    """What is saved as PDF into one's own file system: no buttons, no files' names, and the references opened."""
    world = a_world()
    fill(folder, world, a_message(world))
    with offline(browser) as cut:
        begin(cut.page, folder)
        run(cut.page)
        cut.page.emulate_media(media="print")
        assert not any(cut.page.is_visible(f"#{part}") for part in ("drop", "checking", "receipts", "outcome", "print"))
        printed = cut.page.inner_text("main")
        assert SECRET in printed
        assert "Vertrouwelijk" in printed
        assert "regel 2 van 5" in printed


def test_the_browser_says_of_flipped_envelopes_what_the_gateway_says(browser: Browser, tmp_path: Path) -> None:
    """Node stands in for Chromium in the long comparison; this one shows that the two do not differ."""
    script = join_modules("envelope", "trust", "refusal") + "window.all = { ...$envelope, ...$trust, ...$refusal }"
    (tmp_path / "modules.html").write_text(f'<!doctype html><link rel="icon" href="data:,"><script>{script}</script>')
    good = Sample()
    texts = [good.envelope(), *flipped(good.envelope().encode(), 71)]
    judge = """async ([texts, trust, now]) => {
      const policy = await all.readTrust(trust)
      const one = (text) => all.checkEnvelope(text, policy, { now }).then(
        (found) => (found.witnessed ? 'in order' : 'unwitnessed'),
        (error) => (error instanceof all.Refused ? 'refused' : `fault ${error}`))
      return Promise.all(texts.map(one))
    }"""
    with offline(browser) as cut:
        cut.page.goto((tmp_path / "modules.html").as_uri())
        said = cut.page.evaluate(judge, [texts, TRUST, int(LOGGED.timestamp())])
    assert words(said) == [gateways(text, TRUST) for text in texts]
    assert (said[0], set(words(said[1:]))) == ("in order", {"refused"})


ATTEMPTS = """async () => {
  const tried = []
  const attempt = async (how) => { try { await how(); tried.push('no error') } catch { tried.push('refused') } }
  await attempt(() => fetch('/stolen'))
  await attempt(() => fetch('/stolen', { mode: 'no-cors', method: 'POST', body: 'x' }))
  await attempt(() => new Promise((done, fail) => {
    const asking = Object.assign(new XMLHttpRequest(), { onload: done, onerror: fail })
    asking.open('GET', '/stolen')
    asking.send()
  }))
  navigator.sendBeacon('/stolen', 'x')
  try { new WebSocket(`ws://${location.host}/stolen`) } catch { /* refused */ }
  try { new EventSource('/stolen') } catch { /* refused */ }
  for (const name of ['img', 'script', 'link', 'iframe', 'video']) {
    try {
      const made = document.createElement(name)
      if (name === 'link') made.rel = 'stylesheet'
      made.setAttribute(name === 'link' ? 'href' : 'src', '/stolen')
      document.body.append(made)
    } catch { /* refused */ }
  }
  const form = document.createElement('form')
  form.action = '/stolen'; form.method = 'post'
  document.body.append(form)
  form.submit()
  await new Promise((done) => setTimeout(done, 300))
}"""


def test_even_a_served_page_can_send_nothing(browser: Browser) -> None:
    """With a network, and with foreign code in the page that tries every way: its own policy stops all of it."""
    asked: list[str] = []

    class Served(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(build_page({}, envelope=json.dumps({"message": "x"})).html)

        do_POST = do_GET  # noqa: N815  # the name that the server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/open")
        assert "meegekomen met deze pagina" in page.inner_text("#chosen")  # the message that was handed over in it
        page.evaluate(ATTEMPTS)
        page.close()
    finally:
        server.shutdown()
        server.server_close()
    assert [path for path in asked if path != "/favicon.ico"] == ["/open"]
