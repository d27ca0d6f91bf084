"""What travels with a person to the provider and back: in a signed cookie of its own, for ten minutes.

The session's cookie is SameSite=Strict, which no browser sends when another site leads it here; this one is Lax, goes
to the sign-in pages only, and opens nothing by itself.
"""

from dataclasses import dataclass, field

from flask import Flask, Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

COOKIE = "aanmelden"
PATH = "/aanmelden"
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Transit:
    """One sign-in under way. `strong`: a strong sign-in was asked for. `onward`: the page of ours that asked for it."""

    provider: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    strong: bool = False
    onward: str = ""


def send_along(response: Response, transit: Transit) -> None:
    """Give the browser what it must bring back."""
    value = [transit.provider, transit.state, transit.nonce, transit.verifier, transit.strong, transit.onward]
    response.set_cookie(
        COOKIE,
        _serializer(current_app).dumps(value),
        max_age=SECONDS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def brought_back() -> Transit | None:
    """Return what the browser brought back, if it is ours and not too old."""
    try:
        told = _serializer(current_app).loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadData:
        return None
    provider, state, nonce, verifier, strong, onward = told
    return Transit(str(provider), str(state), str(nonce), str(verifier), strong=strong is True, onward=str(onward))


def take_back(response: Response) -> None:
    """Have the browser forget it: it is good for one sign-in."""
    response.delete_cookie(COOKIE, path=PATH)


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    if not isinstance(app.secret_key, bytes):
        raise TypeError("the app was made without a key for its cookies")
    return URLSafeTimedSerializer(app.secret_key, salt="oidc-transit/v2")
