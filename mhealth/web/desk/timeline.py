"""The life of a referral in order: the call, what was said, each move, each SMS and its way."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from flask_babel import gettext

from mhealth.domain.caps import Cap
from mhealth.domain.message import DeliveryStatus, MessageState, Recipient
from mhealth.domain.referral import ReferralStatus
from mhealth.store.calls import Call
from mhealth.store.desk_dossier import Dossier
from mhealth.store.messages import DeliveryReportRow, InboundMessage, Message
from mhealth.store.referrals import ReferralEvent
from mhealth.web.desk.verdict import Verdict
from mhealth.web.shown import failure, hide_numbers, opened, said
from mhealth.web.words import (
    ACTORS,
    ALARMS,
    CALL_OUTCOMES,
    CAPS,
    EVENTS,
    MESSAGE_STATES,
    REASONS,
    RECIPIENTS,
    SENDERS,
    STATUSES,
    TROUBLED,
)

_SAME_MOMENT = timedelta(seconds=1)


class Kind(IntEnum):
    """What an entry tells; the number orders what happened at the same moment."""

    CALL = 0
    ANSWERS = 1
    VERDICT = 2
    SMS_IN = 3
    MOVE = 4
    SMS_OUT = 5
    CALL_END = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One station of an SMS on its way."""

    at: datetime
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline, its words in the reader's language; `text` is from or for a phone."""

    at: datetime
    kind: Kind
    title: str
    note: str = ""
    status: ReferralStatus | None = None
    is_alarm: bool = False
    text: str | None = None
    is_sealed: bool = False  # the text does not open with this installation's keys
    state: str = ""
    is_troubled: bool = False
    steps: list[Step] = field(default_factory=list)
    verdict: Verdict | None = None


def timeline_of(dossier: Dossier, verdict: Verdict | None, *, shows_numbers: bool) -> list[Entry]:
    """Every entry, oldest first; numbers within texts are masked unless they were asked for.

    Without a verdict (the caller did not agree) the answers are left out.
    """
    at = dossier.referral.report.created_at
    answers = Entry(at=at, kind=Kind.ANSWERS, title=gettext("Réponses données"), verdict=verdict)
    entries = [
        *_call(dossier.call),
        *([answers] if verdict is not None else []),
        Entry(at=at, kind=Kind.VERDICT, title=gettext("Classement"), verdict=verdict),
        *(_event(event, dossier.sent, shows_numbers) for event in dossier.events),
        *(_received(row, shows_numbers) for row in dossier.received),
        *(_sent(row, dossier.delivery.get(row.id, []), shows_numbers) for row in dossier.sent),
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.kind))


def _call(call: Call | None) -> list[Entry]:
    if call is None:
        return []
    start = Entry(at=_moment(call.started_ms), kind=Kind.CALL, title=gettext("Début de l’appel"))
    if call.ended_ms is None:
        return [start]
    outcome = CALL_OUTCOMES.get(call.outcome or "", call.outcome or "")
    end = Entry(at=_moment(call.ended_ms), kind=Kind.CALL_END, title=said(outcome))
    return [start, end]


def _event(event: ReferralEvent, sent: list[Message], shows_numbers: bool) -> Entry:
    status = ReferralStatus(event.status_to) if event.status_to else None
    words = STATUSES[status] if status else EVENTS.get(event.kind, event.kind)
    text, is_sealed = opened(event, "note")
    title, is_alarm = said(words), event.kind in ALARMS
    if _is_asked_anew(event):
        return Entry(at=event.at, kind=Kind.MOVE, title=_asked(event), note=_actor(event))
    if is_alarm and text in REASONS:
        title = gettext("%(what)s : %(why)s", what=title, why=said(REASONS[text]))
        text = None
    return Entry(
        at=event.at,
        kind=Kind.MOVE,
        title=title,
        note=_alarm_note(event, sent) if is_alarm else _by_whom(event),
        status=status,
        is_alarm=is_alarm,
        text=text if text is None or shows_numbers else hide_numbers(text),
        is_sealed=is_sealed,
    )


