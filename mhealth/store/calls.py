"""The call behind a report: the live session while it is kept, then the times that it left.

A swept session leaves its times on the reports it made. Where the caller refused to share, the
carrier's key of the session goes from the report with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.store.reports import Report
from mhealth.store.ussd_tables import UssdPastSession, UssdSession, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """When a call began and, once it is over, when and how it ended (milliseconds since 1970)."""

    started_ms: int
    ended_ms: int | None
    outcome: str | None


def call_of(session: Session, report: Report) -> Call | None:
    """The call that made a report; None when nothing was kept of it."""
    columns = (UssdSession.started_ms, UssdSession.ended_ms, UssdSession.outcome)
    query = select(*columns).where(UssdSession.session_key == report.ussd_session_key)
    live = session.execute(query).one_or_none()
    if live is not None:
        return Call(started_ms=live[0], ended_ms=live[1], outcome=live[2])
    if report.call_started_ms is None:
        return None
    return Call(
        started_ms=report.call_started_ms,
        ended_ms=report.call_ended_ms,
        outcome=report.call_outcome,
    )


def forget_ended(session: Session, before_ms: int, limit: int = 500) -> int:
    """Sweep sessions that ended before a moment; their turns, keys' digests and times stay. How many.

    Those that the funnel has not counted yet wait for it.
    """
    old = select(UssdSession).where(
        UssdSession.ended_ms < before_ms, UssdSession.counted_ms.is_not(None)
    )
    rows = list(session.scalars(old.order_by(UssdSession.ended_ms).limit(limit)))
    _keep_times(session, {row.session_key: row for row in rows})
    for row in rows:
        past = UssdPastSession(key_digest=digest_of(row.session_key), ended_ms=row.ended_ms or 0)
        session.add(past)
        session.delete(row)
    return len(rows)


def _keep_times(session: Session, calls: Mapping[str, UssdSession]) -> None:
    """Without consent the report keeps the times and no key of the call."""
    made = select(Report).where(Report.ussd_session_key.in_(calls))
    for report in session.scalars(made):
        call = calls[report.ussd_session_key]
        report.call_started_ms, report.call_ended_ms = call.started_ms, call.ended_ms
        report.call_outcome = call.outcome
        if not report.consent_given:
            report.ussd_session_key = f"cut:{report.uid.hex}"
