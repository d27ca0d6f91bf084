"""The offline page at `/open`: the same file for everyone, which a recipient may also save. It is told nothing."""

from flask import Blueprint, Response

from gateway.page.build import Page

PUBLIC = frozenset({"public"})


def create_page_blueprint(page: Page) -> Blueprint:
    """Return the route that serves the finished page."""
    blueprint = Blueprint("open_page", __name__)

    @blueprint.get("/open")
    def open_page() -> Response:
        return page_response(page)

    open_page.roles = PUBLIC  # type: ignore[attr-defined]  # read by the house rule that every route names roles
    return blueprint


def page_response(page: Page) -> Response:
    """Return a page with its own security policy: no address is allowed in it, not even the gateway's."""
    response = Response(page.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{page.policy}; frame-ancestors 'none'"
    return response
