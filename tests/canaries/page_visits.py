"""The pages filled in by hand, each field wrong in turn, and every wrong turn that a browser can take."""

import datetime as dt
import html
import re
from urllib.parse import quote

from gateway.demo.setting import DEMO_PEOPLE
from tests.canaries import birds
from tests.canaries.birds import names
from tests.canaries.places import Exchange
from tests.canaries.visitor import Visitor

FORM = "/verstrekkingen/nieuw/gegevens"
CHECK = "/verstrekkingen/nieuw/controle"
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
    *(birds.REPORT, birds.IDEMPOTENCY, birds.BIRTH),
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def typed(on: dt.date) -> dict[str, str]:
    """Return step 2 as filled in, without a fault."""
    fields = {
        **CHOSEN,
        "idempotency_key": f"{birds.IDEMPOTENCY.value}-form",
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
    """Return for each input of step 2 a value that is not accepted there, most of them canaries of another kind."""
    values = {name: f"{birds.NAME.value}\u0007" for name in typed(on) if name not in CHOSEN}
    del values["case-data-case_ref"], values["s1-provenance"], values["s2-provenance"]
    narrative = birds.NARRATIVE.value
    return values | {
        "idempotency_key": birds.NAME.value,
        "case-data-location_time": f"{birds.LOCATION.value} {birds.PHONE.value}",
        "case-data-safety_warning": f"{birds.SAFETY.value} BSN {birds.BSN.value}",
        "s1-data-indicator_narrative": f"{narrative} {birds.NAME.value} {birds.IBAN.value} {birds.EMAIL.value}",
        "s2-data-suspect_description": f"{birds.SUSPECT.value} {birds.ADVERT.value}",
    }


MISTAKES = TYPED_BY_HAND | names(birds.BSN, birds.IBAN, birds.EMAIL)


def by_hand(url: str, kept: list[Exchange], on: dt.date) -> str:
    """Fill in the form with each field wrong in turn, then well; go back, submit, and return the request's page."""
    sanne = Visitor(url, kept, DEMO_PEOPLE[0])
    good = typed(on)
    sanne.go("GET", "/verstrekkingen/nieuw")
    sanne.go("GET", f"{FORM}?{'&'.join(f'{name}={word}' for name, word in CHOSEN.items())}")
    for name, value in wrong(on).items():
        answer = sanne.post(CHECK, {**good, name: value}, place=f"own form, {name} wrong", own=MISTAKES)
        assert answer.status_code == 400, (name, answer.status_code)
    for name in CHOSEN:
        sanne.post(CHECK, {**good, name: birds.NAME.value}, place=f"{name} unknown")
    page = sanne.post(CHECK, good, place="own check page", own=TYPED_BY_HAND)
    assert page.status_code == 200
    hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(page.text)}
    sanne.post(FORM, good, place="own form, going back", own=TYPED_BY_HAND)
    answer = sanne.post("/verstrekkingen", {"body": hidden["body"]}, place="submitted by hand", may=names(birds.CASE))
    assert answer.status_code == 200
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
            *(f"/{word}", f"/{number}/{birds.ALIAS.value}", f"/verstrekkingen/{word}", f"/verstrekkingen//{word}//"),
            *(
                f"/verstrekkingen/{word}/",
                f"/static/{word}.css",
                f"/static/../{word}",
                f"/?{query}",
                f"/logboek?{query}",
            ),
            *(f"/aanmelden?{query}", f"/verstrekkingen/nieuw?{query}", f"{FORM}?{query}", f"/healthz?{query}"),
            *(f"{FORM}?{chosen}&s1-data-alias={word}&case_ref={birds.CASE.value}99&s1-data-phone={number}", "/readyz"),
        ):
            visitor.go("GET", path, place="a wrong address")
            visitor.go("GET", path, place="a wrong address, with headers", headers=headers)
            visitor.go("HEAD", path, place="a wrong address")
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", birds.KEY.value.upper()):
            visitor.go(method, f"/verstrekkingen/{word}?{query}", place=f"{method} somewhere", headers=headers)
            visitor.go(method, page, place=f"{method} on a request", data={"name": birds.NAME.value})
    body = f'{{"case_ref": "{birds.NAME.value}", "{birds.KEY.value}": "{number}"}}'
    for sent in (body, body[:-1], f"[{body}]", birds.NAME.value, f'"{number}"', "", f'{{"subjects": [{body}]}}'):
        sanne.post("/verstrekkingen", {"body": sent}, place="a body that is no request")
        stranger.post("/verstrekkingen", {"body": sent}, place="a stranger's body")
        sanne.go("POST", "/verstrekkingen", data={"body": sent}, place="without a CSRF token")
        sanne.go(
            "POST", "/verstrekkingen", data={"csrf_token": birds.NAME.value, "body": sent}, place="a wrong CSRF token"
        )
    sanne.post("/aanmelden", {"person": birds.NAME.value}, place="an unknown person")
    sanne.post("/verstrekkingen", {"body": birds.NAME.value * 10_000}, place="a body that is too large")
    sanne.post(f"{page}/onderdelen/{word}/goedkeuren", {"digest": number}, place="an unknown part")
    sanne.post(f"/verstrekkingen/{number}/onderdelen/{word}/weigeren", {}, place="an unknown request")
    upload = {birds.FILE.value: (f"{birds.FILE.value}.txt", birds.NAME.value.encode() * 500)}
    for path in ("/verstrekkingen", CHECK, f"/{word}"):
        sanne.go("POST", path, files=upload, data={"csrf_token": sanne.token}, place="a file")
