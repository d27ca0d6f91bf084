"""Approvals: the queue, the forms on which somebody says something of a part, decisions against advice, deputies."""

from collections.abc import Callable

from tests.end_to_end.pages.visit import Entry, Visit, at
from tests.page.browser import press

DEPUTIES = "/goedkeuringen/vervanging"


def _form(deed: str, *, asked: bool = False, sent: bool = False) -> Callable[[Visit], None]:
    """Return the way to a form by its link on a request; `sent`: as it was, so that something is missing."""

    def go(visit: Visit) -> None:
        visit.to(f"/verstrekkingen/{visit.made.asked if asked else visit.made.waiting}")
        press(visit.page.locator(f'main a[href$="/{deed}"]').first)
        if sent:
            visit.send()

    return go


def _nobody_named(visit: Visit) -> None:
    visit.to(DEPUTIES)
    visit.send(f'form[action="{DEPUTIES}"]')


PAGES = (
    Entry("approvals, to judge", "approvals.queue", "Bram", at("/goedkeuringen/")),
    Entry("approvals, one's own", "approvals.queue", "Sanne", at("/goedkeuringen/")),
    Entry("approvals, to advise", "approvals.queue", "Fleur", at("/goedkeuringen/")),
    Entry("refuse", "approvals.refuse", "Bram", _form("weigeren")),
    Entry("refuse without a reason", "approvals.refuse", "Bram", _form("weigeren", sent=True)),
    Entry("ask back", "approvals.ask_back", "Bram", _form("vragen")),
    Entry("ask back without a question", "approvals.ask_back", "Bram", _form("vragen", sent=True)),
    Entry("answer", "approvals.answer", "Sanne", _form("antwoorden", asked=True)),
    Entry("advise", "approvals.advise", "Fleur", _form("adviseren")),
    Entry("against advice", "approvals.against", "Otto", at("/goedkeuringen/tegen-advies")),
    Entry("deputies of the manager", "approvals.deputies", "Meryem", at(DEPUTIES)),
    Entry("deputies, for who has none", "approvals.deputies", "Bram", at(DEPUTIES)),
    Entry("a deputy who is nobody", "approvals.name_deputy", "Meryem", _nobody_named),
)
NO_PAGE = {
    "approvals.agree": "leads to the deputies",
    "approvals.end": "leads to the deputies",
}
