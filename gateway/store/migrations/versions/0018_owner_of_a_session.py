"""Sessions know whose account they are of, as a keyed hash: to be counted, and ended when the provider says so."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    """Make the table anew. Whose the open sessions are, nobody can tell any more: everybody signs in again."""
    op.drop_table("sign_in")
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("ends", sa.String(32), nullable=False),
        sa.Column("idle_ends", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_sign_in_owner", "sign_in", ["owner"])
    op.create_index("ix_sign_in_ends", "sign_in", ["ends"])
