"""Sessions of people who signed in: kept here and not in the cookie, so that signing out ends them everywhere."""

import datetime as dt
import json
from collections.abc import Callable

from gateway.crypto.canonical import canonical
from gateway.crypto.session_token import TOKEN, digest_of, new_token, open_session, seal_session
from gateway.model.identity import IdentityProvider, Session
from gateway.model.people import Employee, Person, StaffRole
from gateway.model.terms import Json, members, words
from gateway.pipeline.tools import Clock
from gateway.store.people_ports import StoredSignIn
from gateway.store.ports import Store, Unit

STEP = dt.timedelta(minutes=1)
"""How much of the idle time must have passed before a request is worth a commit."""


class Sessions:
    """Begins, finds and ends sessions (`gateway.web.oidc.signin.SessionKeeper`)."""

    def __init__(self, store: Store, clock: Clock, tag: Callable[[str], str]) -> None:
        """Keep them in this store; `tag` makes a keyed hash of an account (`LookupKey.account`)."""
        self._store = store
        self._clock = clock
        self._tag = tag

    def begin(self, admitted: Session, account: str, limits: IdentityProvider) -> str:
        """Start a session within the provider's limits and return its token, which is new each time.

        What is over is dropped; when the account has more sessions than the provider allows, the oldest end.
        """
        token, now = new_token(), self._clock()
        since = admitted.strong_since
        told = canonical(
            {
                **_told(admitted.who),
                "idle": int(limits.idle.total_seconds()),
                "provider": admitted.provider,
                "strong": "" if since is None else since.isoformat(),
            }
        )
        owner = self._tag(account)
        box = seal_session(told, token=token)
        row = StoredSignIn(digest_of(token), owner, box, now + limits.session, now + limits.idle)

        def commit(unit: Unit) -> None:
            unit.sign_ins.forget_ended(now)
            unit.sign_ins.remove_oldest(owner, keep=limits.sessions - 1)
            unit.sign_ins.add(row)

        self._store.write(commit)
        return token

    def find(self, token: str) -> Session | None:
        """Return the session with this token, and let its idle time begin anew; None when it is over."""
        if not TOKEN.fullmatch(token):
            return None
        digest, now = digest_of(token), self._clock()
        with self._store.read() as unit:
            kept = unit.sign_ins.get(digest, now=now)
        if kept is None:
            return None
        told = members(json.loads(open_session(kept.box, token=token)))
        until = now + dt.timedelta(seconds=int(str(told["idle"])))
        if until - kept.idle_ends >= STEP:
            self._store.write(lambda unit: unit.sign_ins.prolong(digest, idle_ends=until, now=now))
        since = str(told["strong"])
        strong_since = dt.datetime.fromisoformat(since) if since else None
        return Session(_who(told), str(told["provider"]), strong_since)

    def now(self) -> dt.datetime:
        """Return the moment (UTC) that sessions are measured by."""
        return self._clock()

    def end(self, token: str) -> None:
        """End a session; one that is over already is no error."""
        if TOKEN.fullmatch(token):
            self._store.write(lambda unit: unit.sign_ins.remove(digest_of(token)))

    def end_all(self, account: str) -> None:
        """End every session of an account."""
        owner = self._tag(account)
        self._store.write(lambda unit: unit.sign_ins.remove_oldest(owner, keep=0))


def _told(who: Person | Employee) -> dict[str, Json]:
    if isinstance(who, Employee):
        return {"id": who.id, "name": who.name, "partner": who.partner}
    return {"id": who.id, "name": who.name, "roles": [role.value for role in sorted(who.roles)]}


def _who(told: dict[str, Json]) -> Person | Employee:
    if "partner" in told:
        return Employee(str(told["id"]), str(told["name"]), str(told["partner"]))
    return Person(str(told["id"]), str(told["name"]), frozenset(map(StaffRole, words(told["roles"]))))
