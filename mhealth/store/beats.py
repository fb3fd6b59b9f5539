"""Signs of life: each long-running process says from time to time that it works."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base, database_now_ms, moment_ms
from mhealth.store.upsert import insert_into


class ProcessBeat(Base):
    """The last sign of life of one process; times by the database's clock, milliseconds."""

    __tablename__ = "process_beats"
    process: Mapped[str] = mapped_column(String(80), primary_key=True)  # kind@host:pid
    kind: Mapped[str] = mapped_column(String(12))  # web, worker, clock
    version: Mapped[str] = mapped_column(String(24))
    began_ms: Mapped[int] = mapped_column(BigInteger)
    seen_ms: Mapped[int] = mapped_column(BigInteger)
    process_ms: Mapped[int] = mapped_column(BigInteger)  # the process's own clock at that moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A process as the table knows it; `age_ms` since its last sign, `ahead_ms` of the database."""

    process: str
    kind: str
    version: str
    age_ms: int
    ahead_ms: int

    @property
    def host(self) -> str:
        """The machine that it runs on."""
        return self.process.partition("@")[2].rpartition(":")[0]


def note_beat(session: Session, process: str, kind: str, version: str, own_ms: int) -> None:
    """This process lives; `own_ms` is its own clock in milliseconds since 1970."""
    insert = insert_into(session, ProcessBeat).values(
        process=process,
        kind=kind,
        version=version,
        began_ms=database_now_ms(),
        seen_ms=database_now_ms(),
        process_ms=own_ms,
    )
    fresh = {name: insert.excluded[name] for name in ("version", "seen_ms", "process_ms")}
    session.execute(insert.on_conflict_do_update(index_elements=["process"], set_=fresh))


def end_beat(session: Session, process: str) -> None:
    """This process ends as it should: nobody need look for it."""
    session.execute(delete(ProcessBeat).where(ProcessBeat.process == process))


def forget_beats(session: Session, quiet_ms: int) -> int:
    """Drop processes without a sign for so long; how many."""
    old = delete(ProcessBeat).where(ProcessBeat.seen_ms < moment_ms() - quiet_ms)
    return len(session.scalars(old.returning(ProcessBeat.process)).all())


def seen_processes(session: Session) -> list[Seen]:
    """Every process that gave a sign and did not say that it ended, by name."""
    query = select(ProcessBeat, moment_ms()).order_by(ProcessBeat.process)
    return [
        Seen(
            process=row.process,
            kind=row.kind,
            version=row.version,
            age_ms=max(0, now_ms - row.seen_ms),
            ahead_ms=row.process_ms - row.seen_ms,
        )
        for row, now_ms in session.execute(query)
    ]
