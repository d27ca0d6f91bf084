"""Partners' people at the inbox in a browser: signals, wrong turns, and canaries in every field that there is."""

from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from tests.canaries import birds
from tests.canaries.birds import names
from tests.canaries.places import Exchange
from tests.canaries.visitor import Visitor

ADA, DIRK, SOFIE = DEMO_EMPLOYEES
NAME, BSN = birds.NAME.value, birds.BSN.value
FORM = "/postvak/signaal"


def people(url: str, kept: list[Exchange], letters: list[str]) -> None:
    """Sign in as each of them; `letters` are messages of AVIM's own inbox."""
    ada, dirk, sofie = (Visitor(url, kept, who) for who in DEMO_EMPLOYEES)
    for visitor in (ada, dirk, sofie):
        visitor.go("GET", "/postvak", place="an inbox")
        visitor.go("GET", f"/postvak?klaar={NAME}", place="an inbox, with a word of one's own")
        visitor.go("GET", f"{FORM}?code={NAME}", place="a signal, with a word of one's own")
        for path in (f"/postvak/{BSN}", f"/aanmelden/{NAME}", f"/postvak/{NAME}/openen"):
            visitor.go("GET", path, place="a message that is none")
        for path in (f"/postvak/{BSN}/openen", f"/postvak/{BSN}/ontvangst", f"/signalen/{BSN}/afgehandeld"):
            visitor.post(path, {"receipt": NAME, birds.KEY.value: NAME}, place="a deed on nothing")
        day = {"until-day": BSN, "until-month": NAME, "until-year": birds.KEY.value}
        visitor.post("/postvak/afwezig", day, place="an absence that is none")
    _signals(dirk, ada, sofie)
    for letter in letters:
        ada.go("GET", f"/postvak/{letter}", place="a message in the browser")
        ada.post(f"/postvak/{letter}/openen", {}, place="a message opened in the browser")
        ada.post(f"/postvak/{letter}/ontvangst", {"receipt": NAME}, place="a receipt that is none")
    sanne = Visitor(url, kept, DEMO_PEOPLE[0])
    sanne.go("GET", "/signalen", place="the team's signals", may=names(birds.HOME_POSTCODE))
    address = {"dwelling-postcode": birds.HOME_POSTCODE.value, "dwelling-number": "84214"}
    ada.post(FORM, {"code": "hold_lifted", "key": "canary-key-for-lifting", **address}, place="a hold that is lifted")


def _signals(dirk: Visitor, ada: Visitor, sofie: Visitor) -> None:
    """Send what is of no agreed form, what is not the sender's own, and a hold."""
    whole = {
        "code": "nuisance",
        "key": "canary-key-0123456789",
        "dwelling-postcode": birds.HOME_POSTCODE.value,
        "dwelling-number": "84214",
        "kind": "noise",
        "count": "3",
        **{f"{name}-{part}": value for name in ("first", "last") for part, value in (("day", "1"), ("month", "11"))},
        "first-year": "2026",
        "last-year": "2026",
    }
    dirk.post(FORM, whole, place="nuisance at a dwelling of nobody")
    wrong = {**whole, "dwelling-addition": birds.HOME_ADDITION.value, "key": birds.IDEMPOTENCY.value}
    own = names(birds.HOME_POSTCODE, birds.HOME_ADDITION, birds.IDEMPOTENCY)
    dirk.post(FORM, wrong, place="nuisance with a long addition", own=own)
    for name in ("kind", "count", "first-day", "dwelling-number", "message", "answer", "question", birds.KEY.value):
        own = names(birds.HOME_POSTCODE, birds.NAME)
        dirk.post(FORM, {**whole, name: NAME}, place="nuisance with a name in it", own=own)
    sofie.post(FORM, {"code": "coordinate", "message": NAME, "answer": BSN, "key": "k" * 20}, place="no answer")
    sofie.post(FORM, {"code": NAME}, place="no code")
    hold = {"code": "hold", "dwelling-postcode": birds.HOME_POSTCODE.value, "dwelling-number": "84214"}
    ada.post(FORM, {**hold, "key": "canary-key-for-holding"}, place="a hold")
