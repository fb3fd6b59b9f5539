"""How long carriers wait for our answers, counted in each process and summed over them at a scrape."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The folder that the library wants, named before it is imported: see `launcher.web_server`."""

_HOOKS = ("ussd", "ussd_events", "sms", "delivery")
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series each, of which nobody asks
_own = CollectorRegistry()
_seconds = Histogram(
    "mhealth_webhook_seconds",
    "Time from a carrier's call to our answer",
    ["hook", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
    registry=_own,
)


def observe_call(hook: str, status: int, seconds: float) -> None:
    """One answer; a door that does not exist is nobody's label."""
    if hook in _HOOKS:
        _seconds.labels(hook, f"{status // 100}xx").observe(seconds)


def timings() -> Iterator[Metric]:
    """Of all processes of this server where they share a folder, else of this one."""
    if os.environ.get(SHARED):
        every: Collector = MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]
        yield from every.collect()
    else:
        yield from _own.collect()
