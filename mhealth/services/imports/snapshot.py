"""The directory as the sheets speak of it: codes for keys, sealed values opened.

A row that was never given a code is called by its key, `#12`, so that it too can be exported, changed
and imported again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from mhealth.domain.errors import SealError
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from mhealth.sheets.columns import Kind
from mhealth.sheets.snapshot import Key, Known, Snapshot
from mhealth.store.directory import District
from mhealth.store.directory_bulk import (
    Values,
    all_rows,
    directory_version,
    open_referrals_by,
)
from mhealth.store.keyring import Keyring, Place


def read_snapshot(session: Session) -> Snapshot:
    """All of the directory. The version is read first: what changes meanwhile makes it too old."""
    version = directory_version(session)
    reader = _Reader(session.info["keyring"])
    rows = {kind: reader.rows(kind, all_rows(session, kind.value)) for kind in Kind}
    return Snapshot(
        rows=rows,
        open_referrals={
            Kind.FACILITIES: open_referrals_by(session, "facility_id"),
            Kind.VILLAGES: open_referrals_by(session, "village_id"),
            Kind.HEALTH_WORKERS: open_referrals_by(session, "health_worker_id"),
        },
        version=version,
    )


def district_code(district: District) -> str:
    """How a district is called in sheets."""
    return district.code or f"#{district.id}"


def code_of(row: Values) -> str:
    """How a row is called in sheets."""
    return row["code"] or f"#{row['id']}"


class _Reader:
    """Reads tables in the order of the sheets; later ones refer to earlier ones by key."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._codes: dict[Kind, dict[int, str]] = {}
        self._districts: dict[Kind, dict[int, str]] = {}
        self._values: Mapping[Kind, Callable[[Values], Mapping[str, Any]]] = {
            Kind.DISTRICTS: self._district,
            Kind.HEALTH_AREAS: lambda row: {"name": row["name"]},
            Kind.FACILITIES: self._facility,
            Kind.VILLAGES: self._village,
            Kind.HEALTH_WORKERS: self._worker,
            Kind.POSTS: lambda row: {"rank": row["rank"]},
            Kind.DUTY_PHONES: self._shift,
        }

    def rows(self, kind: Kind, rows: list[Values]) -> dict[Key, Known]:
        """The rows of one sheet by key."""
        if kind not in (Kind.POSTS, Kind.DUTY_PHONES):
            self._codes[kind] = {row["id"]: code_of(row) for row in rows}
        self._districts[kind] = {row["id"]: self._district_of(kind, row) for row in rows}
        return {self._key(kind, row): self._known(kind, row) for row in rows}

    def _known(self, kind: Kind, row: Values) -> Known:
        return Known(
            id=row["id"],
            uid=row["uid"].hex if "uid" in row else "",
            district=self._districts[kind][row["id"]],
            is_closed=row.get("closed_at") is not None,
            values=self._values[kind](row),
        )

    def _key(self, kind: Kind, row: Values) -> Key:
        if kind is Kind.POSTS:
            return (
                self._codes[Kind.VILLAGES][row["village_id"]],
                self._codes[Kind.HEALTH_WORKERS][row["health_worker_id"]],
            )
        if kind is Kind.DUTY_PHONES:
            facility = self._codes[Kind.FACILITIES].get(row["facility_id"], "")
            district = "" if facility else self._codes[Kind.DISTRICTS][row["district_id"]]
            begins = row["from_minute"]
            return district, facility, row["weekdays"], f"{begins // 60:02d}:{begins % 60:02d}"
        return (code_of(row),)

    def _district_of(self, kind: Kind, row: Values) -> str:
        if kind is Kind.DISTRICTS:
            return code_of(row)
        if kind is Kind.POSTS:
            return self._districts[Kind.VILLAGES][row["village_id"]]
        return self._codes[Kind.DISTRICTS][row["district_id"]]

    def _district(self, row: Values) -> Mapping[str, Any]:
        return {
            "name": row["name"],
            "timezone": row["timezone"],
            "language": row["language"],
            "duty_msisdn": self._number(Kind.DISTRICTS, row, "duty_msisdn_sealed"),
        }

    def _facility(self, row: Values) -> Mapping[str, Any]:
        return {
            "name": row["name"],
            "clinic_days": row["clinic_days"],
            "opens_minute": row["opens_minute"],
            "language": row["language"],
            "next_facility": self._codes[Kind.FACILITIES].get(row["next_facility_id"]),
            "duty_msisdn": self._number(Kind.FACILITIES, row, "duty_msisdn_sealed"),
        }

    def _village(self, row: Values) -> Mapping[str, Any]:
        return {
            "name": row["name"],
            "health_area": self._codes[Kind.HEALTH_AREAS][row["health_area_id"]],
            "facility": self._codes[Kind.FACILITIES].get(row["facility_id"]),
            "distance_km": row["distance_km"],
        }

    def _worker(self, row: Values) -> Mapping[str, Any]:
        return {
            "name": self._text(Kind.HEALTH_WORKERS, row, "name_sealed"),
            "msisdn": self._number(Kind.HEALTH_WORKERS, row, "msisdn_sealed"),
            "language": row["language"],
        }

    def _shift(self, row: Values) -> Mapping[str, Any]:
        return {
            "until_minute": row["until_minute"],
            "msisdn": self._number(Kind.DUTY_PHONES, row, "msisdn_sealed"),
        }

    def _text(self, kind: Kind, row: Values, column: str) -> str | None:
        """A sealed text; a damaged one counts as none, so that an import can mend it."""
        if row[column] is None:
            return None
        try:
            place = Place(kind.value, column, row["uid"].hex)
            return self._keyring.open(place, row[column]).decode()
        except SealError:
            return None

    def _number(self, kind: Kind, row: Values, column: str) -> Msisdn | None:
        text = self._text(kind, row, column)
        try:
            return Msisdn(text) if text else None
        except NotAMsisdn:
            return None
