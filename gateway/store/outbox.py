"""Sealed messages, their receipts, and what partners show at the door (`ports.Outbox`, `door_ports.Door`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy import text as sql

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.tokens import AccessGrant, Binding
from gateway.model.views import PartState
from gateway.store.cells import moment, number, text, to_moment
from gateway.store.records import OutboxRow, StoredReceipt
from gateway.store.schema import access_token, assertion, outbox, receipt
from gateway.store.session import Row, Session, Statement, StatementError, Value

MESSAGES = select(
    outbox.c.leaf_index,
    outbox.c.message_id,
    outbox.c.part_id,
    outbox.c.partner,
    outbox.c.message,
    outbox.c.sent_at,
    outbox.c.state,
    outbox.c.urgent,
    outbox.c.destroy_by,
    outbox.c.fetched_at,
)
MESSAGE = Statement(
    MESSAGES.where(outbox.c.message_id == bindparam("message_id"), outbox.c.partner == bindparam("partner"))
)
OF_PARTNER = Statement(MESSAGES.where(outbox.c.partner == bindparam("partner")).order_by(outbox.c.leaf_index))
OF_PART = Statement(MESSAGES.where(outbox.c.part_id == bindparam("part_id")))
ADD_MESSAGE = Statement(insert(outbox))
CHANGE_STATE = Statement(
    update(outbox).where(outbox.c.message_id == bindparam("which")).values(state=bindparam("state"))
)
FETCHED = Statement(
    update(outbox)
    .where(outbox.c.message_id == bindparam("which"))
    .values(state=PartState.DELIVERED.value, fetched_at=bindparam("at"))
)
SETTLE = Statement(update(outbox).where(outbox.c.message_id == bindparam("which")).values(destroy_by=None))
RECEIPTS = Statement(
    select(receipt.c.leaf_index, receipt.c.message_id, receipt.c.state, receipt.c.at, receipt.c.token)
    .where(receipt.c.message_id == bindparam("message_id"))
    .order_by(receipt.c.leaf_index)
)
ADD_RECEIPT = Statement(insert(receipt))
ADD_TOKEN = Statement(insert(access_token))
GRANT = Statement(
    select(
        access_token.c.partner,
        access_token.c.scopes,
        access_token.c.binding,
        access_token.c.bound_to,
        access_token.c.expires,
    ).where(access_token.c.digest == bindparam("digest"), access_token.c.expires > bindparam("now"))
)
FORGET_TOKENS = Statement(delete(access_token).where(access_token.c.expires <= bindparam("now")))
FORGET_TOKENS_OF = Statement(delete(access_token).where(access_token.c.partner == bindparam("partner")))
FORGET_ASSERTIONS = Statement(delete(assertion).where(assertion.c.expires <= bindparam("now")))
# One statement, so that of two equal assertions at the same moment one is the second.
# Both databases say it in the same words, but SQLAlchemy has them only in each dialect's own package.
REMEMBER = Statement(sql("INSERT INTO assertion (tag, expires) VALUES (:tag, :expires) ON CONFLICT DO NOTHING"))


class SqlOutbox:
    """The outbox on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, row: OutboxRow) -> None:
        """Queue a message, in the same transaction as its leaf."""
        self._session.run(
            ADD_MESSAGE,
            {
                "leaf_index": row.leaf_index,
                "message_id": row.message_id,
                "part_id": row.part_id,
                "partner": row.partner,
                "message": row.message,
                "sent_at": to_moment(row.sent_at),
                "state": row.state.value,
                "urgent": int(row.urgent),
                "destroy_by": row.destroy_by,
                "fetched_at": None if row.fetched_at is None else to_moment(row.fetched_at),
            },
        )

    def get(self, message_id: str, *, partner: str) -> OutboxRow:
        """Return this partner's message; raise the same NotFoundError for an absent and for another's message."""
        row = self._session.row(MESSAGE, {"message_id": message_id, "partner": partner})
        if row is None:
            raise NotFoundError("there is no such message", hint="list the inbox for the messages that wait for you")
        return _message(row)

    def of_partner(self, partner: str) -> Sequence[OutboxRow]:
        """Return a partner's messages, oldest first."""
        return [_message(row) for row in self._session.rows(OF_PARTNER, {"partner": partner})]

    def of_part(self, part_id: str) -> OutboxRow | None:
        """Return the message of a part, if it was sealed."""
        row = self._session.row(OF_PART, {"part_id": part_id})
        return None if row is None else _message(row)

    def change_state(self, message_id: str, state: PartState) -> None:
        """Note what became of a message."""
        self._session.run(CHANGE_STATE, {"which": message_id, "state": state.value})

    def note_fetched(self, message_id: str, at: dt.datetime) -> None:
        """Note that its recipient fetched a message for the first time."""
        self._session.run(FETCHED, {"which": message_id, "at": to_moment(at)})

    def settle(self, message_id: str) -> None:
        """Note that no receipt of destruction is owed of this message any more."""
        self._session.run(SETTLE, {"which": message_id})

    def add_receipt(self, receipt: StoredReceipt) -> None:
        """Keep a receipt; raise DuplicateRequestError when this very receipt is already kept."""
        row: dict[str, Value] = {
            "leaf_index": receipt.leaf_index,
            "message_id": receipt.message_id,
            "state": receipt.state,
            "at": to_moment(receipt.at),
            "token": receipt.token,
        }
        try:
            self._session.run(ADD_RECEIPT, row)
        except StatementError as exc:
            if not exc.double:
                raise
            raise DuplicateRequestError("this receipt is already kept", hint="nothing more is needed") from exc

    def receipts(self, message_id: str) -> Sequence[StoredReceipt]:
        """Return a message's receipts, oldest first."""
        return [
            StoredReceipt(number(index), text(message), text(state), moment(at), text(token))
            for index, message, state, at, token in self._session.rows(RECEIPTS, {"message_id": message_id})
        ]


