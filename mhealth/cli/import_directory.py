"""`mhealth import`: the directory from sheets (a dry run unless told to write), and back into sheets."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from mhealth.cli.import_words import WORDS, history_lines, outcome_data, outcome_lines
from mhealth.domain.errors import CannotStart, MhealthError
from mhealth.runtime import Runtime, build_runtime
from mhealth.services.access import Deed, record_access
from mhealth.services.imports.apply import ChangedMeanwhile, apply
from mhealth.services.imports.check import check_files
from mhealth.services.imports.desk import district_touched, note_import
from mhealth.services.imports.export import sheet_rows
from mhealth.services.imports.history import history_of
from mhealth.services.imports.outcome import Outcome, keep, outcome_of
from mhealth.services.imports.prepare import prepare
from mhealth.services.imports.snapshot import read_snapshot
from mhealth.settings import read_settings
from mhealth.sheets.plan import Plan
from mhealth.sheets.raw import MOST_BYTES
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed
from mhealth.sheets.writing import Customs, Rows, template_rows, write_csvs, write_xlsx
from mhealth.store.directory import District
from mhealth.store.directory_changes import By
from mhealth.store.imports import ImportState

_PATH = click.Path(path_type=Path)
Progress = Callable[[int, int], None]


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Write, when there is no fault.")
@click.option(
    "--template", type=_PATH, help="Write an empty template: FILE.xlsx or a folder of CSV."
)
@click.option("--export", type=_PATH, help="Write the directory as it stands, likewise.")
@click.option("--history", metavar="CODE", help="What was when: a place or a health worker.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def import_directory(
    files: tuple[Path, ...],
    *,
    is_applied: bool,
    template: Path | None,
    export: Path | None,
    history: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Check sheets of districts, areas, facilities, villages, health workers and posts; --apply writes.

    FILES are XLSX workbooks or CSV files named like their sheet. Exit code 1: faults, nothing written.
    """
    asked = [bool(files), template is not None, export is not None, history is not None]
    if sum(asked) != 1:
        raise click.UsageError("Give FILES, or one of --template, --export, --history.")
    here = build_runtime(read_settings(), serves_people=False)
    if template is not None:
        customs = Customs(language, _languages(here))
        _write_sheets(template, template_rows(language), customs, are_examples=True)
        click.echo(WORDS[language]["templates"].format(path=template))
    elif export is not None:
        _export(here, export, language)
    elif history is not None:
        _history(here, history, language)
    else:
        _import(here, files, language, is_applied=is_applied, as_json=as_json)


def _import(
    here: Runtime, paths: tuple[Path, ...], language: str, *, is_applied: bool, as_json: bool
) -> None:
    files = [_read(path) for path in paths]
    words = WORDS[language]
    with _bar(words["reading"], is_shown=not as_json) as progress:
        plan = check_files(here.workbench, here.database, files, Allowed(), progress)
    outcome = outcome_of(plan)
    is_written = is_applied and outcome.is_clean and not plan.changes_nothing
    if is_written:
        with _bar(words["preparing"], is_shown=not as_json) as progress:
            _write(here, plan, outcome, files, progress)
    if as_json:
        data = outcome_data(outcome, language, is_applied=is_written)
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for line in outcome_lines(outcome, language):
            click.echo(line)
        click.echo(_last_line(plan, outcome, words, is_written=is_written))
    if not outcome.is_clean:
        sys.exit(1)


def _last_line(plan: Plan, outcome: Outcome, words: Mapping[str, str], *, is_written: bool) -> str:
    if not outcome.is_clean:
        return words["not_applied"]
    if plan.changes_nothing:
        return words["as_it_is"]
    return words["applied"].format(count=outcome.changes_in_all) if is_written else words["dry"]


def _write(
    here: Runtime, plan: Plan, outcome: Outcome, files: list[SheetFile], progress: Progress
) -> None:
    prepared, now = prepare(plan, here.workbench.keyring, progress), here.clock()
    try:
        with here.writing() as session:
            row = note_import(session, files, ImportState.APPLIED, None, None, now)
            row.findings, row.finished_at = keep(outcome), now
            row.rows_total = row.rows_done = outcome.rows
            apply(here.workbench, session, prepared, By(import_id=row.id), now)
            row.district_id = district_touched(session, plan)
    except (ChangedMeanwhile, IntegrityError, StaleDataError) as error:
        raise MhealthError(
            "the directory changed during the import: nothing was written, start again"
        ) from error


def _read(path: Path) -> SheetFile:
    """No more than one file may hold: the rest is refused unread."""
    try:
        with path.open("rb") as file:
            return SheetFile(path.name, file.read(MOST_BYTES + 1))
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "cannot be read") from error


def _export(here: Runtime, path: Path, language: str) -> None:
    with here.database.reading() as session:
        rows = sheet_rows(read_snapshot(session), Allowed(), language)
    with here.database.writing() as session:
        record_access(
            session, Deed.EXPORT_DIRECTORY, here.clock(), staff_user_id=None, district_id=None
        )
    _write_sheets(path, rows, Customs(language, _languages(here)), are_examples=False)
    click.echo(WORDS[language]["exported"].format(path=path))


def _write_sheets(path: Path, rows: Rows, customs: Customs, *, are_examples: bool) -> None:
    """A workbook for a name that ends in .xlsx, else a folder of CSV; readable by its owner alone.

    Raises CannotStart where a file is there already: somebody may have filled it in.
    """
    if path.suffix.lower() == ".xlsx":
        files = {path: write_xlsx(rows, customs, are_examples=are_examples)}
    else:
        files = {path / name: data for name, data in write_csvs(rows, customs.language).items()}
    taken = [file for file in files if file.exists()]
    if taken:
        raise CannotStart(f"{taken[0]} is there already: name another one, or take it away")
    try:
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            _save(file, data)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "cannot be written") from error


def _save(path: Path, data: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(data)


def _history(here: Runtime, code: str, language: str) -> None:
    with here.database.reading() as session:
        found = history_of(session, code)
        if not found:
            click.echo(WORDS[language]["unknown_code"].format(code=code), err=True)
            sys.exit(1)
        lines = [line for one in found for line in history_lines(one, language)]
        kept = [(one.row.__tablename__, one.row.uid, _district_id(one.row)) for one in found]
    with here.database.writing() as session:
        for kind, uid, district_id in kept:
            record_access(
                session, Deed.VIEW_HISTORY, here.clock(), staff_user_id=None,
                district_id=district_id, object_kind=kind, object_uid=uid,
            )  # fmt: skip
    for line in lines:
        click.echo(line)


def _district_id(row: object) -> int:
    found: int = row.id if isinstance(row, District) else row.district_id  # type: ignore[attr-defined]
    return found


def _languages(here: Runtime) -> list[str]:
    return list(here.workbench.languages.by_code)


@contextmanager
def _bar(label: str, *, is_shown: bool) -> Iterator[Progress]:
    """A bar on a terminal, nothing anywhere else."""
    is_hidden = not is_shown or not sys.stderr.isatty()
    with click.progressbar(length=100, label=label, file=sys.stderr, hidden=is_hidden) as bar:

        def tell(done: int, total: int) -> None:
            bar.update(int(100 * done / total) - bar.pos if total else 0)

        yield tell
