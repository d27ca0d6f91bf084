"""Counts of erased decisions, by month: what they were about, and nothing that leads to one of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table; without row numbers, which would tell in which order its rows came."""
    op.create_table(
        "tally",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sqlite_with_rowid=False,
    )
