"""Districts, health areas, facilities, villages, health workers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "districts",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_catch_all", sa.Boolean(), nullable=False),
        sa.Column("duty_msisdn_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("duty_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("uid", name=op.f("uq_districts_uid")),
    )
    op.create_index(op.f("ix_districts_duty_index"), "districts", ["duty_index"], unique=False)
    op.create_table(
        "facilities",
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("clinic_days", sa.String(length=16), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "next_facility_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("duty_msisdn_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("duty_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_facilities_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["next_facility_id"], ["facilities.id"], name=op.f("fk_facilities_next_facility_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
        sa.UniqueConstraint("uid", name=op.f("uq_facilities_uid")),
    )
    op.create_index(op.f("ix_facilities_district_id"), "facilities", ["district_id"], unique=False)
    op.create_index(op.f("ix_facilities_duty_index"), "facilities", ["duty_index"], unique=False)
    op.create_table(
        "health_areas",
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_health_areas_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_areas")),
        sa.UniqueConstraint("uid", name=op.f("uq_health_areas_uid")),
    )
    op.create_index(
        op.f("ix_health_areas_district_id"), "health_areas", ["district_id"], unique=False
    )
    op.create_table(
        "health_workers",
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_health_workers_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_workers")),
        sa.UniqueConstraint("msisdn_index", name=op.f("uq_health_workers_msisdn_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_health_workers_uid")),
    )
    op.create_index(
        op.f("ix_health_workers_district_id"), "health_workers", ["district_id"], unique=False
    )
    op.create_table(
        "villages",
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "health_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "facility_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_villages_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facilities.id"], name=op.f("fk_villages_facility_id")
        ),
        sa.ForeignKeyConstraint(
            ["health_area_id"], ["health_areas.id"], name=op.f("fk_villages_health_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villages")),
        sa.UniqueConstraint("uid", name=op.f("uq_villages_uid")),
    )
    op.create_index(op.f("ix_villages_district_id"), "villages", ["district_id"], unique=False)
    op.create_index(
        op.f("ix_villages_health_area_id"), "villages", ["health_area_id"], unique=False
    )
    op.create_table(
        "village_posts",
        sa.Column(
            "village_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "health_worker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["health_worker_id"],
            ["health_workers.id"],
            name=op.f("fk_village_posts_health_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["villages.id"], name=op.f("fk_village_posts_village_id")
        ),
        sa.PrimaryKeyConstraint("village_id", "health_worker_id", name=op.f("pk_village_posts")),
        sa.UniqueConstraint("village_id", "rank", name=op.f("uq_village_posts_village_id_rank")),
    )
    op.create_index(
        op.f("ix_village_posts_health_worker_id"),
        "village_posts",
        ["health_worker_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("village_posts")
    op.drop_table("villages")
    op.drop_table("health_workers")
    op.drop_table("health_areas")
    op.drop_table("facilities")
    op.drop_table("districts")
