"""Which entries of the log erasures explain: one row, replaced each time, that the newest erasure entry commits to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table. One row for all cases: rows for each would tell which entries belonged together."""
    op.create_table(
        "erased",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaf_index"],
            ["leaf.idx"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
