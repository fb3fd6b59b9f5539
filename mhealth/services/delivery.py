"""Takes delivery reports, early, late, doubled or out of order: one end state whatever their order.

A report may touch only a message that we sent to its number on its channel. One whose id is unknown
is parked and matched later: by id for three days, or by number and time when exactly one message
fits whose own id we never learned.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mhealth.domain.gateway import DeliveryReport
from mhealth.domain.message import DeliveryStatus, MessageState
from mhealth.logs import log_for
from mhealth.store.delivery_reports import (
    Suspect,
    advance,
    keep_report,
    link,
    message_of,
    name_message,
    parked_of,
    parked_with_message,
    parked_with_suspect,
    suspects_of,
)
from mhealth.store.keyring import Keyring
from mhealth.store.messages import DeliveryReportRow

KEEP = timedelta(hours=72)
"""For so long a report with an unknown id is matched again."""

WINDOW = timedelta(hours=1)
"""A report with an unknown id can speak of what was sent to its number within so long before."""

LIMIT = 200
_WITHOUT_ANSWER = frozenset({MessageState.UNCERTAIN, MessageState.ACCEPTED, MessageState.NO_REPORT})

log = log_for("services.delivery")


def take_report(session: Session, channel: str, report: DeliveryReport, now: datetime) -> bool:
    """Keep a report and apply it if its message is known; False for a doubled one."""
    keyring: Keyring = session.info["keyring"]
    index = keyring.blind(report.msisdn) if report.msisdn else None
    row = keep_report(session, channel, report, index, now)
    if row is None:
        return False
    is_matched = _match(session, row)
    log.info("report taken", channel=channel, status=report.raw_status, matched=is_matched)
    return True


def match_early_reports(session: Session, channel: str, carrier_id: str) -> int:
    """Apply reports that came before the carrier's answer gave us this id; how many."""
    return sum(_match(session, row) for row in parked_of(session, channel, carrier_id[:120]))


def match_parked(session: Session) -> int:
    """The sweep's part: match what could not be matched when it came; how many."""
    rows = parked_with_message(session, _ms(KEEP), LIMIT)
    rows += parked_with_suspect(session, _ms(WINDOW), LIMIT)
    return sum(_match(session, row) for row in rows)


def _match(session: Session, row: DeliveryReportRow) -> bool:
    """The suspects are asked for first: should the id be written between the two questions, then
    the second one finds it, and no other message is taken for it."""
    suspects = suspects_of(session, row, _ms(WINDOW)) if row.status else []
    known = message_of(session, row)
    if known is not None:
        link(session, row, known)
        advance(session, known, row)
        return True
    return len(suspects) == 1 and _settle(session, row, suspects[0])


def _settle(session: Session, row: DeliveryReportRow, suspect: Suspect) -> bool:
    """The only message to this number without an id: the report must speak of it.

    Of two copies we cannot tell which one it means, so only a delivery counts then.
    """
    if suspect.was_resent:
        if row.status != DeliveryStatus.DELIVERED:
            return False
    elif suspect.state not in _WITHOUT_ANSWER:
        return False
    elif suspect.is_nameless:
        name_message(session, suspect.id, row.carrier_id)
    link(session, row, suspect.id)
    advance(session, suspect.id, row)
    return True


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
