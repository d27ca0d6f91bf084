"""What witnesses signed under the log's checkpoints: rows are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table, and let the database itself refuse to change what a witness signed."""
    op.create_table(
        "cosignature",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"]),
        sa.PrimaryKeyConstraint("size", "witness"),
    )
    for verb in ("UPDATE", "DELETE"):
        trigger = f"CREATE TRIGGER cosignature_no_{verb.lower()} BEFORE {verb} ON cosignature "
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{trigger}BEGIN SELECT RAISE(ABORT, 'cosignatures are append-only'); END")
        else:
            op.execute(f"{trigger}FOR EACH ROW EXECUTE FUNCTION refuse_change()")
