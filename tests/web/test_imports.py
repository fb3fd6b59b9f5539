"""The import page: files handed in, faults by cell, agreement, the result; each district its own."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from mhealth.services.imports.background import ImportWorker
from mhealth.services.imports.desk import hand_in, note_import
from mhealth.sheets.reading import SheetFile
from mhealth.store.directory import Village
from mhealth.store.imports import DirectoryImport, ImportState
from mhealth.store.staff import AccessRecord
from tests.product import a_workbench
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import faults, live_parts, visible

PAGE = "/desk/imports"
VILLAGES = "mes villages.csv"


def send(browser: Browser, *files: tuple[str, bytes], seen: str = PAGE) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.client.get(seen).text)
    assert token is not None
    fields = [('name="csrf_token"', token.group(1).encode())]
    fields += [(f'name="files"; filename="{name}"', content) for name, content in files]
    body = b"".join(
        b"--cut\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), content)
        for head, content in fields
    )
    return browser.client.post(
        PAGE, data=body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut"
    )


def work_off(desk: Desk) -> None:
    worker = ImportWorker(a_workbench(desk.clock), desk.database, desk.database.writing)  # type: ignore[arg-type]
    while worker.work():
        pass


def deeds(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(AccessRecord.deed).order_by(AccessRecord.id)))


def rows(*lines: str) -> bytes:
    return "\n".join(lines).encode("cp1252")


def test_nobody_comes_in_without_a_sign_in_nor_without_the_forms_token(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.get(PAGE).status_code == 302
    assert browser.client.post(f"{PAGE}/export").status_code == 400
    assert browser.client.post(PAGE, data={"x": "y" * 100_000}).status_code == 413


def test_a_file_is_checked_agreed_to_and_written(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    village = busy.villages[0]
    empty = visible(signed_in.get(PAGE).text)
    assert "Aucun import Prenez le modèle" in empty

    answer = send(signed_in, (VILLAGES, rows("code;nom", f"#{village.id};Agbodji Haut")))
    address = answer.headers["Location"]
    waiting = signed_in.get(address)
    assert "Vérification en cours" in visible(waiting.text)
    assert waiting.headers["Refresh"] == "2"

    work_off(desk)
    ready = signed_in.get(address)
    assert "Refresh" not in ready.headers
    assert "Aucune faute : 1 ligne changera." in visible(ready.text)
    assert "nom : Agbodji → Agbodji Haut" in visible(ready.text)
    assert "avant jeu. 5 mars, 13:00" in visible(ready.text)

    assert signed_in.post(f"{address}/confirm", seen=address).status_code == 302
    with desk.database.writing() as writer:
        writer.connection()  # as the import does: the page comes again and again meanwhile
        assert "Écriture en cours" in visible(signed_in.get(address).text)
    work_off(desk)
    done = signed_in.get(address)
    assert "Écrit : 1 ligne." in visible(done.text)
    assert faults(done.text) == live_parts(done.text) == []
    with desk.database.reading() as session:
        assert session.get_one(Village, village.id).name == "Agbodji Haut"
    listed = visible(signed_in.get(PAGE).text)
    assert "mes villages.csv écrit dans le répertoire 1 ligne Yaovi Adanlé" in listed
    done_deeds = deeds(desk)
    assert [d for d in done_deeds if d != "view_import"] == [
        "sign_in", "hand_in_import", "confirm_import",
    ]  # fmt: skip
    assert done_deeds.count("view_import") >= 3


def test_faults_are_a_table_by_cell_with_a_second_page_in_the_readers_language(
    desk: Desk, signed_in: Browser
) -> None:
    wrong = [f"<b>Z{n};x;A9" for n in range(120)]
    address = send(signed_in, ("villages.csv", rows("code;nom;aire", *wrong))).headers["Location"]
    work_off(desk)
    first = signed_in.get(address)
    second = signed_in.get(f"{address}?findings=3")

    assert "120 fautes Rien n’est écrit." in visible(first.text)
    assert "villages!C2 faute code inconnu : A9 (aire de santé)" in visible(first.text)
    assert "page 1 sur 3" in visible(first.text)
    assert "villages!C121" in visible(second.text)
    assert "Écrire dans le répertoire" not in first.text
    assert signed_in.post(f"{address}/confirm", seen=address).status_code == 302
    assert "120 fautes" in visible(signed_in.get(f"{address}?findings=99999999999").text)
    signed_in.post("/desk/language", seen=address, language="en", next=address)
    english = signed_in.get(address)
    assert "villages!C2 fault unknown health area: A9" in visible(english.text)
    assert faults(english.text) == live_parts(english.text) == []


def test_what_is_no_file_is_told_beside_the_form(signed_in: Browser) -> None:
    none = send(signed_in)
    many = send(signed_in, *[(f"{n}.csv", b"code") for n in range(11)])
    big = send(signed_in, ("a.csv", b"x" * (6 * 2**20)), ("b.csv", b"x" * (5 * 2**20)))

    assert (none.status_code, many.status_code, big.status_code) == (400, 400, 413)
    assert "Choisissez au moins un fichier." in visible(none.text)
    assert "Dix fichiers au plus à la fois." in visible(many.text)
    assert "C’est trop long" in visible(big.text)


def test_nine_megabytes_come_through_and_a_path_in_a_name_does_not(
    desk: Desk, signed_in: Browser
) -> None:
    data = b"code;nom\n" + b"x" * (9 * 2**20)
    address = send(signed_in, ("C:\\Users\\moi\\../villages.csv", data)).headers["Location"]

    assert "<h1>villages.csv</h1>" in signed_in.get(address).text


def test_giving_up_drops_the_file(desk: Desk, signed_in: Browser) -> None:
    address = send(signed_in, ("villages.csv", b"code;nom\nX;y")).headers["Location"]
    work_off(desk)
    signed_in.post(f"{address}/give-up", seen=address)

    assert "Cet import est abandonné" in visible(signed_in.get(address).text)
    with desk.database.reading() as session:
        row = session.scalars(select(DirectoryImport)).one()
        assert row.file_sealed is row.findings_sealed is None


def test_another_districts_import_and_rows_are_out_of_reach(
    desk: Desk, signed_in: Browser, lonely: Browser, busy: Busy
) -> None:
    address = send(signed_in, ("villages.csv", b"code;nom\nX;y")).headers["Location"]
    assert lonely.get(address).status_code == 404
    assert lonely.post(f"{address}/confirm", seen=PAGE).status_code == 404
    assert "villages.csv" not in lonely.get(PAGE).text

    with desk.database.writing() as session:  # the command line, over several districts
        sheet = [SheetFile("country.xlsx", b"")]
        stray = note_import(session, sheet, ImportState.APPLIED, None, None, desk.clock.at).uid
    assert "country.xlsx" not in signed_in.get(PAGE).text  # not even where strays go
    assert signed_in.get(f"{PAGE}/{stray}").status_code == 404

    village = busy.villages[0]
    theirs = send(lonely, ("villages.csv", f"code;nom\n#{village.id};Pris".encode()))
    work_off(desk)
    told = visible(lonely.get(theirs.headers["Location"]).text)
    assert "1 faute Rien n’est écrit." in told
    assert "est d’un autre district" in told
    assert village.name not in told


def test_templates_and_the_districts_own_sheets_are_handed_out(
    desk: Desk, signed_in: Browser, lonely: Browser
) -> None:
    book = load_workbook(io.BytesIO(signed_in.get(f"{PAGE}/template.xlsx").data))
    packed = signed_in.get(f"{PAGE}/template.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert "agents de santé.csv" in archive.namelist()
    assert book["villages"]["A2"].value == "EXEMPLE-V1"

    mine = signed_in.post(f"{PAGE}/export", seen=PAGE)
    theirs = lonely.post(f"{PAGE}/export", seen=PAGE)
    assert 'filename="district.xlsx"' in mine.headers["Content-Disposition"]
    assert mine.headers["Cache-Control"] == "no-store"
    assert load_workbook(io.BytesIO(mine.data))["villages"].max_row == 8
    assert load_workbook(io.BytesIO(theirs.data))["villages"].max_row == 1
    assert deeds(desk).count("export_directory") == 2
    again = send(signed_in, ("district.xlsx", mine.data)).headers["Location"]
    work_off(desk)
    assert "Le répertoire est déjà ainsi" in visible(signed_in.get(again).text)


def test_earlier_imports_have_a_second_page(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    with desk.database.writing() as session:
        for number in range(30):
            hand_in(
                session, [SheetFile(f"no-{number}.csv", b"x")], staff_user_id=busy.user.id,
                district_id=busy.district.id, now=desk.clock.at,
            )  # fmt: skip
    first = signed_in.get(PAGE).text
    onward = re.search(r'rel="next" href="([^"]+)"', first)

    assert onward is not None
    assert "no-29.csv" in first
    assert "no-0.csv" in signed_in.get(onward.group(1)).text


@pytest.mark.parametrize("path", ["", "/00000000-0000-0000-0000-000000000000"])
def test_an_unknown_import_is_not_there(signed_in: Browser, path: str) -> None:
    assert signed_in.get(f"{PAGE}{path}").status_code == (404 if path else 200)
