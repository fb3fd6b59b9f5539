"""What the desk reads about health workers: a page of names, one worker with villages and PIN."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.domain.errors import SealError
from mhealth.store.directory import HealthWorker, Village, VillagePost
from mhealth.store.scope import Scope
from mhealth.store.worker_phones import WorkerPin

PAGE_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWorker:
    """One health worker of the list; `name` is empty when our keys do not open it."""

    row: HealthWorker
    name: str
    pin: WorkerPin | None
    villages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPage:
    """One page by name, and how many there are in all."""

    rows: list[NamedWorker]
    number: int
    pages: int
    total: int


def workers_by_name(
    session: Session, scope: Scope, *, wanted: str = "", has_left: bool = False, number: int = 1
) -> WorkerPage:
    """Workers at work, or those who left, whose name or code holds what is wanted.

    Names are sealed, so the order by name is made here: a district has some hundreds of workers.
    """
    is_closed = (
        HealthWorker.closed_at.is_not(None) if has_left else HealthWorker.closed_at.is_(None)
    )
    query = select(HealthWorker).where(scope.holds(HealthWorker.district_id), is_closed)
    named = [(name_of(row), row) for row in session.scalars(query)]
    plain = fold_name(wanted)
    found = sorted(
        ((fold_name(name), row.id, name, row) for name, row in named if _fits(plain, name, row)),
        key=lambda each: each[:2],
    )
    pages = max(1, -(-len(found) // PAGE_ROWS))
    number = min(max(number, 1), pages)
    shown = found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    rows = _described(session, [(name, row) for _, _, name, row in shown])
    return WorkerPage(rows=rows, number=number, pages=pages, total=len(found))


def worker_of(session: Session, scope: Scope, uid: UUID) -> NamedWorker | None:
    """The worker of this uid; None when there is none within the scope."""
    query = select(HealthWorker).where(
        HealthWorker.uid == uid, scope.holds(HealthWorker.district_id)
    )
    row = session.scalar(query)
    return None if row is None else _described(session, [(name_of(row), row)])[0]


def villages_called(session: Session, scope: Scope, text: str) -> list[Village]:
    """Open villages of the scope with this code, else with this name, whatever its case and accents."""
    query = select(Village).where(scope.holds(Village.district_id), Village.closed_at.is_(None))
    wanted = fold_name(text)
    if not wanted:
        return []
    rows = list(session.scalars(query.order_by(Village.id)))
    coded = [row for row in rows if fold_name(row.code or "") == wanted]
    return coded or [row for row in rows if fold_name(row.name) == wanted]


def name_of(worker: HealthWorker) -> str:
    """A worker's name; empty when our keys do not open it."""
    try:
        return str(worker.name)
    except SealError:
        return ""


def fold_name(text: str) -> str:
    """For comparing: without accents, case and odd spaces."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def _fits(wanted: str, name: str, row: HealthWorker) -> bool:
    return wanted in fold_name(name) or wanted in (row.code or "").casefold()


def _described(session: Session, named: list[tuple[str, HealthWorker]]) -> list[NamedWorker]:
    ids = [row.id for _, row in named]
    pins = {
        pin.health_worker_id: pin
        for pin in session.scalars(select(WorkerPin).where(WorkerPin.health_worker_id.in_(ids)))
    }
    villages = _villages(session, ids)
    return [
        NamedWorker(
            row=row,
            name=name,
            pin=pins.get(row.id),
            villages=tuple(villages.get(row.id, ())),
        )
        for name, row in named
    ]


def _villages(session: Session, ids: Iterable[int]) -> dict[int, list[str]]:
    query = (
        select(VillagePost.health_worker_id, Village.name)
        .join(Village, Village.id == VillagePost.village_id)
        .where(VillagePost.health_worker_id.in_(ids), VillagePost.ended_at.is_(None))
        .order_by(Village.name)
    )
    found: dict[int, list[str]] = {}
    for worker_id, name in session.execute(query):
        found.setdefault(worker_id, []).append(name)
    return found
