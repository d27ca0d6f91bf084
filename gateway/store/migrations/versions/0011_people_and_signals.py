"""Sessions of people, signals of partners, and desks that are away."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables. Their boxes hold who and what; outside them stand keyed hashes and moments only."""
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("ends", sa.String(32), nullable=False),
        sa.Column("idle_ends", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_sign_in_ends", "sign_in", ["ends"])
    op.create_table(
        "signal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("idempotency_tag", sa.String(64), nullable=False),
        sa.Column("body_tag", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("handled_by", sa.String(128)),
        sa.Column("handled_at", sa.String(32)),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_tag"),
    )
    op.create_index("ix_signal_received_at", "signal", ["received_at"])
    op.create_table(
        "absence",
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
        sa.PrimaryKeyConstraint("partner"),
    )
