"""The naive peer's store: SQLAlchemy's ORM, one session and one commit for each request.

The only module outside gateway/store that imports SQLAlchemy; the contract in pyproject.toml says why.
"""

from pathlib import Path

from sqlalchemy import ForeignKey, LargeBinary, String, Text, create_engine, event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.bench.peers.ledger import FIRST, KeyUsedError, Submission, Turns, chain_hash


class Base(DeclarativeBase):
    """What all tables have."""


class DisclosureRow(Base):
    """One request."""

    __tablename__ = "disclosure"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    requester: Mapped[str] = mapped_column(String(128))
    recipient: Mapped[str] = mapped_column(String(64))
    ground: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    at: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(128), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    pending: Mapped[bytes | None] = mapped_column(LargeBinary)


class MessageRow(Base):
    """One sealed message."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    disclosure_id: Mapped[str] = mapped_column(ForeignKey("disclosure.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LogRow(Base):
    """One entry of the hash chain."""

    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class OrmLedger:
    """The ledger on the ORM."""

    def __init__(self, path: Path) -> None:
        """Open the database and make its tables."""
        self._engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=24)
        event.listen(self._engine, "connect", _set_pragmas)
        Base.metadata.create_all(self._engine)
        self._turns = Turns()

    def submit(self, submission: Submission) -> str:
        """Store and commit."""
        with self._turns.turn(), Session(self._engine) as session:
            known = session.scalar(select(DisclosureRow).where(DisclosureRow.key == submission.key))
            if known is not None:
                if known.body_hash != submission.body_hash:
                    raise KeyUsedError
                return known.id
            session.add(
                DisclosureRow(
                    id=submission.id,
                    requester=submission.requester,
                    recipient=submission.recipient,
                    ground=submission.ground,
                    purpose=submission.purpose,
                    outcome=submission.outcome,
                    at=submission.at,
                    key=submission.key,
                    body_hash=submission.body_hash,
                    pending=submission.pending,
                )
            )
            if submission.message is not None:
                session.add(
                    MessageRow(disclosure_id=submission.id, recipient=submission.recipient, sealed=submission.message)
                )
            last = session.scalar(select(LogRow).order_by(LogRow.id.desc()).limit(1))
            before = last.hash if last is not None else FIRST
            session.add(LogRow(entry=submission.entry, hash=chain_hash(before, submission.entry)))
            session.commit()
        return submission.id

    def chain(self) -> list[tuple[str, str]]:
        """Return (entry, hash) from the first to the last."""
        with Session(self._engine) as session:
            return [(row.entry, row.hash) for row in session.scalars(select(LogRow).order_by(LogRow.id))]

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
