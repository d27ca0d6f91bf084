"""Reads what a check page says it showed, which pressing its button posts back."""

import html
import re

_SHOWN = re.compile(r'name="shown" value="([^"]*)"')


def shown_on(page: str) -> str:
    """Return the value of the hidden input."""
    (found,) = _SHOWN.findall(page)
    return html.unescape(str(found))
