"""Deputies of approvers, in whose place something was said, and decisions that differ from the FG's advice."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0020"


def upgrade() -> None:
    """Add the table and the columns. Nobody had a deputy before, and no decision was marked."""
    op.add_column("judgement", sa.Column("instead_of", sa.String(128)))
    op.add_column("judgement", sa.Column("against", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "deputy",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("giver", sa.String(128), nullable=False),
        sa.Column("deputy", sa.String(128), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("begins", sa.String(10), nullable=False),
        sa.Column("ends", sa.String(10), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_deputy_giver", "deputy", ["giver"])
    op.create_index("ix_deputy_deputy", "deputy", ["deputy"])
