"""The form for a signal: first what it is about, then only what that needs. There is no field for words."""

import json
import secrets
from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.model.partner import Partner
from gateway.model.signal import NuisanceKind, Question, SignalCode, codes_for
from gateway.model.terms import Json
from gateway.web import messages
from gateway.web.controls import Control
from gateway.web.inbox import words
from gateway.web.inbox.desk import InboxDesk
from gateway.web.language import moment
from gateway.web.signin import INBOX_PAGE, Answer, partner_employees, signed_in_employee

PAGE = f"{INBOX_PAGE}/signaal"
Typed = MultiDict[str, str]


def add_signal_form(blueprint: Blueprint, desk: InboxDesk, own: Callable[[], Partner]) -> None:
    """Add the form to the blueprint."""

    def page(code: SignalCode | None, faults: Mapping[str, str], status: int = 200) -> Answer:
        partner = own()
        choices = codes_for(partner.kind)
        if code is not None and code not in choices:
            raise NotPermittedError("partners of this kind do not send this code", hint="choose another one")
        lines = [line for line in desk.mailbox(partner.id) if line.state != "recalled"]
        known = [(line.message_id, f"{moment(line.sent_at)} ({line.message_id[:8]})") for line in lines]
        controls = [] if code is None else _controls(code, known, request.form, faults)
        problems = [(one.first, one.label, one.error) for one in controls if one.error]
        shown = render_template(
            "inbox_signal.html",
            code=code,
            title="" if code is None else words.CODES[code],
            choices=[(one.value, words.CODES[one]) for one in choices],
            lead="" if code is None else words.LEADS[code],
            controls=controls,
            problems=problems,
            elsewhere=messages.FAULT if faults and not problems else "",
            key=request.form.get("key") or secrets.token_hex(16),
        )
        return shown, status

    @blueprint.get(PAGE)
    @partner_employees
    def signal_form() -> Answer:
        return page(_code(request.args.get("code", "")), {})

    @blueprint.post(PAGE)
    @partner_employees
    def send_signal() -> Answer:
        own()
        code = _code(request.form.get("code", ""))
        if code is None:
            return page(None, {"code": "missing"}, 400)
        try:
            desk.send_signal(signed_in_employee(), json.dumps(_body(code, request.form)).encode())
        except InvalidRequestError as exc:
            return page(code, exc.fields or {"form": exc.code}, 400)
        return redirect(f"{INBOX_PAGE}?klaar=signaal", 303)


def _code(value: str) -> SignalCode | None:
    return next((code for code in SignalCode if code.value == value), None)


def _controls(code: SignalCode, known: list[tuple[str, str]], typed: Typed, faults: Mapping[str, str]) -> list[Control]:
    def fault(*names: str) -> str:
        found = [name for name in faults if name.split(".")[0] in names]
        return words.FAULTS[names[0]] if found else ""

    place = Control("dwelling", "address", words.DWELLING, "", fault("dwelling"), typed=typed)
    one = Control("message", "select", words.MESSAGE, "", fault("message", "members"), tuple(known), typed=typed)
    match code:
        case SignalCode.NUISANCE:
            kinds = tuple((kind.value, words.KINDS[kind]) for kind in NuisanceKind)
            wrong = fault("nuisance")
            return [
                place,
                Control("kind", "select", words.KIND, "", wrong, kinds, typed=typed),
                Control("count", "text", words.COUNT, "", "", numeric=True, typed=typed),
                Control("first", "date", words.FIRST, "", "", typed=typed),
                Control("last", "date", words.LAST, "", "", typed=typed),
            ]
        case SignalCode.HOLD:
            return [place]
        case SignalCode.HOLD_LIFTED:
            return [
                Control("message", "select", words.LIFTED, words.LIFTED_HINT, one.error, one.options, typed=typed),
                place,
            ]
        case SignalCode.COORDINATE:
            answers = (("yes", words.FIRST_COORDINATE), ("no", words.NO_NEED))
            return [one, Control("answer", "select", words.ANSWER, "", fault("answer"), answers, typed=typed)]
        case SignalCode.QUESTION:
            asked = tuple((question.value, words.QUESTIONS[question]) for question in Question)
            return [
                Control("question", "select", words.QUESTION, "", fault("question"), asked, typed=typed),
                Control("message", "select", words.ABOUT, words.OPTIONAL, "", one.options, typed=typed),
            ]


def _body(code: SignalCode, typed: Typed) -> dict[str, Json]:
    """Return the signal as a program would send it; whether it is one is decided where all signals are read."""
    told: dict[str, Json] = {"code": code.value, "idempotency_key": typed.get("key", "")}
    message = typed.get("message", "")
    place: Json = {
        "postcode": typed.get("dwelling-postcode", ""),
        "number": _whole(typed.get("dwelling-number", "")),
        "addition": typed.get("dwelling-addition", "").strip(),
    }
    if code in {SignalCode.NUISANCE, SignalCode.HOLD} or (code is SignalCode.HOLD_LIFTED and not message):
        told["dwelling"] = place
    if code is SignalCode.NUISANCE:
        told["nuisance"] = [
            {
                "kind": typed.get("kind", ""),
                "count": _whole(typed.get("count", "")),
                "first": _date(typed, "first"),
                "last": _date(typed, "last"),
            }
        ]
    if code is SignalCode.COORDINATE:
        told |= {"message": message, "answer": typed.get("answer", "")}
    elif message:
        told["message"] = message
    if code is SignalCode.QUESTION:
        told["question"] = typed.get("question", "")
    return told


def _whole(text: str) -> Json:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else text


def _date(typed: Typed, name: str) -> str:
    day, month, year = (typed.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}"
