"""The answers of a draft as lines to read over, each with the page where it is changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _

from gateway.web.controls import Control
from gateway.web.request.questions import Page


@dataclass(frozen=True, slots=True)
class Line:
    """A question and its answer in words; an empty answer is one that was left open."""

    label: str
    answer: str = field(repr=False)
    first: str  # id of the first input, where a link leads


def lines_of(page: Page) -> list[Line]:
    """Return the answers of a page. What was left open is told of facts only: a datum may stay empty."""
    lines = (Line(control.label, said(control), control.first) for control in page.controls)
    return [line for line in lines if line.answer]


def said(control: Control) -> str:
    """Return what was answered, in words; empty when nothing was."""
    options = dict(control.options)
    value = control.value().strip()
    match control.kind:
        case "fact" | "owner":
            chosen = value if value in options else "unknown"
            paper = _together((control.value("-evidence"), _date(control)))
            known = f" ({paper})" if paper and chosen != "unknown" else ""
            return f"{options[chosen]}{known}"
        case "date":
            return _date(control)
        case "address":
            parts = (control.value("-number"), control.value("-addition"))
            return _together((control.value("-postcode").upper(), " ".join(part for part in parts if part)))
        case "checkboxes":
            return ", ".join(str(options.get(one, one)) for one in control.chosen())
        case "tick":
            return str(_("Ja") if value else _("Nee"))
        case _:
            return str(options.get(value, value))


def _date(control: Control) -> str:
    return "-".join(part for part in (control.value(end) for end in ("-day", "-month", "-year")) if part)


def _together(parts: Iterable[str]) -> str:
    return ", ".join(part.strip() for part in parts if part.strip())
