"""Health workers' PINs, and phones that wait for a supervisor."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "worker_pins",
        sa.Column("health_worker_id", _KEY, nullable=False),
        sa.Column("pin_hash", sa.String(160), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_hash", sa.String(160), nullable=True),
        sa.Column("proposed_in", sa.LargeBinary(16), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["health_worker_id"],
            ["health_workers.id"],
            name=op.f("fk_worker_pins_health_worker_id"),
        ),
        sa.PrimaryKeyConstraint("health_worker_id", name=op.f("pk_worker_pins")),
    )
    op.create_table(
        "pin_tries",
        sa.Column("turn_digest", sa.LargeBinary(16), nullable=False),
        sa.Column("call_digest", sa.LargeBinary(16), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(16), nullable=False),
        sa.Column("health_worker_id", _KEY, nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["health_worker_id"],
            ["health_workers.id"],
            name=op.f("fk_pin_tries_health_worker_id"),
        ),
        sa.PrimaryKeyConstraint("turn_digest", name=op.f("pk_pin_tries")),
    )
    op.create_index("ix_pin_tries_number", "pin_tries", ["msisdn_index", "at"])
    op.create_index("ix_pin_tries_worker", "pin_tries", ["health_worker_id", "at"])
    op.create_index("ix_pin_tries_call", "pin_tries", ["call_digest"])
    op.create_table(
        "phone_requests",
        sa.Column("district_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("health_worker_id", _KEY, nullable=True),
        sa.Column("named_code", sa.String(24), nullable=True),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column("village_id", _KEY, nullable=True),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_user_id", _KEY, nullable=True),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_phone_requests_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["health_worker_id"],
            ["health_workers.id"],
            name=op.f("fk_phone_requests_health_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["villages.id"], name=op.f("fk_phone_requests_village_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"], ["staff_users.id"], name=op.f("fk_phone_requests_staff_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_requests")),
        sa.UniqueConstraint("uid", name=op.f("uq_phone_requests_uid")),
    )
    op.create_index(
        "ix_phone_requests_waiting", "phone_requests", ["district_id", "state", "asked_at"]
    )
    op.create_index("ix_phone_requests_number", "phone_requests", ["msisdn_index", "asked_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("phone_requests")
    op.drop_table("pin_tries")
    op.drop_table("worker_pins")
