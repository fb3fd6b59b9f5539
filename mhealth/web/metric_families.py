"""The numbers as Prometheus wants them: names, help, labels of fixed lists."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from mhealth import __version__
from mhealth.domain.message import Lane, MessageState
from mhealth.store.metric_reads import Numbers

_KINDS = ("web", "worker", "clock")
_LOST = (MessageState.FAILED, MessageState.EXPIRED, MessageState.DEAD)


def families(numbers: Numbers) -> Iterator[Metric]:
    """Every gauge that is read from the database."""
    yield from _messages(numbers)
    yield from _people(numbers)
    yield from _processes(numbers)
    yield _one("mhealth_database_bytes", "Size of the database on disk", numbers.size)


def _messages(numbers: Numbers) -> Iterator[Metric]:
    yield _gauge(
        "mhealth_messages",
        "Messages in each state that is to be watched",
        ["state"],
        {(state.value,): count for state, count in numbers.messages.items()},
    )
    yield _gauge(
        "mhealth_messages_ready",
        "Messages that are due and have not left",
        ["lane"],
        {(lane.value,): numbers.ready.get(lane, 0) for lane in Lane},
    )
    yield _gauge(
        "mhealth_messages_ready_age_seconds",
        "For how long the oldest of them has been due",
        ["lane"],
        {(lane.value,): numbers.oldest_ready.get(lane, 0.0) for lane in Lane},
    )
    yield _gauge(
        "mhealth_messages_accepted_5m",
        "Messages that the carrier took within 5 minutes, by the state they are in now",
        ["channel", "state"],
        numbers.accepted,
    )
    lost: dict[tuple[str, ...], float] = {
        (lane.value, state.value): 0 for lane, state in product(Lane, _LOST)
    }
    yield _gauge(
        "mhealth_messages_lost_1h",
        "Messages that failed, expired or could not be sent within an hour",
        ["lane", "state"],
        {**lost, **numbers.lost},
    )
    yield _gauge(
        "mhealth_messages_over_cap_1h",
        "Messages put off or held back by a cap within an hour",
        ["cap"],
        numbers.capped,
    )
    yield _gauge(
        "mhealth_channel_trouble_seconds",
        "For how long a channel has been in trouble; none: it is not",
        ["channel", "problem"],
        numbers.troubles,
    )


def _people(numbers: Numbers) -> Iterator[Metric]:
    yield _gauge(
        "mhealth_referrals_under_way",
        "Referrals of which nobody knows yet what became of the patient",
        ["class", "status"],
        numbers.referrals,
    )
    yield _one(
        "mhealth_emergencies_unanswered",
        "Emergencies to which no centre has said yes",
        numbers.unanswered_emergencies,
    )
    yield _one(
        "mhealth_emergencies_unanswered_age_seconds",
        "For how long the oldest of them has waited",
        numbers.oldest_unanswered,
    )
    yield _one("mhealth_inbound_waiting", "SMS that a person must read", numbers.inbound_waiting)
    yield _one("mhealth_calls_unread_1d", "Carriers' calls that nobody could read", numbers.unread)
    yield _gauge(
        "mhealth_ussd_sessions_5m",
        "USSD sessions of 5 minutes by how they ended, or open",
        ["outcome"],
        numbers.sessions,
    )
    yield _gauge("mhealth_imports", "Imports of sheets by state", ["state"], numbers.imports)


def _processes(numbers: Numbers) -> Iterator[Metric]:
    yield _gauge(
        "mhealth_processes",
        "Processes that gave a sign of life within a minute",
        ["kind"],
        {(kind,): numbers.processes.get((kind,), 0) for kind in _KINDS},
    )
    yield _gauge(
        "mhealth_process_seen_seconds",
        "Since the last sign of life of any process of a kind",
        ["kind"],
        {(kind,): age for kind, age in numbers.last_seen.items()},
    )


def about_this_process(*, is_database_up: bool, pool_in_use: int) -> Iterator[Metric]:
    """What is told even when the database is away."""
    yield _gauge("mhealth_build_info", "The version", ["version"], {(__version__,): 1})
    yield _one("mhealth_database_up", "Whether the database answered", int(is_database_up))
    yield _one(
        "mhealth_database_pool_in_use", "Connections in use in the process asked", pool_in_use
    )


def _gauge(
    name: str, words: str, labels: Sequence[str], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
