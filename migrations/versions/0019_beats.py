"""Signs of life of processes, values to know keys by, the trace of a message, referrals under way."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_UNDER_WAY = sa.text(
    "status IN ('sent', 'accepted', 'declined', 'en_route', 'arrived', 'admitted', 'transferred')"
)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "process_beats",
        sa.Column("process", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("version", sa.String(24), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("process_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_process_beats")),
    )
    op.create_table(
        "key_probes",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("check_value", sa.LargeBinary(8), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_key_probes")),
    )
    op.add_column("messages", sa.Column("trace", sa.String(16), nullable=True))
    op.create_index(
        "ix_referrals_under_way",
        "referrals",
        ["triage_class", "status"],
        sqlite_where=_UNDER_WAY,
        postgresql_where=_UNDER_WAY,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_referrals_under_way", "referrals")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("trace")
    op.drop_table("key_probes")
    op.drop_table("process_beats")
