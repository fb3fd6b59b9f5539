"""`mhealth funnel`: how many callers came to each screen, went on, erred or were lost, and how fast."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from shutil import get_terminal_size
from typing import Any

import click

from mhealth.cli.funnel_table import draw_flow, draw_flows, paper_of
from mhealth.cli.staff_lookup import staff_database, wanted_district
from mhealth.content.library import open_library
from mhealth.domain.clock import MovedClock, real_clock
from mhealth.services.content import load_content
from mhealth.services.funnel import local_today
from mhealth.services.funnel_sheet import Line, sheet_of
from mhealth.settings import Settings, read_settings
from mhealth.store.funnel import COLUMNS, Chosen, read_flows, read_screens
from mhealth.ussd.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person at the terminal wants to see."""

    flow: str | None
    days: int
    language: str | None
    district: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The sheets of the flows, and the days and the district that they are of."""

    sheets: dict[str, tuple[Line, ...]]
    first: date
    last: date
    district: str | None
    language: str | None

    @property
    def heading(self) -> str:
        """The selection in words."""
        where = self.district or "all districts"
        return f"{self.first} to {self.last} · {where} · {self.language or 'all languages'}"


@click.command()
@click.option("--flow", help="The screens of one flow, in its order; else all flows, a line each.")
@click.option("--days", type=click.IntRange(1, 3660), default=28, show_default=True,
              help="So many days, today the last of them.")  # fmt: skip
@click.option("--language", help="Screens in this language alone: fr, en, …")
@click.option("--district", help="Calls of this district alone, by its code or name.")
@click.option("--json", "as_json", is_flag=True, help="Every count, as one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Every count, a line a screen.")
def funnel(
    flow: str | None,
    days: int,
    language: str | None,
    district: str | None,
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show where callers leave: per screen how many came, went on, erred and were lost, and how fast."""
    if as_json and as_csv:
        raise click.UsageError("say --json or --csv, not both")
    settings = read_settings()
    book = load_content(open_library(settings.country_dir), settings).book
    asked = Asked(flow=flow, days=days, language=language, district=district)
    found = _read(settings, book, asked)
    if as_json:
        click.echo(json.dumps(_as_data(found), ensure_ascii=False, indent=1))
    elif as_csv:
        _write_csv(found)
    else:
        paper = paper_of(get_terminal_size((118, 24)).columns)
        sheets = found.sheets
        lines = draw_flow(flow, sheets[flow], paper) if flow else draw_flows(sheets, paper)
        click.echo("\n".join([found.heading, "", *lines]))


def _read(settings: Settings, book: Book, asked: Asked) -> Found:
    clock = MovedClock(settings.clock_file) if settings.clock_file else real_clock
    with staff_database() as database, database.reading() as session:
        district = wanted_district(session, asked.district) if asked.district else None
        known = {*book.current, *read_flows(session)}
        _refuse_unknown("flow", asked.flow, known)
        _refuse_unknown("language", asked.language, set(book.languages.by_code))
        last = local_today(session, clock())
        first = last - timedelta(days=asked.days - 1)
        chosen = Chosen(
            first=first,
            last=last,
            districts=[district.id] if district else None,
            flow=asked.flow,
            language=asked.language,
        )
        screens = read_screens(session, chosen)
        name = district.name if district else None
    language = asked.language or book.languages.default.code
    flows = [asked.flow] if asked.flow else [*book.current, *sorted(known - book.current.keys())]
    sheets = {
        flow: sheet_of(
            book,
            flow,
            language,
            {node: sums for node, sums in screens.items() if node.partition(".")[0] == flow},
        )
        for flow in flows
    }
    return Found(sheets=sheets, first=first, last=last, district=name, language=asked.language)


def _refuse_unknown(what: str, wanted: str | None, known: set[str]) -> None:
    if wanted is None or wanted in known:
        return
    near = get_close_matches(wanted, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise click.BadParameter(
        f"there is no {what} {wanted!r}.{hint} There are: {', '.join(sorted(known))}.",
        param_hint=f"--{what}",
    )


def _rows(found: Found) -> Iterator[dict[str, Any]]:
    for flow, lines in found.sheets.items():
        for line in lines:
            median = line.counted.median_seconds
            yield {
                "flow": flow,
                "screen": line.name,
                "text": line.text,
                **{name: line.counted[name] for name in COLUMNS},
                "median_seconds": None if median is None else round(median, 1),
            }


def _as_data(found: Found) -> dict[str, Any]:
    return {
        "first_day": found.first.isoformat(),
        "last_day": found.last.isoformat(),
        "district": found.district,
        "language": found.language,
        "screens": list(_rows(found)),
    }


def _write_csv(found: Found) -> None:
    columns: Sequence[str] = ("flow", "screen", "text", *COLUMNS, "median_seconds")
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(found))
