"""A call that could not be read is kept once: carriers send it again for hours."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the digest; older rows have none and stay as they are."""
    op.add_column("unread_calls", sa.Column("digest", sa.LargeBinary(16), nullable=True))
    op.create_index("ix_unread_calls_digest", "unread_calls", ["digest"], unique=True)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_unread_calls_digest", "unread_calls")
    op.drop_column("unread_calls", "digest")
