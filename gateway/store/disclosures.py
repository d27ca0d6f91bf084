"""Case keys, encrypted details, requests and their parts (`ports.Cases`, `ports.Disclosures`)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, exists, insert, literal_column, or_, select, update

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.decision import Approval, Outcome
from gateway.model.notices import MessageKind
from gateway.model.views import PartState
from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.judgements import SqlJudgements
from gateway.store.records import CaseKey, Detail, Earlier, StoredDisclosure, StoredEntry, StoredPart
from gateway.store.schema import case_key, detail, disclosure, leaf, part
from gateway.store.session import Row, Session, Statement, StatementError, Value

KEY_COLUMNS = (case_key.c.case_id, case_key.c.tag, case_key.c.wrapped)
KEY_BY_TAG = Statement(select(*KEY_COLUMNS).where(case_key.c.tag == bindparam("tag")))
KEY_BY_CASE = Statement(select(*KEY_COLUMNS).where(case_key.c.case_id == bindparam("case_id")))
ADD_KEY = Statement(insert(case_key))
DETAIL = Statement(
    select(detail.c.idx, detail.c.case_id, detail.c.salt, detail.c.recipient_salt, detail.c.box).where(
        detail.c.idx == bindparam("idx")
    )
)
ADD_DETAIL = Statement(insert(detail))
INDEXES_OF = Statement(select(detail.c.idx).where(detail.c.case_id == bindparam("case_id")).order_by(detail.c.idx))
DROP_DETAILS = Statement(delete(detail).where(detail.c.case_id == bindparam("case_id")))
DROP_KEY = Statement(delete(case_key).where(case_key.c.case_id == bindparam("case_id")))
ENTRIES = Statement(
    select(
        leaf.c.idx,
        leaf.c.entry,
        detail.c.case_id,
        detail.c.salt,
        detail.c.recipient_salt,
        detail.c.box,
        case_key.c.wrapped,
    )
    .select_from(
        leaf.outerjoin(detail, detail.c.idx == leaf.c.idx).outerjoin(case_key, case_key.c.case_id == detail.c.case_id)
    )
    .where(leaf.c.idx >= bindparam("start"), leaf.c.idx < bindparam("stop"))
    .order_by(leaf.c.idx)
)

DISCLOSURES = select(
    disclosure.c.id,
    disclosure.c.case_id,
    disclosure.c.requester,
    disclosure.c.recipient,
    disclosure.c.submitted_at,
    disclosure.c.outcome,
    disclosure.c.idempotency_tag,
    disclosure.c.body_tag,
    disclosure.c.leaf_index,
    disclosure.c.box,
    disclosure.c.after_refusal,
)
DISCLOSURE = Statement(DISCLOSURES.where(disclosure.c.id == bindparam("id")))
BY_IDEMPOTENCY = Statement(DISCLOSURES.where(disclosure.c.idempotency_tag == bindparam("tag")))
OF_REQUESTER = Statement(
    DISCLOSURES.where(disclosure.c.requester == bindparam("requester"))
    .order_by(disclosure.c.submitted_at.desc())
    .limit(bindparam("most"))
)
AFTER_REFUSAL = Statement(
    DISCLOSURES.where(disclosure.c.after_refusal == literal_column("1"))  # in words, so that the partial index serves
    .order_by(disclosure.c.submitted_at.desc())
    .limit(bindparam("most"))
)
UNDONE = (PartState.REFUSED, PartState.VOIDED, PartState.RECALLED)
OF_CASE = Statement(
    select(
        disclosure.c.id,
        disclosure.c.outcome,
        disclosure.c.leaf_index,
        exists().where(
            part.c.disclosure_id == disclosure.c.id, or_(*(part.c.state == state.value for state in UNDONE))
        ),
    )
    .where(disclosure.c.case_id == bindparam("case_id"))
    .order_by(disclosure.c.leaf_index.desc())
    .limit(bindparam("most"))
)
ADD_DISCLOSURE = Statement(insert(disclosure))
FORGET_BOX = Statement(update(disclosure).where(disclosure.c.id == bindparam("which")).values(box=None))

PARTS = select(
    part.c.id,
    part.c.disclosure_id,
    part.c.approval,
    part.c.state,
    part.c.nonce,
    part.c.digest,
    part.c.message_id,
    part.c.leaf_index,
    part.c.review_due,
    part.c.kind,
    part.c.about,
)
PART = Statement(PARTS.where(part.c.id == bindparam("id")))
PARTS_OF = Statement(PARTS.where(part.c.disclosure_id == bindparam("disclosure_id")))
ADD_PART = Statement(insert(part))
CHANGE_PART = Statement(
    update(part)
    .where(part.c.id == bindparam("which"), part.c.state == bindparam("was"))
    .values({column.name: bindparam(column.name) for column in part.c})
)


class SqlCases:
    """Cases on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def key(self, *, tag: str) -> CaseKey | None:
        """Return the key of the case with this tag."""
        return self._key(KEY_BY_TAG, {"tag": tag})

    def key_of(self, case_id: str) -> CaseKey | None:
        """Return the key of a case; None once it was erased."""
        return self._key(KEY_BY_CASE, {"case_id": case_id})

    def _key(self, statement: Statement, values: Mapping[str, Value]) -> CaseKey | None:
        row = self._session.row(statement, values)
        return None if row is None else CaseKey(text(row[0]), text(row[1]), blob(row[2]))

    def add_key(self, key: CaseKey) -> None:
        """Keep a new case's key."""
        self._session.run(ADD_KEY, {"case_id": key.case_id, "tag": key.tag, "wrapped": key.wrapped})

    def add_detail(self, detail: Detail) -> None:
        """Keep what a leaf commits to."""
        self._session.run(
            ADD_DETAIL,
            {
                "idx": detail.leaf_index,
                "case_id": detail.case_id,
                "salt": detail.salt,
                "recipient_salt": detail.recipient_salt,
                "box": detail.box,
            },
        )

    def detail(self, leaf_index: int) -> Detail | None:
        """Return what a leaf commits to; None once it was erased."""
        row = self._session.row(DETAIL, {"idx": leaf_index})
        if row is None:
            return None
        index, case_id, salt, recipient_salt, box = row
        opener = None if recipient_salt is None else blob(recipient_salt)
        return Detail(number(index), text(case_id), blob(salt), opener, blob(box))

    def indexes_of(self, case_id: str) -> Sequence[int]:
        """Return the indexes of the details of a case, in order."""
        return [number(row[0]) for row in self._session.rows(INDEXES_OF, {"case_id": case_id})]

    def destroy(self, case_id: str) -> None:
        """Delete the key and every detail of a case: nothing under that key can be opened after that."""
        self._session.run(DROP_DETAILS, {"case_id": case_id})
        self._session.run(DROP_KEY, {"case_id": case_id})

    def entries(self, start: int, stop: int) -> Sequence[StoredEntry]:
        """Return the leaves of [start, stop) in order, each with its detail and the key of its case."""
        return [_stored_entry(row) for row in self._session.rows(ENTRIES, {"start": start, "stop": stop})]


