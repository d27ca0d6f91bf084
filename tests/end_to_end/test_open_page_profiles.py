"""Messages of every profile, opened by the saved page in a real Chromium with its network cut off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gateway.crypto.jwk import to_jwks
from gateway.crypto.receipts import read_receipt
from gateway.log.envelope import Envelope
from gateway.model.partner import SealProfile
from gateway.page.build import build_page, join_modules
from tests.page.browser import WITNESS, chromium, files, offline, seen
from tests.page.labels import SHIPPED
from tests.page.test_profiles import OPENED, sealed
from tests.page.test_verdicts import WORLD, opening
from tests.partner.envelopes import ISSUER, ME, MESSAGE

pytestmark = pytest.mark.browser
LABEL = "bedrijf zonder vergunning"  # what the policy calls the finding in the message


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all of these tests."""
    with chromium() as running:
        yield running


@pytest.mark.parametrize("profile", OPENED)
def test_a_message_of_this_profile_is_opened_and_acknowledged(
    browser: Browser, tmp_path: Path, profile: SealProfile
) -> None:
    """Post-quantum too: ML-KEM by the browser itself, SHAKE256 by vendored code; a receipt by the partner's key."""
    world = sealed(profile)
    envelope = Envelope.from_json(str(opening(world.message())["envelope"]))
    pairs = [world.encryption.to_json(), world.signing.to_json()]
    (tmp_path / f"{MESSAGE}.json").write_text(seen(envelope).to_json())
    (tmp_path / "avim.keys.json").write_text(json.dumps({"keys": pairs}))
    (tmp_path / "issuer.jwks.json").write_bytes(to_jwks([world.issuer.public()]))
    (tmp_path / "trust.policy").write_text(f"log {WORLD.log.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n")
    (tmp_path / "partner.yaml").write_text(f"id: {ME}\nissuer: {ISSUER}\n")
    (tmp_path / "open.html").write_bytes(build_page(SHIPPED).html)
    with offline(browser) as cut:
        cut.page.goto((tmp_path / "open.html").as_uri())
        cut.page.set_input_files("#choose", files(tmp_path))
        cut.page.click("#start:not([disabled])")
        cut.page.wait_for_selector("#outcome h2")
        assert "Alles klopt" in cut.page.inner_text("#outcome")
        assert LABEL in cut.page.inner_text("#content")
        with cut.page.expect_download() as waiting:
            cut.page.get_by_role("button", name="Ontvangen en geopend").click()
        told = read_receipt(waiting.value.path().read_text(), keys=[world.signing.public()])
        assert (told.message_id, told.state) == (MESSAGE, "opened")


def test_the_browsers_ml_kem_and_the_vendored_one_agree(browser: Browser, tmp_path: Path) -> None:
    """Also on what was altered, where FIPS 203 gives another secret and no error (implicit rejection)."""
    script = join_modules("xwing", "bytes")
    (tmp_path / "xwing.html").write_text(f'<!doctype html><link rel="icon" href="data:,"><script>{script}</script>')
    world = sealed(SealProfile.HPKE9)
    judge = """async ([seed, ek]) => {
      const bytes = $bytes.unbase64url(ek), flipped = bytes.slice()
      flipped[7] ^= 1
      const own = $bytes.unbase64url(seed)
      const each = async (it) => $bytes.hex(await $xwing.decapsulate(own, it))
      const native = [await $xwing.hasMlKem(), await each(bytes), await each(flipped)]
      const real = SubtleCrypto.prototype.importKey
      SubtleCrypto.prototype.importKey = function (form, ...more) {
        return form === 'raw-seed' ? Promise.reject(new Error('unknown')) : real.call(this, form, ...more)
      }
      return [native, [await $xwing.hasMlKem(), await each(bytes), await each(flipped)]]
    }"""
    header = world.message().partition(".")[0]
    with offline(browser) as cut:
        cut.page.goto((tmp_path / "xwing.html").as_uri())
        ek = cut.page.evaluate("(head) => JSON.parse($bytes.text($bytes.unbase64url(head))).ek", header)
        native, vendored = cut.page.evaluate(judge, [dict(world.encryption.secret)["priv"], ek])
    assert (native[0], vendored[0]) == (True, False)
    assert native[1:] == vendored[1:]
    assert native[1] != native[2]