def _message(row: Row) -> OutboxRow:
    index, message_id, part_id, partner, message, at, state, urgent, destroy_by, fetched_at = row
    return OutboxRow(
        number(index),
        text(message_id),
        text(part_id),
        text(partner),
        text(message),
        moment(at),
        PartState(text(state)),
        bool(urgent),
        None if destroy_by is None else text(destroy_by),
        None if fetched_at is None else moment(fetched_at),
    )


class SqlDoor:
    """Assertions and tokens on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def remember_assertion(self, tag: str, *, expires: dt.datetime) -> bool:
        """Note an assertion; return False when it was seen before."""
        return self._session.run(REMEMBER, {"tag": tag, "expires": to_moment(expires)}) == 1

    def add_token(self, digest: str, grant: AccessGrant) -> None:
        """Keep the digest of an access token, and what it stands for."""
        self._session.run(
            ADD_TOKEN,
            {
                "digest": digest,
                "partner": grant.partner,
                "scopes": " ".join(sorted(grant.scopes)),
                "binding": grant.binding.value,
                "bound_to": grant.bound_to,
                "expires": to_moment(grant.expires),
            },
        )

    def token_grant(self, digest: str, *, now: dt.datetime) -> AccessGrant | None:
        """Return what this token stands for, if it is still good."""
        row = self._session.row(GRANT, {"digest": digest, "now": to_moment(now)})
        if row is None:
            return None
        partner, scopes, binding, bound_to, expires = row
        return AccessGrant(
            text(partner), frozenset(text(scopes).split()), Binding(text(binding)), text(bound_to), moment(expires)
        )

    def forget_expired(self, now: dt.datetime) -> None:
        """Drop assertions and tokens that are over."""
        for statement in (FORGET_ASSERTIONS, FORGET_TOKENS):
            self._session.run(statement, {"now": to_moment(now)})

    def forget_tokens_of(self, partner: str) -> None:
        """Drop every token of a partner."""
        self._session.run(FORGET_TOKENS_OF, {"partner": partner})
