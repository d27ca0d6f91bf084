"""A person's own requests are found without looking through everybody's."""

from alembic import op

revision = "0021"
down_revision = "0014"


def upgrade() -> None:
    """Add the index that the start page asks for."""
    op.create_index("disclosure_of_requester", "disclosure", ["requester", "submitted_at"])
