"""Every fault of a sheet is named by its cell, all of them at once, in French and English."""

import pytest

from mhealth.sheets.columns import Kind
from mhealth.sheets.plan import What
from mhealth.sheets.raw import MOST_ROWS
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.words import PROBLEMS, WARNINGS
from tests.sheets.desk_of_sheets import check, only, said, sheet

VILLAGES = "code;nom;aire de santé;centre de référence;distance km;fermé"
WORKERS = "code;nom;téléphone;langue;district;fermé"
FACILITIES = "code;nom;district;jours de consultation;ouverture;garde;langue;centre suivant;fermé"
POSTS = "village;agent de santé;rang;fermé"
AREAS = "code;nom;district;fermé"
SHIFTS = "centre;district;jours;de;à;téléphone;fermé"

ONE_FAULT = [
    # headings
    ("villages", "code;nom;aire de santé;distanse", "V1;;;", "villages!D1", "near_heading"),
    ("villages", "code;nom;population", "V1;;", "villages!C1", "unknown_heading"),
    ("villages", "nom;aire de santé", "Tové;A1", "villages!1", "missing_heading"),
    ("villages", "a;b;c", "V1;x;y", "villages!1", "no_headings"),
    ("villages", "code;nom;name", "V1;x;y", "villages!C1", "heading_twice"),
    ("villages", "code;nom", "V1;Tové;ici", "villages!C2", "beyond_headings"),
    # one cell
    ("villages", VILLAGES, "V1;" + "é" * 41 + ";;;;", "villages!B2", "too_long"),
    ("villages", VILLAGES, "V1;" + "a" * 25 + ";;;;", "villages!B2", "cut_on_screen"),
    ("villages", VILLAGES, "V1;قرية;;;;", "villages!B2", "no_phone_shows"),
    ("villages", VILLAGES, "V1;;;;-3;", "villages!E2", "bad_distance"),
    ("villages", VILLAGES, "V1;;;;501;", "villages!E2", "bad_distance"),
    ("villages", VILLAGES, "V1;;;;loin;", "villages!E2", "bad_distance"),
    ("villages", VILLAGES, "V1;;;;;peut-être", "villages!F2", "bad_yes_no"),
    ("villages", VILLAGES, "#REF!;x;A1;C1;;", "villages!A2", "is_an_error"),
    ("villages", VILLAGES, ";x;A1;C1;;", "villages!A2", "missing_key"),
    ("villages", VILLAGES, "V" * 25 + ";x;A1;C1;;", "villages!A2", "too_long"),
    ("centres", FACILITIES, "C1;;;lun, mec;;;;;", "centres!D2", "bad_days"),
    ("centres", FACILITIES, "C1;;;8;;;;;", "centres!D2", "bad_days"),
    ("centres", FACILITIES, "C1;;;;25:00;;;;", "centres!E2", "bad_hour"),
    ("centres", FACILITIES, "C1;;;;8h61;;;;", "centres!E2", "bad_hour"),
    ("centres", FACILITIES, "C1;;;;;12;;;", "centres!F2", "bad_phone"),
    ("centres", FACILITIES, "C1;;;;;;zz;;", "centres!G2", "bad_language"),
    ("agents", WORKERS, "S1;;2,29019E+12;;;", "agents!C2", "shortened_number"),
    ("agents", WORKERS, "S1;;abc;;;", "agents!C2", "bad_phone"),
    ("affectations", POSTS, "V1;S1;0;", "affectations!C2", "bad_rank"),
    ("districts", "code;nom;fuseau", "D1;;Afrique", "districts!C2", "bad_timezone"),
    # one row
    ("villages", VILLAGES, "V9;Neuf;;C1;;", "villages!C2", "missing_needed"),
    ("villages", VILLAGES, "V9;;A1;C1;;", "villages!B2", "missing_needed"),
    ("agents", WORKERS, "S9;Ama;;;D1;", "agents!C2", "missing_needed"),
    ("villages", VILLAGES, "V9;Neuf;A7;C1;;", "villages!C2", "unknown_code"),
    ("villages", VILLAGES, "V1;;;c1;;", "villages!D2", "unknown_code_near"),
    ("villages", VILLAGES, "V1;;;CX9;;", "villages!D2", "unknown_code"),
    ("villages", VILLAGES, "12;Neuf;A1;C1;;", "villages!A2", "lost_zeros"),
    ("villages", VILLAGES, "#77;Neuf;A1;C1;;", "villages!A2", "made_up_code"),
    ("villages", VILLAGES, "V9;;;;;oui", "villages!F2", "closed_and_unknown"),
    ("villages", VILLAGES, "V1;;B1;;;", "villages!C2", "changes_district"),
    ("agents", WORKERS, "S1;;;;D2;", "agents!E2", "changes_district"),
    ("affectations", POSTS, "V9;S1;;", "affectations!A2", "unknown_code"),
    ("affectations", POSTS, "V1;S9;2;", "affectations!B2", "unknown_code"),
    ("gardes", SHIFTS, ";;;18:00;08:00;+2290190000077;", "gardes!A2", "missing_place"),
    # rows together
    ("villages", VILLAGES, "V1;;A2;;;", "villages!C2", "refers_to_closed"),
    ("villages", VILLAGES, "V1;;;E1;;", "villages!D2", "centre_of_other_district"),
    ("villages", VILLAGES, "V9;tové;A1;C1;;", "villages!B2", "same_name"),
    ("villages", VILLAGES, "V9;Neuf;A1;;;", "villages!D2", "no_centre"),
    ("villages", VILLAGES, "V1;;;;;oui", "villages!F2", "open_referrals"),
    ("agents", WORKERS, "S1;;;;;oui", "agents!F2", "patients_handed_over"),
    ("agents", WORKERS, "S9;Ama;+2290191000002;;D1;", "agents!C2", "number_taken"),
    ("agents", WORKERS, "S9;Ama;+2290191000003;;D1;", "agents!C2", "number_taken_elsewhere"),
    ("affectations", POSTS, "V1;S2;1;", "affectations!C2", "rank_taken"),
    ("affectations", POSTS, "V1;T1;2;", "affectations!B2", "worker_of_other_district"),
    ("centres", FACILITIES, "C1;;;;;;;C1;", "centres!H2", "next_is_itself"),
    ("centres", FACILITIES, "C2;;;;;;;C1;", "centres!H2", "circle"),
    ("centres", FACILITIES, "C9;Neuf;D1;;;;;;", "centres!F2", "no_duty_phone"),
    ("centres", FACILITIES, "C2;;;;;;;;oui", "centres!I2", "still_used"),
    ("aires", AREAS, "A1;;;oui", "aires!D2", "still_used"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "row", "cell", "problem"), ONE_FAULT)
