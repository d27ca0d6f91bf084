"""The register of pages: every page that the gateway can show, and how one gets there.

Each room of pages has a file in `rooms/` with `PAGES` (a tuple of `Entry`) and `NO_PAGE` (endpoints that answer with
something else than a page of their own, each with the reason). To add a page: add an `Entry` to the file of its room,
or a new file; `test_register.py` fails for a view that is in neither, and `test_pages.py` walks all of them.
"""

from importlib import import_module
from pathlib import Path

from tests.end_to_end.pages.visit import Entry

MACHINES = frozenset({"partners_api", "staff_api", "letters_api", "operations"})
"""Blueprints for programs; whatever stands elsewhere is taken for a page."""
ROOMS = [
    import_module(f"tests.end_to_end.pages.rooms.{path.stem}")
    for path in sorted((Path(__file__).parent / "rooms").glob("*.py"))
]


def pages() -> list[Entry]:
    """Return every page, grouped by who looks; those that change things come last."""
    found = [entry for room in ROOMS for entry in room.PAGES]
    return sorted(found, key=lambda entry: (entry.last, entry.who))


def no_pages() -> dict[str, str]:
    """Return every endpoint that shows no page of its own, with the reason."""
    return {endpoint: why for room in ROOMS for endpoint, why in room.NO_PAGE.items()}
