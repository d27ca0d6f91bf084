"""Access tokens are bound to a key and have scopes. Tokens of before are dropped: they were good for ten minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table anew."""
    op.drop_table("access_token")
    op.create_table(
        "access_token",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=128), nullable=False),
        sa.Column("binding", sa.String(length=8), nullable=False),
        sa.Column("bound_to", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_access_token_expires", "access_token", ["expires"], unique=False)
