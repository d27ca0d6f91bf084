"""Links that open once: what the server must know of each, and a count of what was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "pickup",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("link_tag", sa.String(length=64), nullable=False),
        sa.Column("receipt_key", sa.String(length=43), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("code_tag", sa.String(length=64), nullable=True),
        sa.Column("expires", sa.String(length=32), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("browser_tag", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.message_id"]),
        sa.PrimaryKeyConstraint("message_id"),
        sa.UniqueConstraint("link_tag"),
    )
    op.create_table(
        "pickup_refusals",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
