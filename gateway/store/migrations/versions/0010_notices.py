"""Notices that wait to be sent, recalls and corrections as messages of their own, and when a receipt is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table and the columns. Messages of before are owed no receipt: nobody was told that they would be."""
    op.add_column("part", sa.Column("kind", sa.String(16), nullable=False, server_default="disclosure"))
    op.add_column("part", sa.Column("about", sa.String(32)))
    op.add_column("outbox", sa.Column("urgent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("destroy_by", sa.String(10)))
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(32)),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.message_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notice_message_id", "notice", ["message_id"])
    op.create_index("notice_due", "notice", ["state", "due_at"])
