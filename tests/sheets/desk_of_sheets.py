"""Sheets for tests: CSV from lines, a directory that knows a few rows, and what a check says of them."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.cells import Customs
from mhealth.sheets.columns import Kind
from mhealth.sheets.findings import Finding, Findings
from mhealth.sheets.plan import Plan
from mhealth.sheets.planning import make_plan
from mhealth.sheets.reading import SheetFile, read_files
from mhealth.sheets.snapshot import Allowed, Known, Snapshot

CUSTOMS = Customs(region="BJ", languages=frozenset({"fr", "en"}))
AFI, KOSSI, YAWA = (Msisdn(f"+229019100000{n}") for n in (1, 2, 3))


def known(id_: int, district: str = "D1", *, closed: bool = False, **values: object) -> Known:
    return Known(id=id_, uid=f"{id_:032x}", district=district, is_closed=closed, values=values)


def directory() -> Snapshot:
    """Two districts; D1 has an area, two facilities, two villages, two workers, a post and a shift."""
    facility = {"clinic_days": "1,2,3,4,5", "opens_minute": 480, "language": "fr"}
    place = {"timezone": "Africa/Porto-Novo", "language": "fr", "duty_msisdn": None}
    return Snapshot(
        rows={
            Kind.DISTRICTS: {
                ("D1",): known(1, name="Kouvè", **place),
                ("D2",): known(2, "D2", name="Ailleurs", **place),
            },
            Kind.HEALTH_AREAS: {
                ("A1",): known(1, name="Aire 1"),
                ("A2",): known(2, name="Aire 2", closed=True),
                ("B1",): known(3, "D2", name="Aire B"),
            },
            Kind.FACILITIES: {
                ("C1",): known(1, name="CS un", next_facility="C2", duty_msisdn=AFI, **facility),
                ("C2",): known(2, name="HD", next_facility=None, duty_msisdn=AFI, **facility),
                ("E1",): known(3, "D2", name="CS B", next_facility=None, **facility),
            },
            Kind.VILLAGES: {
                ("V1",): known(1, name="Tové", health_area="A1", facility="C1", distance_km=7.0),
                ("0012",): known(2, name="Zogbo", health_area="A1", facility="C1"),
                ("W1",): known(3, "D2", name="Bè", health_area="B1", facility="E1"),
            },
            Kind.HEALTH_WORKERS: {
                ("S1",): known(1, name="Afi", msisdn=AFI, language="fr"),
                ("S2",): known(2, name="Kossi", msisdn=KOSSI, language="fr"),
                ("T1",): known(3, "D2", name="Yawa", msisdn=YAWA, language="fr"),
            },
            Kind.POSTS: {("V1", "S1"): known(1, rank=1)},
            Kind.DUTY_PHONES: {("", "C1", "6,7", "18:00"): known(1, until_minute=480, msisdn=AFI)},
        },
        open_referrals={Kind.VILLAGES: {1: 3}, Kind.HEALTH_WORKERS: {1: 2}},
    )


def sheet(name: str, *lines: str) -> SheetFile:
    """A CSV sheet, UTF-8, from lines with semicolons."""
    return SheetFile(f"{name}.csv", "\n".join(lines).encode())


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> SheetFile:
    """An XLSX workbook with cells of any type."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        tab = book.create_sheet(title)
        for row in rows:
            tab.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return SheetFile("classeur.xlsx", target.getvalue())


def check(*files: SheetFile, district: str | None = None, against: Snapshot | None = None) -> Plan:
    """The plan of these files."""
    findings = Findings()
    return make_plan(
        read_files(files, CUSTOMS, findings),
        against or directory(),
        findings,
        allowed=Allowed(district),
        default_language="fr",
    )


def said(plan: Plan) -> list[tuple[str, str]]:
    """Every finding as (cell, problem)."""
    return [(finding.cell, finding.problem) for finding in plan.findings.listed]


def only(plan: Plan) -> Finding:
    """The one finding there is."""
    (finding,) = plan.findings.listed
    return finding