def test_a_fault_is_named_by_its_cell(
    name: str, head: str, row: str, cell: str, problem: str
) -> None:
    finding = only(check(sheet(name, head, row)))

    assert (finding.cell, finding.problem) == (cell, problem)
    assert finding.is_fault is (problem not in WARNINGS)
    for language in ("fr", "en"):
        text = finding.say(language)
        assert text
        assert "{" not in text
        assert "@" not in text


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    plan = check(
        sheet("agents", WORKERS, "S8;Ama;+2290191000009;;D1;", "S9;Bio;+2290191000009;;D9;"),
        sheet("villages", VILLAGES, "V8;x;A1;C7;-1;", "V8;y;A1;C1;;", "V9;z;A1;C1;;bof"),
        sheet("affectations", POSTS, "V8;S8;1;", "V8;S9;1;"),
    )

    assert said(plan) == [
        ("agents!E3", "unknown_code"),
        ("villages!D2", "unknown_code"),
        ("villages!E2", "bad_distance"),
        ("villages!A3", "twice"),
        ("villages!F4", "bad_yes_no"),
        ("affectations!C3", "rank_taken"),
    ]
    assert not plan.findings.are_clean


def test_two_rows_with_one_number_name_the_worker_by_code_and_cell_never_by_name() -> None:
    head = sheet("agents", WORKERS, "S8;Ama Zola;+229 01 91 00 00 09;;D1;", "S9;B;0191000009;;D1;")
    finding = only(check(head))

    assert (finding.cell, finding.problem) == ("agents!C3", "number_twice")
    assert "S8" in finding.say("fr")
    assert "agents!C2" in finding.say("fr")
    assert "Zola" not in finding.say("fr")


def test_a_number_is_free_when_its_worker_leaves_or_changes_it_in_the_same_files() -> None:
    assert check(
        sheet("agents", WORKERS, "S1;;+2290191000002;;;", "S2;;+2290191000001;;;")
    ).findings.are_clean
    assert check(
        sheet("agents", WORKERS, "S2;;;;;oui", "S9;Ama;+2290191000002;;D1;")
    ).findings.are_clean


