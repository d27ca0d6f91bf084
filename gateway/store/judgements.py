"""What people said of a part of a request (the judgements of `ports.Disclosures`)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from gateway.store.cells import moment, number, text, to_moment
from gateway.store.records import Judgement
from gateway.store.schema import judgement
from gateway.store.session import Row, Session, Statement

COLUMNS = (
    judgement.c.part_id,
    judgement.c.person,
    judgement.c.kind,
    judgement.c.digest,
    judgement.c.at,
    judgement.c.leaf_index,
    judgement.c.instead_of,
    judgement.c.against,
)
JUDGEMENTS = Statement(select(*COLUMNS).where(judgement.c.part_id == bindparam("part_id")).order_by(judgement.c.id))
ADD_JUDGEMENT = Statement(
    insert(judgement).values({column.name: bindparam(column.name) for column in judgement.c if column.name != "id"})
)


class SqlJudgements:
    """Judgements on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add_judgement(self, judgement: Judgement) -> None:
        """Keep what a person said."""
        self._session.run(
            ADD_JUDGEMENT,
            {
                "part_id": judgement.part_id,
                "person": judgement.person,
                "kind": judgement.kind,
                "digest": judgement.digest,
                "at": to_moment(judgement.at),
                "leaf_index": judgement.leaf_index,
                "instead_of": judgement.instead_of,
                "against": int(judgement.against),
            },
        )

    def judgements(self, part_id: str) -> Sequence[Judgement]:
        """Return what people said of a part, oldest first."""
        return [read_judgement(row) for row in self._session.rows(JUDGEMENTS, {"part_id": part_id})]


def read_judgement(row: Row) -> Judgement:
    """Return the judgement of a row with `COLUMNS`."""
    part, person, kind, digest, at, index, instead_of, against = row
    return Judgement(
        text(part),
        text(person),
        text(kind),
        text(digest),
        moment(at),
        number(index),
        None if instead_of is None else text(instead_of),
        bool(against),
    )
