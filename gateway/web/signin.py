"""Who is signed in. The session cookie holds an id and the time of sign-in, signed by Flask; roles are looked up.

The id is of an invented person in the demo, and the token of a session kept in the database otherwise.
"""

import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Protocol, TypeVar

from flask import g, redirect, session
from werkzeug.wrappers import Response as BaseResponse

from gateway.errors import NotPermittedError
from gateway.model.people import Employee, Person, StaffRole

SESSION_SECONDS = 8 * 3600
SIGN_IN_PAGE = "/aanmelden"
INBOX_PAGE = "/postvak"
PUBLIC: frozenset[StaffRole] = frozenset()
EVERYONE = tuple(StaffRole)
EMPLOYEES = frozenset({"partner_employee"})

Answer = str | BaseResponse | tuple[str, int]
View = TypeVar("View", bound=Callable[..., Answer])
Somebody = Person | Employee


class SignIn(Protocol):
    """Where people come from: invented identities in the demo, identity providers otherwise."""

    @property
    def demo(self) -> bool:
        """Say whether the identities are invented."""
        ...

    def options(self) -> Sequence[Somebody]:
        """Return whom the sign-in page offers."""
        ...

    def find(self, person_id: str) -> Somebody | None:
        """Return who this is, with today's roles, or None when there is no such person any more."""
        ...

    def is_strong(self, person_id: str) -> bool:
        """Say whether they signed in strongly, and recently enough to approve."""
        ...

    def provider_of(self, person_id: str) -> str | None:
        """Return the id of the identity provider that they signed in with, if any."""
        ...

    def forget(self, person_id: str) -> None:
        """End what is kept of this session."""
        ...


class DemoSignIn:
    """Invented identities; anyone can be any of them. Without identities nobody can sign in."""

    def __init__(self, people: Sequence[Somebody]) -> None:
        """Offer these people."""
        self._people = {person.id: person for person in people}

    @property
    def demo(self) -> bool:
        """Say whether there are invented identities."""
        return bool(self._people)

    def options(self) -> Sequence[Somebody]:
        """Return the invented people."""
        return tuple(self._people.values())

    def find(self, person_id: str) -> Somebody | None:
        """Return the invented person with this id."""
        return self._people.get(person_id)

    def is_strong(self, person_id: str) -> bool:
        """Invented people have no second factor, and invented data need none."""
        return person_id in self._people

    def provider_of(self, person_id: str) -> str | None:
        """Return none: they are invented here."""
        return None

    def forget(self, person_id: str) -> None:
        """Nothing is kept."""


def sign_in(person_id: str, *, now: Callable[[], float] = time.time) -> None:
    """Start a session of 8 hours for this person; what an earlier session held is dropped."""
    session.clear()
    session["person"] = person_id
    session["since"] = int(now())


def current_somebody(people: SignIn, *, now: Callable[[], float] = time.time) -> Somebody | None:
    """Return who is signed in, or None after 8 hours, without a session, or when they are gone."""
    person_id, since = session.get("person"), session.get("since")
    if not isinstance(person_id, str) or not isinstance(since, int):
        return None
    if not 0 <= now() - since < SESSION_SECONDS:
        return None
    return people.find(person_id)


def current_person(people: SignIn, *, now: Callable[[], float] = time.time) -> Person | None:
    """Return the member of staff who is signed in; a partner's employee is none."""
    somebody = current_somebody(people, now=now)
    return somebody if isinstance(somebody, Person) else None


def signed_in() -> Person:
    """Return the person that `staff` let through."""
    person: Person = g.person
    return person


def signed_in_employee() -> Employee:
    """Return the employee that `partner_employees` let through."""
    employee: Employee = g.employee
    return employee


def staff(*roles: StaffRole) -> Callable[[View], Callable[..., Answer]]:
    """Let only people with one of these roles in, and record them as `view.roles`.

    Someone who is not signed in goes to the sign-in page. What they posted is not kept: it may hold personal data.

    :raises NotPermittedError: the person holds none of the roles.
    """

    def wrap(view: View) -> Callable[..., Answer]:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> Answer:
            person: Person | None = g.get("person")
            if person is None and g.get("employee") is None:
                return redirect(SIGN_IN_PAGE, 303)
            if person is None or not person.has(*roles):
                raise NotPermittedError("your role may not open this page", hint="ask a colleague who has the role")
            return view(*args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]  # read by the house rule that every route names roles
        return guarded

    return wrap


def partner_employees(view: View) -> Callable[..., Answer]:
    """Let only partners' employees in; which partner's messages they see is the employee's own.

    :raises NotPermittedError: somebody else is signed in.
    """

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Answer:
        if g.get("employee") is None and g.get("person") is None:
            return redirect(SIGN_IN_PAGE, 303)
        if g.get("employee") is None:
            raise NotPermittedError("this page is for partners", hint="go back to your own overview")
        return view(*args, **kwargs)

    guarded.roles = EMPLOYEES  # type: ignore[attr-defined]  # as above
    return guarded


def open_to_all(view: View) -> View:
    """Record that a view needs no sign-in."""
    view.roles = PUBLIC  # type: ignore[attr-defined]  # as above
    return view
