"""The page as one file: always the same, allowed to load and send nothing, and closed around what is handed to it."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

import gateway.page.build
from gateway.errors import ConfigError
from gateway.page.build import build_page, island, join_modules
from tests.page.labels import SHIPPED


def test_a_module_that_cannot_be_joined_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A default export, an import from elsewhere, an end tag and a circle would each give a page that does not work."""
    monkeypatch.setattr(gateway.page.build, "ROOM", tmp_path)
    (tmp_path / "src").mkdir()
    sources = ["export default 1\n", "import x from 'y'\n", "const a = '</script>'\n", "import { a } from './m4.mjs'\n"]
    for at, source in enumerate(sources, start=1):
        (tmp_path / "src" / f"m{at}.mjs").write_text(source)
        with pytest.raises(ConfigError):
            join_modules(f"m{at}")


def test_the_page_is_the_same_each_time() -> None:
    """Who compares the hash of a saved page with a published one must find the same."""
    join_modules.cache_clear()
    first = build_page(SHIPPED)
    join_modules.cache_clear()
    assert build_page(SHIPPED) == first


def test_the_policy_names_the_hashes_of_the_script_and_the_style_and_no_address() -> None:
    """Nothing else may run, and nothing can be fetched, sent or submitted."""
    page = build_page(SHIPPED)
    html = page.html.decode()
    assert f'content="{page.policy}"' in html
    for tag, kind in (("script", "script"), ("style", "style")):
        pattern = r'<script type="module">(.*?)</script>' if tag == "script" else r"<style>(.*?)</style>"
        (text,) = re.findall(pattern, html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in page.policy
    rest = re.sub(r"'sha256-[^']+'", "", page.policy)
    assert rest.startswith("default-src 'none'; ")
    assert "connect-src 'none'" in rest
    assert not re.search(r"https?:|data:|blob:|\*|unsafe|self", rest)
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script")
    outside = re.findall(r"(?:src|href|action)\s*=\s*\"([^\"]*)\"", html)
    assert outside == ["/open"]  # the link by which a served page is saved


def test_what_is_handed_over_cannot_leave_its_element() -> None:
    """An envelope is another's text: it may hold an end tag, or what looks like a place of the template."""
    handed = json.dumps({"message": "</script><script>alert(1)</script><!--{{script}}"})
    html = build_page(SHIPPED, envelope=handed).html.decode()
    (found,) = re.findall(r'id="envelope">(.*?)</script>', html, re.DOTALL)
    assert json.loads(found) == json.loads(handed)
    assert html.count("<script") == 4
    assert "<" not in island("<!-- </SCRIPT")


def test_every_label_of_the_policy_is_in_the_page_in_both_languages() -> None:
    """A recipient reads words, not codes."""
    assert set(SHIPPED) == {"fields", "codes", "roles", "purposes"}
    fields = SHIPPED["fields"]
    assert isinstance(fields, dict)
    assert all(isinstance(text, dict) and text["nl"] and text["en"] for text in fields.values())


def test_both_languages_say_the_same_things() -> None:
    """A sentence that one language lacks would stand there as `undefined`."""
    source = (Path(gateway.page.build.__file__).parent / "src" / "words.mjs").read_text()
    dutch, english = source.partition("\n}\n")[0].split("\n  en: {\n")
    names = [sorted(re.findall(r"^\s+(\w+): ['{]", part, re.MULTILINE)) for part in (dutch, english)]
    assert len(names[1]) > 90
    assert [name for name in names[0] if name != "nl"] == names[1]
