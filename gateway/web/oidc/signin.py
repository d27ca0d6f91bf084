"""People of identity providers: who has a session now, by the token in their cookie."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from flask import g

from gateway.model.identity import IdentityProvider, Session
from gateway.model.people import Employee, Person
from gateway.web.oidc.claims import Admitted


class SessionKeeper(Protocol):
    """Where sessions are kept (`gateway.pipeline.sessions.Sessions`)."""

    def begin(self, admitted: Session, account: str, limits: IdentityProvider) -> str:
        """Start a session within the provider's limits and return its token, which is new each time."""
        ...

    def find(self, token: str) -> Session | None:
        """Return the session with this token, and let its idle time begin anew; None when it is over."""
        ...

    def now(self) -> dt.datetime:
        """Return the moment (UTC) that sessions are measured by."""
        ...

    def end(self, token: str) -> None:
        """End a session."""
        ...

    def end_all(self, account: str) -> None:
        """End every session of an account."""
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
        """Return who has the session with this token."""
        found = self._session(person_id)
        return None if found is None else found.who

    def is_strong(self, person_id: str) -> bool:
        """Say whether the session began with a strong sign-in that is no older than its provider's setting."""
        found = self._session(person_id)
        provider = None if found is None else self.providers.get(found.provider)
        if found is None or provider is None or found.strong_since is None:
            return False
        return self._keeper.now() - found.strong_since <= provider.strong.fresh

    def provider_of(self, person_id: str) -> str | None:
        """Return the id of the provider that the session began with, if it is still one of ours."""
        found = self._session(person_id)
        return found.provider if found is not None and found.provider in self.providers else None

    def now(self) -> dt.datetime:
        """Return the moment (UTC) that sessions are measured by."""
        return self._keeper.now()

    def begin(self, provider: IdentityProvider, admitted: Admitted) -> str:
        """Start a session within the provider's limits, and return its token."""
        session = Session(admitted.who, provider.id, admitted.strong_since)
        return self._keeper.begin(session, admitted.account, provider)

    def forget(self, person_id: str) -> None:
        """End the session: its cookie opens nothing any more, wherever a copy of it is."""
        g.pop("sessions", None)
        self._keeper.end(person_id)

    def forget_account(self, account: str) -> None:
        """End every session of an account, on whatever device."""
        self._keeper.end_all(account)

    def _session(self, token: str) -> Session | None:
        """Return the open session with this token; the database is asked once in a request."""
        known: dict[str, Session | None] = g.setdefault("sessions", {})
        if token not in known:
            known[token] = self._keeper.find(token)
        return known[token]