def _stored_entry(row: Row) -> StoredEntry:
    index, entry, case_id, salt, recipient_salt, box, wrapped = row
    kept = None
    if box is not None:
        opener = None if recipient_salt is None else blob(recipient_salt)
        kept = Detail(number(index), text(case_id), blob(salt), opener, blob(box))
    return StoredEntry(number(index), blob(entry), kept, None if wrapped is None else blob(wrapped))


class SqlDisclosures(SqlJudgements):
    """Requests, their parts, and what people said of them, on one open session."""

    def add(self, disclosure: StoredDisclosure) -> None:
        """Keep a request; raise DuplicateRequestError when its idempotency tag is known."""
        row: dict[str, Value] = {
            "id": disclosure.id,
            "case_id": disclosure.case_id,
            "requester": disclosure.requester,
            "recipient": disclosure.recipient,
            "submitted_at": to_moment(disclosure.submitted_at),
            "outcome": disclosure.outcome.value,
            "idempotency_tag": disclosure.idempotency_tag,
            "body_tag": disclosure.body_tag,
            "leaf_index": disclosure.leaf_index,
            "box": disclosure.box,
            "after_refusal": int(disclosure.after_refusal),
        }
        try:
            self._session.run(ADD_DISCLOSURE, row)
        except StatementError as exc:
            if not exc.double:
                raise
            raise DuplicateRequestError(
                "this request was already submitted", hint="follow the first one; use a new key for a new request"
            ) from exc

    def get(self, disclosure_id: str) -> StoredDisclosure:
        """Return a request; raise NotFoundError when there is none."""
        row = self._session.row(DISCLOSURE, {"id": disclosure_id})
        if row is None:
            raise NotFoundError("there is no such disclosure request", hint="look in the list of requests")
        return _disclosure(row)

    def by_idempotency(self, tag: str) -> StoredDisclosure | None:
        """Return the request that was made with this key, if any."""
        row = self._session.row(BY_IDEMPOTENCY, {"tag": tag})
        return None if row is None else _disclosure(row)

    def of_requester(self, requester: str, limit: int) -> Sequence[StoredDisclosure]:
        """Return somebody's newest requests, newest first."""
        return [_disclosure(row) for row in self._session.rows(OF_REQUESTER, {"requester": requester, "most": limit})]

    def after_refusal(self, limit: int) -> Sequence[StoredDisclosure]:
        """Return the newest requests that change something after a refusal, newest first."""
        return [_disclosure(row) for row in self._session.rows(AFTER_REFUSAL, {"most": limit})]

    def of_case(self, case_id: str, limit: int) -> Sequence[Earlier]:
        """Return the newest requests on a case, newest first."""
        return [
            Earlier(text(one), Outcome(text(outcome)), number(index), bool(undone))
            for one, outcome, index, undone in self._session.rows(OF_CASE, {"case_id": case_id, "most": limit})
        ]

    def forget_box(self, disclosure_id: str) -> None:
        """Destroy the encrypted request."""
        self._session.run(FORGET_BOX, {"which": disclosure_id})

    def add_part(self, part: StoredPart) -> None:
        """Keep a part."""
        self._session.run(ADD_PART, _part_row(part))

    def parts(self, disclosure_id: str) -> Sequence[StoredPart]:
        """Return a request's parts, the least strict approval first, then what recalls or corrects them."""
        found = [_part(row) for row in self._session.rows(PARTS_OF, {"disclosure_id": disclosure_id})]
        return sorted(found, key=_place)

    def part(self, part_id: str) -> StoredPart:
        """Return a part; raise NotFoundError when there is none."""
        row = self._session.row(PART, {"id": part_id})
        if row is None:
            raise NotFoundError("there is no such part of a request", hint="open the request again")
        return _part(row)

    def change_part(self, part: StoredPart, *, was: PartState) -> None:
        """Replace a part; raise DuplicateRequestError when its state is no longer `was`."""
        if self._session.run(CHANGE_PART, {**_part_row(part), "which": part.id, "was": was.value}) != 1:
            raise DuplicateRequestError(
                "this part was changed in the meantime", hint="open the request again and look at what it is now"
            )


