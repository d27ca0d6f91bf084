"""The pages filled in by hand, each field wrong in turn, and every wrong turn that a browser can take."""

import datetime as dt
from urllib.parse import quote

from gateway.demo.setting import DEMO_PEOPLE
from tests.canaries import birds
from tests.canaries.birds import names
from tests.canaries.places import Exchange
from tests.canaries.visitor import Visitor
from tests.web.request.checking import shown_on

CHOICE = "/verstrekkingen/nieuw"
NOTHING = "/verstrekkingen/nieuw/gegevens"
CHOSEN = {
    "recipient": "avim",
    "ground": "exploitation_signal",
    "purpose": "protect_victim",
    "role1": "possible_victim",
    "role2": "suspect",
}
TYPED_BY_HAND = names(
    *(birds.NAME, birds.ALIAS, birds.PHONE, birds.SAFE_PHONE, birds.POSTCODE, birds.ADDITION, birds.LOCATION),
    *(birds.NARRATIVE, birds.ADVERT, birds.PLATE, birds.SAFETY, birds.SUSPECT, birds.KVK, birds.OFFICER, birds.CASE),
    *(birds.REPORT, birds.BIRTH),
)
PAGES = {"case": "zaak", "s1-fact": "s1-feiten", "s1": "s1-gegevens", "s2-fact": "s2-feiten", "s2": "s2-gegevens"}


def typed(on: dt.date) -> dict[str, str]:
    """Return every answer as filled in, without a fault."""
    fields = {
        "case_ref": f"{birds.CASE.value}99",
        "case-data-case_ref": "yes",
        "case-data-contact_officer": birds.OFFICER.value,
        "case-data-dwelling_address-postcode": birds.POSTCODE.value,
        "case-data-dwelling_address-number": "84213",
        "case-data-dwelling_address-addition": birds.ADDITION.value,
        "case-data-location_time": birds.LOCATION.value,
        "case-data-safety_warning": birds.SAFETY.value,
        "s1-provenance": "own",
        "s1-data-alias": birds.ALIAS.value,
        "s1-data-safe_contact": birds.SAFE_PHONE.value,
        "s1-data-language": "ro",
        "s1-data-indicator_narrative": birds.NARRATIVE.value,
        "s1-data-advert_url": birds.ADVERT.value,
        "s2-provenance": "own",
        "s2-data-name": birds.NAME.value,
        "s2-data-phone": birds.PHONE.value,
        "s2-data-vehicle": birds.PLATE.value,
        "s2-data-suspect_description": birds.SUSPECT.value,
        "s2-data-kvk_number": birds.KVK.value,
    }
    year, month, day = birds.BIRTH.value.split("-")
    for prefix in ("s1-data-birth_date", "s2-data-birth_date"):
        fields |= {f"{prefix}-year": year, f"{prefix}-month": month, f"{prefix}-day": day}
    for ref in ("s1", "s2"):
        fact = f"{ref}-fact-indicator_recorded"
        fields |= {fact: "yes", f"{fact}-evidence": f"report {birds.REPORT.value}"}
        fields |= {f"{fact}-day": str(on.day), f"{fact}-month": str(on.month), f"{fact}-year": str(on.year)}
    return fields


def wrong(on: dt.date) -> dict[str, str]:
    """Return for each input a value that is not accepted there, most of them canaries of another kind."""
    values = dict.fromkeys(typed(on), f"{birds.NAME.value}\x07")
    del values["case-data-case_ref"], values["s1-provenance"], values["s2-provenance"]
    narrative = birds.NARRATIVE.value
    return values | {
        "case-data-location_time": f"{birds.LOCATION.value} {birds.PHONE.value}",
        "case-data-safety_warning": f"{birds.SAFETY.value} BSN {birds.BSN.value}",
        "s1-data-indicator_narrative": f"{narrative} {birds.NAME.value} {birds.IBAN.value} {birds.EMAIL.value}",
        "s2-data-suspect_description": f"{birds.SUSPECT.value} {birds.ADVERT.value}",
    }


MISTAKES = TYPED_BY_HAND | names(birds.BSN, birds.IBAN, birds.EMAIL)


def page_of(name: str) -> str:
    """Return the page that has an input."""
    return next(page for start, page in PAGES.items() if name.startswith(start))


def begin(sanne: Visitor) -> str:
    """Choose, and return the address of the draft."""
    answer = sanne.post(CHOICE, CHOSEN, place="a draft begins")
    return str(answer.headers["Location"]).partition("/vragen/")[0]


def answer_all(sanne: Visitor, draft: str, on: dt.date) -> None:
    """Send every page in, filled in well."""
    good = typed(on)
    for page in PAGES.values():
        fields = {name: value for name, value in good.items() if page_of(name) == page}
        # It leads to the next page, which shows what its owner typed there before, right or wrong.
        sanne.post(f"{draft}/vragen/{page}", fields, place=f"own page {page}", may=MISTAKES)


