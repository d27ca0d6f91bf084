"""Two ways to work a page, by the names that a screen reader would say: with a pointer, and with a keyboard alone."""

import datetime as dt
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Literal

from playwright.sync_api import Locator, Page

from gateway.web.language import COOKIE, SOURCE
from tests.page.browser import press

Role = Literal["button", "checkbox", "combobox", "link", "radio", "textbox"]
PLACES: tuple[Literal["group", "region", "navigation"], ...] = ("group", "region", "navigation")
MENU = "Hoofdmenu"
MOST = 150
"""Presses of one key after which something counts as out of reach."""
# Whether what has the focus has a line around it of at least two pixels, and stands in the window.
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [
    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  ];
}"""
HERE = "wanted => document.activeElement === wanted"
IN_GROUP = "wanted => document.activeElement.type === 'radio' && document.activeElement.name === wanted.name"
CHOSEN = "list => list.selectedOptions[0].text"


class Hand(ABC):
    """Somebody at work on one page, who finds each thing by its role and its accessible name."""

    series: ClassVar[int]
    """What its numbers begin with: both hands work in one gateway."""

    def __init__(self, page: Page, site: str) -> None:
        """Look at nothing yet."""
        self.page, self.site = page, site

    def case(self, kind: str, number: int) -> str:
        """Return the number of a case or a document, which no other hand uses in this gateway."""
        return f"{kind}-2026-{self.series}{number}"

    def sign_in(self, who: str) -> None:
        """Sign in as an invented person, and be at the overview; this is no part of any flow."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": COOKIE, "value": SOURCE, "url": self.site}])
        self.page.goto(f"{self.site}/aanmelden")
        press(self.page.get_by_role("button", name=who))

    def press(self, name: str, role: Role = "button", *, within: str = "", leaves: bool = True) -> None:
        """Press a button or a link; `leaves`: it leads to another page."""
        if within == MENU:
            self.unfold()
        coming: AbstractContextManager[object] = self.page.expect_navigation() if leaves else nullcontext()
        with coming:
            self.work(self.one(role, name, within))

    def unfold(self) -> None:
        """Open the menu where it is closed, as on a phone."""
        closed = self.page.locator(".menu:not([open]) > summary")
        if closed.is_visible():
            self.work(closed)

    def follow(self, name: str, within: str = "") -> None:
        """Follow a link to another page."""
        self.press(name, "link", within=within)

    def open(self, path: str) -> None:
        """Follow the link to this path on the page that is open."""
        with self.page.expect_navigation():
            self.work(self.page.locator(f'main a[href="{path}"]').first)

    def path(self) -> str:
        """Return where this is; no page may have something personal there."""
        return self.page.url.removeprefix(self.site)

    def text(self, selector: str) -> str:
        """Return what can be read there."""
        return self.page.locator(selector).first.inner_text()

    def told(self, term: str) -> str:
        """Return what the page tells behind this word, in a list of facts."""
        return self.page.locator("dt", has_text=term).locator("+ dd").first.inner_text()

    def offers(self, role: Role, name: str) -> bool:
        """Return whether the page has it."""
        return self.one(role, name).count() > 0

    def tick(self, name: str, within: str = "") -> None:
        """Choose a box or one of several answers."""
        radio = self.place(within).get_by_role("radio", name=name, exact=True)
        self.mark(radio if radio.count() else self.one("checkbox", name, within))

    def fill(self, name: str, text: str, within: str = "") -> None:
        """Type a text."""
        self.write(self.one("textbox", name, within), text)

    def date(self, on: dt.date, within: str) -> None:
        """Type a date in its three fields."""
        for name, number in (("Dag", on.day), ("Maand", on.month), ("Jaar", on.year)):
            self.fill(name, str(number), within)

    def choose(self, name: str, option: str, within: str = "") -> None:
        """Choose from a list."""
        self.select(self.one("combobox", name, within), option)

    def place(self, within: str) -> Locator:
        """Return the group of questions, section or menu with this name, or the whole page."""
        if not within:
            return self.page.locator("body")
        named = [self.page.get_by_role(role, name=within, exact=True) for role in PLACES]
        return named[0].or_(named[1]).or_(named[2])

    def one(self, role: Role, name: str, within: str = "") -> Locator:
        """Return the one thing with this role and name; Playwright refuses to act on two."""
        return self.place(within).get_by_role(role, name=name, exact=True)

    @abstractmethod
    def work(self, what: Locator) -> None:
        """Press it."""

    @abstractmethod
    def mark(self, what: Locator) -> None:
        """Choose it."""

    @abstractmethod
    def write(self, what: Locator, text: str) -> None:
        """Type in it."""

    @abstractmethod
    def select(self, what: Locator, option: str) -> None:
        """Choose in it."""


class Pointer(Hand):
    """A mouse, or a finger."""

    series = 1

    def work(self, what: Locator) -> None:
        """Click."""
        what.click()

    def mark(self, what: Locator) -> None:
        """Click."""
        what.check()

    def write(self, what: Locator, text: str) -> None:
        """Click and type."""
        what.fill(text)

    def select(self, what: Locator, option: str) -> None:
        """Choose by what it says."""
        what.select_option(label=option)


class Keyboard(Hand):
    """No pointer at all; every key is counted, but for the text that is typed."""

    series = 2

    def __init__(self, page: Page, site: str) -> None:
        """Press nothing yet."""
        super().__init__(page, site)
        self.pressed = 0

    def key(self, name: str) -> None:
        """Press one key."""
        self.page.keyboard.press(name)
        self.pressed += 1

    def to(self, what: Locator, here: str = HERE) -> None:
        """Go on with Tab until the focus is there; it can be seen, and so can where it is."""
        wanted = what.element_handle()
        for _ in range(MOST):
            self.key("Tab")
            if self.page.evaluate(here, wanted):
                outline, in_view = self.page.evaluate(FOCUS)
                assert outline, f"no outline on {wanted}"
                assert in_view, f"out of view: {wanted}"
                return
        raise AssertionError(f"the keyboard never gets to {wanted}")

    def work(self, what: Locator) -> None:
        """Press Enter on it."""
        self.to(what)
        self.key("Enter")

    def mark(self, what: Locator) -> None:
        """Press Space on it, after the arrow that walks along its group."""
        self.to(what, f"wanted => ({HERE})(wanted) || ({IN_GROUP})(wanted)")
        wanted = what.element_handle()
        for _ in range(MOST):
            if self.page.evaluate(HERE, wanted):
                break
            self.key("ArrowDown")
        if not what.is_checked():
            self.key("Space")
        assert what.is_checked()

    def write(self, what: Locator, text: str) -> None:
        """Type over what is there."""
        self.to(what)
        if what.input_value():
            self.key("Control+a")
        self.page.keyboard.type(text)

    def select(self, what: Locator, option: str) -> None:
        """Walk down the list with the arrow."""
        self.to(what)
        for _ in range(MOST):
            if what.evaluate(CHOSEN) == option:
                return
            self.key("ArrowDown")
        raise AssertionError(f"no such option: {option}")
