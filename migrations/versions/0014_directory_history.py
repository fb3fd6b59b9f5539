"""Codes of the country's registers, ends instead of deletions, and what was when."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CODED = ("districts", "health_areas", "facilities", "villages", "health_workers")
_CLOSABLE = _CODED[1:]
_OPEN = sa.text("closed_at IS NULL")
_SERVING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the columns, give posts a key of their own, make the table of changes."""
    for table in _CODED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("code", sa.String(24)))
            batch.create_unique_constraint(op.f(f"uq_{table}_code"), ["code"])
            if table in _CLOSABLE:
                batch.add_column(sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE health_workers SET closed_at = CURRENT_TIMESTAMP WHERE NOT is_active")
    with op.batch_alter_table("health_workers") as batch:
        batch.drop_constraint(op.f("uq_health_workers_msisdn_index"), type_="unique")
        batch.drop_column("is_active")
    op.create_index(
        "ix_health_workers_msisdn_index",
        "health_workers",
        ["msisdn_index"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(op.f("ix_villages_facility_id"), "villages", ["facility_id"])
    _new_posts()
    _changes()
    _duty_phones()


def _new_posts() -> None:
    op.rename_table("village_posts", "old_posts")
    if op.get_bind().dialect.name == "postgresql":  # names of constraints are the schema's there
        op.execute("ALTER TABLE old_posts RENAME CONSTRAINT pk_village_posts TO pk_old_posts")
        op.execute("DROP INDEX ix_village_posts_health_worker_id")
        for column in ("health_worker_id", "village_id"):
            op.drop_constraint(f"fk_village_posts_{column}", "old_posts", type_="foreignkey")
    else:
        op.execute("DROP INDEX ix_village_posts_health_worker_id")
    op.create_table(
        "village_posts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("village_id", _KEY, nullable=False),
        sa.Column("health_worker_id", _KEY, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["health_worker_id"],
            ["health_workers.id"],
            name=op.f("fk_village_posts_health_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["villages.id"], name=op.f("fk_village_posts_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_posts")),
    )
    op.execute(
        "INSERT INTO village_posts (village_id, health_worker_id, rank)"
        " SELECT village_id, health_worker_id, rank FROM old_posts"
    )
    op.drop_table("old_posts")
    for column in ("village_id", "health_worker_id"):
        op.create_index(op.f(f"ix_village_posts_{column}"), "village_posts", [column])
    for name, columns in (
        ("rank", ["village_id", "rank"]),
        ("pair", ["village_id", "health_worker_id"]),
    ):
        op.create_index(
            f"ix_village_posts_{name}",
            "village_posts",
            columns,
            unique=True,
            sqlite_where=_SERVING,
            postgresql_where=_SERVING,
        )


def _changes() -> None:
    op.create_table(
        "directory_changes",
        sa.Column("district_id", _KEY),
        sa.Column("object_kind", sa.String(16), nullable=False),
        sa.Column("object_id", _KEY, nullable=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("before_sealed", sa.LargeBinary()),
        sa.Column("after_sealed", sa.LargeBinary()),
        sa.Column("staff_user_id", sa.Integer()),
        sa.Column("import_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_directory_changes_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_changes")),
        sa.UniqueConstraint("uid", name=op.f("uq_directory_changes_uid")),
    )
    op.create_index(op.f("ix_directory_changes_district_id"), "directory_changes", ["district_id"])
    op.create_index(
        "ix_directory_changes_object", "directory_changes", ["object_kind", "object_id"]
    )


def _duty_phones() -> None:
    op.create_table(
        "duty_phones",
        sa.Column("district_id", _KEY, nullable=False),
        sa.Column("facility_id", _KEY, nullable=True),
        sa.Column("weekdays", sa.String(16), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(16), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_duty_phones_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facilities.id"], name=op.f("fk_duty_phones_facility_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_phones")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_phones_uid")),
    )
    for column in ("district_id", "facility_id"):
        op.create_index(op.f(f"ix_duty_phones_{column}"), "duty_phones", [column])
    op.create_index(
        "ix_duty_phones_number",
        "duty_phones",
        ["msisdn_index"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """The other way round: only posts and workers of now can be kept."""
    op.drop_table("duty_phones")
    op.drop_table("directory_changes")
    op.execute("DELETE FROM village_posts WHERE ended_at IS NOT NULL")
    for name in ("rank", "pair", "village_id"):
        op.drop_index(f"ix_village_posts_{name}", "village_posts")
    with op.batch_alter_table("village_posts") as batch:
        batch.drop_constraint(op.f("pk_village_posts"), type_="primary")
        for column in ("id", "began_at", "ended_at"):
            batch.drop_column(column)
        batch.create_primary_key(op.f("pk_village_posts"), ["village_id", "health_worker_id"])
        batch.create_unique_constraint(
            op.f("uq_village_posts_village_id_rank"), ["village_id", "rank"]
        )
    op.drop_index(op.f("ix_villages_facility_id"), "villages")
    op.drop_index("ix_health_workers_msisdn_index", "health_workers")
    with op.batch_alter_table("health_workers") as batch:
        active = sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true())
        batch.add_column(active)
        batch.create_unique_constraint(op.f("uq_health_workers_msisdn_index"), ["msisdn_index"])
    op.execute("UPDATE health_workers SET is_active = (closed_at IS NULL)")
    for table in _CODED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_code"), type_="unique")
            batch.drop_column("code")
            if table in _CLOSABLE:
                batch.drop_column("closed_at")
