"""The longest names of the directory, for whoever measures screens."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mhealth.store.directory import Facility, HealthArea, Village

MOST = 500
"""Of each kind: the longest alone can be too long."""


def longest_villages(session: Session) -> list[tuple[str, str]]:
    """(village, its health area) of open villages, the longest names first."""
    query = (
        select(Village.name, HealthArea.name)
        .join(HealthArea, HealthArea.id == Village.health_area_id)
        .where(Village.closed_at.is_(None))
        .order_by(func.length(Village.name).desc(), Village.name)
        .limit(MOST)
    )
    return [(village, area) for village, area in session.execute(query)]


def longest_facilities(session: Session) -> list[str]:
    """Open facilities, the longest names first."""
    return _longest(session, Facility)


def longest_health_areas(session: Session) -> list[str]:
    """Open health areas, the longest names first."""
    return _longest(session, HealthArea)


def _longest(session: Session, table: type[Facility] | type[HealthArea]) -> list[str]:
    by_length = func.length(table.name).desc()
    query = select(table.name).where(table.closed_at.is_(None))
    return list(session.scalars(query.order_by(by_length, table.name).limit(MOST)))
