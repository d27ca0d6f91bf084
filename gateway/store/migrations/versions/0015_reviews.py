"""What waits for a second pair of eyes, and what was said by telephone, are found by an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0018"


def upgrade() -> None:
    """Add the indexes: few parts are urgent or oral, and the overview asks for them each time."""
    due, oral = sa.text("review_due IS NOT NULL"), sa.text("kind = 'oral'")
    op.create_index("part_review", "part", ["review_due"], unique=False, sqlite_where=due, postgresql_where=due)
    op.create_index("part_oral", "part", ["disclosure_id"], unique=False, sqlite_where=oral, postgresql_where=oral)
