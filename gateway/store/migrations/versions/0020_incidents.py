"""Incidents of a control day, sealed, and the doubts about an owner that officers look at."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0013"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("case_tag", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_case_tag", "incident", ["case_tag"])
    op.create_index("ix_incident_expires", "incident", ["expires"])
    op.create_table(
        "ownership_doubt",
        sa.Column("disclosure_id", sa.String(length=32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"]),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
        sa.PrimaryKeyConstraint("disclosure_id"),
    )
