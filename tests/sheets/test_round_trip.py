"""What is exported and imported again changes nothing, in both forms and both languages."""

import io
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from mhealth.domain.gsm7 import BASIC
from mhealth.domain.msisdn import Msisdn
from mhealth.services.imports.export import sheet_rows
from mhealth.sheets.columns import Cell, Kind
from mhealth.sheets.forms import FORMS
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed, Known, Snapshot, empty_snapshot
from mhealth.sheets.writing import Customs, template_rows, write_csvs, write_xlsx
from tests.sheets.desk_of_sheets import check, directory, known

_PLAIN = "".join(char for char in BASIC if char.isprintable() and char != "¡")
NAMES = (
    st.text(st.sampled_from(_PLAIN), min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and text != "'" and text[0] != "'")
)
CODES = st.text(st.sampled_from(string.ascii_uppercase + "-/"), min_size=1, max_size=12)
NUMBERS = st.integers(0, 99_999_999).map(lambda n: Msisdn(f"+22901{n:08d}"))
DAYS = st.sets(st.integers(1, 7), min_size=1).map(lambda d: ",".join(map(str, sorted(d))))
MINUTES = st.integers(0, 1439)


@st.composite
def directories(draw: st.DrawFn) -> Snapshot:
    codes = draw(st.lists(CODES, min_size=3, max_size=3, unique_by=lambda code: code.casefold()))
    numbers = draw(st.lists(NUMBERS, min_size=3, max_size=3, unique=True))
    name = lambda: draw(NAMES)  # noqa: E731
    centre = {"clinic_days": draw(DAYS), "opens_minute": draw(MINUTES), "language": "en"}
    distance = draw(st.none() | st.integers(0, 5000).map(lambda tenths: tenths / 10))
    rows: dict[Kind, dict[tuple[str, ...], Known]] = {kind: {} for kind in Kind}
    rows[Kind.DISTRICTS]["D",] = known(
        1, "D", name=name(), timezone="Africa/Lome", language="fr", duty_msisdn=numbers[0]
    )
    rows[Kind.HEALTH_AREAS]["A",] = known(1, "D", name=name())
    rows[Kind.FACILITIES][codes[0],] = known(
        1, "D", name=name(), next_facility=None, duty_msisdn=None, **centre
    )
    rows[Kind.VILLAGES][codes[1],] = known(
        1, "D", name=name(), health_area="A", facility=codes[0], distance_km=distance
    )
    rows[Kind.VILLAGES]["#7",] = known(7, "D", closed=True, name=name(), health_area="A")
    rows[Kind.HEALTH_WORKERS][codes[2],] = known(
        1, "D", name=name(), msisdn=numbers[1], language="fr"
    )
    rows[Kind.POSTS][codes[1], codes[2]] = known(1, "D", rank=draw(st.integers(1, 99)))
    begins = draw(MINUTES)
    key = ("", codes[0], draw(DAYS), f"{begins // 60:02d}:{begins % 60:02d}")
    rows[Kind.DUTY_PHONES][key] = known(1, "D", until_minute=draw(MINUTES), msisdn=numbers[2])
    return Snapshot(rows=rows)


@settings(max_examples=40, deadline=None)
@given(snapshot=directories(), language=st.sampled_from(["fr", "en"]), is_csv=st.booleans())
def test_an_export_imported_again_changes_nothing(
    snapshot: Snapshot, language: str, is_csv: bool
) -> None:
    rows = sheet_rows(snapshot, Allowed(), language)
    if is_csv:
        files = [SheetFile(name, data) for name, data in write_csvs(rows, language).items()]
    else:
        files = [SheetFile("x.xlsx", write_xlsx(rows, Customs(language, ("fr", "en"))))]
    plan = check(*files, against=snapshot)

    assert plan.findings.faults == 0, [f.say("en") for f in plan.findings.listed]
    assert plan.changes_nothing
    assert sum(sum(counts.values()) for counts in plan.counts().values()) == 8


def test_a_district_exports_its_own_rows_alone() -> None:
    rows = sheet_rows(directory(), Allowed("D2"), "fr")

    assert [row[0] for row in rows[Kind.VILLAGES]] == ["W1"]
    assert [row[0] for row in rows[Kind.HEALTH_WORKERS]] == ["T1"]
    assert rows[Kind.POSTS] == rows[Kind.DUTY_PHONES] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_template_handed_in_as_it_is_changes_nothing(language: str) -> None:
    rows = template_rows(language)
    xlsx = write_xlsx(rows, Customs(language, ("fr", "en")), are_examples=True)
    csvs = [SheetFile(name, data) for name, data in write_csvs(rows, language).items()]

    for files in ([SheetFile("t.xlsx", xlsx)], csvs):
        plan = check(*files)
        assert plan.findings.faults == 0
        assert plan.changes_nothing


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_examples_of_a_template_are_sound_once_they_bear_codes(language: str) -> None:
    rows = {
        kind: [[text.replace("EXEMPLE-", "X").replace("EXAMPLE-", "X") for text in row]]
        for kind, (row,) in template_rows(language).items()
    }
    rows[Kind.FACILITIES].append([*rows[Kind.FACILITIES][0]])
    rows[Kind.FACILITIES][1][0], rows[Kind.FACILITIES][1][7] = "XC2", ""
    data = write_xlsx(rows, Customs(language, ("fr", "en")))

    assert check(SheetFile("t.xlsx", data), against=empty_snapshot()).findings.listed == []


def test_a_workbook_offers_choices_guards_text_and_tells_how() -> None:
    data = write_xlsx(template_rows("fr"), Customs("fr", ("fr", "en")), are_examples=True)
    book = load_workbook(io.BytesIO(data))

    assert book.sheetnames == ["lisez-moi", *(form.fr[0] for form in FORMS.values())]
    guide = [row[1].value for row in book["lisez-moi"].iter_rows() if row[1].value]
    assert len(guide) == 1 + sum(len(form.columns) for form in FORMS.values())
    offered = {str(v.formula1) for v in book["centres"].data_validations.dataValidation}
    assert offered == {'"fr,en"', '"oui,non"'}
    assert book["agents de santé"]["C2"].number_format == "@"


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    rows = {Kind.VILLAGES: [["V1", "=1+1", "", "", "", ""]]}
    book = load_workbook(io.BytesIO(write_xlsx(rows, Customs("fr", ("fr",)))))

    assert book["villages"]["B2"].data_type == "s"
    assert b"'=1+1" in write_csvs(rows, "fr")["villages.csv"]


def test_every_column_has_its_way_of_reading_and_no_heading_means_two_columns() -> None:
    for form in FORMS.values():
        names = [n for c in form.columns for n in {*c.fr, *c.en}]
        assert len(names) == len(set(names)), form.kind
        assert all(isinstance(column.cell, Cell) for column in form.columns)
