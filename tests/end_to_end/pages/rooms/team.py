"""The team's own pages: requests, signals, recipients, the log book, letters."""

from tests.end_to_end.pages.visit import Entry, Visit, at


def _follow(visit: Visit) -> None:
    visit.to(f"/verstrekkingen/{visit.made.waiting}")


def _posted(visit: Visit) -> None:
    visit.to(f"/verstrekkingen/{visit.made.posted}")


def _recall(visit: Visit) -> None:
    visit.to(f"/verstrekkingen/{visit.made.posted}/onderdelen/{visit.made.posted_part}/terugroepen")


def _recall_without_a_reason(visit: Visit) -> None:
    _recall(visit)
    visit.send('form[action$="/terugroepen"]')


def _correct(visit: Visit) -> None:
    visit.to(f"/verstrekkingen/{visit.made.posted}/onderdelen/{visit.made.posted_part}/verbeteren/1")


def _correct_nothing(visit: Visit) -> None:
    _correct(visit)
    visit.send('form[action$="/verbeteren/1"]')


def _code(visit: Visit) -> None:
    _posted(visit)
    visit.post(f"/verstrekkingen/{visit.made.posted}/onderdelen/{visit.made.posted_part}/code")


def _check_log(visit: Visit) -> None:
    visit.to("/logboek")
    visit.post("/logboek/controle")


def _revoked(visit: Visit) -> None:
    visit.to("/ontvangers")
    visit.page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true })")
    visit.post(f"/ontvangers/{'gooi-wonen' if visit.language == 'nl' else 'sociaal-plein'}/intrekken")


PAGES = (
    Entry("overview", "team.worklist", "Sanne", at("/")),
    Entry("overview of a colleague", "team.worklist", "Bram", at("/")),
    Entry("overview of the manager", "team.worklist", "Meryem", at("/")),
    Entry("follow, one's own", "team.follow", "Sanne", _follow),
    Entry("follow, by letter", "team.follow", "Sanne", _posted),
    Entry("follow, to approve", "team.follow", "Bram", _follow),
    Entry("follow, to advise", "team.follow", "Fleur", _follow),
    Entry("take a message back", "team.ask_recall", "Sanne", _recall),
    Entry("take a message back, without a reason", "team.recall", "Sanne", _recall_without_a_reason),
    Entry("correct what left", "team.ask_correction", "Bram", _correct),
    Entry("correct what left, with nothing", "team.correct", "Bram", _correct_nothing),
    Entry("doubts about an owner", "team.doubts", "Otto", at("/eigendom")),
    Entry("the code of a letter", "letters.code", "Sanne", _code),
    Entry("signals", "team.signals", "Sanne", at("/signalen")),
    Entry("recipients, to confirm", "team.partners", "Otto", at("/ontvangers")),
    Entry("recipients, to read", "team.partners", "Fleur", at("/ontvangers")),
    Entry("log book", "team.logbook", "Otto", at("/logboek")),
    Entry("log book, checked", "team.check_log", "Otto", _check_log),
    Entry("keys revoked", "team.revoke", "Otto", _revoked, last=True),
)
NO_PAGE = {
    "letters.letter": "a PDF (docs/letters.md)",
    "team.approve": "leads to the request, or to a stronger sign-in",
    "team.review": "leads to the request",
    "team.withdraw": "leads to the request",
    "team.lift": "leads to the request",
    "team.confirm": "leads to the recipients",
    "team.refuse_keys": "leads to the recipients",
    "team.handle_signal": "leads to the signals",
}
