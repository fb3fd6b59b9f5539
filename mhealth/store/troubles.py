"""What is wrong with a channel, shared by all processes: a lane in trouble is held for a while.

A row is one lane of one channel. It goes away with the next message that the carrier accepts, or
when nothing renewed it for long.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane
from mhealth.store.database import Base, Row, database_now_ms, moment_ms
from mhealth.store.upsert import insert_into


class ChannelTrouble(Row, Base):
    """One lane of one channel that the carrier does not serve now; held until `until_ms`."""

    __tablename__ = "channel_troubles"
    __table_args__ = (UniqueConstraint("channel", "lane"),)
    channel: Mapped[str] = mapped_column(String(32))
    lane: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str] = mapped_column(String(20))  # domain.gateway.SendProblem
    failures: Mapped[int]  # in a row, since the last accepted message
    since_ms: Mapped[int] = mapped_column(BigInteger)
    until_ms: Mapped[int] = mapped_column(BigInteger)

    @property
    def problem_word(self) -> SendProblem:
        """The problem as a word of the domain."""
        return SendProblem(self.problem)


@dataclass(frozen=True, slots=True)
class Line:
    """One lane of one channel: what is held or served as a whole."""

    channel: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a line stands: how often it failed in a row, and whether it is held now."""

    failures: int
    is_held: bool


def troubles_by_line(session: Session) -> Mapping[Line, Trouble]:
    """Every line in trouble; the others are served."""
    held = ChannelTrouble.until_ms > moment_ms()
    rows = session.execute(
        select(ChannelTrouble.channel, ChannelTrouble.lane, ChannelTrouble.failures, held)
    )
    return {
        Line(channel, Lane(lane)): Trouble(count, is_held) for channel, lane, count, is_held in rows
    }


def note_trouble(session: Session, line: Line, problem: SendProblem, hold_ms: int) -> None:
    """Hold a line for so long; `since_ms` stays that of the first failure in a row."""
    insert = insert_into(session, ChannelTrouble).values(
        channel=line.channel,
        lane=line.lane.value,
        problem=problem.value,
        failures=1,
        since_ms=database_now_ms(),
        until_ms=database_now_ms() + hold_ms,
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["channel", "lane"],
            set_={
                "problem": insert.excluded.problem,
                "failures": ChannelTrouble.failures + 1,
                "until_ms": insert.excluded.until_ms,
            },
        )
    )


def clear_trouble(session: Session, line: Line) -> None:
    """The carrier took a message of this line again."""
    session.execute(
        delete(ChannelTrouble).where(
            ChannelTrouble.channel == line.channel, ChannelTrouble.lane == line.lane.value
        )
    )


def forget_troubles(session: Session, quiet_ms: int) -> int:
    """Drop what nobody renewed for so long after its hold: no message of that line is left."""
    old = ChannelTrouble.until_ms < moment_ms() - quiet_ms
    return len(
        session.scalars(delete(ChannelTrouble).where(old).returning(ChannelTrouble.id)).all()
    )


def standing_troubles(session: Session) -> list[ChannelTrouble]:
    """For the desk and the metrics: what is wrong now, oldest first."""
    return list(session.scalars(select(ChannelTrouble).order_by(ChannelTrouble.since_ms)))
