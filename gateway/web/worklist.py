"""The start page: a person's own requests and what waits for them."""

from flask import Blueprint, render_template

from gateway.model.views import OWN_LISTED
from gateway.web.desk import TeamDesk
from gateway.web.signin import EVERYONE, Answer, signed_in, staff


def add_worklist(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the start page to the blueprint."""

    @blueprint.get("/")
    @staff(*EVERYONE)
    def worklist() -> Answer:
        lines = desk.lines(signed_in())
        partners = {partner.id: partner.name for partner in desk.partners()}
        return render_template(
            "worklist.html",
            waiting=[line for line in lines if line.waits_for_me],
            others=[line for line in lines if not line.waits_for_me],
            cut=len(lines) >= OWN_LISTED,  # said once too often where much waits, never too seldom
            partners=partners,
            needs=desk.needs(),
            owed=desk.owed(signed_in()),
        )
