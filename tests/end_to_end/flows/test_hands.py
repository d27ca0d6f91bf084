"""The keyboard of these flows is a strict one: it finds what cannot be reached, and a focus that cannot be seen."""

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.flows.hands import Keyboard

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("button", "fault"),
    [
        ("<button>Verder</button>", ""),
        ("<button tabindex=-1>Verder</button>", "never gets to"),
        ("<button style='outline: none'>Verder</button>", "no outline"),
        ("<button style='position: fixed; left: -400px'>Verder</button>", "out of view"),
    ],
)
def test_what_cannot_be_worked_by_keyboard_is_found(browser: Browser, button: str, fault: str) -> None:
    """A button out of the order of focus, one without an outline, and one off the screen; not a plain one."""
    page = browser.new_page()
    page.set_content(
        f"<html lang=nl><title>t</title><style>:focus {{ outline: 3px solid }}</style><a href=#>a</a>{button}"
    )
    keyboard = Keyboard(page, "")
    if fault:
        with pytest.raises(AssertionError, match=fault):
            keyboard.press("Verder", leaves=False)
    else:
        keyboard.press("Verder", leaves=False)
        assert keyboard.pressed == 3
    page.close()
