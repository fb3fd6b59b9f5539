"""A message keeps when it was first queued: a retry must not hide how long it has waited."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of older messages the last queueing is the best that is known."""
    op.add_column("messages", sa.Column("first_queued_ms", sa.BigInteger(), nullable=True))
    op.execute("UPDATE messages SET first_queued_ms = queued_ms")


def downgrade() -> None:
    """Drop it."""
    op.drop_column("messages", "first_queued_ms")
