"""The staff API: submit, preview, follow and approve by program (CONTRACT, HTTP)."""

from collections.abc import Callable
from typing import Protocol

from flask import Blueprint, Response, jsonify, request

from gateway.errors import InvalidRequestError, NotPermittedError, StrongSignInNeededError
from gateway.model.people import Person, StaffRole
from gateway.model.views import DisclosureView

ROLES = frozenset(StaffRole)


class StaffDesk(Protocol):
    """What this API asks of the pipeline (`gateway.pipeline.desk.TeamDesk`)."""

    def submit(self, body: bytes, by: Person) -> DisclosureView:
        """Take a request through every stage up to the outbox."""
        ...

    def preview(self, body: bytes, by: Person) -> DisclosureView:
        """Show what a request would do; nothing is stored."""
        ...

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show a request as it stands now."""
        ...

    def approve(
        self, disclosure_id: str, part_id: str, digest: str, by: Person, against: str | None = None
    ) -> DisclosureView:
        """Approve exactly what the digest covers; `against`: why, when the FG's advice is negative."""
        ...


def create_staff_blueprint(
    desk: StaffDesk, current_person: Callable[[], Person | None], is_strong: Callable[[], bool]
) -> Blueprint:
    """Return the routes under /api/v1/disclosure-requests, for signed-in staff.

    `current_person` tells who is signed in, `is_strong` whether strongly, and recently enough to approve. The
    browser's cookie is not enough to write: Flask-WTF also wants the X-CSRFToken header on every POST.
    """
    blueprint = Blueprint("staff_api", __name__, url_prefix="/api/v1/disclosure-requests")

    def staff(*roles: StaffRole) -> Person:
        person = current_person()
        if person is None or not person.has(*roles):
            raise NotPermittedError("sign in as someone who may do this", hint="sign in on the team's pages first")
        return person

    @blueprint.post("")
    def submit() -> tuple[Response, int]:
        by = staff(StaffRole.SUPERVISOR)
        return jsonify(desk.submit(_json_body(), by).to_json()), 201

    @blueprint.post("/preview")
    def preview() -> Response:
        by = staff(StaffRole.SUPERVISOR)
        return jsonify(desk.preview(_json_body(), by).to_json())

    @blueprint.get("/<disclosure_id>")
    def follow(disclosure_id: str) -> Response:
        return jsonify(desk.follow(disclosure_id, staff(*StaffRole)).to_json())

    @blueprint.post("/<disclosure_id>/approval")
    def approve(disclosure_id: str) -> Response:
        by = staff(StaffRole.SUPERVISOR, StaffRole.MANAGER)
        if not is_strong():
            raise StrongSignInNeededError(
                "approving needs a strong sign-in that is recent", hint="sign in with the extra check, then approve"
            )
        sent = request.get_json(silent=True)
        sent = sent if isinstance(sent, dict) else {}
        part, digest, against = sent.get("part"), sent.get("digest"), sent.get("against")
        known = set(sent) <= {"part", "digest", "against"} and isinstance(against, str | None)
        if not isinstance(part, str) or not isinstance(digest, str) or not known:
            raise InvalidRequestError(
                "an approval is an object with `part` and `digest`, and `against` when the FG's advice is negative",
                hint="take both from the request as you saw it",
            )
        return jsonify(desk.approve(disclosure_id, part, digest, by, against).to_json())

    for view, roles in (
        (submit, {StaffRole.SUPERVISOR}),
        (preview, {StaffRole.SUPERVISOR}),
        (follow, ROLES),
        (approve, {StaffRole.SUPERVISOR, StaffRole.MANAGER}),
    ):
        setattr(view, "roles", frozenset(roles))  # noqa: B010  # a function has no such attribute by its type
    approve.strong = True  # type: ignore[attr-defined]  # read by the house rule on what approves
    return blueprint


def _json_body() -> bytes:
    if request.mimetype != "application/json":
        raise InvalidRequestError("send the request as application/json", hint="set the Content-Type header")
    return request.get_data(cache=False)
