"""What `mhealth check` found, one line a fault, and what it proved."""

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from mhealth.services.content_check import Proof
from mhealth.ussd.checks import Fault, Proven, Severity

MANY = 40
"""So many lines are all said; of more, those alike in one file are counted after the first."""
FIRST = 3


def say_lines(proof: Proof, about_names: str, *, drafts: bool, show_all: bool) -> None:
    """Errors first; then the drafts, when asked for; then what holds; then the counts."""
    for line in lines_of(proof.faults, show_all=show_all):
        click.echo(line)
    if drafts:
        for name in proof.drafts:
            click.echo(f"{name}: draft, signed by nobody")
    if proof.is_sound and proof.flows is not None:
        click.echo(f"proved: {_proved(proof.flows)}, {about_names}")
    found = Counter(fault.severity for fault in proof.faults)
    counts = [_count(found[Severity.ERROR], "error"), _count(found[Severity.WARNING], "warning")]
    if proof.is_sound:
        counts.append(_count(len(proof.drafts), "draft"))
    click.echo(", ".join(counts))


def lines_of(faults: Sequence[Fault], *, show_all: bool) -> Iterator[str]:
    """One a fault; of many alike in one file the first few and their number."""
    if show_all or len(faults) <= MANY:
        yield from map(_line, faults)
        return
    alike = Counter(map(_kind, faults))
    said: Counter[tuple[str, str, Severity]] = Counter()
    for fault in faults:
        kind = _kind(fault)
        said[kind] += 1
        if said[kind] <= FIRST or alike[kind] == FIRST + 1:
            yield _line(fault)
        elif said[kind] == alike[kind]:
            yield (f"{kind[0]}: {fault.severity}: {alike[kind] - FIRST} more of [{fault.rule}];"
                   " --all says each")  # fmt: skip


def _kind(fault: Fault) -> tuple[str, str, Severity]:
    return fault.place.rsplit(":", 2)[0], fault.rule, fault.severity


def _line(fault: Fault) -> str:
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"{fault.place}: {fault.severity}: {fault.problem}{hint} [{fault.rule}]"


def _proved(flows: Proven) -> str:
    counts = [
        _count(flows.flows, "flow"),
        _count(flows.screens, "screen"),
        _count(flows.languages, "language"),
        f"{_count(flows.limits, 'limit')} of a screen",
        f"{flows.proofs} kinds of proof",
    ]
    return ", ".join(counts)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
