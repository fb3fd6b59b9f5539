"""Imports of the directory: hand files in, see what is wrong and what would change, confirm, look back."""

import io
import zipfile
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mhealth.services.access import Deed
from mhealth.services.imports.desk import KEPT, TooBig, confirm, give_up, hand_in
from mhealth.services.imports.export import sheet_rows
from mhealth.services.imports.outcome import Outcome, read
from mhealth.services.imports.snapshot import district_code, read_snapshot
from mhealth.sheets.raw import MOST_BYTES
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed
from mhealth.sheets.writing import Customs, template_rows, write_csvs, write_xlsx
from mhealth.store.directory import District
from mhealth.store.imports import (
    UNDECIDED,
    UNDER_WAY,
    DirectoryImport,
    import_by_uid,
    imports_page,
)
from mhealth.web import here
from mhealth.web.desk import import_shown
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.looks import record_look, write_deed
from mhealth.web.desk.turns import read_turn
from mhealth.web.i18n import current_language
from mhealth.web.words import said

pages = Blueprint("imports", __name__, url_prefix="/imports")

MOST_FILES = 10
_FORM = 64 * 1024  # beside the files: names, boundaries and the token
_READ_AT_ONCE = 2**20  # Werkzeug holds pieces of 64 kB in the buffer that this limits
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REFRESH_SECONDS = 2
KIND = "directory_import"


@pages.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: object) -> None:
    """Only for who is signed in, and before anything reads the form: all other bodies stay small."""
    is_handing_in = endpoint == f"desk.{pages.name}.{take.__name__}" and request.method == "POST"
    if is_handing_in and here.reader() is not None:
        request.max_content_length = MOST_BYTES + _FORM
        request.max_form_memory_size = _READ_AT_ONCE


@pages.get("")
def index() -> str:
    """The form, the templates, and earlier imports."""
    return _index()


@pages.post("")
def take() -> ResponseReturnValue:
    """Keep the files and let them be checked."""
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads:
        return _index(said("Choisissez au moins un fichier.")), 400
    if len(uploads) > MOST_FILES:
        return _index(said("Dix fichiers au plus à la fois.")), 400
    files = []
    for upload in uploads:
        files.append(SheetFile(_name(upload.filename), upload.read()))
        upload.close()
    user = here.staff()
    try:
        with here.runtime().database.writing() as session:
            row = hand_in(
                session,
                files,
                staff_user_id=user.user_id,
                district_id=user.scope.district_id,
                now=here.now(),
            )
            write_deed(session, Deed.HAND_IN_IMPORT, KIND, row.uid)
            uid = row.uid
    except TooBig:
        return _index(said("Plus de 10 Mo en tout : coupez l’import en plusieurs.")), 413
    return redirect(url_for("desk.imports.show", uid=uid))


@pages.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    """One import as it stands; the page comes again by itself while work is under way."""
    language = current_language()
    with here.runtime().database.reading() as session:
        row = _row(session, uid)
        if row.state_word in UNDER_WAY:
            return _progress(session, row)
    record_look(Deed.VIEW_IMPORT, KIND, uid)
    with here.runtime().database.reading() as session:
        row = _row(session, uid)
        outcome = read(row.findings) if row.findings_sealed else Outcome()
        found = import_shown.finding_lines(outcome, language)
        changes = import_shown.change_lines(outcome, language)
        return render_desk(
            session,
            "desk/import.html",
            row=row,
            shown=import_shown,
            outcome=outcome,
            is_under_way=False,
            is_undecided=row.state_word in UNDECIDED,
            has_outcome=row.findings_sealed is not None,
            kept_until=row.created_at + KEPT,
            counts=import_shown.count_rows(outcome, language),
            found=import_shown.part_of(
                found, _number("findings"), outcome.faults + outcome.warnings
            ),
            changes=import_shown.part_of(changes, _number("changes"), outcome.changes_in_all),
        )


def _progress(session: Session, row: DirectoryImport) -> ResponseReturnValue:
    """Shows nobody's data and writes nothing: it is asked for again while SQLite's one lock is held."""
    percent = min(100, 100 * row.rows_done // row.rows_total) if row.rows_total else 0
    page = render_desk(
        session, "desk/import.html", row=row, is_under_way=True, percent=percent,
    )  # fmt: skip
    return page, {"Refresh": str(_REFRESH_SECONDS)}


@pages.post("/<uuid:uid>/confirm")
def confirm_import(uid: UUID) -> ResponseReturnValue:
    """Let it be written."""
    with here.runtime().database.writing() as session:
        if confirm(_row(session, uid)):
            write_deed(session, Deed.CONFIRM_IMPORT, KIND, uid)
    return redirect(url_for("desk.imports.show", uid=uid))


@pages.post("/<uuid:uid>/give-up")
def give_up_import(uid: UUID) -> ResponseReturnValue:
    """Drop it with its files."""
    with here.runtime().database.writing() as session:
        give_up(_row(session, uid), here.now())
    return redirect(url_for("desk.imports.index"))


@pages.get("/template.xlsx")
def template() -> Response:
    """An empty workbook with an example in each sheet, in the reader's language."""
    rows = template_rows(current_language())
    return _file(write_xlsx(rows, _customs(), are_examples=True), f"{_template()}.xlsx", _XLSX)


@pages.get("/template.zip")
def templates() -> Response:
    """The same as CSV files."""
    language, archive = current_language(), io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as sheets:
        for sheet, data in write_csvs(template_rows(language), language).items():
            sheets.writestr(sheet, data)
    return _file(archive.getvalue(), f"{_template()}.zip", "application/zip")


@pages.post("/export")
def export() -> Response:
    """The district as it stands, with names and numbers: on record."""
    record_look(Deed.EXPORT_DIRECTORY, KIND)
    with here.runtime().database.reading() as session:
        allowed = Allowed(district_code(session.get_one(District, here.staff().scope.district_id)))
        rows = sheet_rows(read_snapshot(session), allowed, current_language())
    return _file(write_xlsx(rows, _customs()), "district.xlsx", _XLSX)


def _index(problem: str = "") -> str:
    scope = here.staff().scope
    with here.runtime().database.reading() as session:
        page = imports_page(session, scope, read_turn(request.args))
        return render_desk(
            session, "desk/imports.html", page=page, shown=import_shown, problem=problem
        )


def _row(session: Session, uid: UUID) -> DirectoryImport:
    row = import_by_uid(session, here.staff().scope, uid)
    if row is None:
        abort(404)
    return row


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text[:6]) if text.isascii() and text.isdecimal() else 1


def _name(name: str | None) -> str:
    """The file's own name: browsers may send a path, and people odd marks."""
    bare = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in bare if char.isprintable())[:80] or "?"


def _template() -> str:
    return "mhealth-template" if current_language() == "en" else "mhealth-modele"


def _customs() -> Customs:
    return Customs(current_language(), list(here.runtime().workbench.languages.by_code))


def _file(data: bytes, name: str, kind: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(data, headers={"Content-Disposition": disposition}, content_type=kind)
