"""The funnel: what became of each screen, by day, district and language, with no person in it.

A *visit* begins when a screen comes on and ends when the caller leaves it. Each visit ends in one way
(`LEFT`), so the visits of any selection are the sum of their ends once its calls are over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, String, UniqueConstraint, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from mhealth.store.database import Base, BigKey
from mhealth.store.upsert import insert_into

_Key = TypeVar("_Key")

NOWHERE = 0
"""Stands for the district of a call that never said where it came from; keys begin at 1."""
WAITS = (2, 4, 7, 12, 20, 35, 60, 120)
"""Upper bounds, in seconds, of the steps by which answering times are counted; longer ones are over."""
LOST = ("gave_up", "changed", "dropped", "expired")
"""Ends of a visit that ended the call before its end."""
LEFT = ("answered", "back", "home", "restarted", "finished", *LOST)
"""All ends of a visit."""
COUNTS = (
    "began", "entered", *LEFT, "paged", "repeated", "invalid", "offered", "continued", "by_sms",
    "waits", "wait_ms",
)  # fmt: skip


def wait_column(seconds: float) -> str:
    """The column in which an answer is counted that took so long."""
    bound = next((bound for bound in WAITS if seconds <= bound), None)
    return "wait_over" if bound is None else f"wait_{bound}"


WAIT_COLUMNS = (*(f"wait_{bound}" for bound in WAITS), "wait_over")
COLUMNS = (*COUNTS, *WAIT_COLUMNS)


class UssdFunnel(Base):
    """One screen in one language, on one day (that of its district) of one district."""

    __tablename__ = "ussd_funnel"
    __table_args__ = (UniqueConstraint("day", "district_id", "node", "language"),)
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    day: Mapped[date]
    district_id: Mapped[int] = mapped_column(BigInteger)  # or NOWHERE
    flow: Mapped[str] = mapped_column(String(40))
    node: Mapped[str] = mapped_column(String(40))  # flow.node
    language: Mapped[str] = mapped_column(String(8))
    began: Mapped[int]  # calls whose first screen this was
    entered: Mapped[int]  # visits
    answered: Mapped[int]  # left for another screen by an answer
    back: Mapped[int]
    home: Mapped[int]
    restarted: Mapped[int]  # asked here whether to go on after a drop: no, from the beginning
    finished: Mapped[int]  # calls that ended here as the flow ends them
    gave_up: Mapped[int]  # too many answers in a row that were none
    changed: Mapped[int]  # the flow was replaced while the call went on
    dropped: Mapped[int]  # cut off: by the carrier's word, or the caller began anew
    expired: Mapped[int]  # nothing was heard of it any more
    paged: Mapped[int]  # answers that led to another page of the screen
    repeated: Mapped[int]  # times that the screen was asked for once more
    invalid: Mapped[int]  # answers that were not understood
    offered: Mapped[int]  # new calls that were asked here whether the dropped one goes on
    continued: Mapped[int]  # those that went on here, by a call or by an SMS
    by_sms: Mapped[int]  # times that this screen went out as an SMS after a drop
    waits: Mapped[int]  # answers of every kind, the keys that lead about among them
    wait_ms: Mapped[int] = mapped_column(BigInteger)  # how long they took together
    wait_2: Mapped[int]
    wait_4: Mapped[int]
    wait_7: Mapped[int]
    wait_12: Mapped[int]
    wait_20: Mapped[int]
    wait_35: Mapped[int]
    wait_60: Mapped[int]
    wait_120: Mapped[int]
    wait_over: Mapped[int]


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """What is counted together."""

    day: date
    district_id: int
    node: str
    language: str


def add_counts(session: Session, tally: Mapping[Spot, Mapping[str, int]]) -> None:
    """Add to what was counted before. In the order of keys, so that two writers cannot lock up."""
    if not tally:
        return
    rows = [
        {
            "day": spot.day,
            "district_id": spot.district_id,
            "flow": spot.node.partition(".")[0],
            "node": spot.node,
            "language": spot.language,
            **{name: tally[spot].get(name, 0) for name in COLUMNS},
        }
        for spot in sorted(tally)
    ]
    insert = insert_into(session, UssdFunnel)
    table = UssdFunnel.__table__
    grown = {name: table.c[name] + insert.excluded[name] for name in COLUMNS}
    key = ["day", "district_id", "node", "language"]
    session.execute(insert.on_conflict_do_update(index_elements=key, set_=grown), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What to read of the funnel; None takes everything."""

    first: date | None = None
    last: date | None = None
    districts: Sequence[int] | None = None
    flow: str | None = None
    language: str | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """For a query of `UssdFunnel`."""
        if self.first is not None:
            yield UssdFunnel.day >= self.first
        if self.last is not None:
            yield UssdFunnel.day <= self.last
        if self.districts is not None:
            yield UssdFunnel.district_id.in_(self.districts)
        if self.flow is not None:
            yield UssdFunnel.flow == self.flow
        if self.language is not None:
            yield UssdFunnel.language == self.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Sums of a selection. Small numbers are whole here: who shows them to others hides them."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.counts.get(name, 0)

    @property
    def lost(self) -> int:
        """Visits that ended the call before its end."""
        return sum(self[name] for name in LOST)

    @property
    def went_on(self) -> int:
        """Visits that ended as the flow wants it."""
        return self["answered"] + self["finished"]

    @property
    def median_seconds(self) -> float | None:
        """About how long half of the answers took at most; None without any."""
        half, below, lower = self["waits"] / 2, 0, 0
        if not half:
            return None
        for bound in WAITS:
            inside = self[f"wait_{bound}"]
            if inside and below + inside >= half:
                return lower + (bound - lower) * (half - below) / inside
            below, lower = below + inside, bound
        return float(WAITS[-1])


def read_screens(session: Session, chosen: Chosen) -> dict[str, Counted]:
    """By node (`flow.node`)."""
    return {str(key): counted for key, counted in _sums(session, UssdFunnel.node, chosen)}


def read_days(session: Session, chosen: Chosen) -> dict[date, Counted]:
    """By day, oldest first."""
    return dict(sorted(_sums(session, UssdFunnel.day, chosen)))


def read_flows(session: Session) -> list[str]:
    """Every flow that anybody was ever in."""
    return list(session.scalars(select(UssdFunnel.flow).distinct().order_by(UssdFunnel.flow)))


def _sums(
    session: Session, column: InstrumentedAttribute[_Key], chosen: Chosen
) -> list[tuple[_Key, Counted]]:
    sums = [func.sum(getattr(UssdFunnel, name)) for name in COLUMNS]
    rows = session.execute(select(column, *sums).where(*chosen.conditions()).group_by(column))
    return [
        (row[0], Counted(counts=dict(zip(COLUMNS, map(int, row[1:]), strict=True)))) for row in rows
    ]
