"""The tables of incidents and of doubts about an owner. `gateway.store.schema` has the others."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from gateway.store.metadata import metadata

# -- one incident with several subjects, gone after days; it holds no name -------------------------------------------
incident = Table(
    "incident",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(128), nullable=False),
    # The keyed hash of its case's number, so that an erasure of the case takes it along; "" without one.
    Column("case_tag", String(64), nullable=False, index=True),
    # Its own key, wrapped; it is nowhere else, so deleting the row is the end of it.
    Column("wrapped", LargeBinary, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
)

# -- requests whose check in the land register and the list of holdings disagree: for the officers --------------------
ownership_doubt = Table(
    "ownership_doubt",
    metadata,
    Column("disclosure_id", String(32), ForeignKey("disclosure.id"), primary_key=True),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    Column("at", String(32), nullable=False),
)
