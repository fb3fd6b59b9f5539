"""`mhealth translations`: a language's texts to translators and back, as PO files."""

import difflib
import os
from pathlib import Path

import click

from mhealth.content.library import Library, open_library, shipped_root
from mhealth.domain.clock import real_clock
from mhealth.domain.errors import MhealthError
from mhealth.services.translations.catalogue import (
    PoFile,
    read_catalogue,
    write_catalogue,
)
from mhealth.services.translations.collecting import NoSuchLanguage, units_of
from mhealth.services.translations.importing import Import, plan_import
from mhealth.services.translations.units import Unit
from mhealth.services.translations.writing import CannotWrite, write_all

TEMPLATE = "mhealth.pot"


@click.group()
def translations() -> None:
    """Give all texts of a language to translators as a PO file (Weblate, Poedit), and take it back."""


@translations.command("export")
@click.argument("language", required=False)
@click.option("--output", type=click.Path(path_type=Path),
              help="A file, or a folder that gets LANGUAGE.po; a PO file there is brought up to date."
              " Else it is printed.")  # fmt: skip
@click.option(
    "--template", is_flag=True, help="A template for a new language, without translations."
)
def export(language: str | None, output: Path | None, *, template: bool) -> None:
    """Write every text of LANGUAGE (pt, sw …) with what a translator must know beside it.

    Where the PO file is there already, its header stays, and what was translated from an older French
    text is marked fuzzy.
    """
    if template == (language is not None):
        raise click.UsageError("name a LANGUAGE, or give --template")
    units = _units(open_library(_country()), language)
    file = _output(output, TEMPLATE if language is None else f"{language}.po")
    before = _read(file) if file is not None and file.exists() else None
    text = write_catalogue(units, language, real_clock(), before)
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MhealthError(f"cannot write {file}: {error.strerror}") from error
    click.echo(f"{file}: {_counted(units, text)}")


@translations.command("import")
@click.argument("po", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", help="The language of the file, when its header does not say it.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.pass_context
def import_(ctx: click.Context, po: Path, language: str | None, *, dry_run: bool) -> None:
    """Take translations back from a PO file: every text that changed, or, with one bad entry, none.

    They are written where the country's texts lie (MHEALTH_COUNTRY_DIR), else into the checkout.
    """
    read = _read(po)
    code = language or read.language
    if not code:
        raise MhealthError(f"{po}: the header says no Language; name it with --language")
    country = _country()
    library = open_library(country)
    planned = plan_import(library, _units(library, code), read, code)
    _tell(planned, po)
    if planned.refused:
        ctx.exit(1)
    if dry_run:
        _show(library, planned)
        return
    write_all(_folder(country), planned.files)
    if planned.files:
        click.echo(
            "Prove and try them: mhealth check, mhealth dial. What was signed is signed anew."
        )


def _country() -> Path | None:
    country = os.environ.get("MHEALTH_COUNTRY_DIR")  # alone: texts need no keys and no database
    return Path(country) if country else None


def _units(library: Library, language: str | None) -> list[Unit]:
    try:
        return units_of(library, language)
    except NoSuchLanguage as error:
        raise MhealthError(str(error)) from error


def _output(output: Path | None, name: str) -> Path | None:
    is_folder = output is not None and (output.is_dir() or not output.suffix)
    return output / name if output is not None and is_folder else output


def _read(file: Path) -> PoFile:
    try:
        return read_catalogue(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MhealthError(f"{file}: not UTF-8") from error
    except OSError as error:
        raise MhealthError(f"cannot read {file}: {error.strerror}") from error
    except MhealthError as error:
        raise MhealthError(f"{file}: {error}") from error


def _folder(country: Path | None) -> Path:
    """Where changed files are written. Raises CannotWrite in an installation without a country's folder."""
    if country is not None:
        return country
    if not (shipped_root() / "pyproject.toml").exists():
        raise CannotWrite(
            "set MHEALTH_COUNTRY_DIR: the texts of an installed package are not changed"
        )
    return shipped_root()


def _counted(units: list[Unit], text: str) -> str:
    done = sum(bool(unit.translation) for unit in units)
    fuzzy = sum(entry.is_fuzzy for entry in read_catalogue(text).entries)
    parts = [f"{len(units)} texts", f"{done} translated", f"{fuzzy} to look at again (fuzzy)"]
    return ", ".join(parts)


def _tell(planned: Import, po: Path) -> None:
    """What is refused, what is left as it is, and what changes."""
    for remark in planned.refused:
        click.echo(f"{po}: {remark}", err=True)
    for remark in planned.judged.left:
        click.echo(f"{po}: {remark} (left as it is)")
    for target in planned.unsigned:
        click.echo(f"{target}: its signature no longer holds")
    taken = len(planned.judged.taken)
    if planned.refused:
        bad = len({remark.context for remark in planned.refused})
        click.echo(f"nothing is changed: {_count(bad, 'text')} refused", err=True)
    elif taken:
        named = ", ".join(planned.files)
        click.echo(f"{_count(taken, 'text')} in {_count(len(planned.files), 'file')}: {named}")
    else:
        click.echo("no text changes")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _show(library: Library, planned: Import) -> None:
    """The lines that would change."""
    for relative, text in planned.files.items():
        try:
            before = library.find(relative).read_text(encoding="utf-8")
        except FileNotFoundError:
            before = ""
        lines = difflib.unified_diff(
            before.splitlines(), text.splitlines(), relative, relative, lineterm="", n=1
        )
        click.echo("\n".join(lines))
