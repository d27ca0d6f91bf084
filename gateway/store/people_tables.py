"""The tables of people who are signed in, of deputies, and of what partners tell; `schema` has the rest."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from gateway.store.metadata import metadata

# -- people at the door ---------------------------------------------------------------------------------------------
sign_in = Table(
    "sign_in",
    metadata,
    Column("digest", String(80), primary_key=True),
    # A keyed hash of the account: how many sessions it has, and which to end when its provider says so.
    Column("owner", String(64), nullable=False, index=True),
    # Who it is and with which roles, sealed under the cookie's own token: the database alone tells nobody's name.
    Column("box", LargeBinary, nullable=False),
    Column("ends", String(32), nullable=False, index=True),
    Column("idle_ends", String(32), nullable=False),
)

# -- what partners tell the team; gone after 30 days ----------------------------------------------------------------
signal = Table(
    "signal",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("received_at", String(32), nullable=False, index=True),
    Column("idempotency_tag", String(64), nullable=False, unique=True),
    Column("body_tag", String(64), nullable=False),
    # Partner, code and content: who knows that a partner reported at all knows that there may be a case.
    Column("box", LargeBinary, nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    Column("handled_by", String(128)),
    Column("handled_at", String(32)),
)
absence = Table(
    "absence",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("until", String(10), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
)

# -- who acts in whose place while they are away; gone a while after the last day -----------------------------------
deputy = Table(
    "deputy",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("giver", String(128), nullable=False, index=True),
    Column("deputy", String(128), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    # The first and the last day (ISO).
    Column("begins", String(10), nullable=False),
    Column("ends", String(10), nullable=False),
    Column("state", String(8), nullable=False),
    # Their names, for display, under the key of the gateway's own affairs.
    Column("box", LargeBinary, nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
)
