"""Where a page leads on to: only ever a page of our own, whatever was asked for."""

from flask import current_app
from werkzeug.exceptions import HTTPException

START = "/"


def own_page(path: str) -> str:
    """Return the path when it is a page of ours that can be asked for again, else the start: never another site."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return START
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return START
    return path
