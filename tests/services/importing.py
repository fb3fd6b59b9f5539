"""Imports in tests: from CSV lines to a directory that was written."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from mhealth.services.imports.apply import apply
from mhealth.services.imports.check import check_files
from mhealth.services.imports.prepare import prepare
from mhealth.services.imports.snapshot import read_snapshot
from mhealth.sheets.plan import Plan
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed, Snapshot
from mhealth.store.directory_changes import By
from tests.product import Product


def plan_of(product: Product, *files: SheetFile) -> Plan:
    return check_files(product.bench, product.database, files, Allowed())


def write(product: Product, plan: Plan, by: By = By()) -> None:  # noqa: B008  # frozen
    assert plan.findings.are_clean, [f.say("en") for f in plan.findings.listed]
    prepared = prepare(plan, product.bench.keyring)
    with product.database.writing() as session:
        apply(product.bench, session, prepared, by, product.clock())


def bring_in(product: Product, *files: SheetFile) -> Plan:
    """Check and write."""
    plan = plan_of(product, *files)
    write(product, plan)
    return plan


def look(product: Product) -> Snapshot:
    with product.database.reading() as session:
        return read_snapshot(session)


def ask(product: Product, question: Callable[[Session], object]) -> object:
    with product.database.reading() as session:
        return question(session)
