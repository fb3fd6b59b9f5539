"""A pytest plugin for CI: what is skipped or expected to fail counts as failed."""

from collections.abc import Generator
from typing import Any

import pytest


def _refuse(report: Any, where: str) -> None:
    expected = getattr(report, "wasxfail", None)
    if report.skipped or expected is not None:
        why = expected if expected is not None else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{where} did not really run, and CI forgives no skip: {why}"
        if expected is not None:
            del report.wasxfail


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A skipped or xfailed test becomes a failed one."""
    report = yield
    _refuse(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """A module skipped as a whole becomes an error of collection."""
    report = yield
    _refuse(report, collector.nodeid)
    return report
