"""A dialogue handed from a dropped session to the one that goes on with it, a new call's or by SMS."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mhealth.store.keyring import Keyring
from mhealth.store.ussd_sessions import StoredSession
from mhealth.store.ussd_tables import UssdSession, open_memory

DROPPED = "dropped"


def newest_left(session: Session, msisdn_index: bytes, but: str) -> UssdSession | None:
    """The newest session of a number, if its dialogue was left: dropped, or open while a new call begins.

    `but` is the key of the new call itself. An older one is none of this: who has called since, and
    ended well, left nothing.
    """
    query = (
        select(UssdSession)
        .where(UssdSession.msisdn_index == msisdn_index, UssdSession.session_key != but)
        .order_by(UssdSession.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    is_left = row is not None and row.continued_in is None and row.outcome in (None, DROPPED)
    return row if is_left else None


def stored(keyring: Keyring, row: UssdSession) -> StoredSession:
    """A session read through its model, as a turn knows it. Raises SealError."""
    return StoredSession(
        id=row.id,
        uid=row.uid,
        revision=row.revision,
        msisdn_index=row.msisdn_index,
        is_ended=row.ended_ms is not None,
        started_ms=row.started_ms,
        memory=open_memory(keyring, row),
    )


def take_over(session: Session, left: StoredSession, now_ms: int) -> bool:
    """End a session whose dialogue another one carries on; False: somebody wrote to it meanwhile.

    A turn under way there finds its guard gone; nobody else can take it over.
    """
    taken = session.scalar(
        update(UssdSession)
        .where(
            UssdSession.id == left.id,
            UssdSession.revision == left.revision,
            UssdSession.continued_in.is_(None),
        )
        .values(
            revision=UssdSession.revision + 1,
            ended_ms=func.coalesce(UssdSession.ended_ms, now_ms),
            outcome=func.coalesce(UssdSession.outcome, DROPPED),
            continued_in=0,
        )
        .returning(UssdSession.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def carry_on(session: Session, left_id: int, into_id: int) -> None:
    """Write down which session it is that goes on."""
    moved = update(UssdSession).where(UssdSession.id == left_id).values(continued_in=into_id)
    session.execute(moved.execution_options(synchronize_session=False))


def wait_by_sms(session: Session, session_id: int, until_ms: int) -> None:
    """A question by SMS waits for its answer until then."""
    waits = update(UssdSession).where(UssdSession.id == session_id).values(sms_until_ms=until_ms)
    session.execute(waits.execution_options(synchronize_session=False))


def waiting_by_sms(session: Session, msisdn_index: bytes, now_ms: int) -> UssdSession | None:
    """The session of a number that waits for an answer by SMS, locked until the transaction ends."""
    query = (
        select(UssdSession)
        .where(
            UssdSession.msisdn_index == msisdn_index,
            UssdSession.sms_until_ms > now_ms,
            UssdSession.ended_ms.is_(None),
        )
        .order_by(UssdSession.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def was_asked_by_sms(session: Session, msisdn_index: bytes) -> bool:
    """Whether a number was asked anything by SMS in the last hours."""
    query = select(UssdSession.id).where(
        UssdSession.msisdn_index == msisdn_index, UssdSession.sms_until_ms.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None
