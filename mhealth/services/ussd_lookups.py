"""Lookups that flows may ask for: lists of places and referrals, and the protocol; they only read."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from mhealth.care import appointments
from mhealth.domain.codes import show_code
from mhealth.domain.triage import Subject
from mhealth.services.callers import Known
from mhealth.services.place_names import place_options
from mhealth.services.scene import Result, Scene
from mhealth.services.ussd_pins import need_pin
from mhealth.store.directory import HealthArea, Village
from mhealth.store.directory_reads import health_areas, villages_of_area, villages_of_worker
from mhealth.store.referrals import (
    Referral,
    open_referrals_of_phone,
    open_referrals_of_worker,
)
from mhealth.triage.choose import choose_protocol as choose


def list_health_areas(scene: Scene, _args: Result) -> Result:
    """Every health area, by name."""
    rows = health_areas(scene.session)
    return {"options": place_options(rows, _AREA_MARKS)}


def list_villages(scene: Scene, args: Result) -> Result:
    """The villages of a health area."""
    rows = villages_of_area(scene.session, int(args["health_area"]))
    return {"options": _village_options(rows)}


def my_villages(scene: Scene, _args: Result) -> Result:
    """The villages that the calling health worker serves."""
    worker = scene.known().worker
    rows = villages_of_worker(scene.session, worker.id) if worker else []
    return {"options": _village_options(rows), "count": len(rows)}


def _village_options(rows: list[Village]) -> list[dict[str, str]]:
    return place_options(rows, _VILLAGE_MARKS)


_AREA_MARKS: Sequence[Callable[[HealthArea], str]] = (
    lambda area: area.district.name,
    lambda area: area.code or "",
)
_VILLAGE_MARKS: Sequence[Callable[[Village], str]] = (
    lambda village: village.health_area.name,
    lambda village: village.facility.name if village.facility else "",
    lambda village: f"{village.distance_km:.0f} km" if village.distance_km is not None else "",
    lambda village: village.code or "",
)
"""What people know of a place beside its name, best known first; the register's code at the worst."""


def choose_protocol(scene: Scene, args: Result) -> Result:
    """The protocol for a subject and an age."""
    subject = Subject(args["subject"])
    return {"protocol": choose(scene.bench.protocols, subject, args["age_days"]).name}


def my_referrals(scene: Scene, _args: Result) -> Result:
    """Open referrals made from this phone; of a health worker's phone they are patients'."""
    need_pin(scene)
    phone = scene.known().phone
    rows = open_referrals_of_phone(scene.session, phone.id) if phone else []
    return _referral_options(scene, rows)


def worker_referrals(scene: Scene, _args: Result) -> Result:
    """Open referrals that the calling health worker follows."""
    need_pin(scene)
    worker = scene.known().worker
    rows = open_referrals_of_worker(scene.session, worker.id) if worker else []
    return _referral_options(scene, rows)


def _referral_options(scene: Scene, rows: list[Referral]) -> Result:
    say = scene.bench.phrases.say
    options = [
        {
            "key": row.uid.hex,
            "label": f"{show_code(row.code)} {say(f'status.{row.status}', scene.language)}",
        }
        for row in rows
    ]
    return {"options": options, "count": len(options)}


def show_referral(scene: Scene, args: Result) -> Result:
    """One of the referrals that were listed."""
    need_pin(scene)
    known = scene.known()
    query = select(Referral).where(Referral.uid == UUID(args["referral"]))
    row = scene.session.scalar(query)
    if row is None or not _may_see(known, row):
        raise LookupError("a referral that this caller was not shown")
    say, language = scene.bench.phrases.say, scene.language
    when = appointments.expected_text(scene.bench, scene.session, row, language, scene.now)
    return {
        "code": show_code(row.code),
        "facility": scene.facility_name(row.facility),
        "village": scene.village_name(row.village),
        "status_text": say(f"status.{row.status}", language),
        "when": when,
        "has_appointment": bool(when),
        "age_text": scene.bench.age_of(row.report, language),
        "class_text": say(f"class.{row.triage_class}", language),
    }


def _may_see(known: Known, row: Referral) -> bool:
    is_own = known.phone is not None and row.phone_id == known.phone.id
    return is_own or (known.worker is not None and row.health_worker_id == known.worker.id)
