"""Requests that somebody is still typing, sealed, and a count of those that were never submitted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_draft_owner", "draft", ["owner"])
    op.create_index("ix_draft_expires", "draft", ["expires"])
    op.create_table(
        "abandoned",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "ground"),
    )
