"""Effects that flows may ask for: what is kept of a caller, and the report of an illness."""

from typing import Any

from sqlalchemy import select

from mhealth.care import appointments
from mhealth.care.moves import Actor
from mhealth.care.referrals import Referred, complete
from mhealth.care.reports import Recorded, Statement, record_report
from mhealth.domain.codes import show_code
from mhealth.services.callers import help_number
from mhealth.services.scene import Result, Scene
from mhealth.store.directory import Village
from mhealth.store.people import Consent, Phone
from mhealth.store.referrals import Referral
from mhealth.store.reports import report_of_session
from mhealth.store.worker_phones import mark_seen
from mhealth.triage.dialogue import advice_text, speak


def save_language(scene: Scene, args: Result) -> Result:
    """Keep the language chosen on this phone."""
    scene.phone().language = str(args["language"])
    return {"language": args["language"]}


def save_village(scene: Scene, args: Result) -> Result:
    """Keep where the caller lives; a health worker's patient does not move the worker."""
    village = scene.session.get_one(Village, int(args["village"]))
    known = scene.known()
    if known.worker is None:  # where a health worker's patient lives is not where he lives
        phone = scene.phone()
        phone.village = village
        phone.district_id = village.district_id
    number = help_number(scene.session, known, village, scene.now)
    return {"village": str(village.id), "village_name": village.name, "help_number": number}


def save_consent(scene: Scene, args: Result) -> Result:
    """Keep the answer to the question of consent."""
    phone = scene.phone()
    is_given = args["given"] in (True, "given", "yes")
    phone.consent = "given" if is_given else "refused"
    _write_consent(scene, phone, "referral", is_given)
    return {"consent": phone.consent}


def set_messages(scene: Scene, args: Result) -> Result:
    """Start or stop messages to this phone."""
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
            channel=scene.channel,
            at=scene.now,
        )
    )


def send_report(scene: Scene, args: Result) -> Result:
    """Record the report; what follows of it is written with it."""
    return _outcome(scene, make_report(scene, args))


def make_report(scene: Scene, args: Result) -> Recorded:
    """The same, as the platform sees it."""
    known = scene.known()
    if known.worker is not None:
        mark_seen(scene.session, known.worker.id, scene.now)
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
        ussd_session_key=scene.report_key,
        step=scene.report_step,
        completes=scene.dialogue.salvaged if scene.dialogue else 0,
        channel=scene.channel,
    )
    return record_report(scene.bench, scene.session, said, phone, known.worker, scene.now)


def _outcome(scene: Scene, recorded: Recorded) -> Result:
    report, referred = recorded.report, recorded.referred
    outcome: dict[str, Any] = {
        "triage_class": recorded.assessment.triage_class.value,
        "referred": referred is not None,
        "advice": advice_text(
            scene.bench.protocols[report.protocol], recorded.assessment, scene.language
        ),
        "help_number": help_number(scene.session, scene.known(), report.village, scene.now),
        "least_data": not report.consent_given,
        "code": "",
        "facility": scene.where_to_go(report.village.facility if report.village else None),
        "when_text": "",
        "told_worker": False,
        "told_facility": False,
        "told_district": False,
    }
    if referred is not None:
        outcome |= _of_referral(scene, recorded, referred)
    return outcome


def _of_referral(scene: Scene, recorded: Recorded, referred: Referred) -> Result:
    """A referral that goes on from a dropped call keeps its class when that is the more severe."""
    referral, told = referred.referral, referred.told
    protocol = scene.bench.protocols[recorded.report.protocol]
    outcome: dict[str, Any] = {
        "code": show_code(referral.code),
        "facility": scene.where_to_go(referral.facility),
        "when_text": appointments.expected_text(
            scene.bench, scene.session, referral, scene.language, scene.now
        ),
        "told_worker": told.worker,
        "told_facility": told.facility,
        "told_district": told.district,
    }
    if referral.klass is not recorded.assessment.triage_class:
        outcome["triage_class"] = referral.triage_class
        outcome["advice"] = speak(protocol.advice[referral.triage_class], scene.language)
    return outcome


def finish_report(scene: Scene, _args: Result) -> Result:
    """The caller heard the outcome: the report of this session is whole."""
    report = report_of_session(scene.session, scene.report_key)
    if report is None:
        return {}
    query = select(Referral).where(Referral.report_id == report.id)
    referral = scene.session.scalar(query)
    if referral is not None:
        actor = Actor(kind="caller", id=report.phone_id, channel=scene.channel)
        complete(scene.session, referral, actor, scene.now)
    report.is_complete = True
    return {}
