"""People of identity providers: who has a session now, by the token in their cookie."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from flask import g

from gateway.model.identity import IdentityProvider
from gateway.model.people import Employee, Person


class SessionKeeper(Protocol):
    """Where sessions are kept (`gateway.pipeline.sessions.Sessions`)."""

    def begin(self, who: Person | Employee, *, session: dt.timedelta, idle: dt.timedelta) -> str:
        """Start a session and return its token, which is new each time."""
        ...

    def find(self, token: str) -> Person | Employee | None:
        """Return who has this session, and let its idle time begin anew; None when it is over."""
        ...

    def end(self, token: str) -> None:
        """End a session."""
        ...


class OidcSignIn:
    """`gateway.web.signin.SignIn` with identity providers. `address` is ours, as people's browsers know it."""

    demo = False

    def __init__(self, providers: Sequence[IdentityProvider], keeper: SessionKeeper, *, address: str) -> None:
        """Offer these providers; keep sessions in `keeper`."""
        self.providers: Mapping[str, IdentityProvider] = {provider.id: provider for provider in providers}
        self.address = address.rstrip("/")
        self._keeper = keeper

    def options(self) -> Sequence[Person | Employee]:
        """Return nobody: the provider knows them."""
        return ()

    def find(self, person_id: str) -> Person | Employee | None:
        """Return who has the session with this token; asked once in a request."""
        known: dict[str, Person | Employee | None] = g.setdefault("sessions", {})
        if person_id not in known:
            known[person_id] = self._keeper.find(person_id)
        return known[person_id]

    def begin(self, provider: IdentityProvider, who: Person | Employee) -> str:
        """Start a session within the provider's limits, and return its token."""
        return self._keeper.begin(who, session=provider.session, idle=provider.idle)

    def forget(self, person_id: str) -> None:
        """End the session: its cookie opens nothing any more, wherever a copy of it is."""
        g.pop("sessions", None)
        self._keeper.end(person_id)
