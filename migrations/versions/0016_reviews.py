"""Signatures on content, and who may give them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, add the column."""
    op.create_table(
        "content_reviews",
        sa.Column("path", sa.String(160), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("capacity", sa.String(12), nullable=False),
        sa.Column("signed_by", sa.String(80), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("staff_user_id", _KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_user_id"], ["staff_users.id"], name=op.f("fk_content_reviews_staff_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_reviews")),
        sa.UniqueConstraint("uid", name=op.f("uq_content_reviews_uid")),
    )
    op.create_index("ix_content_reviews_file", "content_reviews", ["path", "version"])
    signs = sa.Column("signs_as", sa.String(12), nullable=False, server_default="")
    op.add_column("staff_users", signs)


def downgrade() -> None:
    """Drop them."""
    op.drop_column("staff_users", "signs_as")
    op.drop_table("content_reviews")
