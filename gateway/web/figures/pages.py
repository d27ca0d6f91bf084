"""The page with figures: closed months only, no choice of days, and no way down to a request."""

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import format_date

from gateway.model.people import StaffRole
from gateway.web.figures import words
from gateway.web.figures.desk import FigureDesk, MonthFigures
from gateway.web.signin import Answer, staff

PAGE = "/cijfers"
READERS = (StaffRole.MANAGER, StaffRole.PRIVACY_OFFICER, StaffRole.FG)
WIDE = 200  # units of a drawing for the longest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose, how many, and how long it is drawn. `ground` is empty for those that are told together."""

    ground: str
    count: int
    length: int


def create_figure_blueprint(desk: FigureDesk) -> Blueprint:
    """Return the page; it stands on those of the entrance."""
    blueprint = Blueprint("figures", __name__)

    @blueprint.app_template_filter("month")
    def month(on: dt.date) -> str:
        return str(format_date(on, "MMMM yyyy"))

    @blueprint.get(PAGE)
    @staff(*READERS)
    def figures() -> Answer:
        months = desk.months()
        return render_template(
            "figures/figures.html",
            months=[(one, dt.date.fromisoformat(f"{one.month}-01"), bars(one)) for one in months],
            grounds=desk.bundle.vocabulary.grounds,
            texts=words,
        )

    return blueprint


def bars(month: MonthFigures) -> tuple[Bar, ...]:
    """Return the bars of a month: each ground that is told, and the others together."""
    counts = dict(month.grounds.shown)
    if month.grounds.pool is not None:
        counts[""] = month.grounds.pool
    most = max(counts.values(), default=1)
    return tuple(Bar(name, count, round(WIDE * count / most)) for name, count in counts.items())
