"""Who signed which version of which content file; append-only: a withdrawal is a row of its own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from mhealth.store.database import Base, Row


class Verdict(StrEnum):
    """What a row says of its version."""

    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class ContentReview(Row, Base):
    """One signature, or its withdrawal, on exactly one version of a file."""

    __tablename__ = "content_reviews"
    __table_args__ = (Index("ix_content_reviews_file", "path", "version"),)
    path: Mapped[str] = mapped_column(String(160))  # as `mhealth check` shows it
    version: Mapped[str] = mapped_column(String(32))  # content hash
    verdict: Mapped[str] = mapped_column(String(12))  # a Verdict
    capacity: Mapped[str] = mapped_column(String(12))  # clinician, translator
    signed_by: Mapped[str] = mapped_column(String(80))  # the full name
    shown: Mapped[str] = mapped_column(Text)  # what the signer was shown, line by line
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    at: Mapped[datetime]


def last_reviews(session: Session) -> list[ContentReview]:
    """The last word on each version of each file, oldest first, without what was shown."""
    last = select(func.max(ContentReview.id)).group_by(ContentReview.path, ContentReview.version)
    query = select(ContentReview).where(ContentReview.id.in_(last)).order_by(ContentReview.id)
    return list(session.scalars(query.options(defer(ContentReview.shown))))


def reviews_of(session: Session, path: str) -> list[ContentReview]:
    """All that was ever said of a file, newest first."""
    query = select(ContentReview).where(ContentReview.path == path)
    return list(session.scalars(query.order_by(ContentReview.id.desc())))
