"""The page with figures."""

from tests.end_to_end.pages.visit import Entry, at

PAGES = (Entry("figures", "figures.figures", "Meryem", at("/cijfers")),)
NO_PAGE: dict[str, str] = {}
