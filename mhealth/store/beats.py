"""Signs of life: each long-running process says from time to time that it works."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from mhealth.store.database import Base


class ProcessBeat(Base):
    """The last sign of life of one process; times by the database's clock, milliseconds."""

    __tablename__ = "process_beats"
    process: Mapped[str] = mapped_column(String(80), primary_key=True)  # kind@host:pid
    kind: Mapped[str] = mapped_column(String(12))  # web, worker, clock
    version: Mapped[str] = mapped_column(String(24))
    began_ms: Mapped[int] = mapped_column(BigInteger)
    seen_ms: Mapped[int] = mapped_column(BigInteger)
    process_ms: Mapped[int] = mapped_column(BigInteger)  # the process's own clock at that moment
