"""Spoed: the ways, the three questions with and without faults, and what was sent."""

from tests.end_to_end.pages.visit import Entry, Visit, at
from tests.page.browser import press


def _faulty_first(visit: Visit) -> None:
    visit.to("/spoed/uitbuiting")
    visit.send()


def _what(visit: Visit) -> None:
    visit.to("/spoed/uitbuiting")
    visit.page.locator("[name=role]").first.check()
    visit.page.locator("[name=indicators]").first.check()
    visit.send()


def _faulty_last(visit: Visit) -> None:
    _what(visit)
    press(visit.page.locator("main form button[type=submit]:not(.plain)"))


def _back(visit: Visit) -> None:
    _what(visit)
    press(visit.page.locator('[formaction$="/wie"]'))


def _sent(visit: Visit) -> None:
    visit.to(f"/spoed/verstuurd/{visit.made.urgent}")


PAGES = (
    Entry("urgent ways", "urgent.ways", "Sanne", at("/spoed")),
    Entry("urgent, first question", "urgent.who", "Sanne", at("/spoed/uitbuiting")),
    Entry("urgent, first question with a fault", "urgent.what", "Sanne", _faulty_first),
    Entry("urgent, second and third question", "urgent.what", "Sanne", _what),
    Entry("urgent, back to the first", "urgent.back", "Sanne", _back),
    Entry("urgent, with a fault", "urgent.send", "Sanne", _faulty_last),
    Entry("urgent, sent", "urgent.sent", "Sanne", _sent),
)
NO_PAGE: dict[str, str] = {}
