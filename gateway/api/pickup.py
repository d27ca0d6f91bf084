"""The page of links that open once, at `/ophalen`, and what it asks (decision 0018).

One address for all links: what names one stands in a fragment, which is never sent, or in the body of a POST, which
no log keeps. A GET changes nothing, so that previews and scanners of mail use nothing up. Nobody signs in here, and
what is refused gets one answer, whatever the reason.
"""

import re
from collections.abc import Callable

from flask import Blueprint, Response, request

from gateway.api.page import page_response
from gateway.api.pickup_desk import PickupDesk
from gateway.api.problem import problem_response
from gateway.errors import NotFoundError
from gateway.page.build import Page

PUBLIC = frozenset({"public"})
PATH = "/ophalen"
LONGEST = 4096  # characters of a receipt or an answer
_NUMBER = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9]{8}")


def create_pickup_blueprint(desk: PickupDesk, page: Page) -> Blueprint:
    """Return the routes of who holds a link; `page` is the finished page."""
    blueprint = Blueprint("pickup", __name__)

    @blueprint.get(PATH)
    def pickup_page() -> Response:
        return page_response(page)

    @blueprint.post(f"{PATH}/bericht")
    def message() -> Response:
        link, code, browser = _sent("link", "code", "browser")
        # What has not the form of a link or a code is looked for all the same: a refusal is always the same work.
        fits = _NUMBER.fullmatch(link) and _CODE.fullmatch(code) and _NUMBER.fullmatch(browser)
        given = (link, code, browser) if fits else ("", "", "")
        try:
            return Response(desk.pick_up(*given).to_json(), content_type="application/json")
        except NotFoundError:
            return _refused()

    @blueprint.post(f"{PATH}/ontvangst")
    def receipt() -> Response:
        link, token = _sent("link", "receipt")
        try:
            desk.acknowledge(link, token)
        except NotFoundError:
            return _refused()
        return Response(status=204)

    @blueprint.post(f"{PATH}/antwoord")
    def answer() -> Response:
        desk.not_for_us(*_sent("link", "answer"))
        return Response(status=204)

    views: tuple[Callable[..., Response], ...] = (pickup_page, message, receipt, answer)
    for view in views:
        view.roles = PUBLIC  # type: ignore[attr-defined]  # read by the house rule that every route names roles
    return blueprint


def _sent(*names: str) -> tuple[str, ...]:
    """Return the members of the JSON that was sent, each "" unless all are there as text."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or set(sent) != set(names):
        return ("",) * len(names)
    values = [value for name in names if isinstance(value := sent[name], str) and len(value) <= LONGEST]
    return tuple(values) if len(values) == len(names) else ("",) * len(names)


def _refused() -> Response:
    return problem_response(
        404,
        title="Not found",
        detail="this link does not open",
        code=NotFoundError.code,
        hint="call the number in the letter",
    )
