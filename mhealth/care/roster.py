"""Deeds on the directory that keep history: who works, on which number, for which village; what is open.

Nothing is ever deleted: a closed worker, post or place stays where reports and referrals point at it,
and each deed writes its line of history (`store.directory_changes`). One after another, imports among
them: each begins with what the last one left.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.care.handover import hand_over
from mhealth.care.moves import CLOCK, Actor
from mhealth.care.workbench import Workbench
from mhealth.domain.errors import MhealthError
from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import (
    District,
    Facility,
    HealthArea,
    HealthWorker,
    Village,
    VillagePost,
)
from mhealth.store.directory_bulk import change_alone
from mhealth.store.directory_changes import CLOSED, OPENED, REOPENED, By, note_change
from mhealth.store.directory_reads import (
    dependants_of,
    posts_of_village,
    posts_of_worker,
    worker_by_msisdn,
)
from mhealth.store.unsent import readdress, unsent_to_worker

Place = HealthArea | Facility | Village


class NumberTaken(MhealthError):
    """Another health worker at work has this number; `holder` is who."""

    def __init__(self, holder: HealthWorker) -> None:
        self.holder = holder
        super().__init__("another health worker has this number")


class RankTaken(MhealthError):
    """Another health worker has this rank in the village; `holder` is the post."""

    def __init__(self, holder: VillagePost) -> None:
        self.holder = holder
        super().__init__("another health worker has this rank")


class StillUsed(MhealthError):
    """A place that open ones depend on cannot be closed; `by` are some of them."""

    def __init__(self, by: list[Place]) -> None:
        self.by = by
        super().__init__("open places depend on it")


def register_worker(
    bench: Workbench,
    session: Session,
    *,
    district: District,
    name: str,
    msisdn: Msisdn,
    language: str,
    by: By,
    now: datetime,
    code: str | None = None,
) -> HealthWorker:
    """A new health worker at work, without a village yet. Raises NumberTaken."""
    _begin(session)
    index = _free_number(bench, session, msisdn, None)
    worker = HealthWorker(district_id=district.id, code=code, language=language, msisdn_index=index)
    worker.name, worker.msisdn = name, msisdn.e164
    session.add(worker)
    session.flush()
    note_change(session, worker, OPENED, by, now)
    return worker


def close_worker(
    bench: Workbench, session: Session, worker: HealthWorker, by: By, now: datetime
) -> None:
    """A health worker leaves: posts end, open referrals go to the next worker or the district.

    The number is free for somebody else. Nothing happens to one who left already.
    """
    _begin(session, worker)
    if worker.closed_at is not None:
        return
    for post in posts_of_worker(session, worker.id):
        end_post(session, post, by, now)
    worker.closed_at = now
    note_change(session, worker, CLOSED, by, now)
    session.flush()
    hand_over(bench, session, worker, _actor(by), now)


def reopen_worker(
    bench: Workbench, session: Session, worker: HealthWorker, by: By, now: datetime
) -> None:
    """Somebody who left is back, on the number as it was; posts begin anew. Raises NumberTaken."""
    _begin(session, worker)
    if worker.closed_at is None:
        return
    _free_number(bench, session, Msisdn(worker.msisdn), worker)
    worker.closed_at = None
    note_change(session, worker, REOPENED, by, now)
    session.flush()


def change_number(
    bench: Workbench,
    session: Session,
    worker: HealthWorker,
    msisdn: Msisdn,
    by: By,
    now: datetime,
) -> None:
    """A health worker has another number; letters that have not left follow. Raises NumberTaken."""
    _begin(session, worker)
    index, before = _free_number(bench, session, msisdn, worker), worker.msisdn_index
    if index == before:
        return
    note_change(session, worker, "msisdn", by, now, before=worker.msisdn, after=msisdn.e164)
    worker.msisdn, worker.msisdn_index = msisdn.e164, index
    session.flush()
    for letter in unsent_to_worker(session, before):
        readdress(letter, msisdn, index)
    session.flush()


def begin_post(
    session: Session,
    village: Village,
    worker: HealthWorker,
    by: By,
    now: datetime,
    *,
    rank: int | None = None,
) -> VillagePost:
    """A health worker begins to serve a village; without `rank` after all others. Raises RankTaken.

    Who serves it already keeps the post that stands.
    """
    _begin(session, village, worker)
    serving = posts_of_village(session, village.id)
    for post in serving:
        if post.health_worker_id == worker.id:
            return post
    taken = {post.rank: post for post in serving}
    if rank in taken:
        raise RankTaken(taken[rank])
    post = VillagePost(
        village=village,
        health_worker=worker,
        rank=rank if rank is not None else max(taken, default=0) + 1,
        began_at=now,
    )
    session.add(post)
    session.flush()
    note_change(session, post, OPENED, by, now)
    return post


def end_post(session: Session, post: VillagePost, by: By, now: datetime) -> None:
    """A health worker serves a village no longer; who is at work goes on with patients begun."""
    _begin(session, post)
    if post.ended_at is not None:
        return
    post.ended_at = now
    note_change(session, post, CLOSED, by, now)
    session.flush()


def move_village(
    session: Session,
    village: Village,
    by: By,
    now: datetime,
    *,
    health_area: HealthArea | None = None,
    facility: Facility | None = None,
) -> None:
    """Another health area or reference centre from now on; referrals on the way keep theirs."""
    _begin(session, village)
    if health_area is not None and health_area.id != village.health_area_id:
        _note_move(session, village, "health_area_id", village.health_area, health_area, by, now)
        village.health_area, village.district_id = health_area, health_area.district_id
    if facility is not None and facility.id != village.facility_id:
        _note_move(session, village, "facility_id", village.facility, facility, by, now)
        village.facility = facility
    session.flush()


def close_place(session: Session, place: Place, by: By, now: datetime) -> None:
    """No caller is offered the place any longer; its past stays. Raises StillUsed.

    A village's posts end with it. An area must be empty, and a facility nobody's reference centre.
    """
    _begin(session, place)
    if place.closed_at is not None:
        return
    users = dependants_of(session, place)
    if users:
        raise StillUsed(users)
    if isinstance(place, Village):
        for post in posts_of_village(session, place.id):
            end_post(session, post, by, now)
    place.closed_at = now
    note_change(session, place, CLOSED, by, now)
    session.flush()


def reopen_place(session: Session, place: Place, by: By, now: datetime) -> None:
    """A place that was closed is offered again; a village's posts begin anew."""
    _begin(session, place)
    if place.closed_at is None:
        return
    place.closed_at = None
    note_change(session, place, REOPENED, by, now)
    session.flush()


def _begin(session: Session, *entries: HealthWorker | VillagePost | Place) -> None:
    """Wait for our turn, and look again: an entry may have been read before another's deed."""
    session.flush()
    change_alone(session)
    for entry in entries:
        session.refresh(entry)


def _note_move(
    session: Session,
    village: Village,
    field: str,
    before: HealthArea | Facility | None,
    after: HealthArea | Facility,
    by: By,
    now: datetime,
) -> None:
    was = _called(before) if before is not None else None
    note_change(session, village, field, by, now, before=was, after=_called(after))


def _called(place: Place) -> str:
    """How the history names a place: by its code, else by its key."""
    return place.code or f"#{place.id}"


def _free_number(
    bench: Workbench, session: Session, msisdn: Msisdn, for_whom: HealthWorker | None
) -> bytes:
    index = bench.keyring.blind(msisdn)
    holder = worker_by_msisdn(session, index)
    if holder is not None and holder is not for_whom:
        raise NumberTaken(holder)
    return index


def _actor(by: By) -> Actor:
    if by.staff_user_id is None:
        return CLOCK
    return Actor(kind="staff", id=by.staff_user_id, channel="desk")
