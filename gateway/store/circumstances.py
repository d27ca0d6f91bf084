"""Holdings, holds and withdrawn consents (`ports.Circumstances`); tags are keyed hashes, never addresses."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store import schema
from gateway.store.moments import to_column


class SqlCircumstances:
    """Circumstances on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def revision(self) -> int:
        """Return the number of changes so far."""
        value: int | None = self._connection.execute(select(schema.revision.c.value)).scalar()
        return value or 0

    def _raise_revision(self) -> None:
        raised = update(schema.revision).values(value=schema.revision.c.value + 1)
        if self._connection.execute(raised).rowcount == 0:
            self._connection.execute(insert(schema.revision).values(id=0, value=1))

    def owned_by(self, partner: str, tags: Sequence[str]) -> Sequence[bool]:
        """Say of each dwelling tag whether it is in the partner's holdings."""
        columns = schema.holding.c
        wanted = select(columns.tag).where(columns.partner == partner, columns.tag.in_(tags))
        owned = set(self._connection.execute(wanted).scalars())
        return [tag in owned for tag in tags]

    def has_holdings(self, partner: str) -> bool:
        """Say whether a list of dwellings was imported for this partner."""
        wanted = select(schema.holding.c.tag).where(schema.holding.c.partner == partner).limit(1)
        return self._connection.execute(wanted).first() is not None

    def replace_holdings(self, partner: str, tags: Iterable[str]) -> int:
        """Replace a partner's dwellings and return how many there are."""
        self._connection.execute(delete(schema.holding).where(schema.holding.c.partner == partner))
        rows = [{"partner": partner, "tag": tag} for tag in sorted(set(tags))]
        if rows:
            self._connection.execute(insert(schema.holding), rows)
        self._raise_revision()
        return len(rows)

    def open_hold(self, tags: Iterable[str], disclosure_id: str, at: dt.datetime) -> None:
        """Hold everything about these addresses and this case until AVIM lifts it."""
        # One request may hand over two parts about the same address, each of which holds it.
        columns = schema.hold.c
        held = set(
            self._connection.execute(select(columns.tag).where(columns.disclosure_id == disclosure_id)).scalars()
        )
        new = sorted(set(tags) - held)
        rows = [{"tag": tag, "disclosure_id": disclosure_id, "opened_at": to_column(at)} for tag in new]
        if rows:
            self._connection.execute(insert(schema.hold), rows)
        self._raise_revision()

    def lift_hold(self, disclosure_id: str) -> int:
        """Lift what this disclosure held; return how many tags were freed."""
        freed = self._connection.execute(delete(schema.hold).where(schema.hold.c.disclosure_id == disclosure_id))
        self._raise_revision()
        return freed.rowcount

    def held(self, tags: Iterable[str]) -> bool:
        """Say whether any of these tags is held."""
        wanted = select(schema.hold.c.tag).where(schema.hold.c.tag.in_(list(tags))).limit(1)
        return self._connection.execute(wanted).first() is not None

    def withdraw(self, tags: Iterable[str], at: dt.datetime) -> None:
        """Note that these consents were withdrawn."""
        for tag in sorted(set(tags)):
            if not self.withdrawn([tag]):
                self._connection.execute(insert(schema.withdrawal), {"tag": tag, "at": to_column(at)})
        self._raise_revision()

    def withdrawn(self, tags: Iterable[str]) -> bool:
        """Say whether one of these consents was withdrawn."""
        wanted = select(schema.withdrawal.c.tag).where(schema.withdrawal.c.tag.in_(list(tags))).limit(1)
        return self._connection.execute(wanted).first() is not None
