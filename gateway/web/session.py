"""Signed sessions and the check against forged requests, as Flask and Flask-WTF do them, without doing it all twice."""

import time
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache

from flask import Flask, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Request

COOKIES = 1024  # verified ones kept at most
CSRF_HEADER = "X-CSRFToken"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies. A cookie whose signature was verified is known again when its very same bytes come.

    A signature depends on nothing but the bytes and the key, so a second look at the same bytes can find nothing new;
    its age is looked at each time.
    """

    def __init__(self, app: Flask, *, now: Callable[[], float] = time.time) -> None:
        """Serve one app; its key does not change after this."""
        serializer = super().get_signing_serializer(app)
        if serializer is None:
            raise ValueError("sessions need a key")
        self._serializer = serializer
        self._lifetime = int(app.permanent_session_lifetime.total_seconds())
        self._now = now
        self._verified = lru_cache(maxsize=COOKIES)(self._verify)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Return the app's serializer, made once."""
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return what a validly signed cookie holds that is not too old; else an empty session."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            told, signed_at = self._verified(cookie)
        except BadSignature:
            return self.session_class()
        if not 0 <= int(self._now()) - signed_at <= self._lifetime:
            return self.session_class()
        return self.session_class(deepcopy(told))  # whoever changes a session changes nobody else's

    def _verify(self, cookie: str) -> tuple[dict[str, object], int]:
        told, signed_at = self._serializer.loads(cookie, return_timestamp=True)
        return told, int(signed_at.timestamp())


class Csrf(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Flask-WTF's protection, which looks for the token where programs put it before it reads the body as a form."""

    def _get_csrf_token(self) -> str | None:
        found: str | None = request.headers.get(CSRF_HEADER) or super()._get_csrf_token()
        return found
