"""What the commands about flows share: content that is proven sound, files that nothing overwrites."""

import os
import sys
from pathlib import Path

import click

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library, open_library
from mhealth.services.content import flow_sources, load_book
from mhealth.triage.loader import load_protocols
from mhealth.ussd.book import Book
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault
from mhealth.ussd.reader import suggest
from mhealth.ussd.source import Sources


def flow_library() -> Library:
    """The content, a country's folder in front; it needs no keys and no database."""
    country = os.environ.get("MHEALTH_COUNTRY_DIR")
    return open_library(Path(country) if country else None)


def sound_book(library: Library) -> Book:
    """All flows; when one is broken every fault is named and the command ends with 1."""
    languages = declared_languages(library)
    protocols = load_protocols(library, languages)
    signs = Sources(flow_sources(protocols), languages)
    broken = compile_flows(library, languages, signs).faults.errors
    if broken:
        for fault in broken:
            click.echo(fault_line(fault), err=True)
        sys.exit(1)
    return load_book(library, languages, protocols)


def fault_line(fault: Fault) -> str:
    """A fault in one line."""
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"{fault.place}: {fault.problem}{hint}"


def known_flow(book: Book, flow: str) -> str:
    """The flow's name, or the end of the command with the nearest one."""
    if flow not in book.current:
        raise click.UsageError(f"There is no flow {flow!r}: {suggest(flow, book.current)}")
    return flow


def known_language(book: Book, language: str | None) -> str:
    """The language's code, the first one when none is asked for."""
    if language is None:
        return book.languages.default.code
    if language not in book.languages.by_code:
        spoken = ", ".join(book.languages.by_code)
        raise click.UsageError(f"There is no language {language!r}: {spoken}")
    return language


def write_files(files: dict[Path, str], *, is_forced: bool) -> None:
    """Write all of them, or none when one is there already and nobody forces it."""
    there = [str(path) for path in files if path.exists()]
    if there and not is_forced:
        raise click.ClickException(f"{', '.join(there)}: already there; --force writes over it")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}") from error


def give(text: str, output: Path | None, *, is_forced: bool) -> None:
    """Into the file, or to standard output without one."""
    if output is None:
        click.echo(text, nl=False)
    else:
        write_files({output: text}, is_forced=is_forced)
