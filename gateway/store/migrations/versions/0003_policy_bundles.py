"""Every policy that was ever active, with its exact files and signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table, and let the database itself refuse to change what was once in force."""
    op.create_table(
        "policy_bundle",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("previous", sa.String(length=80), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.String(length=32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaf_index"],
            ["leaf.idx"],
        ),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_policy_bundle_digest", "policy_bundle", ["digest"], unique=False)
    for verb in ("UPDATE", "DELETE"):
        trigger = f"CREATE TRIGGER policy_bundle_no_{verb.lower()} BEFORE {verb} ON policy_bundle "
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{trigger}BEGIN SELECT RAISE(ABORT, 'policies are append-only'); END")
        else:
            op.execute(f"{trigger}FOR EACH ROW EXECUTE FUNCTION refuse_change()")
