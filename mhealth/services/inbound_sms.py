"""One SMS from a phone: stored once, understood if it can be, always answered, never lost."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mhealth.care.outbox import Addressee, Letter, put
from mhealth.care.workbench import Workbench
from mhealth.domain.gateway import InboundSms
from mhealth.domain.message import Recipient
from mhealth.logs import log_for
from mhealth.services.centre_answers import Understood, take_answer
from mhealth.services.senders import Sender, find_sender
from mhealth.services.sms_answers import take_answer_by_sms
from mhealth.services.turn_room import TurnRoom
from mhealth.sms.answers import Keyword, read_keyword
from mhealth.store.messages import InboundMessage
from mhealth.store.people import Consent, write_phone

_log = log_for("services.inbound_sms")

MOST_AN_HOUR = 60
"""No person writes more often: beyond it a number's SMS are stored and understood, not answered. The
first of them stands for all in the desk's inbox. (Answers end earlier, at the caps of the outbox.)"""

FLOOD = "flood"
"""What such an SMS is understood as."""


def take_sms(
    room: TurnRoom, session: Session, channel: str, sms: InboundSms, now: datetime
) -> InboundMessage | None:
    """Store, understand and answer; None when this SMS came before."""
    bench = room.bench
    sender = find_sender(bench, session, sms.msisdn)
    row = _store(bench, session, channel, sms, sender, now)
    if row is None:
        return None
    understood = _understand(room, session, row, sms.text, sender, now)
    row.understood_as = understood.understood_as
    row.needs_person = understood.needs_person
    row.referral_id = understood.referral_id
    if _is_flood(session, row.msisdn_index, now):
        _stay_silent(session, row, now)
    elif understood.template:
        _answer(bench, session, row, sms, sender, understood, now)
    return row


def _store(
    bench: Workbench,
    session: Session,
    channel: str,
    sms: InboundSms,
    sender: Sender,
    now: datetime,
) -> InboundMessage | None:
    index = bench.keyring.blind(sms.msisdn)
    fingerprint = _fingerprint(sms, index, now)
    known = select(InboundMessage.id).where(
        InboundMessage.channel == channel, InboundMessage.fingerprint == fingerprint
    )
    if session.scalar(known) is not None:
        return None
    row = InboundMessage(
        channel=channel,
        fingerprint=fingerprint,
        district_id=sender.district_id,
        msisdn_index=index,
        sender_kind=sender.kind.value,
        understood_as="not_understood",
        sent_at=sms.sent_at,
        received_at=now,
    )
    row.msisdn, row.body = sms.msisdn.e164, sms.text
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same SMS at the same moment by another process
        return None
    return row


def _fingerprint(sms: InboundSms, index: bytes, now: datetime) -> str:
    """The carrier's id; without one, the same words from the same phone at the same time."""
    if sms.carrier_id:
        return f"id:{sms.carrier_id}"[:130]
    when = sms.sent_at.isoformat() if sms.sent_at else now.date().isoformat()
    said = f"{index.hex()}|{sms.to}|{when}|{sms.text}"
    return "said:" + hashlib.sha256(said.encode()).hexdigest()


def _understand(
    room: TurnRoom,
    session: Session,
    row: InboundMessage,
    text: str,
    sender: Sender,
    now: datetime,
) -> Understood:
    """Keywords first, then a centre's answers, then the answer to a question that waits by SMS."""
    bench = room.bench
    keyword = read_keyword(text, bench.languages)
    if keyword is not None:
        return _KEYWORDS[keyword](bench, session, sender, now)
    if sender.is_centre:
        answered = take_answer(bench, session, text, sender, now)
        if answered is not None:
            return answered
    answered = take_answer_by_sms(room, session, row, text, sender, now)
    if answered is not None:
        return answered
    return Understood("not_understood", f"not_understood_{sender.help_kind}", needs_person=True)


def _help(_bench: Workbench, _session: Session, sender: Sender, _now: datetime) -> Understood:
    return Understood("help", f"help_{sender.help_kind}")


def _stop(bench: Workbench, session: Session, sender: Sender, now: datetime) -> Understood:
    if sender.is_staff:  # alerts are their work: a person talks to them first
        return Understood("stop", f"help_{sender.help_kind}", needs_person=True)
    _set_messages(bench, session, sender, False, now)
    return Understood("stop", "stop_confirmed")


def _resume(bench: Workbench, session: Session, sender: Sender, now: datetime) -> Understood:
    if sender.is_staff:
        return Understood("resume", f"help_{sender.help_kind}")
    _set_messages(bench, session, sender, True, now)
    return Understood("resume", "resume_confirmed")


_KEYWORDS: dict[Keyword, Callable[[Workbench, Session, Sender, datetime], Understood]] = {
    Keyword.HELP: _help,
    Keyword.STOP: _stop,
    Keyword.RESUME: _resume,
}


def _set_messages(
    bench: Workbench, session: Session, sender: Sender, wanted: bool, now: datetime
) -> None:
    phone = sender.phone
    if phone is None:
        index = bench.keyring.blind(sender.msisdn)
        phone = write_phone(session, sender.msisdn, index, now)
    phone.messages_on = wanted
    session.flush()
    session.add(
        Consent(
            district_id=phone.district_id,
            phone_id=phone.id,
            subject="messages",
            given=wanted,
            text_version="",
            language=sender.language or bench.languages.default.code,
            channel="sms",
            at=now,
        )
    )


def _answer(
    bench: Workbench,
    session: Session,
    row: InboundMessage,
    sms: InboundSms,
    sender: Sender,
    understood: Understood,
    now: datetime,
) -> None:
    to = Addressee(
        recipient=Recipient.SENDER,
        msisdn=sms.msisdn,
        language=sender.language or bench.languages.default.code,
        is_staff=sender.is_staff,
    )
    letter = Letter(
        template=understood.template,
        values={"service_code": bench.service_code, **understood.values},
        intent=f"sms:{row.id}:{understood.template}",
        district_id=sender.district_id,
        referral_id=understood.referral_id,
    )
    put(bench, session, to, letter, now)


def _is_flood(session: Session, msisdn_index: bytes, now: datetime) -> bool:
    recent = _of_number(msisdn_index, now - timedelta(hours=1))
    rows = recent.limit(MOST_AN_HOUR + 1).subquery()
    return (session.scalar(select(func.count()).select_from(rows)) or 0) > MOST_AN_HOUR


def _stay_silent(session: Session, row: InboundMessage, now: datetime) -> None:
    """What moved a referral is kept as understood; of the rest one a day is shown to a person."""
    if row.referral_id is not None:
        return
    earlier = _of_number(row.msisdn_index, now - timedelta(days=1))
    is_first = session.scalar(earlier.where(InboundMessage.understood_as == FLOOD).limit(1)) is None
    row.understood_as = FLOOD
    row.needs_person = is_first
    if is_first:
        _log.warning("a number writes too often, no longer answered", sender=row.sender_kind)


def _of_number(msisdn_index: bytes, since: datetime) -> Select[int]:
    return select(InboundMessage.id).where(
        InboundMessage.msisdn_index == msisdn_index, InboundMessage.received_at > since
    )
