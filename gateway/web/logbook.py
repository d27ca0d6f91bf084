"""The log as officers see it: where it stands, its latest entries, and a check of the whole."""

from flask import Blueprint, render_template

from gateway.model.people import StaffRole
from gateway.web.desk import LogReport, TeamDesk
from gateway.web.signin import Answer, signed_in, staff

LATEST = 50
OFFICERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)


def add_logbook(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the pages of the log to the blueprint."""

    def page(report: LogReport | None) -> str:
        summary = desk.log_summary()
        first = max(0, summary.entries - LATEST)
        entries = list(reversed(desk.log_entries(first, summary.entries)))
        return render_template(
            "logbook.html",
            summary=summary,
            entries=entries,
            report=report,
            witnesses=desk.log_witnesses(),
            changed=desk.changed_lines(signed_in()),
            vocabulary=desk.bundle.vocabulary,
            partners={partner.id: partner.name for partner in desk.partners()},
        )

    @blueprint.get("/logboek")
    @staff(*OFFICERS)
    def logbook() -> Answer:
        return page(None)

    @blueprint.post("/logboek/controle")
    @staff(*OFFICERS)
    def check_log() -> Answer:
        return page(desk.verify_log())
