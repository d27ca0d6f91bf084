"""Links that open once (`pickup_ports.Pickups`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, or_, select, update

from gateway.model.views import PartState
from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.pickup_ports import NewPickup, Pickup
from gateway.store.schema import disclosure, outbox, part, pickup, pickup_refusals
from gateway.store.session import Row, Session, Statement

COLUMNS = (
    pickup.c.message_id,
    pickup.c.link_tag,
    pickup.c.receipt_key,
    pickup.c.secret,
    pickup.c.code_tag,
    pickup.c.expires,
    pickup.c.wrong,
    pickup.c.browser_tag,
    pickup.c.opened_at,
    outbox.c.part_id,
    outbox.c.partner,
    outbox.c.state,
    outbox.c.sent_at,
)
_PICKUPS = select(*COLUMNS).join(outbox, outbox.c.message_id == pickup.c.message_id)
_OF = pickup.c.message_id == bindparam("which")
ADD = Statement(insert(pickup))
OF_MESSAGE = Statement(_PICKUPS.where(_OF))
BY_LINK = Statement(_PICKUPS.where(pickup.c.link_tag == bindparam("which")))
MADE = Statement(update(pickup).where(_OF).values(secret=None, expires=bindparam("until")))
SET_CODE = Statement(update(pickup).where(_OF).values(code_tag=bindparam("tag")))
COUNT = Statement(
    update(pickup).where(pickup.c.link_tag == bindparam("which")).values(wrong=pickup.c.wrong + bindparam("more"))
)
COUNT_ALL = Statement(update(pickup_refusals).values(value=pickup_refusals.c.value + 1))
FIRST = Statement(insert(pickup_refusals))
CLAIM = Statement(
    update(pickup)
    .where(_OF, pickup.c.opened_at.is_(None))
    .values(browser_tag=bindparam("browser"), opened_at=bindparam("at"))
)
FORGET = Statement(update(pickup).where(_OF).values(secret=None))
FORGET_OLD = Statement(
    update(pickup)
    .where(
        pickup.c.secret.is_not(None),
        pickup.c.message_id.in_(select(outbox.c.message_id).where(outbox.c.sent_at <= bindparam("until"))),
    )
    .values(secret=None)
)
UNOPENED = Statement(
    select(disclosure.c.id, *COLUMNS)
    .select_from(pickup)
    .join(outbox, outbox.c.message_id == pickup.c.message_id)
    .join(part, part.c.id == outbox.c.part_id)
    .join(disclosure, disclosure.c.id == part.c.disclosure_id)
    .where(
        disclosure.c.requester == bindparam("requester"),
        or_(outbox.c.state == PartState.RELEASED.value, outbox.c.state == PartState.DELIVERED.value),
        pickup.c.opened_at.is_(None),
    )
    .order_by(outbox.c.leaf_index)
)


class SqlPickups:
    """Links on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, pickup: NewPickup) -> None:
        """Keep a link, in the same transaction as its message."""
        self._session.run(
            ADD,
            {
                "message_id": pickup.message_id,
                "link_tag": pickup.link_tag,
                "receipt_key": pickup.receipt_key,
                "secret": pickup.secret,
                "code_tag": None,
                "expires": None,
                "wrong": 0,
                "browser_tag": None,
                "opened_at": None,
            },
        )

    def of_message(self, message_id: str) -> Pickup | None:
        """Return a message's link, if it goes by one."""
        row = self._session.row(OF_MESSAGE, {"which": message_id})
        return None if row is None else _pickup(row)

    def by_link(self, link_tag: str) -> Pickup | None:
        """Return the link with this tag, if there is one."""
        row = self._session.row(BY_LINK, {"which": link_tag})
        return None if row is None else _pickup(row)

    def made(self, message_id: str, *, expires: dt.datetime) -> None:
        """Destroy the secret: the letter is made, and the link opens until then."""
        self._session.run(MADE, {"which": message_id, "until": to_moment(expires)})

    def set_code(self, message_id: str, code_tag: str) -> None:
        """Replace the code."""
        self._session.run(SET_CODE, {"which": message_id, "tag": code_tag})

    def count_refusal(self, link_tag: str, *, wrong: int) -> None:
        """Count a wrong code against the link with this tag, if there is one, and one refusal in all."""
        self._session.run(COUNT, {"which": link_tag, "more": wrong})
        if self._session.run(COUNT_ALL, {}) == 0:
            self._session.run(FIRST, {"id": 0, "value": 1})

    def claim(self, message_id: str, browser_tag: str, at: dt.datetime) -> bool:
        """Note who opened it, once; return False when somebody had."""
        return self._session.run(CLAIM, {"which": message_id, "browser": browser_tag, "at": to_moment(at)}) == 1

    def forget_secret(self, message_id: str) -> None:
        """Destroy the secret of a message that shall not leave."""
        self._session.run(FORGET, {"which": message_id})

    def forget_old_secrets(self, sealed_until: dt.datetime) -> int:
        """Destroy the secrets of messages that were sealed until this moment; return how many."""
        return self._session.run(FORGET_OLD, {"until": to_moment(sealed_until)})

    def unopened(self, requester: str) -> Sequence[tuple[str, Pickup]]:
        """Return (request id, link) of a person's messages that still wait to be opened, oldest first."""
        rows = self._session.rows(UNOPENED, {"requester": requester})
        return [(text(row[0]), _pickup(row[1:])) for row in rows]


def _pickup(row: Row) -> Pickup:
    message_id, link_tag, receipt_key, secret, code_tag, expires, wrong, browser_tag, opened_at = row[:9]
    part_id, partner, state, sealed_at = row[9:]
    return Pickup(
        text(message_id),
        text(link_tag),
        text(receipt_key),
        None if secret is None else blob(secret),
        None if code_tag is None else text(code_tag),
        None if expires is None else moment(expires),
        number(wrong),
        None if browser_tag is None else text(browser_tag),
        None if opened_at is None else moment(opened_at),
        text(part_id),
        text(partner),
        PartState(text(state)),
        moment(sealed_at),
    )
