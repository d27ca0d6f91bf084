"""The inbox of partners' people, and the pages at which a message opens in the browser."""

from tests.end_to_end.pages.visit import Entry, Visit, at
from tests.page.browser import press


def _message(visit: Visit) -> None:
    visit.to("/postvak")
    press(visit.page.locator("tbody a").first)


def _faulty(visit: Visit) -> None:
    visit.to("/postvak/signaal?code=nuisance_count")
    visit.send()


def _own(visit: Visit, path: str) -> None:
    visit.to(path)
    if visit.language == "en":
        visit.page.get_by_role("button", name="English").click()


def _opening(visit: Visit) -> None:
    _message(visit)
    visit.send('form[action$="/openen"]')
    if visit.language == "en":
        visit.page.get_by_role("button", name="English").click()


PAGES = (
    Entry("inbox", "inbox.inbox", "Ada", at("/postvak")),
    Entry("inbox after a receipt", "inbox.inbox", "Ada", at("/postvak?klaar=bevestigd")),
    Entry("a message in the inbox", "inbox.message", "Ada", _message),
    Entry("opening a message", "inbox.open_message", "Ada", _opening, last=True),
    Entry("no such message", "inbox.message", "Ada", at("/postvak/AAAAAAAAAAAAAAAAAAAAAA")),
    Entry("what to tell", "inbox.signal_form", "Dirk", at("/postvak/signaal")),
    Entry("a signal", "inbox.signal_form", "Dirk", at("/postvak/signaal?code=nuisance_count")),
    Entry("a signal with a fault", "inbox.send_signal", "Dirk", _faulty),
    Entry("the page that opens a file", "open_page.open_page", "", lambda visit: _own(visit, "/open")),
    Entry("the page of a letter", "pickup.pickup_page", "", lambda visit: _own(visit, "/ophalen")),
)
NO_PAGE = {
    "inbox.hand_in": "leads to the inbox",
    "inbox.away": "leads to the inbox",
    "pickup.answer": "for the page's own script",
    "pickup.message": "for the page's own script",
    "pickup.receipt": "for the page's own script",
}
