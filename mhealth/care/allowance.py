"""Whether an SMS may go now: within its caps it does, above them it waits, is held back, or alarms.

An emergency to a staff phone always goes. A reminder or a bulk SMS above a cap is put off once, until
eight in the district's next morning; whatever finds no room there, and every reply, is held back.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench
from mhealth.domain.caps import Budget, Cap, Caps, Limits
from mhealth.domain.message import Lane
from mhealth.domain.msisdn import Msisdn, costs_extra, lies_within
from mhealth.logs import log_for
from mhealth.settings import Settings
from mhealth.store.directory import District
from mhealth.store.spending import DAY, Spending, day_of, spent_caps

_MORNING = 8
DIALOGUES_AN_HOUR, DIALOGUES_A_DAY = 2, 6
"""So many dropped calls of one number go on by SMS to their last question."""
_PATIENT = frozenset({Lane.REMINDER, Lane.BULK})

_log = log_for("care.allowance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What becomes of an SMS: `cap` is the one it met, `is_held` that it is not sent at all."""

    due_at: datetime
    cap: Cap | None = None
    is_held: bool = False


def caps_of(settings: Settings) -> Caps:
    """The caps that the settings ask for. Callers and staff have totals of the same size apart."""
    day, emergency_day = settings.sms_per_district_day, settings.emergency_sms_per_district_day
    totals = {"district_day": day, "channel_day": settings.sms_per_channel_day}
    emergency_totals = {
        "district_day": emergency_day,
        "channel_day": settings.emergency_sms_per_channel_day,
    }
    return Caps(
        prefixes=settings.prefixes,
        one_caller_day=settings.sms_per_staff_from_one_caller_day,
        limits={
            Budget.CALLER: Limits(
                number_hour=settings.sms_per_number_hour,
                number_day=settings.sms_per_number_day,
                **totals,
            ),
            Budget.STAFF: Limits(
                number_hour=settings.sms_per_staff_hour,
                number_day=settings.sms_per_staff_day,
                **totals,
            ),
            Budget.CALLER_EMERGENCY: Limits(
                number_hour=settings.emergency_sms_per_number_hour,
                number_day=settings.emergency_sms_per_number_day,
                **emergency_totals,
            ),
            Budget.STAFF_EMERGENCY: Limits(
                number_hour=settings.emergency_sms_per_staff_hour,
                number_day=24 * settings.emergency_sms_per_staff_hour,
                **emergency_totals,
            ),
            Budget.DIALOGUE: Limits(
                number_hour=DIALOGUES_AN_HOUR * settings.sms_questions,
                number_day=DIALOGUES_A_DAY * settings.sms_questions,
                **totals,
            ),
        },
    )


def rule(
    bench: Workbench, session: Session, msisdn: Msisdn, lane: Lane, spending: Spending
) -> Ruling:
    """Decide about one SMS, counting what is written; in the transaction that writes it."""
    cap = _met(bench.caps, session, msisdn, spending)
    if cap is None:
        return Ruling(due_at=spending.due_at)
    words = {"cap": cap.value, "budget": spending.budget.value, "district": spending.district_id}
    if spending.budget is Budget.STAFF_EMERGENCY:
        _log.error("emergency sms above its limit, sent all the same", **words)
        return Ruling(due_at=spending.due_at, cap=cap)
    if lane in _PATIENT and cap is not Cap.PREFIX:
        later = replace(spending, due_at=_next_morning(session, spending))
        if _met(bench.caps, session, msisdn, later) is None:
            _log.warning("sms put off until the morning", **words)
            return Ruling(due_at=later.due_at, cap=cap)
    _log.warning("sms held back", **words)
    return Ruling(due_at=spending.due_at, cap=cap, is_held=True)


def _met(caps: Caps, session: Session, msisdn: Msisdn, spending: Spending) -> Cap | None:
    """The first cap that this SMS meets."""
    if not lies_within(msisdn, caps.prefixes) or costs_extra(msisdn):
        return Cap.PREFIX
    limits = caps.limits[spending.budget]
    spent = spent_caps(session, spending, limits, caps.one_caller_day)
    return next((cap for cap in Cap if cap in spent), None)


def _next_morning(session: Session, spending: Spending) -> datetime:
    """Eight o'clock of the district once the day of UTC, and so its budget, is a new one."""
    district = session.get(District, spending.district_id) if spending.district_id else None
    new_day = day_of(spending.due_at) + DAY
    local = new_day.astimezone(ZoneInfo(district.timezone) if district else UTC)
    morning = local.replace(hour=_MORNING, minute=0)
    return (morning if morning >= local else morning + DAY).astimezone(UTC)
