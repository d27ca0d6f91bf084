"""The pages of refusals: what nobody decided, and the letter to an owner."""

from tests.end_to_end.pages.visit import Entry, Visit, at

LETTER = "/brief-aan-eigenaar"


def letter(visit: Visit) -> None:
    """Make a draft."""
    visit.to(LETTER)
    for name, typed in (("postcode", "1299ZA"), ("number", "12")):
        visit.page.locator(f"#{name}").fill(typed)
    visit.page.locator("#intention").check()
    visit.send(f'form[action="{LETTER}"]')


def wrong_letter(visit: Visit) -> None:
    """Ask for a draft with nothing filled in."""
    visit.to(LETTER)
    visit.send(f'form[action="{LETTER}"]')


PAGES = (
    Entry("missing-rules", "refusals.rules", "Sanne", at("/regels")),
    Entry("missing-rules-officer", "refusals.rules", "Otto", at("/regels")),
    Entry("owner-letter-form", "refusals.letter", "Sanne", at(LETTER)),
    Entry("owner-letter", "refusals.make_letter", "Sanne", letter),
    Entry("owner-letter-faults", "refusals.make_letter", "Sanne", wrong_letter),
)
NO_PAGE = {
    "refusals.ask": "leads back to the page of the request, or to the missing rules",
    "refusals.answer": "leads back to the missing rules; its faults are that page with a summary",
}
