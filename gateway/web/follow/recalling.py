"""Taking a message back: one page with the reason, from a closed list, and what will happen."""

from flask import Blueprint, redirect, render_template, request

from gateway.model.timeline import RecallReason
from gateway.web.desk import TeamDesk
from gateway.web.follow import words
from gateway.web.follow.desk import FollowDesk
from gateway.web.follow.judging import DECIDERS
from gateway.web.follow.places import PART, partner_name
from gateway.web.language import later
from gateway.web.signin import Answer, signed_in, staff

CHOOSE = later("Kies een reden")


def add_recalling(blueprint: Blueprint, desk: TeamDesk, followed: FollowDesk) -> None:
    """Add the page and its form to the blueprint."""

    def page(disclosure_id: str, part_id: str, error: str = "") -> Answer:
        person = signed_in()
        view = desk.follow(disclosure_id, person)
        back = followed.history(disclosure_id, person).taking_back.get(part_id)
        part = next((part for part in view.parts if part.id == part_id), None)
        if back is None or part is None or back.no_recall is not None or back.over == "destroyed":
            return redirect(f"/verstrekkingen/{view.id}", 303)  # that page says why
        shown = render_template(
            "follow/recall.html",
            view=view,
            part=part,
            over=back.over,
            partner=partner_name(desk, view.recipient),
            reasons=words.REASONS,
            texts=words,
            error=error,
        )
        return (shown, 400) if error else shown

    @blueprint.get(f"{PART}/terugroepen")
    @staff(*DECIDERS)
    def ask_recall(disclosure_id: str, part_id: str) -> Answer:
        return page(disclosure_id, part_id)

    @blueprint.post(f"{PART}/terugroepen")
    @staff(*DECIDERS)
    def recall(disclosure_id: str, part_id: str) -> Answer:
        chosen = request.form.get("reason", "")
        if chosen not in set(RecallReason):
            return page(disclosure_id, part_id, str(CHOOSE))
        followed.recall(disclosure_id, part_id, RecallReason(chosen), signed_in())
        return redirect(f"/verstrekkingen/{disclosure_id}", 303)
