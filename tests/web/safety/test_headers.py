"""What goes with every answer: no code in line, no frame, no copy in a cache; whoever asks and whatever goes wrong."""

import io
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.web.safety.house import EVERYONE, SANNE, House
from tests.web.safety.walk import read_page

KEPT = "/static/"  # style sheets may be kept by a browser; nothing personal is in them
SCRIPTED = re.compile(r"'sha256-[A-Za-z0-9+/=]{44}'")
REQUIRED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def answers(house: House) -> Iterator[tuple[str, TestResponse]]:
    """Give the answer of every page to everybody, and of what goes wrong."""
    for who in EVERYONE:
        client = house.client(who)
        for rule in house.rules("GET", programs=True):
            for path in house.paths(rule):
                yield rule.rule, client.get(path)
        yield "absent", client.get("/nergens/<script>")
        yield "method", client.delete("/")
        yield "too large", client.post("/taal", data={"terug": "x" * 100_000})
        yield "wrong kind", client.post("/taal", data={"f": (io.BytesIO(b"x"), "x")})
        yield "not a form", client.post("/api/v1/disclosure-requests", data="{", content_type="application/json")
        yield "packed", client.post("/taal", data=b"x", headers={"Content-Encoding": "gzip"})
    yield "forged", house.client(SANNE, strict=True).post("/taal", data={})


def directives(policy: str) -> dict[str, list[str]]:
    """Return a content security policy by directive."""
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


def test_every_answer_has_the_headers_and_no_code_in_line(house: House) -> None:
    """default-src none; scripts only by the hash of what was built; never framed, never sniffed, never kept."""
    seen = 0
    for where, answer in answers(house):
        headers, place = answer.headers, (where, answer.status_code)
        assert headers.getlist("Content-Security-Policy") == [headers["Content-Security-Policy"]], place
        policy = directives(headers["Content-Security-Policy"])
        assert policy["default-src"] == ["'none'"], place
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"], place
        assert policy["form-action"] in (["'self'"], ["'none'"]), place
        for name in ("script-src", "style-src", "connect-src", "img-src", "font-src"):
            for source in policy.get(name, []):
                assert source in {"'self'", "'none'", "data:", "blob:"} or SCRIPTED.fullmatch(source), (place, source)
        assert "data:" not in policy.get("script-src", []), place
        assert "blob:" not in policy.get("script-src", []), place
        for name, value in REQUIRED.items():
            assert headers.get(name) == value, (place, name)
        if not where.startswith(KEPT):
            assert headers["Cache-Control"] == "no-store", place
        if answer.mimetype == "text/html" and not any(SCRIPTED.fullmatch(s) for s in policy.get("script-src", [])):
            page = read_page(answer.get_data(as_text=True))
            assert (page.in_line, page.scripts) == ([], []), place
        assert "Server" not in headers, place
        seen += 1
    assert seen > 200


@pytest.mark.parametrize("what", ["brief", "code"])
def test_a_letter_and_a_code_have_them_too(house: House, what: str) -> None:
    """The PDF is a file to keep, by a name that tells nothing; neither stays in a cache."""
    rule = next(rule for rule in house.rules("POST") if rule.rule.endswith(f"/{what}"))
    made = [house.client(SANNE).post(path) for path in house.paths(rule)]
    good = [answer for answer in made if answer.status_code == 200]
    assert good
    for answer in made:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    if what == "brief":
        assert good[0].headers["Content-Disposition"] == 'attachment; filename="brief.pdf"'
