"""What flows may ask for by name: lists from the directory, and deeds that are written down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care import appointments
from mhealth.care.moves import Actor
from mhealth.care.referrals import complete
from mhealth.care.reports import Recorded, Statement, record_report
from mhealth.care.workbench import Workbench
from mhealth.domain.codes import show_code
from mhealth.domain.triage import Subject
from mhealth.services.callers import Caller, Known, help_number, look_up
from mhealth.store.directory import Village, health_areas, villages_of_area, villages_of_worker
from mhealth.store.people import Consent, Phone
from mhealth.store.referrals import (
    Referral,
    appointment_of,
    open_referrals_of_phone,
    open_referrals_of_worker,
)
from mhealth.store.reports import report_of_session
from mhealth.triage.choose import choose_protocol
from mhealth.triage.dialogue import advice_text

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a deed is done: the open session, the caller, and the turn that asks."""

    bench: Workbench
    session: Session
    caller: Caller
    language: str
    ussd_session_key: str
    step: int
    flow_version: str
    now: datetime

    def known(self) -> Known:
        """The rows of the caller's number."""
        return look_up(self.session, self.caller)

    def phone(self) -> Phone:
        """The caller's phone, written down now if it never was."""
        known = self.known().phone
        if known is not None:
            return known
        phone = Phone(msisdn_index=self.caller.msisdn_index, created_at=self.now)
        phone.msisdn = self.caller.msisdn.e164
        self.session.add(phone)
        self.session.flush()
        return phone


def do(deed: str, scene: Scene, args: Mapping[str, Any]) -> Result:
    """Do a deed by its name; the flow loader has proved that the name and arguments exist."""
    return DEEDS[deed](scene, args)


def _list_health_areas(scene: Scene, _args: Result) -> Result:
    rows = health_areas(scene.session)
    return {"options": [{"key": str(area.id), "label": area.name} for area in rows]}


def _list_villages(scene: Scene, args: Result) -> Result:
    rows = villages_of_area(scene.session, int(args["health_area"]))
    return {"options": _village_options(rows)}


def _my_villages(scene: Scene, _args: Result) -> Result:
    worker = scene.known().worker
    rows = villages_of_worker(scene.session, worker.id) if worker else []
    return {"options": _village_options(rows), "count": len(rows)}


def _village_options(rows: list[Village]) -> list[dict[str, str]]:
    return [{"key": str(village.id), "label": village.name} for village in rows]


def _choose_protocol(scene: Scene, args: Result) -> Result:
    subject = Subject(args["subject"])
    return {"protocol": choose_protocol(scene.bench.protocols, subject, args["age_days"]).name}


def _my_referrals(scene: Scene, _args: Result) -> Result:
    phone = scene.known().phone
    rows = open_referrals_of_phone(scene.session, phone.id) if phone else []
    return _referral_options(scene, rows)


def _worker_referrals(scene: Scene, _args: Result) -> Result:
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


def _show_referral(scene: Scene, args: Result) -> Result:
    known = scene.known()
    query = select(Referral).where(Referral.uid == UUID(args["referral"]))
    row = scene.session.scalar(query)
    if row is None or not _may_see(known, row):
        raise LookupError("a referral that this caller was not shown")
    say, language = scene.bench.phrases.say, scene.language
    appointment = appointment_of(scene.session, row.id)
    when = (
        appointments.when_text(scene.bench, appointment, row.district, language, scene.now)
        if appointment
        else ""
    )
    return {
        "code": show_code(row.code),
        "facility": _facility_name(scene, row),
        "village": _village_name(scene, row.village),
        "status_text": say(f"status.{row.status}", language),
        "when": when,
        "has_appointment": appointment is not None,
        "age_text": scene.bench.phrases.age(row.report.age_days, language),
        "class_text": say(f"class.{row.triage_class}", language),
    }


def _may_see(known: Known, row: Referral) -> bool:
    is_own = known.phone is not None and row.phone_id == known.phone.id
    return is_own or (known.worker is not None and row.health_worker_id == known.worker.id)


def _save_language(scene: Scene, args: Result) -> Result:
    scene.phone().language = str(args["language"])
    return {"language": args["language"]}


def _save_village(scene: Scene, args: Result) -> Result:
    village = scene.session.get_one(Village, int(args["village"]))
    known = scene.known()
    if known.worker is None:  # where a health worker's patient lives is not where he lives
        phone = scene.phone()
        phone.village = village
        phone.district_id = village.district_id
    number = help_number(scene.bench, scene.session, village, village.district)
    return {"village": str(village.id), "village_name": village.name, "help_number": number}