def by_hand(url: str, kept: list[Exchange], on: dt.date) -> str:
    """Fill in the form with each field wrong in turn, then well; go back, submit, and return the request's page."""
    sanne = Visitor(url, kept, DEMO_PEOPLE[0])
    good = typed(on)
    sanne.go("GET", CHOICE)
    for name in CHOSEN:
        sanne.post(CHOICE, {**CHOSEN, name: birds.NAME.value}, place=f"{name} unknown")
    draft = begin(sanne)
    for name, value in wrong(on).items():
        place = f"{draft}/vragen/{page_of(name)}"
        fields = {other: text for other, text in good.items() if page_of(other) == page_of(name)}
        answer = sanne.post(place, {**fields, name: value}, place=f"own page, {name} wrong", own=MISTAKES)
        assert answer.status_code == 400, (name, answer.status_code)
    answer = sanne.go("GET", f"{draft}/controle", place="own check, not ready")
    assert answer.status_code == 400
    answer_all(sanne, draft, on)
    sanne.go("GET", "/", place="own drafts")
    page = sanne.go("GET", f"{draft}/controle", place="own check page", may=TYPED_BY_HAND)
    assert page.status_code == 200
    sanne.go("GET", f"{draft}/vragen/s1-gegevens", place="own page, going back", may=TYPED_BY_HAND)
    shown = {"shown": shown_on(page.text)}
    answer = sanne.post(f"{draft}/indienen", shown, place="submitted by hand", may=names(birds.CASE))
    assert answer.status_code == 200
    left = begin(sanne)
    answer_all(sanne, left, on)  # and left as it is: a draft that stands in the database
    return answer.request.path_url


def wrong_turns(url: str, kept: list[Exchange], page: str) -> None:
    """Take every wrong turn, with canaries wherever a browser can put something."""
    sanne, stranger = Visitor(url, kept, DEMO_PEOPLE[0]), Visitor(url, kept)
    word, number = quote(birds.NAME.value, safe=""), birds.BSN.value
    query = f"name={word}&s1-data-name={word}&s1-data-bsn={number}&recipient={word}"
    chosen = "&".join(f"{name}={value}" for name, value in CHOSEN.items())
    headers = {
        "User-Agent": birds.HEADER.value,
        "Referer": f"{url}/{word}?{number}",
        "Cookie": f"{birds.HEADER.value}={number}",
        "Accept-Language": birds.HEADER.value,
        "X-Forwarded-For": number,
        "X-Request-Id": birds.HEADER.value,
        "Host": f"{birds.HEADER.value}.example",
    }
    for visitor in (sanne, stranger):
        for path in (
            *(
                f"/{word}",
                f"/{number}/{birds.ALIAS.value}",
                f"/concepten/{word}",
                f"/concepten/{number}/vragen/{word}",
                f"/verstrekkingen/{word}",
                f"/verstrekkingen//{word}//",
            ),
            *(
                f"/verstrekkingen/{word}/",
                f"/static/{word}.css",
                f"/static/../{word}",
                f"/?{query}",
                f"/logboek?{query}",
            ),
            *(f"/aanmelden?{query}", f"/verstrekkingen/nieuw?{query}", f"{NOTHING}?{query}", f"/healthz?{query}"),
            *(
                f"{NOTHING}?{chosen}&s1-data-alias={word}&case_ref={birds.CASE.value}99&s1-data-phone={number}",
                "/readyz",
            ),
        ):
            visitor.go("GET", path, place="a wrong address")
            visitor.go("GET", path, place="a wrong address, with headers", headers=headers)
            visitor.go("HEAD", path, place="a wrong address")
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", birds.KEY.value.upper()):
            visitor.go(method, f"/verstrekkingen/{word}?{query}", place=f"{method} somewhere", headers=headers)
            visitor.go(method, page, place=f"{method} on a request", data={"name": birds.NAME.value})
    body = f'{{"case_ref": "{birds.NAME.value}", "{birds.KEY.value}": "{number}"}}'
    for sent in (body, body[:-1], f"[{body}]", birds.NAME.value, f'"{number}"', "", f'{{"subjects": [{body}]}}'):
        sanne.post(CHOICE, {"body": sent}, place="a body that is no request")
        stranger.post(CHOICE, {"body": sent}, place="a stranger's body")
        sanne.go("POST", CHOICE, data={"body": sent}, place="without a CSRF token")
        sanne.go("POST", CHOICE, data={"csrf_token": birds.NAME.value, "body": sent}, place="a wrong CSRF token")
    sanne.post("/aanmelden", {"person": birds.NAME.value}, place="an unknown person")
    sanne.post(CHOICE, {"body": birds.NAME.value * 10_000}, place="a body that is too large")
    sanne.post(f"{page}/onderdelen/{word}/goedkeuren", {"digest": number}, place="an unknown part")
    sanne.post(f"/verstrekkingen/{number}/onderdelen/{word}/weigeren", {}, place="an unknown request")
    upload = {birds.FILE.value: (f"{birds.FILE.value}.txt", birds.NAME.value.encode() * 500)}
    for path in (CHOICE, f"/concepten/{number}/vragen/{word}", f"/{word}"):
        sanne.go("POST", path, files=upload, data={"csrf_token": sanne.token}, place="a file")
