"""Holdings, holds and withdrawn consents (`ports.Circumstances`); tags are keyed hashes, never addresses."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.store.cells import number, text, to_moment
from gateway.store.schema import hold, holding, revision, withdrawal
from gateway.store.session import Session, Statement

REVISION = Statement(select(revision.c.value))
RAISE = Statement(update(revision).values(value=revision.c.value + 1))
FIRST_REVISION = Statement(insert(revision))
OWNED = Statement(
    select(holding.c.tag).where(holding.c.partner == bindparam("partner"), holding.c.tag == bindparam("tag"))
)
ANY_HOLDING = Statement(select(holding.c.tag).where(holding.c.partner == bindparam("partner")).limit(1))
DROP_HOLDINGS = Statement(delete(holding).where(holding.c.partner == bindparam("partner")))
ADD_HOLDING = Statement(insert(holding))
HELD = Statement(select(hold.c.tag).where(hold.c.tag == bindparam("tag")).limit(1))
HELD_BY = Statement(select(hold.c.tag).where(hold.c.disclosure_id == bindparam("by")))
ADD_HOLD = Statement(insert(hold))
LIFT = Statement(delete(hold).where(hold.c.disclosure_id == bindparam("by")))
LIFT_TAG = Statement(delete(hold).where(hold.c.tag == bindparam("tag")))
WITHDRAWN = Statement(select(withdrawal.c.tag).where(withdrawal.c.tag == bindparam("tag")))
ADD_WITHDRAWAL = Statement(insert(withdrawal))


class SqlCircumstances:
    """Circumstances on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def revision(self) -> int:
        """Return the number of changes so far."""
        row = self._session.row(REVISION, {})
        return 0 if row is None else number(row[0])

    def owned_by(self, partner: str, tags: Sequence[str]) -> Sequence[bool]:
        """Say of each dwelling tag whether it is in the partner's holdings."""
        return [self._session.row(OWNED, {"partner": partner, "tag": tag}) is not None for tag in tags]

    def has_holdings(self, partner: str) -> bool:
        """Say whether a list of dwellings was imported for this partner."""
        return self._session.row(ANY_HOLDING, {"partner": partner}) is not None

    def replace_holdings(self, partner: str, tags: Iterable[str]) -> int:
        """Replace a partner's dwellings and return how many there are."""
        self._session.run(DROP_HOLDINGS, {"partner": partner})
        rows = [{"partner": partner, "tag": tag} for tag in sorted(set(tags))]
        self._session.run_for_each(ADD_HOLDING, rows)
        raise_revision(self._session)
        return len(rows)

    def open_hold(self, tags: Iterable[str], disclosure_id: str, at: dt.datetime) -> None:
        """Hold everything about these addresses and this case until AVIM lifts it."""
        # One request may hand over two parts about the same address, each of which holds it.
        new = set(tags) - {text(tag) for (tag,) in self._session.rows(HELD_BY, {"by": disclosure_id})}
        rows = [{"tag": tag, "disclosure_id": disclosure_id, "opened_at": to_moment(at)} for tag in sorted(new)]
        self._session.run_for_each(ADD_HOLD, rows)
        raise_revision(self._session)

    def lift_hold(self, disclosure_id: str) -> int:
        """Lift what this disclosure held; return how many tags were freed."""
        freed = self._session.run(LIFT, {"by": disclosure_id})
        raise_revision(self._session)
        return freed

    def lift_tags(self, tags: Iterable[str]) -> None:
        """Lift every hold on these tags, whoever opened it: one statement for each, whatever there is to lift."""
        for tag in sorted(set(tags)):
            self._session.run(LIFT_TAG, {"tag": tag})
        raise_revision(self._session)

    def held(self, tags: Iterable[str]) -> bool:
        """Say whether any of these tags is held."""
        return any(self._session.row(HELD, {"tag": tag}) is not None for tag in tags)

    def withdraw(self, tags: Iterable[str], at: dt.datetime) -> None:
        """Note that these consents were withdrawn."""
        for tag in sorted(set(tags)):
            if not self.withdrawn([tag]):
                self._session.run(ADD_WITHDRAWAL, {"tag": tag, "at": to_moment(at)})
        raise_revision(self._session)

    def withdrawn(self, tags: Iterable[str]) -> bool:
        """Say whether one of these consents was withdrawn."""
        return any(self._session.row(WITHDRAWN, {"tag": tag}) is not None for tag in tags)


def raise_revision(session: Session) -> None:
    """Note that something changed under which a decision may have been taken: whoever is deciding decides again."""
    if session.run(RAISE, {}) == 0:
        session.run(FIRST_REVISION, {"id": 0, "value": 1})
