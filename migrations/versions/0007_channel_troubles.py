"""What is wrong with a channel: lanes that are held for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "channel_troubles",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_troubles")),
        sa.UniqueConstraint("channel", "lane", name=op.f("uq_channel_troubles_channel_lane")),
        sa.UniqueConstraint("uid", name=op.f("uq_channel_troubles_uid")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("channel_troubles")
