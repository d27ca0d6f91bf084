"""Reads the closed vocabulary and the articles that rows rest on."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from gateway.decide.loading.place import Place
from gateway.model.bundle import (
    RECIPIENTS,
    Category,
    FactDefinition,
    FieldDefinition,
    FieldType,
    Ground,
    LegalBasis,
    Scope,
    Vocabulary,
)
from gateway.model.terms import Text, Truth

_BWB = re.compile(r"BWBR[0-9]{7}")
_JURICONNECT = re.compile(r"jci1\.3:c:(BWBR[0-9]{7})(&[a-z]+=[^&\s]+)+")


def read_vocabulary(root: Place, legal: Place) -> Vocabulary:
    """Return every word of both files.

    :raises PolicyUnreadableError: a part is missing, unknown or malformed.
    """
    parts = root.keys("recipients", "grounds", "purposes", "roles", "facts", "fields", "codes")
    recipients = {name: place.keys("label", "internal") for name, place in parts["recipients"].mapping().items()}
    purposes = {name: place.both() for name, place in parts["purposes"].mapping().items()}
    fields = {name: _field(name, place) for name, place in parts["fields"].mapping().items()}
    return Vocabulary(
        recipients={name: keys["label"].both() for name, keys in recipients.items()},
        internal=frozenset(name for name, keys in recipients.items() if keys["internal"].flag()),
        grounds={name: _ground(name, place, purposes) for name, place in parts["grounds"].mapping().items()},
        purposes=purposes,
        roles={name: place.both() for name, place in parts["roles"].mapping().items()},
        facts=read_facts(parts["facts"]),
        fields=fields,
        codes=_codes(parts["codes"], fields),
        legal=read_legal(legal),
    )


def read_facts(root: Place) -> dict[str, FactDefinition]:
    """Return fact definitions by name."""
    return {name: _fact(name, place) for name, place in root.mapping().items()}


def read_legal(root: Place) -> dict[str, LegalBasis]:
    """Return articles by the id that rows cite."""
    return {name: _legal(name, place) for name, place in root.mapping().items()}


def _ground(name: str, place: Place, purposes: Mapping[str, Text]) -> Ground:
    keys = place.keys("label", "purposes", "urgent", optional=["way"])
    way = keys["way"].both() if "way" in keys else None
    if way is not None and not all(RECIPIENTS in said for said in (way.nl, way.en)):
        raise keys["way"].fault("the recipients are not named", hint=f"write {RECIPIENTS} where their names belong")
    return Ground(name, keys["label"].both(), keys["purposes"].terms(purposes), keys["urgent"].flag(), way)


def _fact(name: str, place: Place) -> FactDefinition:
    keys = place.keys("computed", "category", "definition", optional=["evidence", "ways"])
    computed, evidence = keys["computed"].flag(), keys.get("evidence")
    if computed is (evidence is not None):
        raise place.fault(
            "a fact is either computed or evidenced",
            hint="`evidence` names a person's document; computed facts have none",
        )
    return FactDefinition(
        name,
        computed,
        keys["category"].choice(Category),
        keys["definition"].both(),
        evidence.both() if evidence else None,
        _ways(keys["ways"]) if "ways" in keys else {},
    )


def _ways(place: Place) -> dict[Truth, Text]:
    return {Truth(name): way.both() for name, way in place.keys(optional=list(Truth)).items()}


def _field(name: str, place: Place) -> FieldDefinition:
    keys = place.keys("group", "type", "scope", "category", "label", "definition")
    return FieldDefinition(
        name=name,
        group=keys["group"].string(),
        type=keys["type"].choice(FieldType),
        scope=keys["scope"].choice(Scope),
        category=keys["category"].choice(Category),
        label=keys["label"].both(),
        definition=keys["definition"].both(),
    )


def _codes(root: Place, fields: Mapping[str, FieldDefinition]) -> dict[str, dict[str, Text]]:
    coded = [name for name, field in fields.items() if field.type in {FieldType.CODE, FieldType.CODES}]
    lists = root.keys(*coded)
    return {field: {code: text.both() for code, text in place.mapping().items()} for field, place in lists.items()}


def _legal(name: str, place: Place) -> LegalBasis:
    keys = place.keys("law", "article", "bwb", "juriconnect", "url", "text", "reveals")
    bwb, reference = keys["bwb"].string_or_null(), keys["juriconnect"].string_or_null()
    if bwb is not None and not _BWB.fullmatch(bwb):
        raise keys["bwb"].fault(
            "an id such as BWBR0005537 is expected", hint="look it up on wetten.overheid.nl, or null"
        )
    if (bwb is None) is not (reference is None):
        raise place.fault("`bwb` and `juriconnect` go together", hint="give both, or null for both")
    if reference is not None:
        parts = _JURICONNECT.fullmatch(reference)
        if parts is None or parts[1] != bwb:
            raise keys["juriconnect"].fault(
                "a reference to an article of the same law is expected",
                hint="such as jci1.3:c:BWBR0005537&artikel=5:11",
            )
    url = keys["url"].string_or_null()
    if url is not None and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
        raise keys["url"].fault("an https address is expected", hint="where a reader finds the text of the article")
    return LegalBasis(
        id=name,
        law=keys["law"].string(),
        article=keys["article"].string(),
        text=keys["text"].both(),
        bwb=bwb,
        juriconnect=reference,
        url=url,
        reveals=keys["reveals"].flag(),
    )
