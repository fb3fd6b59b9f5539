"""Swept sessions: their keys are known for ever, and on SQLite their numbers are never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ALIVE = sa.text("ended_ms IS NULL")
_ENDED = sa.text("ended_ms IS NOT NULL")


def upgrade() -> None:
    """Count up for ever (PostgreSQL does so already); keep the keys of what is swept."""
    op.create_table(
        "ussd_past_sessions",
        sa.Column("key_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_digest", name=op.f("pk_ussd_past_sessions")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(counts_up=True)
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'ussd_sessions'")
        op.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'ussd_sessions', MAX("
            "(SELECT COALESCE(MAX(id), 0) FROM ussd_sessions),"
            " (SELECT COALESCE(MAX(ussd_session_id), 0) FROM ussd_turns))"
        )
    op.create_index(
        "ix_ussd_sessions_ended",
        "ussd_sessions",
        ["ended_ms"],
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )


def downgrade() -> None:
    """Numbers of swept sessions may come again."""
    op.drop_index("ix_ussd_sessions_ended", "ussd_sessions")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(counts_up=False)
    op.drop_table("ussd_past_sessions")


def _rebuild(*, counts_up: bool) -> None:
    op.drop_index("ix_ussd_sessions_alive", "ussd_sessions")
    with op.batch_alter_table(
        "ussd_sessions", recreate="always", table_kwargs={"sqlite_autoincrement": counts_up}
    ):
        pass
    op.create_index("ix_ussd_sessions_alive", "ussd_sessions", ["started_ms"], sqlite_where=_ALIVE)
