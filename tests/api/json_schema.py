"""As much of JSON Schema (2020-12) as our OpenAPI document uses; another keyword is an error, so that none is idle."""

import re
from collections.abc import Iterator

from gateway.model.terms import Json

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "null": (type(None),),
}
REMARKS = {"description", "format"}
KNOWN = REMARKS | {
    *("$ref", "type", "properties", "required", "additionalProperties", "items"),
    *("enum", "const", "pattern", "minimum", "maxLength"),
}


def faults(value: Json, schema: Json, root: dict[str, Json], at: str = "$") -> Iterator[str]:
    """Return what is wrong with a value, each with its place."""
    assert isinstance(schema, dict)
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        yield from faults(value, resolved(str(schema["$ref"]), root), root, at)
        return
    kinds = schema.get("type")
    names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    allowed = tuple(kind for name in names for kind in TYPES[str(name)])
    if allowed and (not isinstance(value, allowed) or isinstance(value, bool)):
        yield f"{at}: not {kinds}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: not the constant"
    options = schema.get("enum")
    if isinstance(options, list) and value not in options:
        yield f"{at}: none of the words"
    if isinstance(value, str) and not re.search(str(schema.get("pattern", "")), value):
        yield f"{at}: another form"
    if isinstance(value, int) and "minimum" in schema and value < int(str(schema["minimum"])):
        yield f"{at}: too small"
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from faults(item, schema["items"], root, f"{at}[{index}]")
    if isinstance(value, dict):
        yield from _of_object(value, schema, root, at)


def _of_object(value: dict[str, Json], schema: dict[str, Json], root: dict[str, Json], at: str) -> Iterator[str]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    yield from (f"{at}: {name} is missing" for name in required if name not in value)
    if schema.get("additionalProperties") is False:
        yield from (f"{at}: {name} is too many" for name in value if name not in properties)
    for name, member in value.items():
        if name in properties:
            yield from faults(member, properties[name], root, f"{at}.{name}")


def resolved(reference: str, root: dict[str, Json]) -> Json:
    """Return what a reference within the document means."""
    place: Json = root
    for name in reference.removeprefix("#/").split("/"):
        assert isinstance(place, dict)
        place = place[name]
    return place
