"""Every text of the pages is in the catalogues; Dutch unless a person chose, and choosing leads nowhere else."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from gateway.web.language import CATALOGUES, COOKIE, LANGUAGES, SOURCE, catalogue
from tests.web.canned import SUPERVISOR, CannedDesk, client_for, make_app

WEB = CATALOGUES.parent
OTHERS = [code for code in LANGUAGES if code != SOURCE]
PLACE = re.compile(r"%\((\w+)\)[sd]|<[^>]+>")


def texts() -> set[str | tuple[str, ...]]:
    """Return every text that a page can say, plural forms as a pair."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "later": None}
    return {message for _, _, message, _, _ in extract_from_dir(WEB, methods, options, keywords=keywords) if message}


def written(code: str) -> Catalog:
    """Return the catalogue of a language as it stands in the repository."""
    with (CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale=code, abort_invalid=True)


def pairs(code: str) -> Iterator[tuple[str, str]]:
    """Return each text with its translation, one pair for each form."""
    for message in written(code):
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        words = [message.string] if isinstance(message.string, str) else list(message.string or ())
        yield from ((source, told) for source, told in zip(sources, words, strict=False) if source)


@pytest.mark.parametrize(
    "path", ["//elders.example", "https://elders.example/", "/\\elders.example", "javascript:1", ""]
)
def test_choosing_a_language_never_leads_to_another_site(desk: CannedDesk, path: str) -> None:
    """An address that is not one of our own pages is answered with the start page."""
    answer = client_for(desk, SUPERVISOR).post("/taal", data={"taal": "en", "terug": path})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("path", ["/nergens", "/taal", "/verstrekkingen/d1/intrekken"])
def test_choosing_a_language_never_leads_to_what_cannot_be_asked_again(desk: CannedDesk, path: str) -> None:
    """A page that only takes forms is no place to come back to."""
    assert client_for(desk, SUPERVISOR).post("/taal", data={"taal": "en", "terug": path}).location == "/"


@pytest.mark.parametrize("chosen", ["", "xx", "../en", "EN"])
def test_an_unknown_language_chooses_nothing(desk: CannedDesk, chosen: str) -> None:
    """Unknown means no: no cookie is set, and a made-up cookie is Dutch."""
    client = client_for(desk, SUPERVISOR)
    assert "Set-Cookie" not in client.post("/taal", data={"taal": chosen, "terug": "/"}).headers
    client.set_cookie(COOKIE, chosen)
    assert '<html lang="nl">' in client.get("/").get_data(as_text=True)


def test_a_language_is_chosen_with_a_form_that_another_site_cannot_send(desk: CannedDesk) -> None:
    """It carries the token against forged requests."""
    assert make_app(desk, csrf=True).test_client().post("/taal", data={"taal": "en"}).status_code == 400


def test_a_browser_that_asks_for_english_gets_dutch_until_a_person_chooses(desk: CannedDesk) -> None:
    """A town hall's browser asks for English by itself; the choice is kept, with a cookie that scripts cannot read."""
    client = client_for(desk, SUPERVISOR)
    assert '<html lang="nl">' in client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    answer = client.post("/taal", data={"taal": "en", "terug": "/verstrekkingen/d1"})
    assert answer.location == "/verstrekkingen/d1"
    assert {"HttpOnly", "SameSite=Strict"} <= set(answer.headers["Set-Cookie"].split("; "))
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Sign out" in page


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_words_in_every_language(code: str) -> None:
    """`make words` keeps the catalogue; what is missing here still needs a translator, what is left over must go."""
    told = {message.id for message in written(code) if message.id}
    assert texts() - told == set()
    assert told - texts() == set()
    assert [source for source, words in pairs(code) if not words.strip()] == []
    assert [message.id for message in written(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_keeps_the_places_and_tags_of_its_text(code: str) -> None:
    """A name that is left out, or a tag, would be a page that fails or says less."""
    differing = [
        source for source, words in pairs(code) if sorted(PLACE.findall(source)) != sorted(PLACE.findall(words))
    ]
    assert differing == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_is_read_as_it_stands(code: str) -> None:
    """No compiled copy exists that could fall behind."""
    assert catalogue(code).gettext("Afmelden") != "Afmelden"
