"""Carriers' calls that could not be read: the same one kept once, and none for ever."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mhealth.store.keyring import Keyring, Place
from mhealth.store.messages import UnreadCall
from mhealth.store.upsert import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableCall:
    """Such a call. `sameness` is what its repetition shares with it, whatever its envelope."""

    channel: str
    kind: str
    problem: str
    body: str
    sameness: str


def keep_unread(session: Session, call: UnreadableCall, now: datetime) -> bool:
    """Keep a call sealed; False when the same one is there already."""
    keyring: Keyring = session.info["keyring"]
    uid = uuid4()
    place = Place(UnreadCall.__tablename__, "body_sealed", uid.hex)
    insert = insert_into(session, UnreadCall).values(
        uid=uid,
        channel=call.channel,
        kind=call.kind,
        problem=call.problem[:120],
        digest=keyring.blind_text(f"unread:{call.channel}:{call.kind}", call.sameness),
        body_sealed=keyring.seal(place, call.body.encode(errors="replace")),
        received_at=now,
    )
    kept = session.scalar(insert.on_conflict_do_nothing().returning(UnreadCall.id))
    return kept is not None


def forget_unread(session: Session, now: datetime, keep: timedelta) -> int:
    """Drop calls older than that; how many."""
    old = delete(UnreadCall).where(UnreadCall.received_at < now - keep)
    return len(session.scalars(old.returning(UnreadCall.id)).all())
