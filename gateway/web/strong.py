"""What counts for a hand-over needs a strong sign-in that is recent: whoever has none is led to one, and comes back.

Where they come back to is kept in their own session, and never taken from an address.
"""

from collections.abc import Callable
from functools import wraps

from flask import g, render_template, session

from gateway import telemetry
from gateway.web.signin import Answer

_ONWARD = "onward"


def strongly(back: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Let a view act only for somebody whose sign-in is strong and recent; stands under `staff`.

    :param back: the page to come back to, with the view's own arguments in braces.
    """

    def wrap(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> Answer:
            if is_strong_now():
                return view(*args, **kwargs)
            session[_ONWARD] = back.format(**kwargs)
            telemetry.event("refused", code="strong_sign_in_needed", status=403)
            return render_template("strong.html", provider=g.get("provider")), 403

        guarded.strong = True  # type: ignore[attr-defined]  # read by the house rule on what approves
        return guarded

    return wrap


def is_strong_now() -> bool:
    """Say whether whoever asks signed in strongly, and recently enough to approve. Unknown means no."""
    return g.get("strong") is True


def take_onward() -> str:
    """Return the page that asked for a strong sign-in, once."""
    return str(session.pop(_ONWARD, ""))
