"""What became of each screen, by day, with no person in it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_UNCOUNTED = sa.text("ended_ms IS NOT NULL AND counted_ms IS NULL")
_COUNTS = (
    "began", "entered", "answered", "back", "home", "restarted", "finished", "gave_up", "changed",
    "dropped", "expired", "paged", "repeated", "invalid", "offered", "continued", "by_sms",
    "waits",
)  # fmt: skip
_WAITS = (
    "wait_2", "wait_4", "wait_7", "wait_12", "wait_20", "wait_35", "wait_60", "wait_120",
    "wait_over",
)  # fmt: skip


def upgrade() -> None:
    """Make the table. Calls of the live table are counted; of those swept before, nobody knows the end."""
    op.create_table(
        "ussd_funnel",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        sa.Column("flow", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("wait_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _WAITS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ussd_funnel")),
        sa.UniqueConstraint(
            "day",
            "district_id",
            "node",
            "language",
            name=op.f("uq_ussd_funnel_day_district_id_node_language"),
        ),
    )
    op.add_column("ussd_sessions", sa.Column("counted_ms", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_ussd_sessions_uncounted",
        "ussd_sessions",
        ["ended_ms"],
        sqlite_where=_UNCOUNTED,
        postgresql_where=_UNCOUNTED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_ussd_sessions_uncounted", "ussd_sessions")
    op.drop_column("ussd_sessions", "counted_ms")
    op.drop_table("ussd_funnel")
