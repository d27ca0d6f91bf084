"""Combinations without a rule that people ask about, and the published figures of months that are over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "gap",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("first_on", sa.String(10), nullable=False),
        sa.Column("last_on", sa.String(10), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(16)),
        sa.Column("due", sa.String(10)),
        sa.Column("answered_on", sa.String(10)),
        sa.Column("leaf_index", sa.Integer()),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
        sa.PrimaryKeyConstraint("tag"),
    )
    op.create_table(
        "gap_ask",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("asked_on", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
    )
    op.create_index("ix_gap_ask_asked_on", "gap_ask", ["asked_on"])
    op.create_table(
        "figures",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
