"""Requests of every kind that the policy knows, drawn from its own rows: most can leave, many only in part."""

import itertools
from dataclasses import dataclass, field

from hypothesis import strategies as st

from gateway.decide.engine import Policy
from gateway.demo.setting import DWELLINGS
from gateway.model.bundle import FieldDefinition, FieldType, Row, Vocabulary
from gateway.model.partner import Partner
from gateway.model.terms import Json
from tests.conftest import NOON

DAY = NOON.date()
OFTEN = ("avim", "dudok-wonen", "gooi-wonen", "verhuurder-1", "politie")
_NUMBERS = itertools.count(1)
NAMES = st.sampled_from(["Vera Verzonnen", "Ørjan d'Été-Verzonnen", "Dirk Verzonnen", "Żaneta Verzonnen"])
WORDS = st.sampled_from(
    ["rustig in de avond", "veel bezoek, ’s nachts ook", 'zegt: "kom niet terug" <b>\\', "één ☂ vel"]
)
FIXED: dict[FieldType, Json] = {
    FieldType.BSN: "111222333",
    FieldType.COUNTRY: "BG",
    FieldType.LANGUAGE: "ro",
    FieldType.PHONE: "+31612345678",
    FieldType.EMAIL: "iemand@verzonnen.example",
    FieldType.URL: "https://verzonnen.example/x",
    FieldType.PLATE: "12ABC3",
    FieldType.KVK: "12345678",
    FieldType.OPAQUE: "x",
}


@dataclass(frozen=True)
class Asked:
    """A request as its requester sends it."""

    body: dict[str, Json]
    advice: bool  # what the FG will advise, where that is asked
    seed: bytes | None = field(repr=False)


@st.composite
def requests(draw: st.DrawFn, policy: Policy, partners: dict[str, Partner]) -> Asked:
    """Draw a recipient, a ground, and one or two people under rows of the policy, with some facts and data less."""
    words, edition = policy.bundle.vocabulary, policy.bundle.on(DAY)
    recipient = draw(st.sampled_from(sorted(partners)) | st.sampled_from(OFTEN))
    kind, number = partners[recipient].kind, next(_NUMBERS)
    rows = [row for row in edition.rows if kind in row.recipients and row.valid_from <= DAY] or list(edition.rows)
    ground = draw(st.sampled_from(sorted({ground for row in rows for ground in row.grounds})))
    fitting = [row for row in rows if ground in row.grounds]
    place = _dwelling(draw, recipient, number)
    subjects = [
        _subject(draw, f"s{n}", draw(st.sampled_from(fitting)), words, place, number)
        for n in range(1, draw(st.integers(2, 3)))
    ]
    body: dict[str, Json] = {
        "case_ref": f"Z-2026-{number}",
        "recipient": recipient,
        "ground": ground,
        "purpose": draw(st.sampled_from(words.grounds[ground].purposes)),
        "subjects": subjects,
        "idempotency_key": f"any-request-{number:06d}",
    }
    return Asked(body, draw(st.booleans()), draw(st.none() | st.binary(min_size=32, max_size=32)))


def _subject(draw: st.DrawFn, ref: str, row: Row, words: Vocabulary, place: Json, number: int) -> Json:
    evidence = f"consent CNS-2026-{number}"
    claims: dict[str, Json] = {}
    for name, fact in words.facts.items():
        # Most facts are as the row wants them, and what could forbid is known not to be so; rarely one is not.
        wanted = row.when[name].value if name in row.when else "no" if name == "subject_minor" else ""
        value = wanted if draw(st.integers(0, 99)) != 37 else draw(st.sampled_from(["yes", "no"]))
        if value and not fact.computed:
            claims[name] = {"value": value, "evidence": evidence, "date": DAY.isoformat()}
    offered = sorted(row.fields)
    chosen = draw(st.lists(st.sampled_from(offered), min_size=1, max_size=6, unique=True))
    chosen += draw(st.lists(st.sampled_from(sorted(words.fields)), max_size=2))
    data: dict[str, Json] = {}
    for name in dict.fromkeys(chosen):
        data[name] = place if name == "dwelling_address" else _value(draw, words.fields[name], words, number)
    told: dict[str, Json] = {
        "ref": ref,
        "role": draw(st.sampled_from(sorted(row.roles))),
        "facts": claims,
        "data": data,
    }
    return {
        **told,
        "provenance": "own" if draw(st.integers(0, 19)) != 7 else draw(st.sampled_from(["police", "medical"])),
    }


def _dwelling(draw: st.DrawFn, recipient: str, number: int) -> Json:
    """Return a dwelling of the recipient when it has any, else one of nobody: a hold on it stops no later request."""
    owned = DWELLINGS.get(recipient)
    if owned is None or draw(st.integers(0, 19)) == 7:
        return {"postcode": "1299ZX", "number": number}
    postcode, house, addition, bag_id = draw(st.sampled_from(owned))
    told: dict[str, Json] = {"postcode": postcode, "number": house, "bag_id": bag_id}
    return {**told, "addition": addition} if addition else told


def _value(draw: st.DrawFn, definition: FieldDefinition, words: Vocabulary, number: int) -> Json:  # noqa: PLR0911 - one line per form
    match definition.type:
        case FieldType.NAME:
            return draw(NAMES)
        case FieldType.TEXT | FieldType.NARRATIVE:
            return draw(WORDS)
        case FieldType.DATE:
            return "1990-02-28" if definition.group == "identity" else DAY.isoformat()
        case FieldType.ADDRESS:
            return {"postcode": "1299ZY", "number": number, "addition": "bis"}
        case FieldType.REFERENCE:
            return f"Z-2026-{number}"
        case FieldType.COUNT:
            return draw(st.integers(0, 10**9))
        case FieldType.CODE:
            return draw(st.sampled_from(sorted(words.codes[definition.name])))
        case FieldType.CODES:
            return list[Json](
                draw(st.lists(st.sampled_from(sorted(words.codes[definition.name])), min_size=1, unique=True))
            )
        case _:
            return FIXED[definition.type]
