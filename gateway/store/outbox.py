"""Sealed messages, their receipts, and what partners show at the door (`ports.Outbox`, `ports.Door`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.views import PartState
from gateway.store import schema
from gateway.store.engine import is_double
from gateway.store.moments import from_column, to_column
from gateway.store.records import OutboxRow, StoredReceipt


class SqlOutbox:
    """The outbox on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def add(self, row: OutboxRow) -> None:
        """Queue a message, in the same transaction as its leaf."""
        self._connection.execute(
            insert(schema.outbox),
            {
                "leaf_index": row.leaf_index,
                "message_id": row.message_id,
                "part_id": row.part_id,
                "partner": row.partner,
                "message": row.message,
                "sent_at": to_column(row.sent_at),
                "state": row.state.value,
            },
        )

    def get(self, message_id: str, *, partner: str) -> OutboxRow:
        """Return this partner's message; raise the same NotFoundError for an absent and for another's message."""
        columns = schema.outbox.c
        found = self._read(
            select(schema.outbox).where(columns.message_id == message_id).where(columns.partner == partner)
        )
        if not found:
            raise NotFoundError("there is no such message", hint="list the inbox for the messages that wait for you")
        return found[0]

    def of_partner(self, partner: str) -> Sequence[OutboxRow]:
        """Return a partner's messages, oldest first."""
        columns = schema.outbox.c
        return self._read(select(schema.outbox).where(columns.partner == partner).order_by(columns.leaf_index))

    def of_part(self, part_id: str) -> OutboxRow | None:
        """Return the message of a part, if it was sealed."""
        found = self._read(select(schema.outbox).where(schema.outbox.c.part_id == part_id))
        return found[0] if found else None

    def _read(self, wanted: Select[tuple[object, ...]]) -> list[OutboxRow]:
        return [
            OutboxRow(
                row.leaf_index,
                row.message_id,
                row.part_id,
                row.partner,
                row.message,
                from_column(row.sent_at),
                PartState(row.state),
            )
            for row in self._connection.execute(wanted)
        ]

    def change_state(self, message_id: str, state: PartState) -> None:
        """Note what became of a message."""
        self._connection.execute(
            update(schema.outbox).where(schema.outbox.c.message_id == message_id).values(state=state.value)
        )

    def add_receipt(self, receipt: StoredReceipt) -> None:
        """Keep a receipt; raise DuplicateRequestError when this very receipt is already kept."""
        row = {
            "leaf_index": receipt.leaf_index,
            "message_id": receipt.message_id,
            "state": receipt.state,
            "at": to_column(receipt.at),
            "token": receipt.token,
        }
        try:
            self._connection.execute(insert(schema.receipt), row)
        except IntegrityError as exc:
            if not is_double(exc):
                raise
            raise DuplicateRequestError("this receipt is already kept", hint="nothing more is needed") from exc

    def receipts(self, message_id: str) -> Sequence[StoredReceipt]:
        """Return a message's receipts, oldest first."""
        columns = schema.receipt.c
        wanted = select(schema.receipt).where(columns.message_id == message_id).order_by(columns.leaf_index)
        return [
            StoredReceipt(row.leaf_index, row.message_id, row.state, from_column(row.at), row.token)
            for row in self._connection.execute(wanted)
        ]


class SqlDoor:
    """Assertions and tokens on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def remember_assertion(self, tag: str, *, expires: dt.datetime) -> bool:
        """Note an assertion; return False when it was seen before."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(schema.assertion), {"tag": tag, "expires": to_column(expires)})
        except IntegrityError:
            return False
        return True

    def add_token(self, digest: str, partner: str, *, expires: dt.datetime) -> None:
        """Keep the digest of an access token."""
        row = {"digest": digest, "partner": partner, "expires": to_column(expires)}
        self._connection.execute(insert(schema.access_token), row)

    def token_owner(self, digest: str, *, now: dt.datetime) -> str | None:
        """Return whose token this is, if it is still good."""
        columns = schema.access_token.c
        wanted = select(columns.partner).where(columns.digest == digest, columns.expires > to_column(now))
        owner: str | None = self._connection.execute(wanted).scalar()
        return owner

    def forget_expired(self, now: dt.datetime) -> None:
        """Drop assertions and tokens that are over."""
        for table in (schema.assertion, schema.access_token):
            self._connection.execute(delete(table).where(table.c.expires <= to_column(now)))
