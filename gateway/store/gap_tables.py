"""The tables of combinations without a rule, and of published figures. `gateway.store.schema` has the others."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from gateway.store.metadata import metadata

gap = Table(
    "gap",
    metadata,
    Column("tag", String(64), primary_key=True),
    # Recipient kind, ground and role: beside a day they could lead to a case, so they do not stand in clear.
    Column("box", LargeBinary, nullable=False),
    Column("first_on", String(10), nullable=False),
    Column("last_on", String(10), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answer", String(16)),
    Column("due", String(10)),
    Column("answered_on", String(10)),
    Column("leaf_index", Integer, ForeignKey("leaf.idx")),
)
# A keyed hash of combination, person and day: one person asking twice a day counts once. Gone after some days.
gap_ask = Table(
    "gap_ask",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("asked_on", String(10), nullable=False, index=True),
)
# What everybody who may look was shown of a month, word for word: it never changes, so two looks never differ.
figures = Table(
    "figures",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("body", Text, nullable=False),
)