def _disclosure(row: Row) -> StoredDisclosure:
    (disclosure_id, case_id, requester, recipient, at, outcome, idempotency, body, index, box, mark) = row
    return StoredDisclosure(
        text(disclosure_id),
        text(case_id),
        text(requester),
        text(recipient),
        moment(at),
        Outcome(text(outcome)),
        text(idempotency),
        text(body),
        number(index),
        None if box is None else blob(box),
        bool(mark),
    )


def _place(part: StoredPart) -> tuple[bool, int, int, str]:
    return part.about is not None, part.approval.strictness, part.leaf_index or 0, part.id


def _part(row: Row) -> StoredPart:
    (part_id, disclosure_id, approval, state, nonce, digest, message_id, index, due, kind, about) = row
    return StoredPart(
        text(part_id),
        text(disclosure_id),
        Approval(text(approval)),
        PartState(text(state)),
        blob(nonce),
        text(digest),
        None if message_id is None else text(message_id),
        None if index is None else number(index),
        None if due is None else moment(due),
        MessageKind(text(kind)),
        None if about is None else text(about),
    )


def _part_row(part: StoredPart) -> dict[str, Value]:
    return {
        "id": part.id,
        "disclosure_id": part.disclosure_id,
        "approval": part.approval.value,
        "state": part.state.value,
        "nonce": part.nonce,
        "digest": part.digest,
        "message_id": part.message_id,
        "leaf_index": part.leaf_index,
        "review_due": None if part.review_due is None else to_moment(part.review_due),
        "kind": part.kind.value,
        "about": part.about,
    }
