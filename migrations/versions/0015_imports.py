"""Imports of the directory from sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "directory_imports",
        sa.Column("district_id", _KEY, nullable=True),
        sa.Column("staff_user_id", _KEY, nullable=True),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("findings_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_directory_imports_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"], ["staff_users.id"], name=op.f("fk_directory_imports_staff_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_imports")),
        sa.UniqueConstraint("uid", name=op.f("uq_directory_imports_uid")),
    )
    op.create_index("ix_directory_imports_state", "directory_imports", ["state", "id"])
    op.create_index("ix_directory_imports_district_id", "directory_imports", ["district_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("directory_imports")
