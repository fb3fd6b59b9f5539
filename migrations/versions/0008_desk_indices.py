"""Indices for what the desk looks at all day: who waits for an answer, what waits to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITING = sa.text("status IN ('declined', 'sent')")
_NEEDS_PERSON = sa.text("needs_person")


def upgrade() -> None:
    """Make the indices."""
    op.create_index(
        "ix_referrals_waiting",
        "referrals",
        ["district_id", "triage_class"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_inbound_messages_waiting",
        "inbound_messages",
        ["received_at", "id"],
        sqlite_where=_NEEDS_PERSON,
        postgresql_where=_NEEDS_PERSON,
    )
    op.create_index("ix_unread_calls_newest", "unread_calls", ["received_at", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_unread_calls_newest", "unread_calls")
    op.drop_index("ix_inbound_messages_waiting", "inbound_messages")
    op.drop_index("ix_referrals_waiting", "referrals")
