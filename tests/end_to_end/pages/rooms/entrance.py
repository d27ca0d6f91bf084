"""Signing in and out, the statement, errors."""

from collections.abc import Callable

from tests.end_to_end.pages.visit import Entry, Visit, at


def shown(name: str) -> Callable[[Visit], None]:
    """Return the way to a page that needs an identity provider: its template, put where the gateway would serve it."""

    def go(visit: Visit) -> None:
        address = f"{visit.site}/shown/{name}"
        html = visit.rendered[name](visit.language)
        visit.page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        visit.page.goto(address)

    return go


def _bad_form(visit: Visit) -> None:
    visit.to("/aanmelden")
    visit.page.locator("main form [name=csrf_token]").first.evaluate("(field) => field.value = 'changed'")
    visit.send()


PAGES = (
    Entry("signing in", "web.sign_in_form", "", at("/aanmelden")),
    Entry("accessibility statement", "web.accessibility", "", at("/toegankelijkheid")),
    Entry("no such page", "error", "", at("/bestaat-niet")),
    Entry("a form that is not ours", "error", "", _bad_form),
    Entry("signing in with a provider", "web.sign_in_form", "", shown("signin")),
    Entry("nobody can sign in", "web.sign_in_form", "", shown("closed")),
    Entry("signed in", "web.come_back", "", shown("signed_in")),
    Entry("signed in, but not strongly", "web.come_back", "", shown("weak")),
    Entry("no role", "web.come_back", "", shown("no_role")),
    Entry("two sides", "web.come_back", "", shown("two_sides")),
    Entry("too weak", "web.come_back", "", shown("too_weak")),
    Entry("not proven", "web.come_back", "", shown("unproven")),
    Entry("sign in strongly", "team.approve", "", shown("strong")),
    Entry("signed out", "web.sign_out", "", shown("signed_out")),
    Entry("the wrong role", "error", "Sanne", at("/logboek")),
)
NO_PAGE = {
    "web.choose_language": "leads back to where it was pressed",
    "web.sign_in_now": "leads to the start",
    "web.static": "style sheets",
    "web.leave_to_sign_in": "leads to the provider",
    "web.leave_to_sign_in_strongly": "leads to the provider",
}
