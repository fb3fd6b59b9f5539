"""Messages out and in, delivery reports, unread calls."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# One small index for each question of a sender or of the sweep.
_PARTIAL_INDEXES = (
    (
        "ix_messages_ready",
        ["channel", "lane_rank", "queued_ms", "id"],
        "state = 'queued' AND not_before IS NULL AND retry_at_ms = 0",
    ),
    ("ix_messages_planned", ["not_before"], "state = 'queued' AND not_before IS NOT NULL"),
    ("ix_messages_retried", ["retry_at_ms"], "state = 'queued' AND retry_at_ms > 0"),
    (
        "ix_messages_resendable",
        ["sending_ms"],
        "state = 'uncertain' AND resends = 0"
        " AND (lane = 'emergency' OR (lane = 'reminder' AND is_repeat_safe))",
    ),
    (
        "ix_messages_watched",
        ["state", "lease_until_ms"],
        "state IN ('leased', 'sending', 'uncertain', 'dead')",
    ),
    ("ix_messages_unreported", ["accepted_ms"], "state = 'accepted'"),
    ("ix_messages_lost", ["final_ms"], "state IN ('dead', 'expired', 'failed')"),
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "unread_calls",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.String(length=120), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_calls")),
        sa.UniqueConstraint("uid", name=op.f("uq_unread_calls_uid")),
    )
    op.create_table(
        "inbound_messages",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=130), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sender_kind", sa.String(length=16), nullable=False),
        sa.Column("understood_as", sa.String(length=32), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_inbound_messages_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_inbound_messages_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint(
            "channel", "fingerprint", name=op.f("uq_inbound_messages_channel_fingerprint")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_inbound_messages_uid")),
    )
    op.create_index(
        op.f("ix_inbound_messages_district_id"), "inbound_messages", ["district_id"], unique=False
    )
    op.create_index(
        "ix_inbound_messages_number",
        "inbound_messages",
        ["msisdn_index", "received_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_inbound_messages_referral_id"), "inbound_messages", ["referral_id"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("lane_rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=16), nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("is_repeat_safe", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("carrier_id", sa.String(length=120), nullable=True),
        sa.Column("cost", sa.String(length=24), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resends", sa.Integer(), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("retry_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_ms", sa.BigInteger(), nullable=False),
        sa.Column("sending_ms", sa.BigInteger(), nullable=True),
        sa.Column("accepted_ms", sa.BigInteger(), nullable=True),
        sa.Column("final_ms", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_messages_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_messages_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_messages_dedupe_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_messages_uid")),
    )
    op.create_index("ix_messages_carrier", "messages", ["channel", "carrier_id"], unique=False)
    op.create_index(op.f("ix_messages_district_id"), "messages", ["district_id"], unique=False)
    for name, columns, only in _PARTIAL_INDEXES:
        where = sa.text(only)
        op.create_index(
            name, "messages", columns, unique=False, sqlite_where=where, postgresql_where=where
        )
    op.create_index("ix_messages_number", "messages", ["msisdn_index", "sending_ms"], unique=False)
    op.create_index(op.f("ix_messages_referral_id"), "messages", ["referral_id"], unique=False)
    op.create_table(
        "delivery_reports",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("carrier_id", sa.String(length=120), nullable=False),
        sa.Column("raw_status", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_delivery_reports_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_reports")),
        sa.UniqueConstraint(
            "channel",
            "carrier_id",
            "raw_status",
            name=op.f("uq_delivery_reports_channel_carrier_id_raw_status"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_delivery_reports_uid")),
    )
    op.create_index(
        op.f("ix_delivery_reports_message_id"), "delivery_reports", ["message_id"], unique=False
    )
    op.create_index(
        "ix_delivery_reports_parked",
        "delivery_reports",
        ["received_ms"],
        unique=False,
        sqlite_where=sa.text("message_id IS NULL"),
        postgresql_where=sa.text("message_id IS NULL"),
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("delivery_reports")
    op.drop_table("messages")
    op.drop_table("inbound_messages")
    op.drop_table("unread_calls")
