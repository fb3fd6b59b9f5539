"""One SMS from a phone: stored once, understood if it can be, always answered, never lost."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mhealth.care.outbox import Addressee, Letter, put
from mhealth.care.workbench import Workbench
from mhealth.domain.gateway import InboundSms
from mhealth.domain.message import Recipient
from mhealth.services.centre_answers import Understood, take_answer
from mhealth.services.senders import Sender, find_sender
from mhealth.sms.answers import Keyword, read_keyword
from mhealth.store.messages import InboundMessage
from mhealth.store.people import Consent, write_phone

MAX_ANSWERS_AN_HOUR = 20
"""Beyond so many answers to one number within an hour we store and stay silent: two machines
that answer each other would never stop."""


def take_sms(
    bench: Workbench, session: Session, channel: str, sms: InboundSms, now: datetime
) -> InboundMessage | None:
    """Store, understand and answer; None when this SMS came before."""
    sender = find_sender(bench, session, sms.msisdn)
    row = _store(bench, session, channel, sms, sender, now)
    if row is None:
        return None
    understood = _understand(bench, session, sms.text, sender, now)
    row.understood_as = understood.understood_as
    row.needs_person = understood.needs_person
    row.referral_id = understood.referral_id
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
    bench: Workbench, session: Session, text: str, sender: Sender, now: datetime
) -> Understood:
    keyword = read_keyword(text, bench.languages)
    if keyword is not None:
        return _KEYWORDS[keyword](bench, session, sender, now)
    if sender.is_centre:
        answered = take_answer(bench, session, text, sender, now)
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
    if _writes_too_often(session, row.msisdn_index, now):
        row.needs_person = True
        return
    to = Addressee(
        recipient=Recipient.SENDER,
        msisdn=sms.msisdn,
        language=sender.language or bench.languages.default.code,
    )
    letter = Letter(
        template=understood.template,
        values={"service_code": bench.service_code, **understood.values},
        intent=f"sms:{row.id}:{understood.template}",
        district_id=sender.district_id,
        referral_id=understood.referral_id,
    )
    put(bench, session, to, letter, now)


def _writes_too_often(session: Session, msisdn_index: bytes, now: datetime) -> bool:
    """Each SMS has one answer, so the SMS of the last hour are the answers of the last hour."""
    query = select(func.count(InboundMessage.id)).where(
        InboundMessage.msisdn_index == msisdn_index,
        InboundMessage.received_at > now - timedelta(hours=1),
    )
    return (session.scalar(query) or 0) > MAX_ANSWERS_AN_HOUR
