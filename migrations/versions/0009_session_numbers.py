"""On SQLite a session's number is never given again: the history of turns goes on naming it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ALIVE = sa.text("ended_ms IS NULL")


def upgrade() -> None:
    """Count up for ever; PostgreSQL does so already."""
    if op.get_bind().dialect.name != "sqlite":
        return
    _rebuild(counts_up=True)
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'ussd_sessions'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'ussd_sessions', MAX("
        "(SELECT COALESCE(MAX(id), 0) FROM ussd_sessions),"
        " (SELECT COALESCE(MAX(ussd_session_id), 0) FROM ussd_turns))"
    )


def downgrade() -> None:
    """Numbers of swept sessions may come again."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(counts_up=False)


def _rebuild(*, counts_up: bool) -> None:
    op.drop_index("ix_ussd_sessions_alive", "ussd_sessions")
    with op.batch_alter_table(
        "ussd_sessions", recreate="always", table_kwargs={"sqlite_autoincrement": counts_up}
    ):
        pass
    op.create_index("ix_ussd_sessions_alive", "ussd_sessions", ["started_ms"], sqlite_where=_ALIVE)
