"""Raw WebCrypto in a real Chromium, without a library: it opens what we seal, and we open and accept what it makes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import generate_encryption_key
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import ReceiptState, read_receipt
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from tests.page.browser import chromium, offline
from tests.partner.envelopes import ISSUER, ME, MESSAGE, NOW, World, a_world, altered, an_envelope, claims_of

REPOSITORY = Path(__file__).parents[2]
RECIPE = REPOSITORY / "kit" / "recipes" / "node" / "disclosure.mjs"
SENDER = Path(__file__).parent / "webcrypto" / "sender.mjs"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all of these tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Open a page that holds the developer's recipe and a sender, and nothing of the gateway."""
    scripts = [
        f"window.{name} = await (async () => {{\n{_inner(path)}\nreturn {{ {names} }} }})()\n"
        for name, path, names in (("recipe", RECIPE, "open, receipt"), ("sender", SENDER, "signed, sealed"))
    ]
    html = f'<!doctype html><link rel="icon" href="data:,"><script type="module">{"".join(scripts)}</script>'
    (tmp_path / "raw.html").write_text(html)
    with offline(browser) as cut:
        cut.page.goto((tmp_path / "raw.html").as_uri())
        cut.page.wait_for_function("window.sender")
        yield cut.page


def _inner(path: Path) -> str:
    return path.read_text().replace("export ", "")


def opened(page: Page, world: World, message: str) -> Json:
    """Let the recipe open a message in the browser."""
    how: dict[str, Json] = {
        "own": world.encryption.to_json(),
        "issuerKeys": [dict(world.issuer.public().jwk)],
        "issuer": ISSUER,
        "me": ME,
        "now": int(NOW.timestamp()),
    }
    claims: Json = page.evaluate("([message, how]) => recipe.open(message, how)", [message, how])
    return claims


def test_the_browser_refuses_what_was_made_for_somebody_else(page: Page) -> None:
    """A forwarded message, a stranger's key and an altered text."""
    world = a_world()
    forwarded = an_envelope(world, claims_of(world, aud="dudok-wonen")).message
    with pytest.raises(Error, match="made for another recipient"):
        opened(page, world, forwarded)
    with pytest.raises(Error, match="made for another recipient"):
        opened(page, world, an_envelope(world, claims_of(world, rkid=generate_encryption_key().kid)).message)
    with pytest.raises(Error):
        opened(page, world, altered(an_envelope(world).message))


def test_the_browser_opens_what_we_seal(page: Page) -> None:
    """The same claims that went in come out."""
    world = a_world()
    assert opened(page, world, an_envelope(world).message) == claims_of(world)


def test_we_open_what_the_browser_seals(page: Page) -> None:
    """Signed and encrypted by WebCrypto alone, from the standards."""
    world = a_world()
    token = page.evaluate(
        "([claims, key]) => sender.signed(claims, key, 'disclosure+jwt')", [claims_of(world), world.issuer.to_json()]
    )
    message = page.evaluate("([token, key]) => sender.sealed(token, key)", [token, dict(world.encryption.public().jwk)])
    claims = read_disclosure(
        message,
        profile=PROFILES[SealProfile.JOSE],
        key=world.encryption,
        issuer_keys=[world.issuer.public()],
        issuer=ISSUER,
        me=ME,
        now=NOW,
    )
    assert claims == claims_of(world)


def test_we_accept_the_browsers_receipt(page: Page) -> None:
    """Signed with the partner's key in the browser."""
    world = a_world()
    how: dict[str, Json] = {
        "signing": world.signing.to_json(),
        "me": ME,
        "issuer": ISSUER,
        "jti": MESSAGE,
        "state": "received",
    }
    signed = page.evaluate("([message, how]) => recipe.receipt(message, how)", [an_envelope(world).message, how])
    told = read_receipt(signed, keys=[world.signing.public()])
    assert (told.partner_id, told.message_id, told.state) == (ME, MESSAGE, ReceiptState.RECEIVED)
