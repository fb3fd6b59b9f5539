"""The role that runs all day may delete from the tables that the product sweeps, and from no other."""

import ast
import re
from pathlib import Path

from mhealth.store.tables import Base, metadata
from tests.server.guide import ROOT

GRANTS = (ROOT / "deploy/postgresql/grants.sql").read_text(encoding="utf-8")
BY_ROW = {"store/calls.py": "ussd_sessions"}
"""Where a row at hand is deleted, and its table: no reader of code sees that from the call."""


def _listed(verb: str) -> set[str]:
    found = re.search(rf"{verb} ON\s([\w\s,]+?)\s(?:TO|FROM) mhealth;", GRANTS)
    assert found
    return {name.strip() for name in found[1].split(",")}


def _calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Every call of `delete(…)` or `….delete(…)` in the product."""
    found = []
    for path in sorted((ROOT / "mhealth").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                found.append((path, node))
    return found


def test_every_table_from_which_the_product_deletes_is_granted_and_no_other() -> None:
    tables = {mapper.class_.__name__: mapper.local_table.name for mapper in Base.registry.mappers}
    deleted = set()
    for path, call in _calls("delete"):
        if isinstance(call.func, ast.Name):
            deleted.add(tables[ast.unparse(call.args[0])])
        else:
            deleted.add(BY_ROW[path.relative_to(ROOT / "mhealth").as_posix()])

    assert _listed("GRANT DELETE") == deleted


def test_records_are_tables_that_there_are() -> None:
    records = _listed("REVOKE UPDATE")

    assert records <= set(metadata.tables)
    assert {"referral_events", "access_records", "content_reviews", "directory_changes"} <= records
