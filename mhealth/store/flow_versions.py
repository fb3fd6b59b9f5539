"""Versions of flows: kept while a process begins calls with them, or a call can go on in them."""

from collections.abc import Collection

from sqlalchemy import BigInteger, LargeBinary, String, delete, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base, database_now_ms, moment_ms
from mhealth.store.upsert import insert_into
from mhealth.store.ussd_tables import UssdSession


class FlowVersion(Base):
    """What one version is made of, written once; `seen_ms` is the database's clock."""

    __tablename__ = "flow_versions"
    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    flow: Mapped[str] = mapped_column(String(40))
    bundle: Mapped[bytes] = mapped_column(LargeBinary)  # see `ussd.bundle`; nothing about a person
    stored_ms: Mapped[int] = mapped_column(BigInteger)
    seen_ms: Mapped[int] = mapped_column(BigInteger)  # a process said that its calls begin with it


def see_versions(session: Session, versions: Collection[str]) -> set[str]:
    """Say that calls begin with these now; those of them that are not kept yet."""
    seen = update(FlowVersion).where(FlowVersion.version.in_(versions))
    kept = session.scalars(
        seen.values(seen_ms=database_now_ms()).returning(FlowVersion.version),
        execution_options={"synchronize_session": False},
    )
    return set(versions) - set(kept)


def keep_version(session: Session, version: str, flow: str, bundle: bytes) -> None:
    """Keep it; another process that keeps it at the same moment has kept the same."""
    row = insert_into(session, FlowVersion).values(
        version=version,
        flow=flow,
        bundle=bundle,
        stored_ms=database_now_ms(),
        seen_ms=database_now_ms(),
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["version"]))


def bundle_of(session: Session, version: str) -> bytes | None:
    """What a version is made of; None when it is not kept."""
    query = select(FlowVersion.bundle).where(FlowVersion.version == version)
    return session.scalar(query)


def forget_versions(
    session: Session, current: Collection[str], ended_ms: int, quiet_ms: int, limit: int = 20
) -> int:
    """Drop versions that no process began a call with for so long and no call can go on in; how many.

    `current` stay. A call that ended since `ended_ms`, by the clock of calls, may go on yet.
    """
    lives = or_(UssdSession.ended_ms.is_(None), UssdSession.ended_ms >= ended_ms)
    used = exists().where(UssdSession.flow_version == FlowVersion.version, lives)
    is_quiet = FlowVersion.seen_ms < moment_ms() - quiet_ms
    old = select(FlowVersion.version).where(is_quiet, FlowVersion.version.not_in(current), ~used)
    found = list(session.scalars(old.order_by(FlowVersion.seen_ms).limit(limit)))
    if not found:
        return 0
    # asked once more: a process may have begun calls with one of them since they were found
    drop = delete(FlowVersion).where(FlowVersion.version.in_(found), is_quiet)
    gone = session.scalars(
        drop.returning(FlowVersion.version), execution_options={"synchronize_session": False}
    )
    return len(gone.all())
