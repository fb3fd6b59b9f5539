"""Failed sign-ins by address and name; the lock that any stranger could put on a user goes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, drop the columns."""
    op.create_table(
        "sign_in_brakes",
        sa.Column("key_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_brakes")),
    )
    op.create_index(op.f("ix_sign_in_brakes_name_hash"), "sign_in_brakes", ["name_hash"])
    op.create_index(op.f("ix_sign_in_brakes_last_at"), "sign_in_brakes", ["last_at"])
    op.drop_column("staff_users", "failed_sign_ins")
    op.drop_column("staff_users", "locked_until")


def downgrade() -> None:
    """The other way round; nobody is locked then."""
    failed = sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default="0")
    op.add_column("staff_users", failed)
    op.add_column("staff_users", sa.Column("locked_until", sa.DateTime(timezone=True)))
    op.drop_table("sign_in_brakes")
