"""No page of ours leads to another site, whatever stands in an address, a form or a header (open redirect)."""

from typing import Any

import pytest

from tests.web.safety.house import EVERYONE, MERYEM, SANNE, House

NAMES = ("terug", "next", "onward", "back", "url", "return", "return_to", "redirect", "redirect_uri", "to", "klaar")
PLACES = (
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/%2f/elsewhere.example",
    "/\t/elsewhere.example",
    "https:elsewhere.example",
    "javascript:alert(1)",
    "/@elsewhere.example",
    " //elsewhere.example",
    "http://localhost@elsewhere.example/",
)


def is_ours(location: str | None) -> bool:
    """Say whether a browser that follows this stays here."""
    return location is None or (location.startswith("/") and not location.startswith(("//", "/\\", "/\t")))


@pytest.mark.parametrize("place", PLACES)
def test_a_parameter_leads_nowhere_else(house: House, place: str) -> None:
    """Every route, with every name that programs use for it, in the address and in the form, and as Referer."""
    sent = dict.fromkeys(NAMES, place)
    headers = {"Referer": place.strip(), "Origin": "https://elsewhere.example"}
    headers = {name: value for name, value in headers.items() if value.isprintable()}
    for who in (None, SANNE, MERYEM, EVERYONE[-1]):
        client = house.client(who)
        for rule in (*house.rules("GET"), *house.rules("POST")):
            if rule.rule.endswith(("/brief", "/code")):
                continue  # they change what the others see; test_headers.py has them
            method = "POST" if "POST" in (rule.methods or set()) else "GET"
            path = house.path(rule, dict.fromkeys(rule.arguments, "f" * 32))
            data = sent if method == "POST" else None
            answer = client.open(path, method=method, query_string=sent, data=data, headers=headers)
            assert is_ours(answer.location), (rule.rule, answer.location)
            assert "Refresh" not in answer.headers
            if answer.mimetype == "text/html" and who is None:
                assert "url=h" not in answer.get_data(as_text=True)


def test_a_location_is_a_path_whatever_host_was_asked(house: House) -> None:
    """The Host header, and those that proxies add, change no address that we send anybody to."""
    forged = {
        "Host": "elsewhere.example",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "//elsewhere.example",
        "X-Original-URL": "/logboek",
        "X-Rewrite-URL": "/logboek",
        "Forwarded": "host=elsewhere.example;proto=https",
        "X-Script-Name": "//elsewhere.example",
    }
    paths = ("/", "/logboek", "/verstrekkingen/nieuw", "/aanmelden", "/nergens", "//logboek", "/static", "/logboek//x")
    for who in (None, SANNE):
        client = house.client(who)
        for path in paths:
            if who is not None:
                forged.pop("Host", None)  # a browser has no cookie of ours for another host
            asked: Any = {"environ_overrides": {"PATH_INFO": path}}  # as it came, not as an address of another host
            plain, other = client.get("/", **asked), client.get("/", headers=forged, **asked)
            assert (plain.status_code, plain.location) == (other.status_code, other.location)
            assert is_ours(other.location)
            assert "elsewhere" not in other.get_data(as_text=True) + str(other.headers)
