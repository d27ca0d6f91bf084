"""Partners' public keys and their enrolments (`key_ports`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.store.cells import moment, number, text, to_moment
from gateway.store.circumstances import raise_revision
from gateway.store.records import Confirmation, EnrolmentState, StoredEnrolment, StoredKey
from gateway.store.schema import confirmation, enrolment, partner_key
from gateway.store.session import Row, Session, Statement, StatementError, Value

KEYS = select(
    partner_key.c.kid,
    partner_key.c.partner,
    partner_key.c.use,
    partner_key.c.jwk,
    partner_key.c.since,
    partner_key.c.until,
    partner_key.c.revoked,
    partner_key.c.leaf_index,
)
OF_PARTNER = Statement(
    KEYS.where(partner_key.c.partner == bindparam("partner")).order_by(partner_key.c.since.desc(), partner_key.c.kid)
)
KEY = Statement(KEYS.where(partner_key.c.kid == bindparam("kid")))
ADD_KEY = Statement(insert(partner_key))
END = Statement(update(partner_key).where(partner_key.c.kid == bindparam("which")).values(until=bindparam("until")))
REVOKE = Statement(update(partner_key).where(partner_key.c.kid == bindparam("which")).values(revoked=bindparam("at")))
ENROLMENTS = select(
    enrolment.c.id,
    enrolment.c.partner,
    enrolment.c.digest,
    enrolment.c["keys"],
    enrolment.c.proof,
    enrolment.c.state,
    enrolment.c.at,
    enrolment.c.leaf_index,
)
ENROLMENT = Statement(ENROLMENTS.where(enrolment.c.id == bindparam("id")))
PENDING = Statement(ENROLMENTS.where(enrolment.c.state == bindparam("state")).order_by(enrolment.c.at, enrolment.c.id))
ADD_ENROLMENT = Statement(insert(enrolment))
CHANGE_STATE = Statement(
    update(enrolment)
    .where(enrolment.c.id == bindparam("which"), enrolment.c.state == bindparam("was"))
    .values(state=bindparam("becomes"))
)
CONFIRMATIONS = Statement(
    select(confirmation.c.enrolment, confirmation.c.person, confirmation.c.at, confirmation.c.leaf_index)
    .where(confirmation.c.enrolment == bindparam("enrolment"))
    .order_by(confirmation.c.leaf_index)
)
ADD_CONFIRMATION = Statement(insert(confirmation))


class SqlPartnerKeys:
    """Partners' keys on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def of_partner(self, partner: str) -> Sequence[StoredKey]:
        """Return all keys that a partner ever enrolled, newest first."""
        return [_key(row) for row in self._session.rows(OF_PARTNER, {"partner": partner})]

    def get(self, kid: str) -> StoredKey | None:
        """Return a key, whoever enrolled it."""
        row = self._session.row(KEY, {"kid": kid})
        return None if row is None else _key(row)

    def add(self, key: StoredKey) -> None:
        """Keep a key; raise DuplicateRequestError when anybody ever enrolled it."""
        row: dict[str, Value] = {
            "kid": key.kid,
            "partner": key.partner,
            "use": key.use,
            "jwk": key.jwk,
            "since": to_moment(key.since),
            "until": None if key.until is None else to_moment(key.until),
            "revoked": None if key.revoked is None else to_moment(key.revoked),
            "leaf_index": key.leaf_index,
        }
        _once(self._session, ADD_KEY, row, "this key was enrolled before")
        raise_revision(self._session)

    def end(self, kid: str, until: dt.datetime) -> None:
        """Let a key count no longer than this."""
        self._session.run(END, {"which": kid, "until": to_moment(until)})
        raise_revision(self._session)

    def revoke(self, kid: str, at: dt.datetime) -> None:
        """Let a key count no more."""
        self._session.run(REVOKE, {"which": kid, "at": to_moment(at)})
        raise_revision(self._session)


class SqlEnrolments:
    """Enrolments on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, enrolment: StoredEnrolment) -> None:
        """Keep an enrolment; raise DuplicateRequestError when the same request was taken before."""
        row: dict[str, Value] = {
            "id": enrolment.id,
            "partner": enrolment.partner,
            "digest": enrolment.digest,
            "keys": enrolment.keys,
            "proof": enrolment.proof,
            "state": enrolment.state.value,
            "at": to_moment(enrolment.at),
            "leaf_index": enrolment.leaf_index,
        }
        _once(self._session, ADD_ENROLMENT, row, "this enrolment request was taken before")

    def get(self, enrolment_id: str) -> StoredEnrolment:
        """Return an enrolment; raise NotFoundError when there is none."""
        row = self._session.row(ENROLMENT, {"id": enrolment_id})
        if row is None:
            raise NotFoundError("there is no such enrolment", hint="look in the list of enrolments that wait")
        return _enrolment(row)

    def pending(self) -> Sequence[StoredEnrolment]:
        """Return those that wait, oldest first."""
        return [_enrolment(row) for row in self._session.rows(PENDING, {"state": EnrolmentState.PENDING.value})]

    def change_state(self, enrolment_id: str, state: EnrolmentState) -> None:
        """Note what became of an enrolment; raise DuplicateRequestError when it no longer waits."""
        change: dict[str, Value] = {
            "which": enrolment_id,
            "was": EnrolmentState.PENDING.value,
            "becomes": state.value,
        }
        if self._session.run(CHANGE_STATE, change) != 1:
            raise DuplicateRequestError("this enrolment no longer waits", hint="look at the list again")

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep a person's word; raise DuplicateRequestError when that person gave it before."""
        row: dict[str, Value] = {
            "enrolment": confirmation.enrolment,
            "person": confirmation.person,
            "at": to_moment(confirmation.at),
            "leaf_index": confirmation.leaf_index,
        }
        _once(self._session, ADD_CONFIRMATION, row, "this person confirmed it before")

    def confirmations(self, enrolment_id: str) -> Sequence[Confirmation]:
        """Return who confirmed it, oldest first."""
        return [
            Confirmation(text(which), text(person), moment(at), number(index))
            for which, person, at, index in self._session.rows(CONFIRMATIONS, {"enrolment": enrolment_id})
        ]


def _once(session: Session, statement: Statement, row: dict[str, Value], words: str) -> None:
    try:
        session.run(statement, row)
    except StatementError as exc:
        if not exc.double:
            raise
        raise DuplicateRequestError(words, hint="look at what is there already") from exc


def _key(row: Row) -> StoredKey:
    kid, partner, use, jwk, since, until, revoked, index = row
    return StoredKey(
        text(kid),
        text(partner),
        text(use),
        text(jwk),
        moment(since),
        None if until is None else moment(until),
        None if revoked is None else moment(revoked),
        number(index),
    )


def _enrolment(row: Row) -> StoredEnrolment:
    which, partner, digest, keys, proof, state, at, index = row
    return StoredEnrolment(
        text(which),
        text(partner),
        text(digest),
        text(keys),
        text(proof),
        EnrolmentState(text(state)),
        moment(at),
        number(index),
    )
