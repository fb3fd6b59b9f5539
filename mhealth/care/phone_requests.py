"""Phones that wait for a supervisor: somebody wants to be a health worker, or one has a new number.

Whoever asks hears the same, whoever exists; repeated requests are one. A supervisor confirms or refuses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from mhealth.care import contacts, roster
from mhealth.care.outbox import Addressee, Letter, put
from mhealth.care.workbench import Workbench, local_today
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.store import phone_requests as store
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.directory_changes import By
from mhealth.store.locks import wait_for
from mhealth.store.people import phone_by_msisdn
from mhealth.store.worker_phones import CONFIRMED, REFUSED, PhoneRequest

A_DAY = 3
"""So many requests of one number within 24 hours are noted."""
EXPIRES = timedelta(days=14)
KEPT = timedelta(days=90)
"""A request that was refused or expired goes after so long, and its number with it."""


class Problem(StrEnum):
    """Why a request could not be confirmed."""

    DECIDED = "decided"  # somebody was faster, it expired, or another one took its place
    NO_NAME = "no_name"
    UNKNOWN_CODE = "unknown_code"  # nobody at work has it
    CODE_TAKEN = "code_taken"
    NUMBER_TAKEN = "number_taken"  # by another health worker at work
    ELSEWHERE = "elsewhere"  # the worker belongs to another district


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for, from which number."""

    kind: str
    msisdn: Msisdn
    language: str
    district: District
    village: Village | None = None
    worker: HealthWorker | None = None
    code: str | None = None
    is_proven: bool = False


def ask(bench: Workbench, session: Session, asked: Asked, now: datetime) -> bool:
    """Note a request; repeated it is one, another of the same number takes its place.

    So what a supervisor sees and confirms never changes under the hand. False: too many today.
    """
    index = bench.keyring.blind(asked.msisdn)
    wait_for(session, f"phone-request:{index.hex()}")
    request = store.waiting_of(session, index)
    if request is None or not _is_same(request, asked):
        if store.count_since(session, index, now - timedelta(days=1)) >= A_DAY:
            return False
        if request is not None:
            request.state, request.decided_at = store.EXPIRED, now
        request = _begin(session, index, asked, now)
    request.language, request.is_proven = asked.language, asked.is_proven
    session.flush()
    _tell_district(bench, session, request, now)
    return True


def _is_same(request: PhoneRequest, asked: Asked) -> bool:
    """Whether a request asks for what waits already; the PIN may have been mistyped the first time."""
    return (
        request.kind == asked.kind
        and request.district is asked.district
        and request.village is asked.village
        and request.health_worker is asked.worker
        and request.named_code == asked.code
    )


def _begin(session: Session, index: bytes, asked: Asked, now: datetime) -> PhoneRequest:
    request = PhoneRequest(
        msisdn_index=index,
        kind=asked.kind,
        state=store.WAITING,
        district=asked.district,
        village=asked.village,
        health_worker=asked.worker,
        named_code=asked.code,
        asked_at=now,
    )
    request.msisdn = asked.msisdn.e164
    session.add(request)
    return request


def confirm_new(
    bench: Workbench,
    session: Session,
    request: PhoneRequest,
    *,
    name: str,
    code: str,
    by: By,
    now: datetime,
) -> Problem | None:
    """Whoever asks is a new health worker of the village named; what stands in the way, or None."""
    if request.state != store.WAITING:
        return Problem.DECIDED
    if not name.strip():
        return Problem.NO_NAME
    plain = code.strip()
    if plain and store.code_is_taken(session, plain):
        return Problem.CODE_TAKEN
    try:
        worker = roster.register_worker(
            bench,
            session,
            district=request.district,
            name=name.strip(),
            msisdn=Msisdn(request.msisdn),
            language=request.language,
            code=plain or None,
            by=by,
            now=now,
        )
    except roster.NumberTaken:
        return Problem.NUMBER_TAKEN
    if request.village is not None and request.village.closed_at is None:
        roster.begin_post(session, request.village, worker, by, now)
    _decide(session, request, CONFIRMED, by, now, worker)
    _write_to(bench, session, request, worker, "worker_enrolled", now)
    return None


def confirm_known(
    bench: Workbench,
    session: Session,
    request: PhoneRequest,
    worker: HealthWorker | None,
    by: By,
    now: datetime,
) -> Problem | None:
    """Whoever asks is a worker of the register: this is the number from now on, the old one is nobody's."""
    if request.state != store.WAITING:
        return Problem.DECIDED
    if worker is None or worker.closed_at is not None:
        return Problem.UNKNOWN_CODE
    if worker.district_id != request.district_id:
        return Problem.ELSEWHERE
    old = contacts.of_worker(worker)
    try:
        roster.change_number(bench, session, worker, Msisdn(request.msisdn), by, now)
    except roster.NumberTaken:
        return Problem.NUMBER_TAKEN
    _decide(session, request, CONFIRMED, by, now, worker)
    _write_to(bench, session, request, worker, "worker_number_changed", now)
    if old is not None and old.msisdn.e164 != request.msisdn:
        _put(bench, session, request, old, "worker_number_replaced", now)
    return None


def refuse(
    bench: Workbench, session: Session, request: PhoneRequest, by: By, now: datetime
) -> Problem | None:
    """The supervisor does not know who asks; who asked hears so, unless our SMS are unwanted there."""
    if request.state != store.WAITING:
        return Problem.DECIDED
    _decide(session, request, REFUSED, by, now, None)
    phone = phone_by_msisdn(session, request.msisdn_index)
    if phone is None or phone.messages_on:
        to = Addressee(
            recipient=Recipient.CALLER,
            msisdn=Msisdn(request.msisdn),
            language=request.language,
        )
        _put(bench, session, request, to, "worker_request_refused", now)
    return None


def expire(session: Session, now: datetime) -> int:
    """Requests that nobody decided in time are over, old ones go; how many."""
    return store.expire_waiting(session, now - EXPIRES, now) + store.forget_over(
        session, now - KEPT
    )


def _decide(
    session: Session,
    request: PhoneRequest,
    state: str,
    by: By,
    now: datetime,
    worker: HealthWorker | None,
) -> None:
    request.state, request.decided_at, request.staff_user_id = state, now, by.staff_user_id
    request.health_worker = worker or request.health_worker
    session.flush()


def _write_to(
    bench: Workbench,
    session: Session,
    request: PhoneRequest,
    worker: HealthWorker,
    template: str,
    now: datetime,
) -> None:
    to = contacts.of_worker(worker)
    if to is not None:
        _put(bench, session, request, to, template, now)


def _put(
    bench: Workbench,
    session: Session,
    request: PhoneRequest,
    to: Addressee,
    template: str,
    now: datetime,
) -> None:
    letter = Letter(
        template=template,
        values={"service_code": bench.service_code},
        intent=f"phone_request:{request.uid.hex}:{template}",
        district_id=request.district_id,
    )
    put(bench, session, to, letter, now)


def _tell_district(
    bench: Workbench, session: Session, request: PhoneRequest, now: datetime
) -> None:
    """One SMS a day says that somebody waits at the desk; it names nobody."""
    to = contacts.of_district(session, request.district, now)
    if to is None:
        return
    today = local_today(now, request.district).isoformat()
    letter = Letter(
        template="district_request_waits",
        values={},
        intent=f"phone_requests:{request.district_id}:{today}",
        district_id=request.district_id,
    )
    put(bench, session, to, letter, now)
