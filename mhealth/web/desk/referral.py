"""One referral: its facts, and its life from the call to the answer; every look is on record."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort
from flask_babel import gettext
from sqlalchemy.orm import Session

from mhealth.services.access import Deed
from mhealth.services.signing import unsigned
from mhealth.store.desk_dossier import Dossier, dossier_of, has_referral
from mhealth.store.desk_referrals import is_late
from mhealth.store.directory import Facility
from mhealth.store.duty_phones import on_duty
from mhealth.web import here
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.looks import write_deed
from mhealth.web.desk.timeline import timeline_of
from mhealth.web.desk.verdict import Verdict, verdict_of
from mhealth.web.i18n import current_language
from mhealth.web.shown import opened

pages = Blueprint("referral", __name__, url_prefix="/referrals/<uuid:uid>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call about a referral; the number is shown masked until it is asked for."""

    who: str
    name: str
    msisdn: str


@pages.get("")
def show(uid: UUID) -> str:
    """The referral, numbers masked."""
    return _page(uid, Deed.VIEW_REFERRAL)


@pages.post("/numbers")
def show_numbers(uid: UUID) -> str:
    """The same page with its numbers; asking for them is on record."""
    return _page(uid, Deed.SHOW_NUMBER)


def _page(uid: UUID, deed: Deed) -> str:
    """Another district's referral is as unknown as one that never was."""
    scope = here.staff().scope
    with here.runtime().database.writing() as session:
        if not has_referral(session, scope, uid):
            abort(404)
        write_deed(session, deed, "referral", uid)  # before it is shown: no record, no page
    with here.runtime().database.reading() as session:
        dossier = dossier_of(session, scope, uid)
        if dossier is None:
            abort(404)
        shows_numbers = deed is Deed.SHOW_NUMBER
        verdict = _verdict(session, dossier)
        return render_desk(
            session,
            "desk/referral.html",
            referral=dossier.referral,
            dossier=dossier,
            is_late=_is_late(dossier),
            verdict=verdict,
            contacts=_contacts(session, dossier),
            shows_numbers=shows_numbers,
            timeline=timeline_of(dossier, verdict, shows_numbers=shows_numbers),
        )


def _is_late(dossier: Dossier) -> bool:
    referral = dossier.referral
    return is_late(
        referral.state,
        referral.answer_due_at,
        here.now(),
        was_escalated=dossier.was_escalated,
    )


def _verdict(session: Session, dossier: Dossier) -> Verdict | None:
    """None without consent: answers and rules are not even read then."""
    if not dossier.is_shared:
        return None
    protocols, report = here.runtime().workbench.protocols, dossier.referral.report
    protocol = protocols.get(report.protocol)
    is_draft = protocol is None or bool(unsigned(session, protocol.contents[:1]))
    return verdict_of(protocols, report, current_language(), is_draft=is_draft)


def _contacts(session: Session, dossier: Dossier) -> list[Contact]:
    """Whom to call, the one who answers first."""
    referral, worker = dossier.referral, dossier.worker
    found: list[Contact] = []
    if referral.facility is not None:
        found += _of_facility(session, referral.facility)
    if worker is not None:
        found.append(_contact(gettext("Agent de santé"), _text(worker, "name"), worker, "msisdn"))
    if referral.phone is not None:
        found.append(_contact(gettext("Appelant"), "", referral.phone, "msisdn"))
    return found


def _of_facility(session: Session, facility: Facility) -> list[Contact]:
    who, shift = (
        gettext("Garde du centre"),
        on_duty(session, facility.district, facility, here.now()),
    )
    if shift is not None:
        return [_contact(who, facility.name, shift, "msisdn")]
    if facility.duty_msisdn_sealed is not None:
        return [_contact(who, facility.name, facility, "duty_msisdn")]
    return []


def _contact(who: str, name: str, row: object, column: str) -> Contact:
    return Contact(who=who, name=name, msisdn=_text(row, column))


def _text(row: object, column: str) -> str:
    text, is_sealed = opened(row, column)
    return str(gettext("illisible")) if is_sealed else text or ""
