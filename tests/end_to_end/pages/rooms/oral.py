"""Calls that are entered afterwards: the three questions with and without faults, what is kept, and the list."""

from tests.end_to_end.pages.visit import Entry, Visit, at
from tests.page.browser import press


def _press(visit: Visit) -> None:
    """Press the button that goes on; the last one of the form may go back."""
    press(visit.page.locator("main form button[type=submit]:not(.plain)").first)


def _call(visit: Visit) -> None:
    visit.to("/mondeling")
    page = visit.page
    page.locator("#recipient").select_option("avim")
    page.locator("#told-time").fill("00:00")
    page.locator("#case_ref").fill("Z-2026-702")
    page.locator("#ground").select_option("exploitation_signal")
    page.locator("#role1").select_option("possible_victim")
    _press(visit)


def _faulty_first(visit: Visit) -> None:
    visit.to("/mondeling")
    _press(visit)


def _back(visit: Visit) -> None:
    _call(visit)
    press(visit.page.locator('[formaction$="/terug"]'))


def _faulty_last(visit: Visit) -> None:
    _call(visit)
    _press(visit)


def _told(visit: Visit) -> None:
    _call(visit)
    visit.page.locator("#s1-fields-name").check()
    _press(visit)


PAGES = (
    Entry("a call, first two questions", "oral.start", "Sanne", at("/mondeling")),
    Entry("a call, with a fault", "oral.what", "Sanne", _faulty_first),
    Entry("a call, third question", "oral.what", "Sanne", _call),
    Entry("a call, back to the first", "oral.back", "Sanne", _back),
    Entry("a call, third with a fault", "oral.record", "Sanne", _faulty_last),
    Entry("a call, recorded", "oral.told", "Sanne", _told, last=True),
    Entry("the calls, for officers", "oral.calls", "Fleur", at("/mondeling/gesprekken")),
)
NO_PAGE: dict[str, str] = {}
