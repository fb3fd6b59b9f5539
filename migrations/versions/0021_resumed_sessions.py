"""Sessions that go on after a drop, by a new call or by SMS."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BY_SMS = sa.text("sms_until_ms IS NOT NULL")


def upgrade() -> None:
    """The session that carries a dialogue on, until when an SMS waits for its answer, and by number."""
    op.add_column("ussd_sessions", sa.Column("continued_in", sa.BigInteger(), nullable=True))
    op.add_column("ussd_sessions", sa.Column("sms_until_ms", sa.BigInteger(), nullable=True))
    op.create_index("ix_ussd_sessions_number", "ussd_sessions", ["msisdn_index", "id"])
    op.create_index(
        "ix_ussd_sessions_by_sms",
        "ussd_sessions",
        ["sms_until_ms"],
        sqlite_where=_BY_SMS,
        postgresql_where=_BY_SMS,
    )


def downgrade() -> None:
    """Dropped calls end for good."""
    op.drop_index("ix_ussd_sessions_by_sms", "ussd_sessions")
    op.drop_index("ix_ussd_sessions_number", "ussd_sessions")
    op.drop_column("ussd_sessions", "sms_until_ms")
    op.drop_column("ussd_sessions", "continued_in")
