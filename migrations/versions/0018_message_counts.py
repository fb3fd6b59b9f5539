"""How many SMS went to a number, and in all, within a time: found by an index."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indices."""
    op.create_index("ix_messages_number_created", "messages", ["msisdn_index", "created_at"])
    op.create_index("ix_messages_created", "messages", ["created_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_messages_created", "messages")
    op.drop_index("ix_messages_number_created", "messages")
