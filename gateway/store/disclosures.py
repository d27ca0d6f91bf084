"""Case keys, encrypted details, requests, parts and judgements (`ports.Cases`, `ports.Disclosures`)."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.decision import Approval, Outcome
from gateway.model.views import PartState
from gateway.store import schema
from gateway.store.engine import is_double
from gateway.store.moments import from_column, maybe, to_column
from gateway.store.records import CaseKey, Detail, Judgement, StoredDisclosure, StoredPart


class SqlCases:
    """Cases on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def key(self, *, tag: str) -> CaseKey | None:
        """Return the key of the case with this tag."""
        row = self._connection.execute(select(schema.case_key).where(schema.case_key.c.tag == tag)).one_or_none()
        return None if row is None else CaseKey(row.case_id, row.tag, bytes(row.wrapped))

    def key_of(self, case_id: str) -> CaseKey | None:
        """Return the key of a case; None once it was erased."""
        wanted = select(schema.case_key).where(schema.case_key.c.case_id == case_id)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else CaseKey(row.case_id, row.tag, bytes(row.wrapped))

    def add_key(self, key: CaseKey) -> None:
        """Keep a new case's key."""
        row = {"case_id": key.case_id, "tag": key.tag, "wrapped": key.wrapped}
        self._connection.execute(insert(schema.case_key), row)

    def add_detail(self, detail: Detail) -> None:
        """Keep what a leaf commits to."""
        self._connection.execute(
            insert(schema.detail),
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
        row = self._connection.execute(select(schema.detail).where(schema.detail.c.idx == leaf_index)).one_or_none()
        if row is None:
            return None
        recipient_salt = None if row.recipient_salt is None else bytes(row.recipient_salt)
        return Detail(row.idx, row.case_id, bytes(row.salt), recipient_salt, bytes(row.box))


class SqlDisclosures:
    """Requests and their parts on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def add(self, disclosure: StoredDisclosure) -> None:
        """Keep a request; raise DuplicateRequestError when its idempotency tag is known."""
        row = {
            "id": disclosure.id,
            "case_id": disclosure.case_id,
            "requester": disclosure.requester,
            "recipient": disclosure.recipient,
            "submitted_at": to_column(disclosure.submitted_at),
            "outcome": disclosure.outcome.value,
            "idempotency_tag": disclosure.idempotency_tag,
            "body_tag": disclosure.body_tag,
            "leaf_index": disclosure.leaf_index,
            "box": disclosure.box,
        }
        try:
            self._connection.execute(insert(schema.disclosure), row)
        except IntegrityError as exc:
            if not is_double(exc):
                raise
            raise DuplicateRequestError(
                "this request was already submitted", hint="follow the first one; use a new key for a new request"
            ) from exc

    def get(self, disclosure_id: str) -> StoredDisclosure:
        """Return a request; raise NotFoundError when there is none."""
        wanted = select(schema.disclosure).where(schema.disclosure.c.id == disclosure_id)
        found = self._read(wanted)
        if not found:
            raise NotFoundError("there is no such disclosure request", hint="look in the list of requests")
        return found[0]

    def by_idempotency(self, tag: str) -> StoredDisclosure | None:
        """Return the request that was made with this key, if any."""
        found = self._read(select(schema.disclosure).where(schema.disclosure.c.idempotency_tag == tag))
        return found[0] if found else None

    def latest(self, limit: int) -> Sequence[StoredDisclosure]:
        """Return the newest requests, newest first."""
        return self._read(select(schema.disclosure).order_by(schema.disclosure.c.submitted_at.desc()).limit(limit))

    def _read(self, wanted: Select[tuple[object, ...]]) -> list[StoredDisclosure]:
        return [
            StoredDisclosure(
                row.id,
                row.case_id,
                row.requester,
                row.recipient,
                from_column(row.submitted_at),
                Outcome(row.outcome),
                row.idempotency_tag,
                row.body_tag,
                row.leaf_index,
                None if row.box is None else bytes(row.box),
            )
            for row in self._connection.execute(wanted)
        ]

    def forget_box(self, disclosure_id: str) -> None:
        """Destroy the encrypted request."""
        self._connection.execute(
            update(schema.disclosure).where(schema.disclosure.c.id == disclosure_id).values(box=None)
        )

    def add_part(self, part: StoredPart) -> None:
        """Keep a part."""
        self._connection.execute(insert(schema.part), _part_row(part))

    def parts(self, disclosure_id: str) -> Sequence[StoredPart]:
        """Return a request's parts, the least strict approval first."""
        wanted = select(schema.part).where(schema.part.c.disclosure_id == disclosure_id)
        return sorted(
            self._read_parts(wanted), key=lambda part: (part.approval.strictness, part.leaf_index or 0, part.id)
        )

    def part(self, part_id: str) -> StoredPart:
        """Return a part; raise NotFoundError when there is none."""
        found = self._read_parts(select(schema.part).where(schema.part.c.id == part_id))
        if not found:
            raise NotFoundError("there is no such part of a request", hint="open the request again")
        return found[0]

    def _read_parts(self, wanted: Select[tuple[object, ...]]) -> list[StoredPart]:
        return [
            StoredPart(
                row.id,
                row.disclosure_id,
                Approval(row.approval),
                PartState(row.state),
                bytes(row.nonce),
                row.digest,
                row.message_id,
                row.leaf_index,
                maybe(row.review_due),
            )
            for row in self._connection.execute(wanted)
        ]

    def change_part(self, part: StoredPart, *, was: PartState) -> None:
        """Replace a part; raise DuplicateRequestError when its state is no longer `was`."""
        columns = schema.part.c
        fenced = update(schema.part).where(columns.id == part.id, columns.state == was.value).values(_part_row(part))
        if self._connection.execute(fenced).rowcount != 1:
            raise DuplicateRequestError(
                "this part was changed in the meantime", hint="open the request again and look at what it is now"
            )

    def add_judgement(self, judgement: Judgement) -> None:
        """Keep what a person said."""
        self._connection.execute(
            insert(schema.judgement),
            {
                "part_id": judgement.part_id,
                "person": judgement.person,
                "kind": judgement.kind,
                "digest": judgement.digest,
                "at": to_column(judgement.at),
                "leaf_index": judgement.leaf_index,
            },
        )

    def judgements(self, part_id: str) -> Sequence[Judgement]:
        """Return what people said of a part, oldest first."""
        wanted = select(schema.judgement).where(schema.judgement.c.part_id == part_id).order_by(schema.judgement.c.id)
        return [
            Judgement(row.part_id, row.person, row.kind, row.digest, from_column(row.at), row.leaf_index)
            for row in self._connection.execute(wanted)
        ]


def _part_row(part: StoredPart) -> dict[str, str | int | bytes | None]:
    return {
        "id": part.id,
        "disclosure_id": part.disclosure_id,
        "approval": part.approval.value,
        "state": part.state.value,
        "nonce": part.nonce,
        "digest": part.digest,
        "message_id": part.message_id,
        "leaf_index": part.leaf_index,
        "review_due": None if part.review_due is None else to_column(part.review_due),
    }
