"""One log per year: where each volume after the first begins, and how the one before it ended. Rows are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table, and let the database itself refuse to change where a volume began."""
    op.create_table(
        "volume",
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("first"),
        sa.UniqueConstraint("origin"),
    )
    for verb in ("UPDATE", "DELETE"):
        trigger = f"CREATE TRIGGER volume_no_{verb.lower()} BEFORE {verb} ON volume "
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{trigger}BEGIN SELECT RAISE(ABORT, 'volumes are append-only'); END")
        else:
            op.execute(f"{trigger}FOR EACH ROW EXECUTE FUNCTION refuse_change()")