def _save_consent(scene: Scene, args: Result) -> Result:
    phone = scene.phone()
    is_given = args["given"] in (True, "given", "yes")
    phone.consent = "given" if is_given else "refused"
    _write_consent(scene, phone, "referral", is_given)
    return {"consent": phone.consent}


def _set_messages(scene: Scene, args: Result) -> Result:
    phone = scene.phone()
    phone.messages_on = args["wanted"] in (True, "yes", "on")
    _write_consent(scene, phone, "messages", phone.messages_on)
    return {"messages_on": phone.messages_on}


def _write_consent(scene: Scene, phone: Phone, subject: str, given: bool) -> None:
    scene.session.add(
        Consent(
            district_id=phone.district_id,
            phone_id=phone.id,
            subject=subject,
            given=given,
            text_version=scene.flow_version,
            language=scene.language,
            channel="ussd",
            at=scene.now,
        )
    )


def _send_report(scene: Scene, args: Result) -> Result:
    known = scene.known()
    is_given = args["consent"] in (True, "given", "yes")
    phone = scene.phone() if is_given and known.worker is None else known.phone
    said = Statement(
        subject=str(args["subject"]),
        relation=str(args["relation"]),
        protocol=str(args["protocol"]),
        signs=dict(args["signs"]),
        age_days=args["age_days"],
        village_id=int(args["village"]) if args["village"] else None,
        consent_given=is_given,
        is_complete=args["complete"] in (True, "yes"),
        language=scene.language,
        ussd_session_key=scene.ussd_session_key,
        step=scene.step,
    )
    recorded = record_report(scene.bench, scene.session, said, phone, known.worker, scene.now)
    return _outcome(scene, recorded)


def _outcome(scene: Scene, recorded: Recorded) -> Result:
    report, assessment, referred = recorded.report, recorded.assessment, recorded.referred
    protocol = scene.bench.protocols[report.protocol]
    district = report.village.district if report.village else None
    outcome: dict[str, Any] = {
        "triage_class": assessment.triage_class.value,
        "referred": referred is not None,
        "advice": advice_text(protocol, assessment, scene.language),
        "help_number": help_number(scene.bench, scene.session, report.village, district),
        "least_data": not report.consent_given,
        "code": "",
        "facility": _village_facility(scene, report.village),
        "when": "",
        "told_worker": False,
        "told_facility": False,
    }
    if referred is None:
        return outcome
    referral = referred.referral
    appointment = appointment_of(scene.session, referral.id)
    if appointment is not None:
        outcome["when"] = appointments.when_text(
            scene.bench, appointment, referral.district, scene.language, scene.now
        )
    return {
        **outcome,
        "code": show_code(referral.code),
        "facility": _facility_name(scene, referral),
        "told_worker": referred.told.worker,
        "told_facility": referred.told.facility or referred.told.district,
    }


def _finish_report(scene: Scene, _args: Result) -> Result:
    report = report_of_session(scene.session, scene.ussd_session_key)
    if report is None:
        return {}
    query = select(Referral).where(Referral.report_id == report.id)
    referral = scene.session.scalar(query)
    if referral is not None:
        actor = Actor(kind="caller", id=report.phone_id, channel="ussd")
        complete(scene.session, referral, actor, scene.now)
    report.is_complete = True
    return {}


def _facility_name(scene: Scene, referral: Referral) -> str:
    if referral.facility is not None:
        return referral.facility.name
    return scene.bench.phrases.say("facility.district", scene.language)


def _village_facility(scene: Scene, village: Village | None) -> str:
    if village is not None and village.facility is not None:
        return village.facility.name
    return scene.bench.phrases.say("facility.district", scene.language)


def _village_name(scene: Scene, village: Village | None) -> str:
    return village.name if village else scene.bench.phrases.say("place.unknown", scene.language)


DEEDS: Mapping[str, Callable[[Scene, Mapping[str, Any]], Result]] = {
    "list_health_areas": _list_health_areas,
    "list_villages": _list_villages,
    "my_villages": _my_villages,
    "choose_protocol": _choose_protocol,
    "my_referrals": _my_referrals,
    "worker_referrals": _worker_referrals,
    "show_referral": _show_referral,
    "show_worker_referral": _show_referral,
    "save_language": _save_language,
    "save_village": _save_village,
    "save_consent": _save_consent,
    "set_messages": _set_messages,
    "send_report": _send_report,
    "finish_report": _finish_report,
}
