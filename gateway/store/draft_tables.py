"""The tables of requests that somebody is still typing. `gateway.store.schema` has the others."""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from gateway.store.metadata import metadata

draft = Table(
    "draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(128), nullable=False, index=True),
    # In clear, to be counted when nobody can open the box any more; a request's row says as much.
    Column("ground", String(64), nullable=False),
    # The draft's own key, wrapped; it is nowhere else, so deleting the row is the end of what was typed.
    Column("wrapped", LargeBinary, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
)
abandoned = Table(
    "abandoned",
    metadata,
    Column("month", String(7), nullable=False),
    Column("ground", String(64), nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("month", "ground"),
)
