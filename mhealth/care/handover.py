"""What a health worker who leaves was following: the village's next worker takes it, else the district.

The letters that had not left are cancelled and the next worker hears where each patient stands, in
her own language: a text meant for somebody else might be old, or in a language that she does not read.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care.contacts import of_worker
from mhealth.care.moves import Actor, note_event
from mhealth.care.notices import tell_district, tell_worker
from mhealth.care.workbench import Workbench
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.domain.referral import OPEN, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.directory import HealthWorker
from mhealth.store.directory_bulk import chunks
from mhealth.store.directory_reads import worker_of_village
from mhealth.store.messages import Message
from mhealth.store.referrals import Referral
from mhealth.store.unsent import cancel, readdress, unsent_to, unsent_to_worker

_WORD = {
    ReferralStatus.SENT: "worker_{klass}",
    ReferralStatus.DECLINED: "worker_no_facility",
    ReferralStatus.ACCEPTED: "worker_accepted",
}
"""What the next worker must know at once; a patient further on is only handed over."""


def hand_over(
    bench: Workbench, session: Session, leaver: HealthWorker, actor: Actor, now: datetime
) -> int:
    """Give each open referral of a leaver to the village's next worker; how many.

    To be called when the leaver's posts have ended. Without a next worker the referral has no
    follower; for an emergency that is still under way the district is told to find somebody.
    """
    for letter in unsent_to_worker(session, leaver.msisdn_index):
        cancel(letter, "left: the health worker is no longer at work")
    referrals = _open_referrals(session, leaver)
    for referral in referrals:
        village = referral.village_id
        successor = worker_of_village(session, village) if village else None
        referral.health_worker_id = successor.id if successor else None
        note_event(session, referral, "handed_over", actor, now)
        session.flush()
        _tell(bench, session, referral, successor, now)
    return len(referrals)


def follow_numbers(
    bench: Workbench,
    session: Session,
    recipient: Recipient,
    moves: Mapping[int, tuple[Msisdn, Msisdn]],
) -> int:
    """Queue what has not left for the new number of whom it is meant for; how many letters.

    `moves`: key of the health worker, facility or district -> (number before, number now). All letters
    are found before the first is moved, so that two who exchange numbers get their own.
    """
    blind = bench.keyring.blind
    before = {(blind(was), id_): now for id_, (was, now) in moves.items()}
    any_owner = {index: now for (index, _), now in before.items()}
    found: list[tuple[Message, Msisdn]] = []
    for some in chunks(any_owner):
        for letter in unsent_to(session, some, recipient):
            index, owner = letter.msisdn_index, _owner(session, letter, recipient)
            to = before.get((index, owner)) if owner else any_owner[index]
            if to is not None:
                found.append((letter, to))
    for letter, to in found:
        readdress(letter, to, blind(to))
    session.flush()
    return len(found)


def _owner(session: Session, letter: Message, recipient: Recipient) -> int | None:
    """Which facility or district a letter is for, since several may share a phone; None: no matter."""
    if recipient is Recipient.HEALTH_WORKER or letter.referral_id is None:
        return None
    referral = session.get_one(Referral, letter.referral_id)
    return referral.facility_id if recipient is Recipient.FACILITY else referral.district_id


def _tell(
    bench: Workbench,
    session: Session,
    referral: Referral,
    successor: HealthWorker | None,
    now: datetime,
) -> None:
    word = _WORD.get(referral.state)
    if word is None:
        return
    if of_worker(successor) is not None:
        tell_worker(bench, session, referral, word.format(klass=referral.triage_class), now)
    elif referral.klass is TriageClass.EMERGENCY:
        tell_district(bench, session, referral, "district_no_worker", now)


def _open_referrals(session: Session, worker: HealthWorker) -> list[Referral]:
    query = select(Referral).where(
        Referral.health_worker_id == worker.id, Referral.status.in_([s.value for s in OPEN])
    )
    return list(session.scalars(query.order_by(Referral.id)))
