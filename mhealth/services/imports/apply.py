"""Writes what was prepared in one transaction: all of it, or nothing.

The order frees what others take: posts end before ranks are given anew, health workers leave before
their numbers go to others, and a number or rank that two rows exchange waits aside meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mhealth.care.handover import follow_numbers, hand_over
from mhealth.care.moves import CLOCK, Actor
from mhealth.care.workbench import Workbench
from mhealth.domain.errors import MhealthError
from mhealth.domain.message import Recipient
from mhealth.services.imports.prepare import Draft, Prepared
from mhealth.services.uncollected import uncollected
from mhealth.sheets.columns import Kind
from mhealth.sheets.plan import What
from mhealth.sheets.snapshot import Key
from mhealth.store import directory_bulk as bulk
from mhealth.store.directory import HealthWorker
from mhealth.store.directory_bulk import Values
from mhealth.store.directory_changes import By


class ChangedMeanwhile(MhealthError):
    """The directory is not as it was when the plan was made: nothing was written."""


def apply(bench: Workbench, session: Session, prepared: Prepared, by: By, now: datetime) -> None:
    """Write everything, in the open transaction. Raises ChangedMeanwhile before the first write."""
    bulk.change_alone(session)
    if bulk.directory_version(session) != prepared.plan.snapshot.version:
        raise ChangedMeanwhile("the directory changed during the import")
    with uncollected():  # callers wait for SQLite's lock, which passes made half as long again
        writer = _Writer(session, prepared, now)
        writer.write_places()
        writer.write_workers()
        writer.write_posts()
        writer.write_shifts()
        writer.write_history(by)
        session.expire_all()
        _see_to_letters(bench, session, prepared, by, now)


@dataclass(slots=True)
class _Writer:
    session: Session
    prepared: Prepared
    now: datetime
    new_ids: dict[Kind, dict[str, int]] = field(default_factory=dict)

    def write_places(self) -> None:
        """Districts, areas, facilities, villages."""
        self._add(Kind.DISTRICTS)
        self._change(Kind.DISTRICTS)
        self._add(Kind.HEALTH_AREAS)
        self._add(Kind.FACILITIES, without="next_facility_id")
        self._add(Kind.VILLAGES)
        for kind in (Kind.HEALTH_AREAS, Kind.FACILITIES, Kind.VILLAGES):
            self._change(kind)
            self._close(kind)
            self._reopen(kind)
        self._link_next_facilities()

    def write_workers(self) -> None:
        """Who leaves gives the number free first; numbers that are exchanged wait aside."""
        kind = Kind.HEALTH_WORKERS
        self._close(kind)
        moved = self.prepared.numbers[kind]
        aside: list[Values] = [{"id": id_, "msisdn_index": id_.to_bytes(16)} for id_ in moved]
        bulk.change_rows(self.session, kind.value, aside)
        self._change(kind)
        self._reopen(kind)
        self._add(kind)

    def write_posts(self) -> None:
        """Posts end with themselves, their village or their health worker."""
        kind, plan = Kind.POSTS, self.prepared.plan
        over = set(self.prepared.closing(kind))
        for key, known in plan.snapshot.rows[kind].items():
            if self._closes(Kind.VILLAGES, key[:1]) or self._closes(Kind.HEALTH_WORKERS, key[1:]):
                over.add(known.id)
        bulk.end_rows(self.session, kind.value, "ended_at", over, self.now)
        changed = self.prepared.changed[kind]
        aside: list[Values] = [
            {"id": draft.columns["id"], "rank": -draft.columns["id"]} for draft in changed
        ]
        bulk.change_rows(self.session, kind.value, aside)
        self._change(kind)
        self._add(kind, began_at=self.now)

    def write_shifts(self) -> None:
        """Shifts end with themselves or their facility."""
        kind, plan = Kind.DUTY_PHONES, self.prepared.plan
        over = set(self.prepared.closing(kind))
        for key, known in plan.snapshot.rows[kind].items():
            if key[1] and self._closes(Kind.FACILITIES, key[1:2]):
                over.add(known.id)
        bulk.end_rows(self.session, kind.value, "closed_at", over, self.now)
        self._change(kind)
        self._add(kind)

    def write_history(self, by: By) -> None:
        """One line for each change."""
        ids = _Ids(self)
        rows = [
            {
                **values,
                "object_kind": kind.value,
                "object_id": ids.of(kind, key),
                "district_id": self._key_of(Kind.DISTRICTS, self._district(kind, key)),
                "staff_user_id": by.staff_user_id,
                "import_id": by.import_id,
                "at": self.now,
            }
            for kind, key, values in self.prepared.history
        ]
        bulk.add_rows(self.session, "directory_changes", rows)

    def _add(self, kind: Kind, *, without: str | None = None, **more: object) -> None:
        drafts = self.prepared.new[kind]
        rows = [{**self._resolved(draft), **more} for draft in drafts]
        for row in rows:
            if without is not None:
                row[without] = None
        bulk.add_rows(self.session, kind.value, rows)
        if kind not in (Kind.POSTS, Kind.DUTY_PHONES):
            codes = [draft.key[0] for draft in drafts]
            self.new_ids[kind] = bulk.ids_by_code(self.session, kind.value, codes)

    def _change(self, kind: Kind) -> None:
        drafts = self.prepared.changed[kind]
        bulk.change_rows(self.session, kind.value, [self._resolved(draft) for draft in drafts])

    def _close(self, kind: Kind) -> None:
        closing = self.prepared.closing(kind)
        bulk.end_rows(self.session, kind.value, "closed_at", closing, self.now)

    def _reopen(self, kind: Kind) -> None:
        again: list[Values] = [
            {"id": id_, "closed_at": None} for id_ in self.prepared.reopening(kind)
        ]
        bulk.change_rows(self.session, kind.value, again)

    def _link_next_facilities(self) -> None:
        """Once all facilities are there."""
        links: list[Values] = []
        for draft in self.prepared.new[Kind.FACILITIES]:
            if "next_facility_id" in draft.refers:
                code = draft.refers["next_facility_id"][1]
                own = self._key_of(Kind.FACILITIES, draft.key[0])
                links.append({"id": own, "next_facility_id": self._key_of(Kind.FACILITIES, code)})
        bulk.change_rows(self.session, Kind.FACILITIES.value, links)

    def _resolved(self, draft: Draft) -> Values:
        refers: Mapping[str, tuple[Kind, str]] = draft.refers
        found = {
            column: self._key_of(kind, code)
            for column, (kind, code) in refers.items()
            if not (column == "next_facility_id" and "id" not in draft.columns)
        }
        return {**draft.columns, **found}

    def _key_of(self, kind: Kind, code: str) -> int:
        known = self.prepared.plan.snapshot.find(kind, (code,))
        return known.id if known is not None else self.new_ids[kind][code]

    def _district(self, kind: Kind, key: Key) -> str:
        district = self.prepared.plan.district(kind, key)
        assert district is not None
        return district

    def _closes(self, kind: Kind, key: Key) -> bool:
        step = self.prepared.plan.step(kind, key)
        return step is not None and step.what is What.CLOSED


class _Ids:
    """The keys of rows for the history, new ones among them."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._shifts = self._new_shifts()
        self._posts = self._new_posts()

    def of(self, kind: Kind, key: Key) -> int:
        known = self._writer.prepared.plan.snapshot.find(kind, key)
        if known is not None:
            return known.id
        if kind is Kind.POSTS:
            return self._posts[key]
        if kind is Kind.DUTY_PHONES:
            return self._shifts[key]
        return self._writer.new_ids[kind][key[0]]

    def _new_shifts(self) -> dict[Key, int]:
        drafts = self._writer.prepared.new[Kind.DUTY_PHONES]
        uids: Iterable[UUID] = [draft.columns["uid"] for draft in drafts]
        ids = bulk.ids_by_uid(self._writer.session, Kind.DUTY_PHONES.value, uids)
        return {draft.key: ids[draft.columns["uid"]] for draft in drafts}

    def _new_posts(self) -> dict[Key, int]:
        drafts = self._writer.prepared.new[Kind.POSTS]
        if not drafts:
            return {}
        rows = bulk.all_rows(self._writer.session, Kind.POSTS.value)
        ids = {(row["village_id"], row["health_worker_id"]): row["id"] for row in rows}
        find = self._writer._key_of
        return {
            draft.key: ids[
                find(Kind.VILLAGES, draft.key[0]), find(Kind.HEALTH_WORKERS, draft.key[1])
            ]
            for draft in drafts
        }


def _see_to_letters(
    bench: Workbench, session: Session, prepared: Prepared, by: By, now: datetime
) -> None:
    """Letters follow numbers; what leavers followed goes to the next health worker."""
    for kind, recipient in (
        (Kind.HEALTH_WORKERS, Recipient.HEALTH_WORKER),
        (Kind.FACILITIES, Recipient.FACILITY),
        (Kind.DISTRICTS, Recipient.DISTRICT),
    ):
        follow_numbers(bench, session, recipient, prepared.numbers[kind])
    actor = CLOCK
    if by.staff_user_id is not None:
        actor = Actor(kind="staff", id=by.staff_user_id, channel="desk")
    for id_ in bulk.workers_with_work(session, prepared.closing(Kind.HEALTH_WORKERS)):
        hand_over(bench, session, session.get_one(HealthWorker, id_), actor, now)
