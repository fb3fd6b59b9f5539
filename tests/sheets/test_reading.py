"""Sheets as spreadsheets write them: encodings, separators, numbers, dates, formulas, hostile archives."""

import io
import re
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Kind
from mhealth.sheets.plan import Plan
from mhealth.sheets.raw import MOST_ROWS
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import empty_snapshot
from mhealth.ussd.deeds import NAME
from tests.sheets.desk_of_sheets import check, only, said, workbook

HEAD = ["code", "nom", "téléphone", "langue", "district"]
FACILITY = ["code", "nom", "district", "jours de consultation", "ouverture", "garde"]


def values(plan: Plan, kind: Kind, code: str) -> dict[str, object]:
    return dict(plan.steps[kind][code,].values)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_in_every_encoding_and_with_every_separator(
    encoding: str, separator: str
) -> None:
    lines = [HEAD, ["S9", "Désiré N’Guessan", "+229 01 91 00 00 09", "fr", "D1"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    plan = check(SheetFile("agents de santé.csv", text.encode(encoding)))

    assert plan.findings.listed == []
    assert values(plan, Kind.HEALTH_WORKERS, "S9") == {
        "name": "Désiré N’Guessan",
        "msisdn": Msisdn("+2290191000009"),
        "language": "fr",
    }


def test_one_file_may_be_utf8_and_the_next_windows() -> None:
    first = SheetFile("agents.csv", "code;nom\nS1;Éloïse".encode())
    second = SheetFile("villages.csv", "code;nom\nV1;Gbéhoué".encode("cp1252"))
    plan = check(first, second)

    assert values(plan, Kind.HEALTH_WORKERS, "S1") == {"name": "Éloïse"}
    assert values(plan, Kind.VILLAGES, "V1") == {"name": "Gbéhoué"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_file_may_hold_lines_of_both(mark: bytes) -> None:
    lines = ["code;nom", "V1;Kàpélé", "0012;Kàpélé"]
    data = [line.encode("cp1252" if "V1" in line else "utf-8") for line in lines]
    plan = check(SheetFile("villages.csv", mark + b"\r\n".join(data)))

    for code in ("V1", "0012"):
        assert values(plan, Kind.VILLAGES, code) == {"name": "Kàpélé"}


def test_a_quoted_cell_may_hold_separators_quotes_and_line_breaks_and_rows_keep_their_number() -> (
    None
):
    text = 'code;nom\r\nV1;"Tové ""le haut"";\r\nvers la route"\r\n\r\n0012;' + "x" * 41
    plan = check(SheetFile("villages.csv", text.encode()))

    assert values(plan, Kind.VILLAGES, "V1") == {"name": 'Tové "le haut"; vers la route'}
    assert ("villages!B5", "too_long") in said(plan)


def test_english_headings_sheet_names_and_words_do_as_well() -> None:
    plan = check(
        workbook(
            {
                "Health Workers": [
                    ["Code", "Name", "Phone", "Language", "District", "Closed"],
                    ["S2", "Kossi A.", None, "EN", None, "no"],
                ],
                "Facilities": [
                    ["CODE", "Clinic days", "Opens", "Next facility"],
                    ["C1", "Mon-Wed, ".rstrip(", "), "8:30", "C2"],
                ],
                "Read me": [["whatever"]],
            }
        )
    )

    assert plan.findings.listed == []
    assert values(plan, Kind.HEALTH_WORKERS, "S2") == {"name": "Kossi A.", "language": "en"}
    assert values(plan, Kind.FACILITIES, "C1") == {"clinic_days": "1,2,3", "opens_minute": 510}


def test_numbers_that_a_spreadsheet_made_of_phones_and_codes_are_read_right() -> None:
    plan = check(
        workbook(
            {
                "agents": [
                    HEAD,
                    [901, "Ama", 2290191000009.0, None, "D1"],
                    [902.0, "Bio", 2290191000010, None, "D1"],
                    ["S903", "Co", 191000011, None, "D1"],  # its zero is lost
                ],
            }
        )
    )

    assert plan.findings.listed == []
    numbers = {key[0]: s.values["msisdn"] for key, s in plan.steps[Kind.HEALTH_WORKERS].items()}
    assert numbers == {
        "901": Msisdn("+2290191000009"),
        "902": Msisdn("+2290191000010"),
        "S903": Msisdn("+2290191000011"),
    }


@pytest.mark.parametrize(
    ("days", "read"),
    [
        ("lun, mer, ven", "1,3,5"), ("Lundi - Vendredi", "1,2,3,4,5"), ("sam au lun", "1,6,7"),
        ("mardi et jeudi", "2,4"), ("tous les jours", "1,2,3,4,5,6,7"), ("1,3,5", "1,3,5"),
        ("135", "1,3,5"), (135, "1,3,5"), (2.4, "2,4"), ("1-3", "1,2,3"), ("Mon to Wed", "1,2,3"),
        (3, "3"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_and_spreadsheets_write_them(days: object, read: str) -> None:
    plan = check(workbook({"centres": [FACILITY, ["C9", "x", "D1", days, None, "0190000009"]]}))

    assert plan.findings.listed == []
    assert values(plan, Kind.FACILITIES, "C9")["clinic_days"] == read


@pytest.mark.parametrize(
    ("hour", "minute"),
    [
        ("08:00", 480), ("8h", 480), ("8h30", 510), ("8 h 30", 510), ("7:05:00", 425), (8, 480),
        (time(7, 30), 450), (0.5, 720), ("24:00", 0), ("0:00", 0), ("23h59", 1439),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_and_spreadsheets_write_them(hour: object, minute: int) -> None:
    plan = check(workbook({"centres": [FACILITY, ["C9", "x", "D1", None, hour, "0190000009"]]}))

    assert plan.findings.listed == []
    assert values(plan, Kind.FACILITIES, "C9")["opens_minute"] == minute


@pytest.mark.parametrize(
    ("row", "cell", "problem"),
    [
        ([datetime(2026, 3, 4), "x"], "agents!A2", "is_a_date"),
        ([date(2026, 3, 4), "x"], "agents!A2", "is_a_date"),
        ([1.5, "x"], "agents!A2", "bad_code"),
        (["S1", datetime(2026, 3, 4)], "agents!B2", "is_a_date"),
        (["S1", None, time(8, 0)], "agents!C2", "is_an_hour"),
        (["S1", None, 2.29e15], "agents!C2", "bad_phone"),
        (["#N/A", "x"], "agents!A2", "is_an_error"),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell_is_a_fault_by_cell(
    row: list[object], cell: str, problem: str
) -> None:
    finding = only(check(workbook({"agents": [HEAD, row]})))

    assert (finding.cell, finding.problem) == (cell, problem)


def test_a_formula_counts_as_the_value_that_the_spreadsheet_kept() -> None:
    made = workbook({"villages": [["code", "nom"], ["V1", "=A2&A2"]]}).data
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(kept, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part, re.sub(rb'<c r="B2"><f>(.*?)</f><v ?/?>(</v>)?', _CALCULATED, text))
    plan = check(SheetFile("x.xlsx", kept.getvalue()))

    assert values(plan, Kind.VILLAGES, "V1") == {"name": "V1V1"}
    assert check(SheetFile("never-calculated.xlsx", made)).changes_nothing


_CALCULATED = rb'<c r="B2" t="str"><f>\1</f><v>V1V1</v>'


def test_hidden_sheets_empty_rows_and_examples_are_passed_over() -> None:
    book = Workbook()
    book.active.title = "villages"
    for row in (["code", "nom"], [], ["EXEMPLE-V1", "Agbodji"], [None, None], ["V1", "Tové B"]):
        book.active.append(row)
    hidden = book.create_sheet("agents")
    hidden.append(["code"])
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    plan = check(SheetFile("x.xlsx", target.getvalue()))

    assert plan.findings.listed == []
    assert [step.line.cell("code") for step in plan.all(*plan.counts()[Kind.VILLAGES])] == [
        "villages!A5"
    ]


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(**{"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 101 * 2**20})
    many = zipped(**{"xl/workbook.xml": b"<x/>", **{f"p{n}": b"" for n in range(201)}})

    for data in (bomb, many):
        assert only(check(SheetFile("a.xlsx", data))).problem == "too_big_inside"
    assert len(bomb) < 2**20


def test_an_archive_of_something_else_is_no_workbook() -> None:
    assert only(check(SheetFile("a.ods", zipped(mimetype=b"x")))).problem == "not_a_workbook"


def test_entities_that_multiply_are_no_way_to_fill_memory() -> None:
    layers = "".join(
        f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(20))}">' for n in range(1, 12)
    )
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{layers}]><x>&l11;</x>'
    data = zipped(**{"xl/workbook.xml": evil.encode(), "[Content_Types].xml": evil.encode()})

    assert only(check(SheetFile("a.xlsx", data))).problem == "broken_workbook"


def test_more_rows_than_any_district_has_are_refused_over_all_files() -> None:
    half = b"code;nom\n" + b"V1;x\n" * (MOST_ROWS // 2 + 1)
    plan = check(SheetFile("villages.csv", half), SheetFile("aires.csv", half))

    assert ("aires.csv", "too_many_rows") in said(plan)


def test_the_screens_width_is_that_of_the_flows() -> None:
    plan = check(
        workbook({"villages": [["code", "nom"], ["V1", "a" * NAME], ["0012", "a" * (NAME + 1)]]})
    )

    assert said(plan) == [("villages!B3", "cut_on_screen")]


def test_an_empty_directory_takes_a_whole_district() -> None:
    plan = check(
        workbook(
            {
                "districts": [["code", "nom"], ["D9", "Neuf"]],
                "aires": [["code", "nom", "district"], ["A9", "Aire", "D9"]],
                "centres": [FACILITY, ["C9", "CS", "D9", None, None, "0190000009"]],
                "villages": [["code", "nom", "aire", "centre"], ["V9", "Tové", "A9", "C9"]],
                "agents": [HEAD, ["S9", "Ama", "0191000009", None, "D9"]],
                "affectations": [["village", "agent"], ["V9", "S9"]],
            }
        ),
        against=empty_snapshot(),
    )

    assert plan.findings.listed == []
    assert values(plan, Kind.DISTRICTS, "D9") == {
        "timezone": "UTC", "name": "Neuf", "language": "fr",
    }  # fmt: skip
    assert values(plan, Kind.HEALTH_WORKERS, "S9")["language"] == "fr"