def test_what_only_follows_from_another_fault_is_not_told_again() -> None:
    plan = check(
        sheet("villages", VILLAGES, "V9;Neuf;A7;C1;;"),
        sheet("affectations", POSTS, "V9;S1;;", "V9;S2;;"),
    )

    assert said(plan) == [("villages!C2", "unknown_code")]


@pytest.mark.parametrize(
    ("name", "head", "row", "problem"),
    [
        ("villages", VILLAGES, "W1;Bè Haut;;;;", "not_yours"),
        ("villages", VILLAGES, "W9;Neuf;B1;;;", "not_yours"),
        ("agents", WORKERS, "T1;Yawa;;;;", "not_yours"),
        ("districts", "code;nom", "D2;Ailleurs", "not_yours"),
        ("districts", "code;nom", "D3;Neuf", "not_yours"),
        ("gardes", SHIFTS, "E1;;;18:00;08:00;+2290190000077;", "not_yours"),
    ],
)
def test_staff_of_a_district_import_their_own_alone(
    name: str, head: str, row: str, problem: str
) -> None:
    assert only(check(sheet(name, head, row), district="D1")).problem == problem
    assert check(sheet(name, head, row)).findings.faults == 0


def test_no_code_of_another_district_is_suggested() -> None:
    finding = only(check(sheet("villages", VILLAGES, "V1;;;e1;;"), district="D1"))

    assert finding.problem == "unknown_code"


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.csv", b"  \n ", "empty_file"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "not_a_sheet"),
        ("a.pdf", b"%PDF-1.7", "not_a_sheet"),
        ("a.csv", b"code;nom\nV1;a\0b", "not_a_sheet"),
        ("a.xlsx", b"PK\x03\x04broken", "broken_workbook"),
        ("a.xlsx", b"code;nom", "broken_workbook"),
        ("villages.csv", b'code;nom\nV1;"never closed' + b"x" * 200_000, "broken_csv"),
        ("villages.csv", b"\xff\xfec\x00o\x00d", "broken_encoding"),
        ("villages.csv", b"code\n" + b"V\n" * (MOST_ROWS + 1), "too_many_rows"),
        ("vilages.csv", b"code;nom\nV1;x", "near_sheet"),
        ("big.csv", b"x" * (10 * 1024 * 1024 + 1), "too_big"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_one_line(
    name: str, data: bytes, problem: str
) -> None:
    plan = check(SheetFile(name, data))

    assert [finding.problem for finding in plan.findings.listed] == [problem]
    assert plan.findings.faults == 1


def test_a_quote_that_nobody_closes_is_told_by_its_line_and_swallows_no_rows() -> None:
    found = only(check(sheet("villages", "code;nom", "V1;Un", 'V2;"Deux', "V3;Trois", "V4;Quatre")))

    assert (found.problem, found.values) == ("broken_csv", {"line": "3"})


def test_sheets_that_nobody_knows_are_told_and_nothing_is_read() -> None:
    plan = check(sheet("notes", "a;b", "1;2"))

    assert [finding.problem for finding in plan.findings.listed] == ["no_sheet", "unknown_sheet"]


def test_a_thousand_faults_are_listed_and_all_are_counted() -> None:
    rows = [f"Z{n};x;A9;C1;;" for n in range(1500)]
    plan = check(sheet("villages", VILLAGES, *rows))

    assert len(plan.findings.listed) == 1000
    assert plan.findings.faults == 1500


def test_every_sentence_is_said_in_both_languages_with_the_same_values() -> None:
    for problem, texts in PROBLEMS.items():
        marks = [sorted(part.split("}")[0] for part in texts[t].split("{")[1:]) for t in texts]
        assert set(texts) == {"fr", "en"}, problem
        assert set(marks[0]) == set(marks[1]), problem
        assert "'" not in texts["fr"], problem


def test_closing_an_unknown_row_writes_nothing() -> None:
    plan = check(sheet("villages", VILLAGES, "V9;;;;;oui"))

    assert plan.changes_nothing
    assert plan.findings.are_clean


def test_the_plan_tells_before_and_after() -> None:
    plan = check(sheet("villages", VILLAGES, "V1;Tové Haut;;C2;8,5;"))
    step = plan.steps[Kind.VILLAGES]["V1",]

    assert step.what is What.CHANGED
    assert step.before == {"name": "Tové", "facility": "C1", "distance_km": 7.0}
    assert step.values == {"name": "Tové Haut", "facility": "C2", "distance_km": 8.5}
