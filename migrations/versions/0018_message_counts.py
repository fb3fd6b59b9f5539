"""How many SMS went to a number, a district and over a channel: budgets and caps, found by an index.

Messages of before have no budget: they count against nothing, so that no old row is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BUDGETED = sa.text("budget IS NOT NULL")
_PARTIAL = {
    "ix_messages_number_budget": (["msisdn_index", "budget", "due_at"], _BUDGETED),
    "ix_messages_district_budget": (["district_id", "budget", "due_at"], _BUDGETED),
    "ix_messages_channel_budget": (["channel", "budget", "due_at"], _BUDGETED),
    "ix_messages_capped": (["created_at", "id"], sa.text("cap IS NOT NULL")),
    "ix_messages_accepted": (["channel", "accepted_ms"], sa.text("accepted_ms IS NOT NULL")),
}
_COLUMNS = ("due_at", "budget", "cap")


def upgrade() -> None:
    """Add the columns and indices."""
    op.add_column("messages", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("budget", sa.String(20), nullable=True))
    op.add_column("messages", sa.Column("cap", sa.String(20), nullable=True))
    for name, (columns, only) in _PARTIAL.items():
        op.create_index(name, "messages", columns, sqlite_where=only, postgresql_where=only)
    op.create_index("ix_delivery_reports_newest", "delivery_reports", ["channel", "received_ms"])
    op.create_index("ix_inbound_messages_newest", "inbound_messages", ["channel", "received_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_inbound_messages_newest", "inbound_messages")
    op.drop_index("ix_delivery_reports_newest", "delivery_reports")
    for name in reversed(_PARTIAL):
        op.drop_index(name, "messages")
    for column in reversed(_COLUMNS):
        op.drop_column("messages", column)
