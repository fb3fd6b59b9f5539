"""Reads and checks files against the directory as it stands; writes nothing."""

from collections.abc import Callable, Sequence

from mhealth.care.workbench import Workbench
from mhealth.services.imports.snapshot import read_snapshot
from mhealth.sheets.cells import Customs
from mhealth.sheets.findings import Findings
from mhealth.sheets.plan import Plan
from mhealth.sheets.planning import make_plan
from mhealth.sheets.reading import SheetFile, read_files
from mhealth.sheets.snapshot import Allowed
from mhealth.store.database import Database

Progress = Callable[[int, int], None]


def check_files(
    bench: Workbench,
    database: Database,
    files: Sequence[SheetFile],
    allowed: Allowed,
    progress: Progress = lambda _done, _all: None,
) -> Plan:
    """The plan of these files; it may be applied when its findings are clean."""
    findings = Findings()
    tables = read_files(files, customs_of(bench), findings)
    with database.reading() as session:
        snapshot = read_snapshot(session)
    return make_plan(
        tables,
        snapshot,
        findings,
        allowed=allowed,
        default_language=bench.languages.default.code,
        progress=progress,
    )


def customs_of(bench: Workbench) -> Customs:
    """The country and the languages by which cells are read."""
    return Customs(region=bench.region, languages=frozenset(bench.languages.by_code))
