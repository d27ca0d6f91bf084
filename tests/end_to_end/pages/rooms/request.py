"""The pages on which a request is made."""

from tests.end_to_end.pages.visit import Entry, Visit, at
from tests.page.browser import press

CHOICE = {"recipient": "dudok-wonen", "ground": "illegal_sex_work", "purpose": "prevent_recurrence"}
CHOSEN = "&".join(f"{name}={value}" for name, value in CHOICE.items()) + "&role1=facilitator"
NOTHING = "recipient=dudok-wonen&ground=exploitation_signal&purpose=protect_victim&role1=facilitator"
NEXT = "main form button:not([name=more])"


def _begin(visit: Visit) -> None:
    visit.to("/verstrekkingen/nieuw")
    for name, value in (CHOICE | {"role1": "facilitator"}).items():
        visit.page.select_option(f"#{name}", value)
    press(visit.page.locator(NEXT).first)


def _nothing_chosen(visit: Visit) -> None:
    visit.to("/verstrekkingen/nieuw")
    press(visit.page.locator(NEXT).first)


def _more(visit: Visit) -> None:
    visit.to("/verstrekkingen/nieuw")
    press(visit.page.locator("[name=more]"))


def _case(visit: Visit, number: str = "14", reference: str = "Z-2026-611") -> None:
    _begin(visit)
    visit.page.fill("[name=case_ref]", reference)
    visit.page.fill("[name=case-data-dwelling_address-postcode]", "1299ZA")
    visit.page.fill("[name=case-data-dwelling_address-number]", number)
    visit.page.select_option("[name=case-data-finding_code]", "GEB-1")
    press(visit.page.locator(NEXT).first)


def _case_wrong(visit: Visit) -> None:
    _case(visit, reference="nee")


def _not_owned(visit: Visit) -> None:
    _case(visit, number="999")


def _facts_wrong(visit: Visit) -> None:
    _case(visit)
    visit.page.check("#s1-fact-subject_minor-no")
    press(visit.page.locator(NEXT).first)


def _data(visit: Visit) -> None:
    _case(visit)
    press(visit.page.locator(NEXT).first)


def _check(visit: Visit) -> None:
    _data(visit)
    press(visit.page.locator(NEXT).first)


def _not_ready(visit: Visit) -> None:
    _begin(visit)
    visit.page.goto(visit.page.url.partition("/vragen/")[0] + "/controle")


def _choices(visit: Visit) -> None:
    _begin(visit)
    visit.page.goto(visit.page.url.partition("/vragen/")[0] + "/keuzes")


def _overview(visit: Visit) -> None:
    _begin(visit)
    visit.to("/")


PAGES = (
    Entry("to whom and why", "request.choose", "Sanne", at("/verstrekkingen/nieuw")),
    Entry("nothing was chosen", "request.begin", "Sanne", _nothing_chosen),
    Entry("one more person", "request.begin", "Sanne", _more),
    Entry("nothing can be shared", "request.details", "Sanne", at(f"/verstrekkingen/nieuw/gegevens?{NOTHING}")),
    Entry("begin from a link", "request.details", "Sanne", at(f"/verstrekkingen/nieuw/gegevens?{CHOSEN}")),
    Entry("the case", "request.ask", "Sanne", _begin),
    Entry("the case, something wrong", "request.answer", "Sanne", _case_wrong),
    Entry("a dwelling of somebody else", "request.ask", "Sanne", _not_owned),
    Entry("the facts", "request.ask", "Sanne", _case),
    Entry("the facts, without a document", "request.answer", "Sanne", _facts_wrong),
    Entry("the data of a person", "request.ask", "Sanne", _data),
    Entry("the check of a request", "request.check", "Sanne", _check),
    Entry("a request that is not ready", "request.check", "Sanne", _not_ready),
    Entry("other choices for a draft", "request.change_choices", "Sanne", _choices),
    Entry("overview with drafts", "team.worklist", "Sanne", _overview),
)
NO_PAGE = {
    "request.resume": "leads to the first page that was not sent in",
    "request.choose_again": "leads to the draft",
    "request.drop": "leads to the overview",
    "request.submit": "leads to the request",
}