def _alarm_note(event: ReferralEvent, sent: list[Message]) -> str:
    """Whether the district's duty phone was written to in the same moment; it may have none."""
    is_told = any(
        row.recipient == Recipient.DISTRICT
        and abs(row.created_at - event.at) < _SAME_MOMENT
        and not _is_held(row)
        for row in sent
    )
    told = gettext("garde du district alertée par SMS")
    untold = gettext("aucun SMS à la garde du district : seul le bureau le montre")
    return f"{_by_whom(event)} · {told if is_told else untold}"


def _by_whom(event: ReferralEvent) -> str:
    actor = _actor(event)
    return f"{actor} · {event.facility.name}" if event.facility else actor


def _actor(event: ReferralEvent) -> str:
    return str(said(ACTORS.get(event.actor_kind, event.actor_kind)))


def _is_asked_anew(event: ReferralEvent) -> bool:
    """True when a referral that was declined goes out to the next centre."""
    is_sent = event.status_to == ReferralStatus.SENT and event.status_from is not None
    return is_sent and event.facility is not None


def _asked(event: ReferralEvent) -> str:
    name = event.facility.name if event.facility else ""
    return str(gettext("%(facility)s sollicité", facility=name))


def _received(row: InboundMessage, shows_numbers: bool) -> Entry:
    text, is_sealed = opened(row)
    sender = said(SENDERS.get(row.sender_kind, row.sender_kind))
    return Entry(
        at=row.received_at,
        kind=Kind.SMS_IN,
        title=gettext("SMS reçu"),
        note=sender,
        text=text if text is None or shows_numbers else hide_numbers(text),
        is_sealed=is_sealed,
        state=gettext("à lire par une personne") if row.needs_person else "",
        is_troubled=row.needs_person,
    )


def _sent(row: Message, reports: list[DeliveryReportRow], shows_numbers: bool) -> Entry:
    text, is_sealed = opened(row)
    return Entry(
        at=row.created_at,
        kind=Kind.SMS_OUT,
        title=said(RECIPIENTS[Recipient(row.recipient)]),
        text=text if text is None or shows_numbers else hide_numbers(text),
        is_sealed=is_sealed,
        state=said(MESSAGE_STATES[row.state_word]),
        is_troubled=row.state_word in TROUBLED or _is_held(row),
        steps=_way(row, reports),
    )


def _way(row: Message, reports: list[DeliveryReportRow]) -> list[Step]:
    """Stations on one clock: the database's times are set beside the time of writing."""
    shift = row.created_at - _moment(row.first_queued_ms) if row.first_queued_ms else timedelta()
    steps = [Step(at=row.created_at, words=gettext("mis en file"))]
    if row.sending_ms:
        again = gettext("essai %(n)d", n=row.attempts) if row.attempts > 1 else ""
        words = gettext("remis à l’opérateur")
        steps.append(Step(at=_moment(row.sending_ms) + shift, words=words, note=again))
    if row.accepted_ms:
        at = _moment(row.accepted_ms) + shift
        steps.append(Step(at=at, words=said(MESSAGE_STATES[MessageState.ACCEPTED])))
    told = [_report(report, shift) for report in reports if report.status != DeliveryStatus.SENT]
    steps.extend(told)
    if row.final_ms and not told:
        at = _moment(row.final_ms) + shift
        steps.append(Step(at=at, words=said(MESSAGE_STATES[row.state_word]), note=_why(row)))
    return steps


def _is_held(row: Message) -> bool:
    """True for an SMS that a cap kept from leaving."""
    return row.cap is not None and row.state_word is MessageState.CANCELLED


def _why(row: Message) -> str:
    """Why an SMS ended: the cap, else what went wrong, in words."""
    if row.cap is not None and _is_held(row):
        return str(said(CAPS[Cap(row.cap)]))
    return failure(row.failure) if row.failure else ""


def _report(report: DeliveryReportRow, shift: timedelta) -> Step:
    """The network's word in ours; its own beside it unless the SMS arrived."""
    at = _moment(report.received_ms) + shift
    if report.status is None:
        words = gettext(
            "mot du réseau que nous ne connaissons pas : %(word)s", word=report.raw_status
        )
        return Step(at=at, words=words)
    words = said(MESSAGE_STATES[DeliveryStatus(report.status).state])
    if report.status != DeliveryStatus.DELIVERED:
        words = f"{words} ({report.raw_status})"
    return Step(at=at, words=words, note=failure(report.reason) if report.reason else "")


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
