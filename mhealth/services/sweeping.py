"""One pass over everything that time alone moves; run often, by any number of processes at once.

Each part has a transaction of its own, and one that fails never stops the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mhealth.domain.clock import Clock
from mhealth.logs import log_for
from mhealth.services.delivery import match_parked
from mhealth.services.sending_rules import SendingRules
from mhealth.store import outgoing_upkeep as upkeep
from mhealth.store.beats import forget_beats
from mhealth.store.database import Database
from mhealth.store.locks import hold_alone
from mhealth.store.troubles import forget_troubles

Chore = Callable[[Session, datetime], object]
"""Something of another room that time moves: (session, now); a returned number is counted."""

_Part = Callable[[Session, datetime, SendingRules], int]
_GONE_MS = 3_600_000  # a process without a sign for an hour is spoken of no more
_QUIET_MS = 600_000  # a trouble that nothing renewed for ten minutes is over

PARTS: Mapping[str, _Part] = {
    "released": lambda session, now, _: (
        upkeep.release_planned(session, now) + upkeep.release_retried(session)
    ),
    "lost_before_call": lambda session, _, rules: upkeep.expire_leases(session, rules.max_attempts),
    "uncertain": lambda session, _now, _rules: upkeep.expire_sending(session),
    "matched": lambda session, _now, _rules: match_parked(session),
    "resent": lambda session, _, rules: upkeep.resend_uncertain(
        session, emergency_ms=rules.emergency_resend_ms, reminder_ms=rules.reminder_resend_ms
    ),
    "no_report": lambda session, _, rules: upkeep.give_up_reports(session, rules.no_report_ms),
    "troubles_over": lambda session, _now, _rules: forget_troubles(session, _QUIET_MS),
    "processes_gone": lambda session, _now, _rules: forget_beats(session, _GONE_MS),
}
"""In this order: what became uncertain may be settled by a report before it is sent again."""

log = log_for("services.sweeping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one pass did: how many rows each part moved, and which parts failed."""

    moved: Mapping[str, int]
    failed: tuple[str, ...]


def sweep(
    database: Database, rules: SendingRules, clock: Clock, chores: Sequence[Chore] = ()
) -> Swept:
    """Do every part and every chore once. Never raises; what failed is tried in the next pass."""
    moved: dict[str, int] = {}
    failed: list[str] = []
    for name, deed in _deeds(rules, chores):
        try:
            with database.writing() as session:
                count = deed(session, clock())
        except OperationalError as error:
            log.warning("part of the sweep not done", part=name, reason=str(error.orig)[:120])
            failed.append(name)
        except Exception:
            log.exception("part of the sweep failed", part=name)
            failed.append(name)
        else:
            moved[name] = count
    done = {name: count for name, count in moved.items() if count}
    if done:
        log.info("swept", **done)
    return Swept(moved=moved, failed=tuple(failed))


def _deeds(
    rules: SendingRules, chores: Sequence[Chore]
) -> list[tuple[str, Callable[[Session, datetime], int]]]:
    own = [(name, _ruled(part, rules)) for name, part in PARTS.items()]
    named = ((f"chore_{number}_{_name(chore)}", chore) for number, chore in enumerate(chores))
    return own + [(name, _alone(name, chore)) for name, chore in named]


def _ruled(part: _Part, rules: SendingRules) -> Callable[[Session, datetime], int]:
    return lambda session, now: part(session, now, rules)


def _alone(name: str, chore: Chore) -> Callable[[Session, datetime], int]:
    """A chore of another room is not asked to stand two at once: one sweeper does it."""

    def do(session: Session, now: datetime) -> int:
        if not hold_alone(session, name):
            return 0
        result = chore(session, now)
        return result if isinstance(result, int) else 0

    return do


def _name(chore: Chore) -> str:
    name: str = getattr(chore, "__name__", type(chore).__name__)
    return name
