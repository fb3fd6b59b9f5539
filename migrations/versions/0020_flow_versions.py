"""What the versions of flows are made of, and which call is pinned to which.

Calls of before name none: they end as they would have, by a clear screen when their flow changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column of the sessions."""
    op.create_table(
        "flow_versions",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_flow_versions")),
    )
    op.add_column("ussd_sessions", sa.Column("flow_version", sa.String(16), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("ussd_sessions", "flow_version")
    op.drop_table("flow_versions")
