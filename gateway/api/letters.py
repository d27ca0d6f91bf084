"""The link and the code of a message for a private person, for a program of the team's own (CONTRACT, HTTP).

The answer is the only copy: `gateway letter` makes the letter of it, on the machine of whoever asked.
"""

from collections.abc import Callable
from typing import Protocol

from flask import Blueprint, Response, jsonify, request

from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.model.people import Person, StaffRole
from gateway.model.pickup import Link

MAY = frozenset({StaffRole.SUPERVISOR, StaffRole.MANAGER})


class LinkDesk(Protocol):
    """What this API asks of the pipeline (`gateway.pipeline.desk.TeamDesk`)."""

    def make_link(self, disclosure_id: str, part_id: str, by: Person) -> Link:
        """Return the link of a released part, once."""
        ...

    def make_code(self, disclosure_id: str, part_id: str, by: Person) -> str:
        """Return a new code for an unopened link."""
        ...


def create_letters_api(desk: LinkDesk, current_person: Callable[[], Person | None], *, public_url: str) -> Blueprint:
    """Return the routes; `public_url` is where links lead to. Flask-WTF wants the X-CSRFToken header on each POST."""
    blueprint = Blueprint("letters_api", __name__, url_prefix="/api/v1/disclosure-requests")

    def staff() -> Person:
        person = current_person()
        if person is None or not person.has(*MAY):
            raise NotPermittedError("sign in as someone who may do this", hint="sign in on the team's pages first")
        return person

    @blueprint.post("/<disclosure_id>/link")
    def link(disclosure_id: str) -> tuple[Response, int]:
        by, part = staff(), _part()
        made = desk.make_link(disclosure_id, part, by)
        address = f"{public_url.rstrip('/')}/ophalen#{made.fragment}"
        return jsonify({"link": address, "until": made.until.isoformat(), "reference": part[:8]}), 201

    @blueprint.post("/<disclosure_id>/code")
    def code(disclosure_id: str) -> tuple[Response, int]:
        by = staff()
        return jsonify({"code": desk.make_code(disclosure_id, _part(), by)}), 201

    for view in (link, code):
        view.roles = MAY  # type: ignore[attr-defined]  # read by the house rule that every route names roles
    return blueprint


def _part() -> str:
    sent = request.get_json(silent=True)
    part = sent.get("part") if isinstance(sent, dict) and len(sent) == 1 else None
    if not isinstance(part, str):
        raise InvalidRequestError("send an object with only `part`", hint="take its id from the request")
    return part
