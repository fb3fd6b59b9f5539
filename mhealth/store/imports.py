"""Imports of the directory from sheets: the file, what was found in it, and how far it came."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mhealth.store.database import Base, Row
from mhealth.store.sealed import Sealed, SealedColumn
from mhealth.store.staff import StaffUser


class DirectoryImport(Row, Base):
    """One file handed in on the desk or by the command line; what it holds is personal, so sealed."""

    __tablename__ = "directory_imports"
    __table_args__ = (Index("ix_directory_imports_state", "state", "id"),)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"), index=True)
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    file_sealed: Mapped[SealedColumn | None]  # gone once it was applied or given up
    findings_sealed: Mapped[SealedColumn | None]
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    findings = Sealed("findings_sealed")
    staff_user: Mapped[StaffUser | None] = relationship()
