"""When the recipient of a message first fetched it: nothing in the log says so of a program."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0010"


def upgrade() -> None:
    """Add the column. Of messages of before nobody knows when they were fetched."""
    op.add_column("outbox", sa.Column("fetched_at", sa.String(32)))
