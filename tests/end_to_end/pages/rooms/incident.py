"""The pages of a control day."""

from tests.end_to_end.pages.visit import Entry, Visit, at

REPORT = "rapport: RVB-2026-112\ndatum: 2026-11-20\nzaak: Z-2026-0417\nbetrokkene: facilitator"


def _refused(visit: Visit) -> None:
    visit.to("/controledag")
    visit.page.fill("[name=report]", "naam: verzonnen")
    visit.send('form[action="/controledag"]')


def _one(visit: Visit) -> None:
    visit.to("/controledag")
    visit.page.fill("[name=report]", REPORT)
    visit.send('form[action="/controledag"]')


def _nothing_chosen(visit: Visit) -> None:
    _one(visit)
    visit.send('form[action$="/verzoek"]')


PAGES = (
    Entry("control day", "incident.control_day", "Sanne", at("/controledag")),
    Entry("control day, refused", "incident.take_over", "Sanne", _refused),
    Entry("an incident", "incident.incident", "Sanne", _one),
    Entry("an incident, nothing chosen", "incident.begin_request", "Sanne", _nothing_chosen),
)
NO_PAGE = {"incident.drop_incident": "leads to the control day"}
