"""The inbox in a browser: a list without contents, one message opened in the browser itself, a signed receipt back.

The key file of the partner is chosen from its own disk and never comes here: what is served is the offline page with
the envelope in it (`gateway.page`), whose security policy allows no address but the form that hands a receipt in.
"""

import datetime as dt
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf

from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.model.partner import Partner
from gateway.model.terms import Json
from gateway.page.build import build_page
from gateway.web.inbox.desk import InboxDesk
from gateway.web.inbox.signal_form import add_signal_form
from gateway.web.signin import INBOX_PAGE, Answer, partner_employees, signed_in_employee

MESSAGE = f"{INBOX_PAGE}/<message_id>"
DONE = frozenset({"bevestigd", "signaal", "afwezig"})


def create_inbox_blueprint(desk: InboxDesk, labels: Mapping[str, Json]) -> Blueprint:
    """Return the pages for partners' people; they stand on those of the entrance. `labels` are of the opening page."""
    blueprint = Blueprint("inbox", __name__)

    def own() -> Partner:
        partner = desk.partner(signed_in_employee().partner)
        if partner is None or not partner.active:
            raise NotPermittedError("this partner is not active now", hint="call the team")
        return partner

    @blueprint.get(INBOX_PAGE)
    @partner_employees
    def inbox() -> Answer:
        partner = own()
        done = request.args.get("klaar")
        return render_template(
            "inbox.html",
            partner=partner,
            lines=desk.mailbox(partner.id),
            away=desk.away_until(partner.id),
            done=done if done in DONE else None,
        )

    @blueprint.get(MESSAGE)
    @partner_employees
    def message(message_id: str) -> Answer:
        line = next((one for one in desk.mailbox(own().id) if one.message_id == message_id), None)
        return render_template("inbox_message.html", line=line, back=INBOX_PAGE), 200 if line else 404

    @blueprint.post(f"{MESSAGE}/openen")
    @partner_employees
    def open_message(message_id: str) -> Answer:
        own()
        envelope = desk.open_message(signed_in_employee(), message_id)
        reply: dict[str, Json] = {"action": f"{INBOX_PAGE}/{message_id}/ontvangst", "csrf_token": generate_csrf()}
        page = build_page(labels, envelope=envelope.to_json(), reply=reply)
        answer = Response(page.html, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = f"{page.policy}; frame-ancestors 'none'"
        return answer

    @blueprint.post(f"{MESSAGE}/ontvangst")
    @partner_employees
    def hand_in(message_id: str) -> Answer:
        own()
        desk.hand_in(signed_in_employee(), message_id, request.form.get("receipt", ""))
        return redirect(f"{INBOX_PAGE}?klaar=bevestigd", 303)

    @blueprint.post(f"{INBOX_PAGE}/afwezig")
    @partner_employees
    def away() -> Answer:
        own()
        desk.set_away(signed_in_employee(), None if "terug" in request.form else _day(request.form))
        return redirect(f"{INBOX_PAGE}?klaar=afwezig", 303)

    add_signal_form(blueprint, desk, own)
    return blueprint


def _day(form: Mapping[str, str]) -> dt.date:
    typed = [form.get(f"until-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return dt.date(*(int(part) for part in typed if part.isascii() and part.isdecimal() and len(part) <= 4))
    except (TypeError, ValueError):
        pass  # raised below, outside the handler: its context would hold what was typed
    raise InvalidRequestError("choose a day", hint="day, month and year in digits", fields={"until": "day"})
