"""Requests of one case are found, and those that change something after a refusal are listed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the mark, and an index for each way of asking. What was stored before is not marked afterwards."""
    mark = sa.Column("after_refusal", sa.Integer(), nullable=False, server_default="0")
    op.add_column("disclosure", mark)
    op.create_index("disclosure_of_case", "disclosure", ["case_id", "leaf_index"], unique=False)
    op.create_index(
        "disclosure_after_refusal",
        "disclosure",
        ["submitted_at"],
        unique=False,
        sqlite_where=sa.text("after_refusal = 1"),
        postgresql_where=sa.text("after_refusal = 1"),
    )
