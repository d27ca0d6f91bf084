"""The canaries: invented values that stand nowhere else, so that each place where one is found is a leak or is allowed.

The BSN is of the range that is not issued, the telephone numbers are of machines (0970), the domains end in .example,
and the bank in the IBAN does not exist. Free text carries one unmistakable word each.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Canary:
    """A value, and what of it would be a leak by itself; `whole` are full values when `value` is how they all begin."""

    name: str
    value: str
    parts: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


def _numbered(beginning: str) -> tuple[str, ...]:
    """Return the values of all requests of the journey: each adds two digits."""
    return tuple(f"{beginning}{number:02}" for number in (*range(20), 99))


NAME = Canary("name", "Żwirelda d'Kwistelzang", ("Kwistelzang", "Żwirelda"))
ALIAS = Canary("alias", "Koekflapje Zwirrelina", ("Koekflapje", "Zwirrelina"))
WORK_NAME = Canary("work name", "Fluweelvonk Amethista", ("Fluweelvonk", "Amethista"))
ADVERT = Canary("advert", "https://advertenties.example/zwoelnacht?ad=88213-Sprankelrood", ("Sprankelrood",))
BSN = Canary("bsn", "999999011")
BIRTH = Canary("birth date", "1903-07-19", ("19-07-1903", "19 juli 1903"))
PHONE = Canary("phone", "+3197010284663", ("097010284663",))
SAFE_PHONE = Canary("safe phone", "+3197046201957", ("097046201957",))
EMAIL = Canary("e-mail", "zonderlinge.postduif@canarie-postvak.example", ("zonderlinge.postduif",))
PLATE = Canary("plate", "QZX88KANAR")
IBAN = Canary("iban", "NL55CANA9417164377")
POSTCODE = Canary("postcode", "9941ZQ", ("9941 ZQ", "9941ZQ84213", "9941 ZQ 84213"))
ADDITION = Canary("addition", "ZKANARIE77")
BAG = Canary("bag id", "0402010099887731")
HOME_POSTCODE = Canary("home postcode", "9942ZK", ("9942 ZK", "9942ZK84214"))
HOME_ADDITION = Canary("home addition", "ZWALUWST9Q")
BUSINESS_POSTCODE = Canary("business postcode", "9943ZX", ("9943 ZX", "9943ZX84215"))
BUSINESS_ADDITION = Canary("business addition", "ZKLOOSTER5")
KVK = Canary("kvk", "90817263")
CASE = Canary("case number", "ZKQ-2026-73619", whole=_numbered("ZKQ-2026-73619"))
REPORT = Canary("report of findings", "RVBKQ-2026-91827364")
CONSENT = Canary("consent record", "CNSKQ-2026-82736", whole=_numbered("CNSKQ-2026-82736"))
REPORT_REF = Canary("report reference", "RAPKQ-2026-4455667")
PERMIT = Canary("permit", "VGKQ-2026-5551239")
OFFICER = Canary("colleague", "Ambtena Kwikzilver", ("Kwikzilver",))
NARRATIVE = Canary(
    "narrative",
    "het kwispelhoorntje fluisterde achter een zwaluwgordijn; sprak oudruritaans",
    ("kwispelhoorntje", "zwaluwgordijn", "oudruritaans"),
)
LOCATION = Canary("place and time", "bij de klapwiekmolen, na zonsondergang", ("klapwiekmolen",))
NUISANCE = Canary("nuisance", "twaalf meldingen van toeterkabaal", ("toeterkabaal",))
SUSPECT = Canary("description", "lang, draagt een ribfluwelenmantel", ("ribfluwelenmantel",))
SAFETY = Canary("safety warning", "let op: waakhondbrullend", ("waakhondbrullend",))
FREE_TEXT = Canary("free text", "vrijetekstkwarts over wat dan ook", ("vrijetekstkwarts",))
PHOTO = Canary("photo", "fotokwartsbeeld")
WORK_STATUS = Canary("work status", "werkstatuskwarts")
HEALTH = Canary("health", "gezondheidskwarts")
STI = Canary("sti", "uitslagkwarts")
WMO = Canary("social support", "steunkwarts")
VULNERABLE = Canary("vulnerability", "kwetsbaarkwarts")
RESIDENCE = Canary("residence status", "verblijfskwarts")
KEY = Canary("unknown key", "kwartelslagveld")
IDEMPOTENCY = Canary("idempotency key", "kanariesleutel-7f3a9c2e51", whole=_numbered("kanariesleutel-7f3a9c2e51-"))
JTI = Canary("jti", "kanariejti-55aa77cc99ee11ff")
CLIENT = Canary("client id", "kanarieklant-7391")
HEADER = Canary("header", "kopregelkwarts")
FILE = Canary("file name", "bestandsnaamkwarts")
CRASH = Canary("crash", "crashkwartsbeeld")

EVERY = tuple(canary for canary in list(globals().values()) if isinstance(canary, Canary))
PLANTED = Canary("planted", "Plantagenwouw Öresonder", ("Plantagenwouw",))
"""What the searchers' own tests plant; it never goes through the gateway."""

Names = frozenset[str]


def names(*canaries: Canary) -> Names:
    """Return the names of these canaries."""
    return frozenset(canary.name for canary in canaries)


DWELLING = names(POSTCODE, ADDITION, BAG)
