"""Parts that somebody must still judge, and deputies (`approval_ports.Approvals`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, bindparam, delete, exists, func, insert, literal_column, or_, select, update

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.decision import Approval
from gateway.model.notices import NoticeKind
from gateway.model.people import StaffRole
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState, StoredDeputy
from gateway.store.cells import blob, moment, number, text
from gateway.store.judgements import COLUMNS, read_judgement
from gateway.store.people_tables import deputy
from gateway.store.records import Judgement
from gateway.store.schema import disclosure, judgement, notice, part
from gateway.store.session import Row, Session, Statement

REVIEWS = ("review_good", "review_bad")
_REVIEWED = exists().where(
    judgement.c.part_id == part.c.id, or_(*(judgement.c.kind == literal_column(f"'{kind}'") for kind in REVIEWS))
)
# By state first: that column has an index, and few parts are in these states for long.
_OPEN = or_(
    part.c.state == PartState.WAITING.value,
    and_(
        or_(part.c.state == PartState.RELEASED.value, part.c.state == PartState.DELIVERED.value),
        part.c.approval == Approval.POST_24H.value,
        ~_REVIEWED,
    ),
)
OPEN = Statement(
    select(part.c.id)
    .join(disclosure, disclosure.c.id == part.c.disclosure_id)
    .where(_OPEN)
    .order_by(func.coalesce(part.c.review_due, "9"), disclosure.c.submitted_at, part.c.id)
    .limit(bindparam("most"))
)
AGAINST = Statement(
    select(part.c.disclosure_id, *COLUMNS)
    .join(part, part.c.id == judgement.c.part_id)
    .where(judgement.c.against == literal_column("1"))
    .order_by(judgement.c.leaf_index.desc())
    .limit(bindparam("most"))
)
LAST_TOLD = Statement(select(func.max(notice.c.created_at)).where(notice.c.kind == NoticeKind.APPROVAL.value))

_DEPUTIES = select(
    deputy.c.id,
    deputy.c.giver,
    deputy.c.deputy,
    deputy.c.role,
    deputy.c.begins,
    deputy.c.ends,
    deputy.c.state,
    deputy.c.box,
    deputy.c.leaf_index,
)
_RUNS = (
    deputy.c.state == DeputyState.AGREED.value,
    deputy.c.begins <= bindparam("day"),
    deputy.c.ends >= bindparam("day"),
)
ADD = Statement(insert(deputy))
ONE = Statement(_DEPUTIES.where(deputy.c.id == bindparam("which")))
CHANGE = Statement(
    update(deputy)
    .where(deputy.c.id == bindparam("which"), deputy.c.state == bindparam("was"))
    .values(state=bindparam("now"), box=bindparam("sealed"), leaf_index=bindparam("entry"))
)
OF = Statement(
    _DEPUTIES.where(or_(deputy.c.giver == bindparam("person"), deputy.c.deputy == bindparam("person"))).order_by(
        deputy.c.begins.desc(), deputy.c.id
    )
)
CURRENT = Statement(
    _DEPUTIES.where(deputy.c.state != DeputyState.ENDED.value, deputy.c.ends >= bindparam("day")).order_by(
        deputy.c.begins, deputy.c.id
    )
)
STANDS_IN = Statement(
    _DEPUTIES.where(deputy.c.deputy == bindparam("person"), *_RUNS).order_by(deputy.c.begins, deputy.c.id)
)
ANY = Statement(select(deputy.c.id).where(*_RUNS).limit(1))
FORGET = Statement(delete(deputy).where(deputy.c.ends < bindparam("day")))


class SqlApprovals:
    """Approvals on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def open_parts(self, limit: int) -> Sequence[str]:
        """Return the ids of parts that wait, or whose review is open: the soonest review first, then the oldest."""
        return [text(row[0]) for row in self._session.rows(OPEN, {"most": limit})]

    def against_advice(self, limit: int) -> Sequence[tuple[str, Judgement]]:
        """Return the newest decisions that differ from the FG's advice, each with the id of its request."""
        return [(text(row[0]), read_judgement(row[1:])) for row in self._session.rows(AGAINST, {"most": limit})]

    def last_told(self) -> dt.datetime | None:
        """Return when a notice for the approvers was last queued."""
        row = self._session.row(LAST_TOLD, {})
        return None if row is None or row[0] is None else moment(row[0])

    def add_deputy(self, deputy: StoredDeputy) -> None:
        """Keep a new deputyship."""
        self._session.run(
            ADD,
            {
                "id": deputy.id,
                "giver": deputy.giver,
                "deputy": deputy.deputy,
                "role": deputy.role.value,
                "begins": deputy.begins.isoformat(),
                "ends": deputy.ends.isoformat(),
                "state": deputy.state.value,
                "box": deputy.box,
                "leaf_index": deputy.leaf_index,
            },
        )

    def deputy(self, deputy_id: str) -> StoredDeputy:
        """Return a deputyship; raise NotFoundError when there is none."""
        row = self._session.row(ONE, {"which": deputy_id})
        if row is None:
            raise NotFoundError("there is no such deputy", hint="look in the list of deputies")
        return _deputy(row)

    def change_deputy(self, deputy: StoredDeputy, *, was: DeputyState) -> None:
        """Replace its state, box and entry; raise DuplicateRequestError when its state is no longer `was`."""
        values = {"which": deputy.id, "was": was.value, "now": deputy.state.value}
        if self._session.run(CHANGE, {**values, "sealed": deputy.box, "entry": deputy.leaf_index}) != 1:
            raise DuplicateRequestError("this was changed in the meantime", hint="look in the list of deputies")

    def deputies_of(self, person: str) -> Sequence[StoredDeputy]:
        """Return the deputyships that this person gave or was given, the latest first."""
        return [_deputy(row) for row in self._session.rows(OF, {"person": person})]

    def deputies(self, *, on: dt.date) -> Sequence[StoredDeputy]:
        """Return everybody's deputyships whose last day is this one or later, and that were not ended before."""
        return [_deputy(row) for row in self._session.rows(CURRENT, {"day": on.isoformat()})]

    def stands_in(self, person: str, *, on: dt.date) -> Sequence[StoredDeputy]:
        """Return the deputyships under which this person may act on this day."""
        return [_deputy(row) for row in self._session.rows(STANDS_IN, {"person": person, "day": on.isoformat()})]

    def has_deputies(self, *, on: dt.date) -> bool:
        """Say whether anybody acts in somebody's place on this day."""
        return self._session.row(ANY, {"day": on.isoformat()}) is not None

    def forget_deputies(self, before: dt.date) -> None:
        """Delete those whose last day was before this one."""
        self._session.run(FORGET, {"day": before.isoformat()})


def _deputy(row: Row) -> StoredDeputy:
    deputy_id, giver, person, role, begins, ends, state, box, index = row
    return StoredDeputy(
        text(deputy_id),
        text(giver),
        text(person),
        StaffRole(text(role)),
        dt.date.fromisoformat(text(begins)),
        dt.date.fromisoformat(text(ends)),
        DeputyState(text(state)),
        blob(box),
        number(index),
    )
