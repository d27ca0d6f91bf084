"""The public keys that partners enrolled, and the enrolments that wait for two people's word."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables. A key's row is never deleted: what was revoked once can never be enrolled again."""
    op.create_table(
        "partner_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("use", sa.String(8), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=True),
        sa.Column("revoked", sa.String(32), nullable=True),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
    )
    op.create_index("partner_key_by_partner", "partner_key", ["partner"])
    op.create_table(
        "enrolment",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
    )
    op.create_table(
        "confirmation",
        sa.Column("enrolment", sa.String(32), nullable=False),
        sa.Column("person", sa.String(128), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("enrolment", "person"),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolment.id"]),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.idx"]),
    )
