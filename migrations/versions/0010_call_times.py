"""A report keeps when its call began and ended, for after the live session is swept away."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; calls swept before now have left no times."""
    op.add_column("reports", sa.Column("call_started_ms", sa.BigInteger(), nullable=True))
    op.add_column("reports", sa.Column("call_ended_ms", sa.BigInteger(), nullable=True))
    op.add_column("reports", sa.Column("call_outcome", sa.String(length=12), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("call_outcome", "call_ended_ms", "call_started_ms"):
        op.drop_column("reports", column)
