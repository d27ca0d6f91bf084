"""The tables of links that open once. `gateway.store.schema` has the others."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from gateway.store.metadata import metadata

# -- links that open once: who has only this opens nothing (decision 0018) --------------------------------------------
pickup = Table(
    "pickup",
    metadata,
    Column("message_id", String(32), ForeignKey("outbox.message_id"), primary_key=True),
    Column("link_tag", String(64), nullable=False, unique=True),
    # The x of the Ed25519 key that signs its receipt.
    Column("receipt_key", String(43), nullable=False),
    # The link's secret under the case key; NULL as soon as the letter is made.
    Column("secret", LargeBinary),
    Column("code_tag", String(64)),
    Column("expires", String(32)),
    Column("wrong", Integer, nullable=False),
    Column("browser_tag", String(64)),
    Column("opened_at", String(32)),
)
pickup_refusals = Table(
    "pickup_refusals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
