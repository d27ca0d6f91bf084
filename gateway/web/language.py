"""Which language a page speaks. The source is Dutch; `translations/` holds the others, and Dutch is what nobody chose.

The catalogues are read as they stand (GNU gettext, `.po`): there is no compiled copy that can fall behind. What a
browser asks for does not count, because the browsers of a Dutch town hall often ask for English; a person chooses, and
the choice is kept in a cookie that says nothing else. Names and times are shown as in Amsterdam.
"""

import datetime as dt
import io
from functools import cache
from pathlib import Path
from typing import cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, current_app, redirect, request
from flask_babel import Babel, Domain, format_date, format_datetime, get_locale, lazy_gettext

from gateway.model.calendar import TIMEZONE
from gateway.model.terms import Text
from gateway.web.onward import own_page
from gateway.web.signin import Answer, open_to_all

SOURCE = "nl"
LANGUAGES = {SOURCE: "Nederlands", "en": "English"}
"""Every language with its own name for itself, the source first."""
CATALOGUES = Path(__file__).with_name("translations")
COOKIE = "taal"
COOKIE_SECONDS = 365 * 24 * 3600


def later(text: str) -> str:
    """Return a Dutch text that is said in the language of whoever reads it, each time it becomes a string."""
    return cast(str, lazy_gettext(text))


def spoken(text: Text) -> str:
    """Return a text of the policy in the language of this page."""
    return text.nl if language() == SOURCE else text.en


def language() -> str:
    """Return the language of this page; Dutch outside a page."""
    locale = get_locale()
    return SOURCE if locale is None else str(locale.language)


def moment(at: dt.datetime) -> str:
    """Return a time (with zone) as people in Amsterdam say it, for instance 24 november 2026, 10:30."""
    return str(format_datetime(at, "d MMMM yyyy, HH:mm"))


def day(on: dt.date) -> str:
    """Return a date as people say it, for instance 24 november 2026."""
    return str(format_date(on, "d MMMM yyyy"))


def speak(app: Flask) -> None:
    """Give the app's templates their languages: `_`, `ngettext`, `spoken`, `moment`, `day`, `lang` and `languages`."""
    _Spoken(app, default_locale=SOURCE, default_timezone=TIMEZONE, locale_selector=_chosen)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(spoken=spoken, moment=moment, day=day)
    app.jinja_env.globals.update(lang=language, languages=LANGUAGES)


def add_language(blueprint: Blueprint) -> None:
    """Add the form that chooses a language; it leads back to the page it stood on, and nowhere else."""

    @blueprint.post("/taal")
    @open_to_all
    def choose_language() -> Answer:
        answer = redirect(own_page(request.form.get("terug", "")), 303)
        chosen = request.form.get("taal", "")
        if chosen in LANGUAGES:
            answer.set_cookie(
                COOKIE,
                chosen,
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="Strict",
                secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            )
        return answer


class _Po(Domain):  # type: ignore[misc]  # flask-babel's classes are untyped where we extend them
    """The catalogues as texts."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of this page's language."""
        return catalogue(language())


class _Spoken(Babel):  # type: ignore[misc]  # as above
    domain_instance = _Po()


@cache
def catalogue(chosen: str) -> NullTranslations:
    """Return the translations of a language; none for the source, whose texts are what templates hold."""
    path = CATALOGUES / chosen / "LC_MESSAGES" / "messages.po"
    if chosen == SOURCE or not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        read = read_po(source, locale=chosen, abort_invalid=True)
    packed = io.BytesIO()
    write_mo(packed, read)
    packed.seek(0)
    return Translations(packed)


def _chosen() -> str:
    chosen = request.cookies.get(COOKIE, SOURCE)
    return chosen if chosen in LANGUAGES else SOURCE
