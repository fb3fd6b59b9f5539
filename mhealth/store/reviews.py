"""Who signed which version of which content file; append-only: a withdrawal is a row of its own."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mhealth.store.database import Base, Row


class ContentReview(Row, Base):
    """One signature, or its withdrawal, on exactly one version of a file."""

    __tablename__ = "content_reviews"
    __table_args__ = (Index("ix_content_reviews_file", "path", "version"),)
    path: Mapped[str] = mapped_column(String(160))  # as `mhealth check` shows it
    version: Mapped[str] = mapped_column(String(32))  # content hash
    verdict: Mapped[str] = mapped_column(String(12))  # signed, withdrawn
    capacity: Mapped[str] = mapped_column(String(12))  # clinician, translator
    signed_by: Mapped[str] = mapped_column(String(80))  # the full name
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    at: Mapped[datetime]
